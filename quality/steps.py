"""Rules at work on fields: steps, in the stages of a judgement, and which of them are due where clues were found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from quality.fields import is_empty
from quality.rule import Case, Clue, Options, Phase, Rule, Verdict
from syncd.model import Mode, Severity, Value


@dataclass(frozen=True, slots=True)
class Step:
    """One rule at work on one field, with everything decided that can be decided before a record is seen."""

    name: str
    rule: Rule
    #: Empty: the record as a whole.
    field: str
    options: Options
    mode: Mode
    severity: Severity
    #: Whether its verdict follows from the values of the field and of those it depends on.
    is_by_value: bool
    #: Fields it may change less far than its mode says.
    caps: Mapping[str, Mode] = dataclasses.field(default_factory=dict)

    def mode_of(self, verdict: Verdict) -> Mode:
        """Return how far a verdict may go: what changes together goes as far as the most careful of its fields."""
        if not self.caps:
            return self.mode
        parts = [part for part in (verdict, *verdict.also) if part.has_proposal]
        caps = [self.caps.get(part.field or self.field, Mode.APPLY) for part in parts]
        return Mode.weakest((self.mode, *caps))

    def inputs(self) -> tuple[str, ...]:
        """Return the fields a verdict may depend on beside its own."""
        return (*(self.rule.depends_on or ()), *self.options.also_depends_on())

    def clues(self, kind: str) -> Mapping[str, Clue]:
        """Return what is to be looked for, by field, before the step is asked; nothing: it is asked every time."""
        if not self.options.needs_clues():
            return {}
        if self.field and self.rule.clue is not None:
            return {self.field: self.rule.clue}
        if self.field in (clues := self.rule.clues.get(kind, {})):
            return {self.field: clues[self.field]}
        return {**clues, **dict.fromkeys(self.options.lacking_fields(kind), is_empty)}


#: A step with its place among all steps of a ruleset.
Placed = tuple[int, Step]
#: What a rule of a phase looks for in a value, and the bit that says it is there.
Trace = tuple[Phase, Clue, int]
Call = tuple[int, Callable[[Case], Verdict], str, Options, Step]


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps of one phase."""

    phase: Phase
    steps: tuple[Placed, ...]
    #: The same, taken apart for those in a hurry: place, check, field, options, step.
    calls: tuple[Call, ...] = dataclasses.field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        calls = tuple((place, step.rule.check, step.field, step.options, step) for place, step in self.steps)
        object.__setattr__(self, "calls", calls)


class Agenda:
    """Steps, some of which have something to say only where something is found."""

    __slots__ = ("_bits", "_due", "stages")

    def __init__(self, steps: Sequence[Placed], bits: Mapping[int, int]) -> None:
        #: All steps.
        self.stages = _stages(steps)
        #: By place, what has to be found; steps without an entry are always due.
        self._bits = bits
        #: What was due before: there are few different finds.
        self._due: dict[int, tuple[Stage, ...]] = {}

    def due(self, found: int) -> tuple[Stage, ...]:
        """Return the stages that are left where `found` are the bits of what was found."""
        due = self._due.get(found)
        if due is None:
            steps = [one for stage in self.stages for one in stage.steps]
            due = _stages([one for one in steps if one[0] not in self._bits or self._bits[one[0]] & found])
            self._due[found] = due
        return due


def _stages(steps: Sequence[Placed]) -> tuple[Stage, ...]:
    phases = sorted({step.rule.phase for _, step in steps})
    return tuple(Stage(phase, tuple(one for one in steps if one[1].rule.phase is phase)) for phase in phases)


def clues_in(traces: Iterable[Trace], value: Value, changes: Iterable[tuple[int, Value]] = ()) -> int:
    """Return the bits of what is looked for in a field, given its first value and what it holds after phases."""
    found = 0
    for phase, clue, bit in traces:
        looked_at = value
        for changed_in, after in changes:
            if changed_in < phase:
                looked_at = after
        try:
            is_found = clue(looked_at)
        except Exception:  # noqa: BLE001 - its rule is asked then; if that breaks too, it is counted
            is_found = True
        if is_found:
            found |= bit
    return found
