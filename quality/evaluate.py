"""Judge one record: what is remembered of its values, what the rules say of the others, and the record as a whole.

It says what `evaluate_plainly` says. Of most values everything is known from records before; the rules are asked about
those that are new, and about what does not follow from values: links, surroundings, the moment, the flags of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from quality.chains import Chains
from quality.columns import Column
from quality.judgement import Judgement, RuleFailure
from quality.making import finding_of, record_with
from quality.memory import ABSENT, QUIET, Fork, Outcome, follow
from quality.plainly import evaluate_plainly
from quality.rule import FINE, SILENT, Case, Linked, Surroundings, Verdict
from quality.ruleset import Ruleset
from quality.steps import Stage, Step
from syncd.model import Deed, Finding, Mode, Record, Value

_PLACE = itemgetter(0)
_GET: Callable[[Mapping[Any, Outcome | Fork], Any], Any] = dict.get  # type: ignore[assignment]  # memories are dicts


def evaluate(ruleset: Ruleset, record: Record, surroundings: Surroundings) -> Judgement:
    """Return the findings of `ruleset` on `record`, one at most for each rule and field.

    Rules of one phase see the record with the sure proposals of all earlier phases on it. A field that was not
    fetched is never judged and never proposed for.
    """
    if (day := surroundings.now.date()) not in ruleset.day:
        ruleset.begin_day(day)
    known, new = _recalled(ruleset, record.values)
    bench = _Bench(ruleset, record)
    if new:
        chains = Chains(ruleset, record, surroundings)
        known += [outcome for column in new if (outcome := chains.outcome(column)) is not QUIET]
        chains.let_go()
        bench.failures += chains.failures
    if bench.take(known) and bench.run(surroundings):
        return bench.judgement()
    return evaluate_plainly(ruleset, record, surroundings)


def _recalled(ruleset: Ruleset, values: Mapping[str, Value]) -> tuple[list[Outcome], list[Column]]:
    """Return what is known of the values of the fields, if it is anything at all, and the fields with new values."""
    known: list[Outcome] = []
    new: list[Column] = []
    fields, absent, memories = ruleset.lookups
    row = tuple(map(values.get, fields, absent))
    # Texts and None are their own keys, and no other value is equal to a key: those are found more slowly.
    for place, value, column in zip(map(_GET, memories, row), row, ruleset.columns, strict=True):
        if place is QUIET:
            continue
        found = follow(place, values) if place.__class__ is Fork else place
        if found is None:
            found = column.not_fetched if value is ABSENT else column.memory.recall(value, values)
        if found is None:
            new.append(column)
        elif found is not QUIET:
            known.append(found)
    return known, new


class _Bench:
    """The rest of a judgement: steps that do not follow from values, on the record as it would be by then."""

    __slots__ = (
        "_changes",
        "_clues",
        "_copied",
        "_raised",
        "_record",
        "_ruleset",
        "_silent",
        "again_at",
        "failures",
        "findings",
    )

    def __init__(self, ruleset: Ruleset, record: Record) -> None:
        self._ruleset = ruleset
        self._record = record
        self.failures: list[tuple[int, RuleFailure]] = []
        #: What was said, with the places of the steps.
        self.findings: list[tuple[int, Finding]] = []
        self.again_at: datetime | None = None
        #: What the rules over several fields may have to speak of.
        self._clues = 0
        #: What comes of the phases so far, and is to be seen by later ones: by phase.
        self._changes: list[tuple[int, str, Value]] = []
        #: The values with those changes, once there are any.
        self._copied: dict[str, Value] | None = None
        self._raised: list[tuple[int, str]] = []
        self._silent: list[tuple[int, str]] = []

    def judgement(self) -> Judgement:
        """Return what was said, in order."""
        found, failures = self.findings, self.failures
        if len(found) > 1:
            found.sort(key=_PLACE)
        if failures:
            failures.sort(key=_PLACE)
        return Judgement(tuple([one for _, one in found]), self.again_at, tuple([failure for _, failure in failures]))

    def take(self, outcomes: Iterable[Outcome]) -> bool:
        """Take what is known of single fields; return False when that changes what was taken for granted of others."""
        ref, found = self._record.ref, self.findings
        for outcome in outcomes:
            self._clues |= outcome.clues
            if outcome.is_quiet:
                continue
            if outcome.crosses:
                return False
            for position, parts in outcome.said:
                found.append((position, finding_of(ref, parts)))
            for phase, after in outcome.changes:
                self._changes.append((phase, outcome.field, after))
            self._raised += outcome.raised
            self._silent += outcome.silent
            if outcome.again_at is not None:
                self._look_again(outcome.again_at)
        return True

    def run(self, surroundings: Surroundings) -> bool:
        """Run the steps; return False when they change what was taken for granted, so that all has to be asked."""
        case = Case(self._record, "", None, surroundings)
        for kind, by_count in self._ruleset.links:
            linked = self._record.links.get(kind)
            if linked is not None:
                self._clues |= by_count[min(len(linked), Linked.SEVERAL)]
        for stage in self._ruleset.others.due(self._clues):
            if self._changes or self._raised or self._silent:
                self._move_on(case, stage.phase)
            if not self._run(case, stage):
                return False
        return True

    def _run(self, case: Case, stage: Stage) -> bool:
        """Run the steps of one phase: this is what takes the time of a record whose values are all known."""
        values = case.record.values
        for position, check, field, options, step in stage.calls:
            if not field:
                case.value = None
            elif field in values:
                case.value = values[field]
            else:
                self._fall_silent(stage.phase, step)
                continue
            case.field, case.options = field, options
            try:
                verdict = check(case)
            except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others; it is counted
                self.failures.append((position, RuleFailure(step.name, field, type(error).__name__)))
                verdict = SILENT
            if verdict is FINE:
                continue
            if verdict is SILENT:
                self._fall_silent(stage.phase, step)
            elif not self._hear(case, stage.phase, position, step, verdict):
                return False
        return True

    def _fall_silent(self, phase: int, step: Step) -> None:
        if step.rule.flag:
            self._silent.append((phase, step.rule.flag))

    def _look_again(self, moment: datetime) -> None:
        if self.again_at is None or moment < self.again_at:
            self.again_at = moment

    def _move_on(self, case: Case, phase: int) -> None:
        """Let the steps of a phase see what came of the phases before."""
        if self._changes:
            self._change(case, phase)
        if self._raised:
            flags, self._raised = _due(self._raised, phase)
            case.raised_flags = case.raised_flags.union(flags)
        if self._silent:
            flags, self._silent = _due(self._silent, phase)
            case.silent_flags = case.silent_flags.union(flags)

    def _change(self, case: Case, phase: int) -> None:
        """Put the changes of phases before on the record that the steps are shown: a copy, made once."""
        due = [change for change in self._changes if change[0] < phase]
        if not due:
            return
        if len(due) == len(self._changes):
            self._changes = []
        else:
            self._changes = [change for change in self._changes if change[0] >= phase]
        if self._copied is None:
            self._copied = dict(case.record.values)
            case.record = record_with(case.record, self._copied)
        due.sort(key=_PLACE)
        for _, field, after in due:
            self._copied[field] = after

    def _hear(self, case: Case, phase: int, position: int, step: Step, verdict: Verdict) -> bool:
        """Take what a step says; return False when it changes what was taken for granted."""
        if verdict.again_at is not None:
            self._look_again(verdict.again_at)
        if verdict.is_fine:
            return True
        most = step.mode_of(verdict)
        for part in (verdict, *verdict.also):
            field, proposal = part.field or step.field, part.proposal
            if part.has_proposal and not isinstance(proposal, Deed):
                if field not in case.record.values:
                    continue
                if part.is_sure:
                    if self._upsets(phase, field):
                        return False
                    self._changes.append((phase, field, proposal))
            mode = most if part.is_sure else Mode.weakest((most, Mode.SUGGEST))
            parts = (step.name, field, step.severity, part.message, mode, proposal, part.has_proposal)
            self.findings.append((position, finding_of(self._record.ref, parts)))
            if step.rule.flag and mode is not Mode.OBSERVE:
                self._raised.append((phase, step.rule.flag))
        return True

    def _upsets(self, phase: int, field: str) -> bool:
        """Return whether rules that were asked by value would have seen a change of `field` in `phase`."""
        return phase < self._ruleset.watched.get(field, 0) or any(
            changed == field and changed_in == phase for changed_in, changed, _ in self._changes
        )


def _due(flags: list[tuple[int, str]], phase: int) -> tuple[list[str], list[tuple[int, str]]]:
    """Return the flags of the phases before, and what remains."""
    return [one for said_in, one in flags if said_in < phase], [both for both in flags if both[0] >= phase]
