"""One value judged by one rule, to see what it would say; nothing is read or kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import typer

from quality import RuleChoice, Surroundings
from quality.conditions import guarded
from quality.own.values import to_value
from quality.rule import Case, Rule, Verdict
from syncd.clock import SystemClock
from syncd.located import did_you_mean
from syncd.model import Record, Ref, Value
from syncd.rulebook import known_rule
from syncd.settings import Settings
from syncd.settings.reading.custom_rules import known_fields


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be tried: a rule, a value, and other fields as `name=value`."""

    rule: str
    value: str | None
    given: tuple[str, ...] = ()
    #: The first the rule judges, unless named.
    field: str | None = None
    kind: str | None = None


def tried(settings: Settings, trial: Trial) -> Verdict:
    """Return what a rule says of a record that holds nothing but what is given, as the first stream of its kind does.

    typer.BadParameter says what cannot be tried.
    """
    rule = known_rule(settings, trial.rule)
    kind = _one_of("kind", trial.kind, tuple(rule.fields))
    field = _one_of("field", trial.field, rule.fields[kind]) if rule.fields[kind] else ""
    types = {one: known.type for one, known in known_fields(x.mapping for x in settings.streams)[kind].items()}
    values: dict[str, Value] = dict.fromkeys(types)
    own = [f"{field}={trial.value}"] if field and trial.value is not None else []
    for pair in [*trial.given, *own]:
        other, equals, text = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} has no value: write {pair}=VALUE")
        if other not in types:
            raise typer.BadParameter(f"a {kind} has no field {other!r}{did_you_mean(other, types)}")
        values[other] = _value(other, text, types[other])
    chosen = (
        next((one.rules.get(trial.rule) for one in settings.streams if one.stream.kind == kind), None) or RuleChoice()
    )
    rule = guarded(rule, chosen.when) if chosen.when is not None else rule
    return _verdict(rule, chosen, Record(Ref("trial", kind, "1"), kind, values), field)


def _verdict(rule: Rule, chosen: RuleChoice, record: Record, field: str) -> Verdict:
    options = rule.options.model_validate(dict(chosen.options))
    return rule.check(Case(record, field, record.values.get(field), Surroundings(SystemClock().now()), options))


def _one_of(what: str, given: str | None, known: tuple[str, ...]) -> str:
    if given is None:
        return known[0]
    if given not in known:
        raise typer.BadParameter(f"the rule judges no {what} {given!r}{did_you_mean(given, known)}")
    return given


def _value(name: str, text: str, kind: str) -> Value:
    given: Any = text
    try:
        if kind == "bool":
            given = {"true": True, "false": False, "": None}[text]
        elif kind == "number" and text:
            given = float(text)
        elif kind == "list":
            given = text.split(";") if text else None
        return to_value(given, kind)
    except (KeyError, ValueError):
        raise typer.BadParameter(f"{name} is a {kind}, and {text!r} is none") from None
