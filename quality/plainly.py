"""What judging a record means: run every rule, phase by phase. `evaluate` says the same and is faster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from quality.judgement import Judgement, RuleFailure
from quality.rule import FINE, SILENT, Case, Surroundings, Verdict
from quality.ruleset import Ruleset
from quality.steps import Step
from syncd.model import Deed, Finding, Mode, Record, Value


def evaluate_plainly(ruleset: Ruleset, record: Record, surroundings: Surroundings) -> Judgement:
    """Return the findings of `ruleset` on `record`, remembering nothing.

    Rules of one phase see the record with the sure proposals of all earlier phases on it, and their flags. A field
    that was not fetched is never judged and never proposed for.
    """
    bench = _Bench(record, surroundings)
    for phase in ruleset.phases:
        bench.run(phase)
    return Judgement(tuple(bench.findings), bench.again_at, tuple(bench.failures))


class _Bench:
    """The state of one judgement: the record as it would be by now, and what was said so far."""

    def __init__(self, record: Record, surroundings: Surroundings) -> None:
        self.record = record
        self.surroundings = surroundings
        self.findings: list[Finding] = []
        self.failures: list[RuleFailure] = []
        self.again_at: datetime | None = None
        self.raised: frozenset[str] = frozenset()
        self.silent: frozenset[str] = frozenset()
        #: What the phase under way does to the next ones.
        self.changes: dict[str, Value] = {}
        self.raising: set[str] = set()
        self.silencing: set[str] = set()

    def run(self, steps: Iterable[Step]) -> None:
        """Run the steps of one phase, then put their sure proposals on the record."""
        for step in steps:
            verdict = self._judge(step)
            if verdict is SILENT:
                self.silencing.add(step.rule.flag)
            elif verdict is not FINE:
                self._hear(step, verdict)
        self.raised |= self.raising - {""}
        self.silent |= self.silencing - {""}
        if self.changes:
            self.record = replace(self.record, values={**self.record.values, **self.changes})
            self.changes = {}

    def _judge(self, step: Step) -> Verdict:
        """Return the step's verdict; SILENT when there is nothing to judge or the rule broke."""
        field, values = step.field, self.record.values
        if field and field not in values:
            return SILENT
        value = values[field] if field else None
        case = Case(self.record, field, value, self.surroundings, step.options, self.raised, self.silent)
        try:
            return step.rule.check(case)
        except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others; it is counted, not hidden
            self.failures.append(RuleFailure(step.name, field, type(error).__name__))
            return SILENT

    def _hear(self, step: Step, verdict: Verdict) -> None:
        if verdict.again_at is not None:
            self.again_at = min(verdict.again_at, self.again_at or verdict.again_at)
        if not verdict.is_fine:
            mode = step.mode_of(verdict)
            for part in (verdict, *verdict.also):
                self._find(step, part, mode)

    def _find(self, step: Step, verdict: Verdict, mode: Mode) -> None:
        field, proposal = verdict.field or step.field, verdict.proposal
        if verdict.has_proposal and not isinstance(proposal, Deed):
            if field not in self.record.values:
                return
            if verdict.is_sure:
                self.changes[field] = proposal
        mode = mode if verdict.is_sure else Mode.weakest((mode, Mode.SUGGEST))
        self.findings.append(
            Finding(
                ref=self.record.ref,
                rule=step.name,
                field=field,
                severity=step.severity,
                message=verdict.message,
                mode=mode,
                proposal=proposal,
                has_proposal=verdict.has_proposal,
            )
        )
        if mode is not Mode.OBSERVE:
            self.raising.add(step.rule.flag)
