"""The steps of an admin's change: value in, value out. None of them can take long, or make a value grow long."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from quality.linear_patterns import linear_pattern
from quality.own.spec import Change, Pattern, Step
from quality.own.values import to_value
from syncd.model import Value

#: A value longer than this is nothing a person wrote.
_MAX_RESULT = 65_536
_SLOT = re.compile(r"\{([^{}]*)\}")

#: The value so far and the fields of the record, and the value after.
Move = Callable[[Value, Mapping[str, Value]], Value]


def slots(template: str) -> tuple[str, ...]:
    """Return the fields a template names, in their order."""
    return tuple(_SLOT.findall(template))


def named_fields(steps: Sequence[Change]) -> tuple[str, ...]:
    """Return the other fields that the steps look at."""
    found: list[str] = []
    for step in steps:
        if isinstance(step, Step):
            found += [step.copy_from] if step.copy_from else []
            found += slots(step.template or "")
    return tuple(dict.fromkeys(found))


def is_of_text(step: Change) -> bool:
    """Return whether a step needs a text to work on."""
    if isinstance(step, str):
        return step != "clear"
    return bool(step.model_fields_set & {"replace", "pattern", "template"})


def compile_step(step: Change, kind: str) -> Move:
    """Return one step on a field whose type is `kind`; ValueError says why it cannot be taken."""
    if kind != "text" and is_of_text(step):
        message = f"works on text only, and this field is a {kind}"
        raise ValueError(message)
    return _PLAIN[step] if isinstance(step, str) else _move(step, kind)


def one_after_another(moves: Sequence[Move]) -> Move:
    """Return all steps as one."""

    def move(value: Value, values: Mapping[str, Value]) -> Value:
        for one in moves:
            value = one(value, values)
            if isinstance(value, str) and len(value) > _MAX_RESULT:
                message = "the result is too long"
                raise ValueError(message)
        return value or None if isinstance(value, str) else value

    return move


def _move(step: Step, kind: str) -> Move:
    if step.copy_from is not None:
        return _copy(step.copy_from)
    if step.template is not None:
        return _template(step.template)
    if step.replace is not None:
        return _replace(step.replace)
    if step.pattern is not None:
        return _of_text(_pattern(step.pattern))
    if step.map is not None:
        return _map({key.strip().casefold(): to_value(to, kind) for key, to in step.map.items()})
    to = to_value(step.set, kind)
    return lambda _value, _values: to


def _copy(name: str) -> Move:
    def move(value: Value, values: Mapping[str, Value]) -> Value:
        found = values.get(name)
        return value if found is None or found == "" else found

    return move


def _replace(pairs: Mapping[str, str]) -> Move:
    def change(text: str) -> str:
        for old, new in pairs.items():
            text = text.replace(old, new) if old else text
        return text

    return _of_text(change)


def _of_text(change: Callable[[str], str]) -> Move:
    return lambda value, _values: change(value) if isinstance(value, str) else value


def _pattern(wanted: Pattern) -> Callable[[str], str]:
    compiled = linear_pattern(wanted.pattern)
    missing = [number for number in re.findall(r"\\(\d)", wanted.to) if int(number) > compiled.groups]
    if missing:
        message = f"the pattern has no group {missing[0]}"
        raise ValueError(message)
    return lambda text: str(compiled.sub(wanted.to, text))


def _template(template: str) -> Move:
    names = slots(template)

    def move(value: Value, values: Mapping[str, Value]) -> Value:
        given = {name: _spelled(values.get(name)) for name in names}
        return _SLOT.sub(lambda found: given[found[1]], template) if all(given.values()) else value

    return move


def _map(known: Mapping[str, Value]) -> Move:
    def move(value: Value, _values: Mapping[str, Value]) -> Value:
        key = _spelled(value).strip().casefold()
        return known.get(key, value)

    return move


def _spelled(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return ";".join(value)
        case _:
            return str(value)


def _titled(text: str) -> str:
    return re.sub(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*", lambda word: word[0][0].upper() + word[0][1:].lower(), text)


_PLAIN: Mapping[str, Move] = {
    "trim": _of_text(str.strip),
    "collapse_blanks": _of_text(lambda text: " ".join(text.split())),
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "title": _of_text(_titled),
    "clear": lambda _value, _values: None,
}
