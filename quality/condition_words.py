"""The words of a condition, with their places: what may stand in one, and what is wrong with one that may not.

Conditions are CEL (the Common Expression Language) without loops, parts of values and literal mappings: every condition
takes a time that is linear in its own length and in that of the values it looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from syncd.located import did_you_mean

#: Longer conditions are refused: whoever needs one wants a rule in Python.
MAX_LENGTH = 1000
#: The moment judged at, and the value of the field judged.
NOW, VALUE = "now", "value"
#: Functions by name, and how each is called.
FUNCTIONS = {
    "contains": 'email.contains("+")',
    "startsWith": 'phone.startsWith("+49")',
    "endsWith": 'email.endsWith(".edu")',
    "matches": 'postal_code.matches("^[0-9]{5}$")',
    "lower": "lower(city)",
    "upper": "upper(city)",
    "trim": "trim(city)",
    "size": "size(last_name)",
    "days_since": "days_since(last_contacted)",
    "int": "int(employees)",
    "double": "double(x_score)",
    "string": "string(employees)",
    "timestamp": 'timestamp("2026-01-01T00:00:00Z")',
    "duration": 'duration("24h")',
}
_KEYWORDS = frozenset({"true", "false", "null", "in"})
_TOKEN = re.compile(
    r"""(?P<text>[rR]?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
    r"|(?P<number>\d[\w.]*)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\S)"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a condition; `offset` counts from 0, from its first character."""

    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign of a condition."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> list[Token]:
    """Return the words and signs of a condition in their order."""
    return [Token(str(found.lastgroup), found[0], found.start()) for found in _TOKEN.finditer(text)]


def literals(text: str) -> set[str]:
    """Return the texts a condition names, as far as they are plain."""
    return {token.text[1:-1] for token in tokens(text) if token.kind == "text" and "\\" not in token.text}


def names(text: str) -> tuple[str, ...]:
    """Return the fields a condition names, in the order of their names; `now` and `value` are none."""
    found = {token.text for token, role in _roles(tokens(text)) if role == "field"}
    return tuple(sorted(found - {NOW, VALUE}))


def patterns(text: str) -> Iterator[tuple[Token, Token]]:
    """Yield each `matches` with what stands first between its brackets, be it a text or not."""
    found = tokens(text)
    for position, token in enumerate(found):
        if token.kind == "name" and token.text == "matches":
            yield token, found[position + 2] if position + 2 < len(found) else token


def faults(text: str, fields: Mapping[str, str], functions: Iterable[str] = FUNCTIONS) -> Iterator[Fault]:
    """Yield what is wrong with the words of a condition over `fields`."""
    found = tokens(text)
    for token, role in _roles(found):
        if role == "function" and token.text not in functions:
            guess = did_you_mean(token.text, functions) or f"; there are: {', '.join(functions)}"
            yield Fault(token.offset, f"there is no function '{token.text}'{guess}")
        elif role == "field" and token.text not in fields:
            guess = did_you_mean(token.text, fields) or ("" if token.text.islower() else " (texts stand in quotes)")
            yield Fault(token.offset, f"there is no field '{token.text}'{guess}")
        elif role == "part":
            yield Fault(token.offset, f"a field has no parts: '.{token.text}' cannot stand here")
        elif token.text in {"{", "}"}:
            yield Fault(token.offset, "mappings cannot stand in a condition")
    for name, pattern in patterns(text):
        if pattern.kind != "text":
            yield Fault(name.offset, 'the pattern of matches stands there as a text: x.matches("^[0-9]+$")')


def _roles(found: list[Token]) -> Iterator[tuple[Token, str]]:
    """Yield each token with the part it plays: field, function, part (of a field), or its kind."""
    for position, token in enumerate(found):
        if token.kind != "name" or token.text in _KEYWORDS:
            yield token, token.kind
            continue
        is_called = position + 1 < len(found) and found[position + 1].text == "("
        is_behind_dot = position > 0 and found[position - 1].text == "."
        yield token, "function" if is_called else "part" if is_behind_dot else "field"
