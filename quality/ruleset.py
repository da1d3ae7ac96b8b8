"""The rules of one stream, chosen and ready to judge: `compile_ruleset`."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from quality.catalog import catalog
from quality.columns import Column, columns_of, remembered, watched
from quality.conditions import Condition, guarded
from quality.fingerprint import fingerprint_of
from quality.memory import ABSENT, Fork, Outcome
from quality.rule import Linked, Options, Phase, Rule
from quality.steps import Agenda, Step, Trace
from syncd.model import Mode, Severity, Value

#: A kind of linked records, and the bits of what may be said where none, one or several are linked.
ByCount = tuple[str, tuple[int, ...]]


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
    #: The fields whose verdicts are remembered, and those that have any.
    columns: tuple[Column, ...] = dataclasses.field(init=False, compare=False, repr=False)
    by_field: Mapping[str, Column] = dataclasses.field(init=False, compare=False, repr=False)
    #: For one look at all fields: their names, what stands for those not fetched, and what is remembered of values.
    lookups: tuple[tuple[str, ...], tuple[Any, ...], tuple[Mapping[Any, Outcome | Fork], ...]] = dataclasses.field(
        init=False, compare=False, repr=False
    )
    #: The steps whose verdicts are not remembered; some wait for clues in values, or for links.
    others: Agenda = dataclasses.field(init=False, compare=False, repr=False)
    links: tuple[ByCount, ...] = dataclasses.field(init=False, compare=False, repr=False)
    #: The last phase in which a verdict or a clue that is remembered may depend on a field.
    watched: Mapping[str, Phase] = dataclasses.field(init=False, compare=False, repr=False)
    #: The day for which verdicts are remembered, once there is one: the next day may see a date otherwise.
    day: list[date] = dataclasses.field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        placed = list(enumerate(self.steps))
        by_value = remembered(placed)
        others = [one for one in placed if one not in by_value]
        # A rule whose flag stays as it was where its field was not fetched has to be asked to say so.
        waiting = [(place, step) for place, step in others if not (step.field and step.rule.flag)]
        clues = {place: found for place, step in waiting if (found := step.clues(self.kind))}
        linked = {place: step.rule.speaks_of for place, step in waiting if step.rule.speaks_of}
        bits = {place: 1 << number for number, place in enumerate({**clues, **linked})}
        traces: dict[str, list[Trace]] = {}
        for place, step in waiting:
            for field, clue in clues.get(place, {}).items():
                traces.setdefault(field, []).append((step.rule.phase, clue, bits[place]))
        columns = columns_of(self.kind, by_value, traces)
        fields = tuple(column.field for column in columns)
        lookups = (fields, (ABSENT,) * len(fields), tuple(column.memory.young for column in columns))
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "by_field", {column.field: column for column in columns if column.agenda.stages})
        object.__setattr__(self, "lookups", lookups)
        object.__setattr__(self, "others", Agenda(others, bits))
        object.__setattr__(self, "links", tuple(_linked(linked, bits)))
        object.__setattr__(self, "watched", watched(columns))
        object.__setattr__(self, "day", [])

    def begin_day(self, day: date) -> None:
        """Forget what was said on any other day."""
        for column in self.columns:
            column.memory.forget()
        self.day[:] = [day]

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
    steps = _chosen(kind, choices, stream_mode, rules)
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


def check_choices(choices: Mapping[str, RuleChoice], rules: Mapping[str, Rule]) -> None:
    """Raise ChoiceError with every mistake in `choices` of `rules`."""
    _checked_options(rules, choices)


def rules_on(
    kind: str, choices: Mapping[str, RuleChoice] | None = None, *, rules: Mapping[str, Rule] | None = None
) -> tuple[str, ...]:
    """Return the names of the rules that `compile_ruleset` would let judge, in their order; much quicker."""
    return tuple(sorted({step.name for step in _chosen(kind, choices, Mode.OBSERVE, rules)}))


def _chosen(
    kind: str, choices: Mapping[str, RuleChoice] | None, stream_mode: Mode, rules: Mapping[str, Rule] | None
) -> list[Step]:
    """Return the steps of all rules that are on; raise ChoiceError with every mistake in `choices`."""
    known = catalog() if rules is None else rules
    chosen = choices or {}
    options = _checked_options(known, chosen)
    return [
        step
        for name, rule in sorted(known.items())
        if _is_on(rule, chosen.get(name))
        for step in _steps(name, rule, kind, chosen.get(name, RuleChoice()), options[name], stream_mode)
    ]


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


def _linked(speaking: Mapping[int, tuple[str, Linked]], bits: Mapping[int, int]) -> Iterable[ByCount]:
    found: dict[str, list[int]] = {}
    for place, (kind, linked) in speaking.items():
        found.setdefault(kind, [0] * len(Linked))[linked] |= bits[place]
    return ((kind, tuple(by_count)) for kind, by_count in found.items())


def _looked_at(steps: Iterable[Step]) -> Iterable[str]:
    for step in steps:
        if step.field:
            yield step.field
        yield from step.inputs()


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
