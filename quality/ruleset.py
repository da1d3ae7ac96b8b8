"""The rules of one stream, chosen and ready to judge: `compile_ruleset`."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from quality.catalog import catalog
from quality.conditions import Condition, guarded
from quality.fields import is_empty
from quality.fingerprint import fingerprint_of
from quality.memory import ABSENT, QUIET, Fork, Memory, Outcome
from quality.rule import Case, Clue, Linked, Options, Phase, Rule, Verdict
from syncd.model import Mode, Severity, Value

#: So many more fields a late rule may look at and still be remembered.
_FEW = 1


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """What an admin chose for one rule. None (or no options): the rule's own default."""

    enabled: bool | None = None
    mode: Mode | None = None
    severity: Severity | None = None
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    #: Which records it judges; None: all.
    when: Condition | None = None
    #: Who is responsible for what it finds.
    owner: str = ""


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """How far fixes of one field may go, whatever the rules."""

    mode: Mode = Mode.APPLY
    #: The rules that may change it; empty: all. Others only observe.
    rules: frozenset[str] = frozenset()

    def cap(self, rule: str) -> Mode:
        """Return the most that a fix of `rule` may do to the field."""
        return Mode.OBSERVE if self.rules and rule not in self.rules else self.mode


@dataclass(frozen=True, slots=True)
class ChoiceMistake:
    """One thing wrong with the choices; `path` leads to it from the mapping of choices."""

    path: tuple[str | int, ...]
    message: str


class ChoiceError(ValueError):
    """The rules were chosen in a way that cannot be followed; carries every mistake."""

    def __init__(self, mistakes: Iterable[ChoiceMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(f"{'.'.join(map(str, m.path))}: {m.message}" for m in self.mistakes))


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


#: What a rule of a phase looks for in a value, and the bit that says it is there.
Trace = tuple[Phase, Clue, int]
Call = tuple[int, Callable[[Case], Verdict], str, Options, Step]


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps of one phase, with their places among all steps."""

    phase: Phase
    steps: tuple[tuple[int, Step], ...]
    #: The same, taken apart for those in a hurry: place, check, field, options, step.
    calls: tuple[Call, ...] = dataclasses.field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        calls = tuple((place, step.rule.check, step.field, step.options, step) for place, step in self.steps)
        object.__setattr__(self, "calls", calls)


@dataclass(frozen=True, slots=True)
class Column:
    """All steps on one field whose verdicts follow from values, and what they said of values seen before."""

    field: str
    stages: tuple[Stage, ...]
    #: What rules over several fields look for in its values.
    traces: tuple[Trace, ...]
    #: What is to be said when the field was not fetched: whose flags stay as they are.
    not_fetched: Outcome
    memory: Memory = dataclasses.field(default_factory=Memory, compare=False, repr=False)


@dataclass(frozen=True)
class Ruleset:
    """The rules that judge records of one kind in one stream."""

    kind: str
    #: The steps of each phase, in the order of the phases.
    phases: tuple[tuple[Step, ...], ...]
    #: Every field a rule judges or may look at.
    fields: frozenset[str]
    #: Changes when a verdict on an unchanged record could change: records are then judged again.
    fingerprint: str
    #: The fields whose verdicts are remembered, and the steps whose verdicts are not.
    columns: tuple[Column, ...] = dataclasses.field(init=False, compare=False, repr=False)
    #: For one look at all fields: their names, what stands for those not fetched, and what is remembered of values.
    lookups: tuple[tuple[str, ...], tuple[Any, ...], tuple[Mapping[Any, Outcome | Fork], ...]] = dataclasses.field(
        init=False, compare=False, repr=False
    )
    others: tuple[Stage, ...] = dataclasses.field(init=False, compare=False, repr=False)
    by_field: Mapping[str, Column] = dataclasses.field(init=False, compare=False, repr=False)
    #: The day for which verdicts are remembered, once there is one: the next day may see a date otherwise.
    day: list[date] = dataclasses.field(init=False, compare=False, repr=False)
    #: The last phase in which a verdict or a clue that is remembered may depend on a field.
    watched: Mapping[str, Phase] = dataclasses.field(init=False, compare=False, repr=False)
    #: The bit of each step that is asked only where there is a clue, by its place.
    bits: Mapping[int, int] = dataclasses.field(init=False, compare=False, repr=False)
    #: The same bits, by how many records of a kind a record is linked to: none, one, several.
    links: tuple[tuple[str, tuple[int, ...]], ...] = dataclasses.field(init=False, compare=False, repr=False)
    #: The stages of `others` that are left for clues that records had before.
    due: dict[int, tuple[Stage, ...]] = dataclasses.field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        placed = list(enumerate(self.steps))
        by_value = _remembered(placed)
        others = [one for one in placed if one not in by_value]
        clues = {place: found for place, step in others if (found := _clues(step, self.kind))}
        linked = {place: step.rule.speaks_of for place, step in others if step.rule.speaks_of}
        bits = {place: 1 << number for number, place in enumerate({**clues, **linked})}
        traces: dict[str, list[Trace]] = {}
        for place, step in others:
            for field, clue in clues.get(place, {}).items():
                traces.setdefault(field, []).append((step.rule.phase, clue, bits[place]))
        columns = tuple(
            _column(field, [one for one in by_value if one[1].field == field], traces.get(field, ()))
            for field in dict.fromkeys([*(step.field for _, step in by_value), *traces])
        )
        object.__setattr__(self, "columns", columns)
        fields = tuple(column.field for column in columns)
        lookups = (fields, (ABSENT,) * len(fields), tuple(column.memory.young for column in columns))
        object.__setattr__(self, "lookups", lookups)
        object.__setattr__(self, "day", [])
        object.__setattr__(self, "bits", bits)
        object.__setattr__(self, "links", _linked(linked, bits))
        object.__setattr__(self, "due", {})
        object.__setattr__(self, "others", _stages(others))
        object.__setattr__(self, "by_field", {column.field: column for column in columns if column.stages})
        object.__setattr__(self, "watched", _watched(columns))

    def begin_day(self, day: date) -> None:
        """Forget what was said on any other day."""
        for column in self.columns:
            column.memory.forget()
        self.day[:] = [day]

    def stages_for(self, clues: int) -> tuple[Stage, ...]:
        """Return the steps whose verdicts are not remembered, but for those that have no clue of theirs."""
        steps = [one for stage in self.others for one in stage.steps]
        stages = self.due[clues] = _stages(
            [(place, step) for place, step in steps if place not in self.bits or self.bits[place] & clues]
        )
        return stages

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps of all phases."""
        return tuple(step for phase in self.phases for step in phase)

    @property
    def asks(self) -> frozenset[str]:
        """Return what has to be asked for outside so that all rules can speak: see `Rule.asks`."""
        return frozenset(name for step in self.steps for name in step.rule.asks)

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the names of the rules that judge, in the order of their names."""
        return tuple(sorted({step.name for step in self.steps}))


def compile_ruleset(
    kind: str,
    choices: Mapping[str, RuleChoice] | None = None,
    stream_mode: Mode = Mode.OBSERVE,
    *,
    rules: Mapping[str, Rule] | None = None,
    policies: Mapping[str, FieldPolicy] | None = None,
) -> Ruleset:
    """Return the ruleset of a stream of `kind`; raise ChoiceError with every mistake in `choices`.

    `rules` are those of the catalog unless given; `policies` say how far fixes of a field may go.
    """
    known = catalog() if rules is None else rules
    chosen = choices or {}
    options = _checked_options(known, chosen)
    steps = [
        step
        for name, rule in sorted(known.items())
        if _is_on(rule, chosen.get(name))
        for step in _steps(name, rule, kind, chosen.get(name, RuleChoice()), options[name], stream_mode)
    ]
    steps = [dataclasses.replace(step, caps=_caps(step.name, policies)) for step in steps] if policies else steps
    return Ruleset(
        kind=kind,
        phases=tuple(
            tuple(step for step in steps if step.rule.phase is phase)
            for phase in Phase
            if any(step.rule.phase is phase for step in steps)
        ),
        fields=frozenset(_looked_at(steps)),
        fingerprint=fingerprint_of(kind, [_facts(step) for step in steps]),
    )


def _is_on(rule: Rule, choice: RuleChoice | None) -> bool:
    return rule.is_on if choice is None or choice.enabled is None else choice.enabled


def _steps(name: str, rule: Rule, kind: str, choice: RuleChoice, options: Options, stream_mode: Mode) -> Iterable[Step]:
    if kind not in rule.fields:
        return
    fields = rule.fields[kind]
    rule = guarded(rule, choice.when) if choice.when is not None else rule
    for field in options.judged_fields(fields, kind) if fields else ("",):
        yield Step(
            name=name,
            rule=rule,
            field=field,
            options=options,
            mode=Mode.weakest((stream_mode, choice.mode or rule.mode)),
            severity=rule.severity if choice.severity is None else choice.severity,
            is_by_value=bool(field) and rule.depends_on is not None,
        )


def _caps(rule: str, policies: Mapping[str, FieldPolicy]) -> dict[str, Mode]:
    caps = {field: policy.cap(rule) for field, policy in policies.items()}
    return {field: cap for field, cap in caps.items() if cap is not Mode.APPLY}


def _remembered(steps: Sequence[tuple[int, Step]]) -> list[tuple[int, Step]]:
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
        added = set(_inputs(step)) - before
        if step.rule.phase < Phase.VALIDATE or len(added) <= _FEW:
            before |= added
            chosen.append((place, step))
    return chosen


def _column(field: str, steps: Sequence[tuple[int, Step]], traces: Sequence[Trace]) -> Column:
    flags = tuple((int(step.rule.phase), step.rule.flag) for _, step in steps if step.rule.flag)
    clues = clues_in(traces, None)
    not_fetched = Outcome(field, silent=flags, is_quiet=not flags, clues=clues) if flags or clues else QUIET
    return Column(field, _stages(steps), tuple(traces), not_fetched)


def _clues(step: Step, kind: str) -> Mapping[str, Clue]:
    """Return the clues without which a step has nothing to say; none when it is to be asked every time.

    A rule whose flag stays as it was where its field was not fetched has to be asked to say so.
    """
    if (step.field and step.rule.flag) or not step.options.needs_clues():
        return {}
    return {**step.rule.clues.get(kind, {}), **dict.fromkeys(step.options.lacking_fields(kind), is_empty)}


def _linked(
    speaking: Mapping[int, tuple[str, Linked]], bits: Mapping[int, int]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    found: dict[str, list[int]] = {}
    for place, (kind, linked) in speaking.items():
        found.setdefault(kind, [0] * len(Linked))[linked] |= bits[place]
    return tuple((kind, tuple(by_count)) for kind, by_count in found.items())


def clues_in(traces: Iterable[Trace], value: Value, changes: Iterable[tuple[int, Value]] = ()) -> int:
    """Return the bits of what is looked for in a field, given its first value and what it holds after phases."""
    found = 0
    for phase, clue, bit in traces:
        looked_at = value
        for changed_in, after in changes:
            if changed_in < phase:
                looked_at = after
        if clue(looked_at):
            found |= bit
    return found


def _stages(steps: Sequence[tuple[int, Step]]) -> tuple[Stage, ...]:
    phases = sorted({step.rule.phase for _, step in steps})
    return tuple(Stage(phase, tuple(one for one in steps if one[1].rule.phase is phase)) for phase in phases)


def _watched(columns: Sequence[Column]) -> dict[str, Phase]:
    inputs: dict[str, set[str]] = {}
    for column in columns:
        steps = [step for stage in column.stages for _, step in stage.steps]
        inputs[column.field] = {column.field}.union(*(_inputs(step) for step in steps))
    watched: dict[str, Phase] = {}
    for column in columns:
        last = max((stage.phase for stage in column.stages), default=Phase.GATHER)
        last = max((last, *(phase for phase, _, _ in column.traces)))
        for name in _reached(column.field, inputs):
            watched[name] = max(watched.get(name, Phase.GATHER), last)
    return watched


def _inputs(step: Step) -> tuple[str, ...]:
    """Return the fields a verdict may depend on beside its own."""
    return (*(step.rule.depends_on or ()), *step.options.also_depends_on())


def _reached(field: str, inputs: Mapping[str, set[str]]) -> set[str]:
    """Return all fields that `field` depends on, directly or not, and itself."""
    reached: set[str] = set()
    waiting = {field}
    while waiting:
        reached |= waiting
        waiting = {other for name in waiting for other in inputs.get(name, ())} - reached
    return reached


def _looked_at(steps: Iterable[Step]) -> Iterable[str]:
    for step in steps:
        if step.field:
            yield step.field
        yield from _inputs(step)


def _facts(step: Step) -> tuple[Value, ...]:
    options = step.options.model_dump_json()
    caps = ",".join(f"{field}={mode}" for field, mode in sorted(step.caps.items()))
    severity = int(step.severity)
    return (step.name, step.field, options, step.mode.value, severity, step.rule.flag, step.rule.facts, caps)


def _checked_options(known: Mapping[str, Rule], choices: Mapping[str, RuleChoice]) -> dict[str, Options]:
    """Return the options of every rule; raise ChoiceError with all mistakes."""
    mistakes = [
        ChoiceMistake((name,), f"there is no rule of this name{_did_you_mean(name, known)}")
        for name in choices
        if name not in known
    ]
    options: dict[str, Options] = {}
    for name, rule in known.items():
        given = choices[name].options if name in choices else {}
        try:
            options[name] = rule.options.model_validate(dict(given))
        except ValidationError as error:
            mistakes += _option_mistakes(name, rule, error)
    if mistakes:
        raise ChoiceError(mistakes)
    return options


def _option_mistakes(name: str, rule: Rule, error: ValidationError) -> list[ChoiceMistake]:
    mistakes = []
    for detail in error.errors(include_url=False):
        message = detail["msg"].replace("Input should be", "should be", 1)
        if detail["type"] == "literal_error" and isinstance(detail["input"], str):
            message += _did_you_mean(detail["input"], re.findall(r"'([^']*)'", detail["ctx"]["expected"]))
        if detail["type"] == "extra_forbidden":
            message = f"the rule has no such option{_did_you_mean(str(detail['loc'][-1]), rule.options.model_fields)}"
        mistakes.append(ChoiceMistake((name, "options", *detail["loc"]), message))
    return mistakes


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
