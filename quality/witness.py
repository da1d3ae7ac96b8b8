"""What a finding rests on: the fields its rule looked at, as they were when it judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from quality.plainly import evaluate_plainly
from quality.rule import Case, Rule, Surroundings, Verdict
from quality.ruleset import Ruleset
from quality.steps import Step
from syncd.model import Record, Value

#: By rule and field, the fields that were looked at and what they held; one that was not fetched is not among them.
Evidence = Mapping[tuple[str, str], Mapping[str, Value]]


def evidence_of(ruleset: Ruleset, record: Record, surroundings: Surroundings) -> Evidence:
    """Judge the record once more and return what each finding rests on."""
    seen: dict[tuple[str, str], dict[str, Value]] = {}
    phases = tuple(tuple(_witnessed(step, seen) for step in phase) for phase in ruleset.phases)
    evaluate_plainly(replace(ruleset, phases=phases), record, surroundings)
    return seen


def _witnessed(step: Step, seen: dict[tuple[str, str], dict[str, Value]]) -> Step:
    rule: Rule = step.rule

    def check(case: Case) -> Verdict:
        watched = _Watched(case.record.values)
        verdict = rule.check(replace(case, record=replace(case.record, values=watched)))
        if not verdict.is_fine:
            own = {step.field: case.value} if step.field else {}
            for part in (verdict, *verdict.also):
                seen[step.name, part.field or step.field] = {**own, **watched.seen}
        return verdict

    return replace(step, rule=replace(rule, check=check))


class _Watched(Mapping[str, Value]):
    """The values of a record, and which of them were looked at."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values
        self.seen: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        value = self._values[name]
        self.seen[name] = value
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
