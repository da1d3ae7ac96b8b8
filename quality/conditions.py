"""Conditions an admin writes: `country == "DE" && email != ""`, in the words of `condition_words`.

Three answers: it holds, it does not, or it cannot be told. An empty text is `""`; any other empty field is `null`, and
what compares or counts with `null` cannot be told. A field that was not fetched is asked for by `is_fetched` first.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from quality.condition_words import (
    FUNCTIONS,
    MAX_LENGTH,
    NOW,
    VALUE,
    Fault,
    faults,
    literals,
    names,
    patterns,
    tokens,
)
from quality.linear_patterns import linear_pattern
from quality.rule import FINE, SILENT, Case, Rule, Verdict, fine_until
from syncd.model import Value

_PLACE = re.compile(r"<input>:(\d+):(\d+): Syntax error: ([^\n]*)")
#: Raised where a value is empty or not what a function takes.
_UNTOLD = (ValueError, TypeError, KeyError, RuntimeError, ZeroDivisionError, OverflowError)
_DAY = timedelta(days=1)
_MIXTURE = "mixes types: text with text, numbers with numbers (2.0, not 2, to count with) and dates with dates only"
#: CEL's own `matches` reads its pattern anew at every call, however long that takes.
_INSIDE = {"matches": "matched"}
#: A moment for trials, when no record is at hand.
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class ConditionError(ValueError):
    """A condition cannot be used; carries every fault with its place."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        self.faults = found
        super().__init__("; ".join(fault.message for fault in found))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was checked. Two are equal when they are written alike."""

    text: str
    #: The fields it names.
    fields: tuple[str, ...] = field(compare=False)
    #: The type of each name it uses, `value` and `now` included.
    types: Mapping[str, str] = field(compare=False, repr=False)
    _program: Any = field(compare=False, repr=False)
    _functions: Mapping[str, Callable[..., Any]] = field(compare=False, repr=False)

    @property
    def asks_time(self) -> bool:
        """Return whether the answer changes although the record does not."""
        return NOW in self.types or "days_since" in self._functions

    def is_fetched(self, values: Mapping[str, Value]) -> bool:
        """Return whether every field it names was fetched."""
        return all(name in values for name in self.fields)

    def answer(self, values: Mapping[str, Value], now: datetime, value: Value = None) -> bool | None:
        """Return whether it holds; None when that cannot be told."""
        given: dict[str, Any] = {name: _given(values.get(name), self.types[name]) for name in self.fields}
        if VALUE in self.types:
            given[VALUE] = _given(value, self.types[VALUE])
        if NOW in self.types:
            given[NOW] = now
        for name, function in self._functions.items():
            given[name] = functools.partial(function, now) if name == "days_since" else function
        try:
            said = self._program.execute(given)
        except _UNTOLD:
            return None
        return said if isinstance(said, bool) else None


def compile_condition(text: str, fields: Mapping[str, str], *, value_type: str = "") -> Condition:
    """Return the condition over `fields` (name to type), or raise ConditionError with every fault.

    With a `value_type`, `value` stands for the value of the field judged.
    """
    known = {**fields, NOW: "datetime", **({VALUE: value_type} if value_type else {})}
    if len(text) > MAX_LENGTH:
        raise ConditionError((Fault(0, f"longer than {MAX_LENGTH} characters"),))
    program = _parsed(text)
    found = tuple(faults(text, known))
    if found:
        raise ConditionError(found)
    _check_patterns(text)
    used = [token.text for token in tokens(text) if token.kind == "name"]
    types = {name: known[name] for name in (*names(text), NOW, VALUE) if name in used}
    own = {_INSIDE.get(name, name): function for name, function in _OWN.items() if name in used}
    condition = Condition(text, names(text), types, program, own)
    _try_out(condition, program)
    return condition


def guarded(rule: Rule, condition: Condition) -> Rule:
    """Return the rule as it judges only records for which the condition holds."""

    def check(case: Case) -> Verdict:
        verdict = rule.check(case)
        if verdict.is_fine:
            return verdict
        if not condition.is_fetched(case.record.values):
            return SILENT
        now = case.surroundings.now
        outside = FINE
        if condition.asks_time:
            outside = fine_until(next_day(now))
            verdict = replace(verdict, again_at=min(verdict.again_at or next_day(now), next_day(now)))
        return verdict if condition.answer(case.record.values, now, case.value) else outside

    by_value = rule.depends_on is not None and not condition.asks_time
    return replace(
        rule,
        check=check,
        depends_on=tuple(dict.fromkeys((*(rule.depends_on or ()), *condition.fields))) if by_value else None,
        facts=f"{rule.facts}\nwhen {condition.text}",
    )


def next_day(now: datetime) -> datetime:
    """Return the next midnight: what asks for the time is asked again then."""
    return datetime.combine(now.date() + _DAY, time(), UTC)


def _parsed(text: str) -> Any:
    import cel  # half a second: only where there are conditions

    try:
        return cel.compile(_inside(text))
    except ValueError as error:
        found = _PLACE.search(str(error))
        if found is None:
            raise ConditionError((Fault(0, "cannot be read"),)) from None
        lines = text.splitlines(keepends=True)
        offset = sum(map(len, lines[: int(found[1]) - 1])) + int(found[2]) - 1
        raise ConditionError((Fault(offset, _sentence(found[3])),)) from None


def _inside(text: str) -> str:
    """Return the text with names of our own for functions that CEL would take for its own; as long as before."""
    for token in tokens(text):
        if token.kind == "name" and token.text in _INSIDE:
            text = text[: token.offset] + _INSIDE[token.text] + text[token.offset + len(token.text) :]
    return text


def _check_patterns(text: str) -> None:
    """Raise ConditionError when a pattern cannot be read."""
    for _, pattern in patterns(text):
        try:
            linear_pattern(_parsed(pattern.text).execute({}))
        except ValueError as error:
            raise ConditionError((Fault(pattern.offset, str(error)),)) from None


def _sentence(said: str) -> str:
    if "<EOF>" in said:
        return "ends too early"
    wrong = re.search(r"(?:at: |input |at input )'([^']*)'?", said)
    if wrong and wrong[1].strip().startswith("="):
        return "a single '=' says nothing; two values are compared with '=='"
    return f"cannot be read from '{wrong[1].strip()}' on" if wrong else "cannot be read"


def _given(value: Value, kind: str) -> Any:
    """Return a value as a condition sees it."""
    match value:
        case None:
            return {"text": "", "list": []}.get(kind)
        case bool() | str():
            return value
        case int() | float():
            return float(value)
        case datetime():
            return value
        case date():
            return datetime.combine(value, time(), UTC)
        case tuple():
            return list(value)


def _try_out(condition: Condition, program: Any) -> None:
    """Raise ConditionError when the condition mixes types or gives no truth value, on values of the right types."""
    for given in _samples(condition):
        try:
            said = program.execute(given)
        except (TypeError, RuntimeError):
            raise ConditionError((Fault(0, _MIXTURE),)) from None
        except _UNTOLD:
            continue
        if not isinstance(said, bool):
            raise ConditionError((Fault(0, "is neither true nor false"),))


def _samples(condition: Condition) -> Iterator[dict[str, Any]]:
    texts = sorted({"", "x", *itertools.islice(sorted(literals(condition.text)), 30)})
    for text, truth, number in itertools.product(texts, (True, False), (0.0, 7.0)):
        samples = {"text": text, "bool": truth, "number": number, "list": [text]}
        given: dict[str, Any] = {name: samples.get(kind, _SOME_DAY) for name, kind in condition.types.items()}
        for name, function in condition._functions.items():  # noqa: SLF001 - the same module
            given[name] = functools.partial(function, _SOME_DAY) if name == "days_since" else function
        yield given


def _days_since(now: datetime, moment: Any) -> float | None:
    return (now - moment) / _DAY if isinstance(moment, datetime) else None


def _matches(value: Any, pattern: Any) -> bool | None:
    return linear_pattern(pattern).search(value) is not None if isinstance(value, str) else None


def _of_text(change: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda value: change(value) if isinstance(value, str) else None


_OWN: Mapping[str, Callable[..., Any]] = {
    "matches": _matches,
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "trim": _of_text(str.strip),
    "days_since": _days_since,
}
assert set(_OWN) <= set(FUNCTIONS)  # noqa: S101 - the list of functions is what people are shown
