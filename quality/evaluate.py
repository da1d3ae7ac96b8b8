"""Judge one record: run the rules phase by phase and collect what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from quality.rule import FINE, Case, Surroundings, Verdict
from quality.ruleset import Ruleset, Step
from syncd.model import Finding, Link, Mode, Record, Value

#: Stands for a field that was not fetched, in the keys of remembered verdicts.
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that broke on a record. The record is judged by all others; this one's silence is not a "fine"."""

    rule: str
    field: str
    #: The name of the exception's class; never its text, which may hold a value.
    error: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one record."""

    findings: tuple[Finding, ...]
    #: When to judge again although the record does not change.
    again_at: datetime | None = None
    failures: tuple[RuleFailure, ...] = ()


def evaluate(ruleset: Ruleset, record: Record, surroundings: Surroundings) -> Judgement:
    """Return the findings of `ruleset` on `record`, one at most for each rule and field.

    Rules of one phase see the record with the sure proposals of all earlier phases on it. A field that was not
    fetched is never judged and never proposed for.
    """
    bench = _Bench(record, surroundings)
    for phase in ruleset.phases:
        bench.run(phase)
    return Judgement(tuple(bench.findings), bench.again_at, tuple(bench.failures))


class _Bench:
    """The state of one judgement: the record as it would be by now, and what was said so far."""

    __slots__ = ("again_at", "failures", "findings", "raised", "record", "silent", "surroundings")

    def __init__(self, record: Record, surroundings: Surroundings) -> None:
        self.record = record
        self.surroundings = surroundings
        self.findings: list[Finding] = []
        self.failures: list[RuleFailure] = []
        self.again_at: datetime | None = None
        self.raised: set[str] = set()
        self.silent: set[str] = set()

    def run(self, steps: Iterable[Step]) -> None:
        """Run the steps of one phase, then put their sure proposals on the record."""
        record = self.record
        values = record.values
        changes: dict[str, Value] = {}
        for step in steps:
            if step.field and step.field not in values:
                self._fall_silent(step)
                continue
            verdict = self._verdict(step, record)
            if verdict is FINE or verdict is None:
                continue
            if verdict.again_at is not None:
                self.again_at = min(verdict.again_at, self.again_at or verdict.again_at)
            if not verdict.is_fine:
                self._find(step, verdict, changes)
        if changes:
            self.record = replace(record, values={**values, **changes})

    def _verdict(self, step: Step, record: Record) -> Verdict | None:
        """Return the step's verdict, remembered where it can be; None when the rule broke."""
        if step.memory is None:
            return self._judge(step, record)
        key = _key(step, record)
        if key is None:
            return self._judge(step, record)
        remembered = step.memory.get(key)
        if remembered is not None:
            return remembered
        verdict = self._judge(step, record)
        if verdict is not None:
            step.remember(key, verdict)
        return verdict

    def _judge(self, step: Step, record: Record) -> Verdict | None:
        case = Case(
            record=record,
            field=step.field,
            value=record.values[step.field] if step.field else None,
            surroundings=self.surroundings,
            options=step.options,
            raised_flags=frozenset(self.raised),
            silent_flags=frozenset(self.silent),
        )
        try:
            return step.rule.check(case)
        except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others; it is counted, not hidden
            self.failures.append(RuleFailure(step.name, step.field, type(error).__name__))
            self._fall_silent(step)
            return None

    def _find(self, step: Step, verdict: Verdict, changes: dict[str, Value]) -> None:
        field = verdict.field or step.field
        is_change = verdict.has_proposal and not isinstance(verdict.proposal, Link)
        if is_change and field not in self.record.values:
            return
        mode = step.mode if verdict.is_sure else Mode.weakest((step.mode, Mode.SUGGEST))
        self.findings.append(
            Finding(
                ref=self.record.ref,
                rule=step.name,
                field=field,
                severity=step.severity,
                message=verdict.message,
                mode=mode,
                proposal=verdict.proposal,
                has_proposal=verdict.has_proposal,
            )
        )
        if is_change and verdict.is_sure:
            changes[field] = verdict.proposal  # type: ignore[assignment]  # a Link was ruled out above
        if step.rule.flag and mode is not Mode.OBSERVE:
            self.raised.add(step.rule.flag)

    def _fall_silent(self, step: Step) -> None:
        if step.rule.flag:
            self.silent.add(step.rule.flag)


def _key(step: Step, record: Record) -> Any:
    """Return what the step's verdict depends on, or None when it is not text: `1 == True` must not be mixed up."""
    values = record.values
    value = values[step.field]
    if value is not None and type(value) is not str:
        return None
    names = step.rule.depends_on
    if not names:
        return (value,)
    others = tuple([values.get(name, _ABSENT) for name in names])
    for other in others:
        if not (other is None or other is _ABSENT or type(other) is str):
            return None
    return (value, others)
