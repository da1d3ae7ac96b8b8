"""The fields whose verdicts are remembered by value: which steps, what they look at, what is looked for beforehand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quality.memory import QUIET, Memory, Outcome
from quality.rule import Clue, Phase
from quality.steps import Agenda, Placed, Stage, Trace, clues_in
from syncd.model import Value

#: So many more fields a late rule may look at and still be remembered.
_FEW = 1


@dataclass(frozen=True, slots=True)
class Column:
    """All steps on one field whose verdicts follow from values, and what they said of values seen before."""

    field: str
    agenda: Agenda
    #: What in a value could make steps of this field speak, and the bit of each.
    clues: tuple[tuple[Clue, int], ...]
    #: What rules over several fields look for in its values.
    traces: tuple[Trace, ...]
    #: What is to be said when the field was not fetched: whose flags stay as they are.
    not_fetched: Outcome
    memory: Memory = dataclasses.field(default_factory=Memory, compare=False, repr=False)

    def stages_for(self, value: Value) -> tuple[Stage, ...]:
        """Return the steps that could have something to say of a value, whatever else the record holds."""
        found = 0
        try:
            for clue, bit in self.clues:
                if clue(value):
                    found |= bit
        except Exception:  # noqa: BLE001 - the rules are asked then; if one breaks too, it is counted
            return self.agenda.stages
        return self.agenda.due(found)


def remembered(steps: Sequence[Placed]) -> list[Placed]:
    """Return the steps whose verdicts are worth remembering.

    A late rule that looks at several fields that no rule before it looks at (does the country fit the phone, the mail
    and the postal code?) hardly ever sees the same again, and would make the field's other verdicts as rare.
    """
    inputs: dict[str, set[str]] = {}
    chosen = []
    for place, step in steps:
        if not step.is_by_value:
            continue
        before = inputs.setdefault(step.field, {step.field})
        added = set(step.inputs()) - before
        if step.rule.phase < Phase.VALIDATE or len(added) <= _FEW:
            before |= added
            chosen.append((place, step))
    return chosen


def columns_of(kind: str, steps: Sequence[Placed], traces: Mapping[str, Sequence[Trace]]) -> tuple[Column, ...]:
    """Return a column for each field that is judged by value, or in which something is looked for."""
    fields = dict.fromkeys([*(step.field for _, step in steps), *traces])
    return tuple(
        _column(kind, field, [one for one in steps if one[1].field == field], traces.get(field, ())) for field in fields
    )


def _column(kind: str, field: str, steps: Sequence[Placed], traces: Sequence[Trace]) -> Column:
    flags = tuple((int(step.rule.phase), step.rule.flag) for _, step in steps if step.rule.flag)
    traced = clues_in(traces, None)
    not_fetched = Outcome(field, silent=flags, is_quiet=not flags, clues=traced) if flags or traced else QUIET
    clues = {place: clue for place, step in steps if (clue := step.clues(kind).get(field)) is not None}
    # Rules of a subject share what they look for: it is looked for once.
    bits = {clue: 1 << number for number, clue in enumerate(dict.fromkeys(clues.values()))}
    agenda = Agenda(steps, {place: bits[clue] for place, clue in clues.items()})
    return Column(field, agenda, tuple(bits.items()), tuple(traces), not_fetched)


def watched(columns: Iterable[Column]) -> dict[str, Phase]:
    """Return, by field, the last phase in which a verdict or a clue that is remembered may depend on it."""
    inputs: dict[str, set[str]] = {}
    for column in columns:
        steps = [step for stage in column.agenda.stages for _, step in stage.steps]
        inputs[column.field] = {column.field}.union(*(step.inputs() for step in steps))
    found: dict[str, Phase] = {}
    for column in columns:
        phases = [stage.phase for stage in column.agenda.stages] + [phase for phase, _, _ in column.traces]
        for name in _reached(column.field, inputs):
            found[name] = max(found.get(name, Phase.GATHER), *phases)
    return found


def _reached(field: str, inputs: Mapping[str, set[str]]) -> set[str]:
    """Return all fields that `field` depends on, directly or not, and itself."""
    reached: set[str] = set()
    waiting = {field}
    while waiting:
        reached |= waiting
        waiting = {other for name in waiting for other in inputs.get(name, ())} - reached
    return reached
