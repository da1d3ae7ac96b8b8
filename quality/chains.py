"""Judge the fields of a record that nothing is remembered of, and see what the rules look at meanwhile.

The rules of a field are a chain through the phases. It needs other fields only where one of its rules looks at them,
and then only as they are when the phase begins: so chains are run on demand, each as far as somebody wants to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quality.judgement import RuleFailure
from quality.memory import ABSENT, QUIET, Outcome, Parts
from quality.rule import FINE, SILENT, Case, Surroundings, Verdict
from quality.ruleset import Column, Ruleset, Stage, Step
from syncd.model import Link, Mode, Record, Removal, Value


class Chain:
    """The rules of one field at work on one record, as far as they have got."""

    __slots__ = (
        "again_at",
        "case",
        "changes",
        "column",
        "crosses",
        "is_sound",
        "raised",
        "said",
        "seen",
        "silent",
        "stage",
        "value",
    )

    def __init__(self, column: Column, value: Value) -> None:
        self.column = column
        #: What the rules are shown: one for all of them, as it is made for every new value.
        self.case: Case | None = None
        #: The value when the stage under way began.
        self.value = value
        #: The number of stages begun.
        self.stage = 0
        #: The other fields looked at, in order, and the phase in which they first were.
        self.seen: dict[str, int] = {}
        self.said: list[tuple[int, Parts]] = []
        self.changes: list[tuple[int, Value]] = []
        self.raised: list[tuple[int, str]] = []
        self.silent: list[tuple[int, str]] = []
        self.again_at: Any = None
        self.crosses = False
        #: Whether the outcome may be remembered: no rule broke or looked at what cannot be told.
        self.is_sound = True

    def outcome(self) -> Outcome:
        """Return what all rules said."""
        self.seen.pop(self.column.field, None)
        is_quiet = not (self.said or self.silent or self.again_at)
        if is_quiet and not self.seen:
            return QUIET
        return Outcome(
            field=self.column.field,
            path=tuple(self.seen.items()),
            is_quiet=is_quiet,
            said=tuple(self.said),
            changes=tuple(self.changes),
            raised=tuple(self.raised),
            silent=tuple(self.silent),
            again_at=self.again_at,
            crosses=self.crosses,
        )


class Chains:
    """The chains of one record."""

    __slots__ = ("_chains", "_phase", "_reader", "_ruleset", "_seen", "_surroundings", "_values", "failures")

    def __init__(self, ruleset: Ruleset, record: Record, surroundings: Surroundings) -> None:
        self._ruleset = ruleset
        self._surroundings = surroundings
        self._values = record.values
        self._seen = Record(
            record.ref, record.kind, _Watched(self, record.values), record.links, record.created_at, record.modified_at
        )
        self._chains: dict[str, Chain] = {}
        self._reader: Chain | None = None
        self._phase = 0
        #: The rules that broke, with the places of their steps.
        self.failures: list[tuple[int, RuleFailure]] = []

    def outcome(self, column: Column) -> Outcome:
        """Return what the rules of a field say, and remember it."""
        first = self._values[column.field]
        chain = self._chains.get(column.field) or self._begin(column, first)
        for stage in column.stages[chain.stage :]:
            self._run(chain, stage)
        outcome = chain.outcome()
        return column.memory.keep(first, self._values, outcome) if chain.is_sound else outcome

    def let_go(self) -> None:
        """Forget the record: it and the chains refer to each other, which is work for the collector of garbage."""
        self._chains.clear()
        del self._seen

    def _begin(self, column: Column, value: Value) -> Chain:
        chain = self._chains[column.field] = Chain(column, value)
        return chain

    def _run(self, chain: Chain, stage: Stage) -> None:
        """Run the steps of one phase; only then the field changes."""
        chain.stage += 1
        before = self._reader, self._phase
        self._reader, self._phase = chain, stage.phase
        case = chain.case or Case(self._seen, chain.column.field, None, self._surroundings)
        chain.case, case.value = case, chain.value
        for position, step in stage.steps:
            case.options = step.options
            try:
                verdict = step.rule.check(case)
            except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others; it is counted
                self.failures.append((position, RuleFailure(step.name, step.field, type(error).__name__)))
                chain.is_sound = False
                verdict = SILENT
            if verdict is SILENT:
                if step.rule.flag:
                    chain.silent.append((stage.phase, step.rule.flag))
            elif verdict is not FINE:
                self._hear(chain, position, step, verdict)
        if chain.changes:
            chain.value = chain.changes[-1][1]
        self._reader, self._phase = before

    def _hear(self, chain: Chain, position: int, step: Step, verdict: Verdict) -> None:
        if verdict.again_at is not None:
            chain.again_at = min(verdict.again_at, chain.again_at or verdict.again_at)
        if not verdict.is_fine:
            mode = step.mode_of(verdict)
            for part in (verdict, *verdict.also):
                self._find(chain, position, step, part, mode)

    def _find(self, chain: Chain, position: int, step: Step, verdict: Verdict, mode: Mode) -> None:
        field, proposal = verdict.field or step.field, verdict.proposal
        if verdict.has_proposal and not isinstance(proposal, (Link, Removal)):
            if field != step.field:
                chain.seen.setdefault(field, self._phase)
                if field not in self._values:
                    return
                chain.crosses |= verdict.is_sure
            elif verdict.is_sure:
                chain.changes.append((self._phase, proposal))
        mode = mode if verdict.is_sure else Mode.weakest((mode, Mode.SUGGEST))
        parts = (step.name, field, step.severity, verdict.message, mode, proposal, verdict.has_proposal)
        chain.said.append((position, parts))
        if step.rule.flag and mode is not Mode.OBSERVE:
            chain.raised.append((self._phase, step.rule.flag))

    def look(self, field: str) -> Any:
        """Return what a field holds as the phase under way began, to the rule that is looking; ABSENT without one."""
        reader = self._reader
        if reader is None or field == reader.column.field:
            return self._values.get(field, ABSENT) if reader is None else reader.value
        reader.seen.setdefault(field, self._phase)
        value = self._values.get(field, ABSENT)
        column = self._ruleset.by_field.get(field)
        if value is ABSENT or column is None or column.stages[0].phase >= self._phase:
            return value
        chain = self._chains.get(field)
        if chain is None:
            outcome = column.memory.recall(value, self._values)
            if outcome is not None:
                self._see(reader, outcome.path)
                return outcome.value_before(self._phase, value)
            chain = self._begin(column, value)
        return self._look_at(reader, chain, value)

    def _look_at(self, reader: Chain, chain: Chain, value: Value) -> Value:
        """Return the value of another chain, which is run as far as need be."""
        phase, stages = self._phase, chain.column.stages
        while chain.stage < len(stages) and stages[chain.stage].phase < phase:
            self._run(chain, stages[chain.stage])
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

    __slots__ = ("_chains", "_values")

    def __init__(self, chains: Chains, values: Mapping[str, Value]) -> None:
        self._chains = chains
        self._values = values

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field as it is by now."""
        value = self._chains.look(name)
        return default if value is ABSENT else value

    def __getitem__(self, name: str) -> Value:
        value: Value = self._chains.look(name)
        if value is ABSENT:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._chains.look(name) is not ABSENT

    def __iter__(self) -> Iterator[str]:
        self._chains.lose_track()
        return iter(self._values)

    def __len__(self) -> int:
        self._chains.lose_track()
        return len(self._values)
