"""Judge one record: run the rules phase by phase and collect what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from quality.rule import FINE, SILENT, Case, Surroundings, Verdict
from quality.ruleset import Column, Ruleset, Step
from syncd.model import Finding, Link, Mode, Record, Removal, Value

#: Stands for a field that was not fetched, in the keys of columns.
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
    loud, quiet = _sorted_out(ruleset, record)
    bench = _Bench(record, surroundings, quiet)
    for phase in ruleset.phases:
        bench.run(phase)
    if not bench.has_crossed:
        for column, key in loud:
            if column.field not in bench.noisy:
                column.remember(key)
    return Judgement(tuple(bench.findings), bench.again_at, tuple(bench.failures))


def _sorted_out(ruleset: Ruleset, record: Record) -> tuple[list[tuple[Column, Any]], set[str]]:
    """Return the columns to judge, with their keys, and the fields known to be fine as they are."""
    values = record.values
    loud = []
    quiet = set()
    for column in ruleset.columns:
        field = column.field
        if field not in values:
            continue
        value: Any = values[field]
        if value is not None and type(value) is not str:
            value = (type(value), value)  # 1, 1.0 and True are equal and not the same
        inputs = column.inputs
        key: Any = value if len(inputs) == 1 else (value, *[values.get(name, _ABSENT) for name in inputs[1:]])
        if key in column.quiet:
            quiet.add(field)
        else:
            loud.append((column, key))
    return loud, quiet


class _Bench:
    """The state of one judgement: the record as it would be by now, and what was said so far."""

    __slots__ = (
        "again_at",
        "failures",
        "findings",
        "has_crossed",
        "noisy",
        "quiet",
        "raised",
        "record",
        "silent",
        "surroundings",
    )

    def __init__(self, record: Record, surroundings: Surroundings, quiet: set[str]) -> None:
        self.record = record
        self.surroundings = surroundings
        #: Fields known to be fine as they are.
        self.quiet = quiet
        self.findings: list[Finding] = []
        self.failures: list[RuleFailure] = []
        self.again_at: datetime | None = None
        self.raised: set[str] = set()
        self.silent: set[str] = set()
        #: Fields a rule had anything to say about.
        self.noisy: set[str] = set()
        #: Whether a rule proposed for a field that is not its own: nothing then follows from values alone.
        self.has_crossed = False

    def run(self, steps: Iterable[Step]) -> None:
        """Run the steps of one phase on all but the quiet fields, then put their sure proposals on the record."""
        record = self.record
        values = record.values
        changes: dict[str, Value] = {}
        for step in steps:
            field = step.field
            if field in self.quiet:
                continue
            if field and field not in values:
                self._fall_silent(step)
                continue
            verdict = self._judge(step, record)
            if verdict is FINE:
                continue
            self.noisy.add(field)
            if verdict is None:
                continue
            if verdict.again_at is not None:
                self.again_at = min(verdict.again_at, self.again_at or verdict.again_at)
            if not verdict.is_fine:
                for part in (verdict, *verdict.also):
                    self._find(step, part, changes)
        if changes:
            self.record = replace(record, values={**values, **changes})

    def _judge(self, step: Step, record: Record) -> Verdict | None:
        """Return the step's verdict; None when the rule broke or could not speak."""
        field = step.field
        case = Case(record, field, record.values[field] if field else None, self.surroundings, step.options)
        if not step.is_by_value:
            case.raised_flags = frozenset(self.raised)
            case.silent_flags = frozenset(self.silent)
        try:
            verdict = step.rule.check(case)
        except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others; it is counted, not hidden
            self.failures.append(RuleFailure(step.name, field, type(error).__name__))
            verdict = SILENT
        if verdict is SILENT:
            self._fall_silent(step)
            return None
        return verdict

    def _find(self, step: Step, verdict: Verdict, changes: dict[str, Value]) -> None:
        field = verdict.field or step.field
        is_change = verdict.has_proposal and not isinstance(verdict.proposal, (Link, Removal))
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
        if is_change and field != step.field:
            self.has_crossed = True
            self.quiet.clear()
        if is_change and verdict.is_sure:
            changes[field] = verdict.proposal  # type: ignore[assignment]  # links and removals were ruled out above
        if step.rule.flag and mode is not Mode.OBSERVE:
            self.raised.add(step.rule.flag)

    def _fall_silent(self, step: Step) -> None:
        if step.rule.flag:
            self.silent.add(step.rule.flag)
