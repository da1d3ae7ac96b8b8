"""Judge the fields of a record that nothing is remembered of, and see what the rules look at meanwhile.

The rules of a field are a chain through the phases. It needs other fields only where one of its rules looks at them,
and then only as they are when the phase begins: so chains are run on demand, each as far as somebody wants to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from quality.columns import Column
from quality.judgement import RuleFailure
from quality.making import record_with
from quality.memory import ABSENT, QUIET, Outcome, Parts
from quality.rule import FINE, SILENT, Case, Surroundings, Verdict
from quality.ruleset import Ruleset
from quality.steps import Stage, Step, clues_in
from syncd.model import Deed, Mode, Record, Value


class Chain:
    """The rules of one field at work on one record, as far as they have got."""

    __slots__ = (
        "again_at",
        "case",
        "changes",
        "column",
        "crosses",
        "first",
        "is_sound",
        "raised",
        "said",
        "seen",
        "silent",
        "stage",
        "stages",
        "value",
    )

    def __init__(self, column: Column, value: Value, stages: tuple[Stage, ...]) -> None:
        self.column = column
        #: Those that could have something to say; all of them once the value changes.
        self.stages = stages
        #: What the rules are shown: one for all of them, as it is made for every new value.
        self.case: Case | None = None
        #: The value before all stages, and when the stage under way began.
        self.first = self.value = value
        #: The number of stages begun.
        self.stage = 0
        #: The other fields looked at, in order, and the phase in which they first were.
        self.seen: dict[str, int] = {}
        #: What is said: tuples, as most values have nothing said of them and many chains are made.
        self.said: tuple[tuple[int, Parts], ...] = ()
        self.changes: tuple[tuple[int, Value], ...] = ()
        self.raised: tuple[tuple[int, str], ...] = ()
        self.silent: tuple[tuple[int, str], ...] = ()
        self.again_at: datetime | None = None
        self.crosses = False
        #: Whether the outcome may be remembered: no rule broke or looked at what cannot be told.
        self.is_sound = True

    def change(self) -> None:
        """Let the stages to come see what the value became: of this one they could all have something to say."""
        phase, self.value = self.changes[-1]
        self.stages = self.column.agenda.stages
        self.stage = sum(stage.phase <= phase for stage in self.stages)

    def outcome(self) -> Outcome:
        """Return what all rules said, and what others find in the values."""
        is_quiet = not (self.said or self.silent or self.again_at)
        clues = clues_in(self.column.traces, self.first, self.changes)
        if not self.seen:
            if is_quiet and not clues:
                return QUIET
        elif self.column.field in self.seen:
            del self.seen[self.column.field]
            return self.outcome()
        return Outcome(
            self.column.field,
            tuple(self.seen.items()),
            is_quiet,
            self.said,
            self.changes,
            self.raised,
            self.silent,
            self.again_at,
            self.crosses,
            clues,
        )


class Chains:
    """The chains of one record."""

    __slots__ = (
        "_chains",
        "_phase",
        "_reader",
        "_record",
        "_ruleset",
        "_shown",
        "_surroundings",
        "_values",
        "failures",
    )

    def __init__(self, ruleset: Ruleset, record: Record, surroundings: Surroundings) -> None:
        self._ruleset = ruleset
        self._surroundings = surroundings
        self._values = record.values
        self._record = record
        #: The record in the hands of rules, once one is asked.
        self._shown: Record | None = None
        self._chains: dict[str, Chain] = {}
        self._reader: Chain | None = None
        self._phase = 0
        #: The rules that broke, with the places of their steps.
        self.failures: list[tuple[int, RuleFailure]] = []

    def outcome(self, column: Column) -> Outcome:
        """Return what the rules of a field say, and remember it."""
        first = self._values[column.field]
        chain = self._chains.get(column.field)
        if chain is None:
            stages = column.stages_for(first)
            if not stages:
                clues = clues_in(column.traces, first)
                outcome = Outcome(column.field, clues=clues) if clues else QUIET
                return column.memory.keep(first, self._values, outcome)
            chain = self._begin(column, first, stages)
        while chain.stage < len(chain.stages):
            self._run(chain)
        outcome = chain.outcome()
        return column.memory.keep(first, self._values, outcome) if chain.is_sound else outcome

    def let_go(self) -> None:
        """Forget the record: it and the chains refer to each other, which is work for the collector of garbage."""
        self._chains.clear()
        self._shown = None

    def _begin(self, column: Column, value: Value, stages: tuple[Stage, ...]) -> Chain:
        chain = self._chains[column.field] = Chain(column, value, stages)
        return chain

    def _run(self, chain: Chain) -> None:
        """Run the steps of the next phase; only then the field changes."""
        stage = chain.stages[chain.stage]
        chain.stage += 1
        reader, before = self._reader, self._phase
        self._reader, self._phase = chain, stage.phase
        case = chain.case
        if case is None:
            if self._shown is None:
                self._shown = record_with(self._record, _Watched(self, self._values))
            case = chain.case = Case(self._shown, chain.column.field, chain.value, self._surroundings)
        else:
            case.value = chain.value
        for position, check, _, options, step in stage.calls:
            case.options = options
            try:
                verdict = check(case)
            except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others; it is counted
                self.failures.append((position, RuleFailure(step.name, step.field, type(error).__name__)))
                chain.is_sound = False
                verdict = SILENT
            if verdict is FINE:
                continue
            if verdict is not SILENT:
                self._hear(chain, position, step, verdict)
            elif step.rule.flag:
                chain.silent += ((stage.phase, step.rule.flag),)
        if chain.changes and chain.changes[-1][0] == stage.phase:
            chain.change()
        self._reader, self._phase = reader, before

    def _hear(self, chain: Chain, position: int, step: Step, verdict: Verdict) -> None:
        if verdict.again_at is not None:
            chain.again_at = min(verdict.again_at, chain.again_at or verdict.again_at)
        if not verdict.is_fine:
            mode = step.mode_of(verdict)
            for part in (verdict, *verdict.also):
                self._find(chain, position, step, part, mode)

    def _find(self, chain: Chain, position: int, step: Step, verdict: Verdict, mode: Mode) -> None:
        field, proposal = verdict.field or step.field, verdict.proposal
        if verdict.has_proposal and not isinstance(proposal, Deed):
            if field != step.field:
                chain.seen.setdefault(field, self._phase)
                if field not in self._values:
                    return
                chain.crosses |= verdict.is_sure
            elif verdict.is_sure:
                chain.changes += ((self._phase, proposal),)
        mode = mode if verdict.is_sure else Mode.weakest((mode, Mode.SUGGEST))
        parts = (step.name, field, step.severity, verdict.message, mode, proposal, verdict.has_proposal)
        chain.said += ((position, parts),)
        if step.rule.flag and mode is not Mode.OBSERVE:
            chain.raised += ((self._phase, step.rule.flag),)

    def look(self, field: str) -> Any:
        """Return what a field holds as the phase under way began, to the rule that is looking; ABSENT without one."""
        reader, phase = self._reader, self._phase
        if reader is None:
            return self._values.get(field, ABSENT)
        if field == reader.column.field:
            return reader.value
        if field not in reader.seen:
            reader.seen[field] = phase
        value = self._values.get(field, ABSENT)
        column = self._ruleset.by_field.get(field)
        if value is ABSENT or column is None or column.agenda.stages[0].phase >= phase:
            return value
        chain = self._chains.get(field)
        if chain is None:
            outcome = column.memory.recall(value, self._values)
            if outcome is QUIET:
                return value
            if outcome is not None:
                self._see(reader, outcome.path)
                return outcome.value_before(phase, value)
            chain = self._begin(column, value, column.stages_for(value))
        return self._look_at(reader, chain, value)

    def _look_at(self, reader: Chain, chain: Chain, value: Value) -> Value:
        """Return the value of another chain, which is run as far as need be."""
        phase = self._phase
        while chain.stage < len(chain.stages) and chain.stages[chain.stage].phase < phase:
            self._run(chain)
        self._see(reader, chain.seen.items())
        reader.is_sound &= chain.is_sound
        for changed_in, after in chain.changes:
            if changed_in < phase:
                value = after
        return value

    def _see(self, reader: Chain, path: Iterable[tuple[str, int]]) -> None:
        """Take note of what another field's value depends on by now."""
        for field, phase in path:
            if phase < self._phase:
                reader.seen.setdefault(field, self._phase)

    def lose_track(self) -> None:
        """Take note that a rule looked at the record in a way that does not tell at what."""
        if self._reader is not None:
            self._reader.is_sound = False


class _Watched(Mapping[str, Value]):
    """The values of a record in the hands of a rule."""

    __slots__ = ("_chains", "_look", "_values")

    def __init__(self, chains: Chains, values: Mapping[str, Value]) -> None:
        self._chains = chains
        self._look = chains.look
        self._values = values

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field as it is by now."""
        value = self._look(name)
        return default if value is ABSENT else value

    def __getitem__(self, name: str) -> Value:
        value: Value = self._look(name)
        if value is ABSENT:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._look(name) is not ABSENT

    def __iter__(self) -> Iterator[str]:
        self._chains.lose_track()
        return iter(self._values)

    def __len__(self) -> int:
        self._chains.lose_track()
        return len(self._values)
