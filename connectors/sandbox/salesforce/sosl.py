"""SOSL: what a search asks for, and the words it is tested with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.salesforce.errors import SalesforceError

_SEARCH = re.compile(
    r"\s*FIND\s*\{(?P<term>.*?)(?<!\\)\}\s*(?:IN\s+(?P<scope>ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS)?\s*"
    r"(?:RETURNING\s+(?P<objects>.*?))?(?:\s+WITH\s+.*?)?\s*(?:LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_OBJECT = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_FIELDS = re.compile(
    r"\s*((?:[\w.]+\s*,\s*)*[\w.]+)\s*((?:WHERE|ORDER\s+BY|LIMIT|OFFSET)\b.*)?", re.IGNORECASE | re.DOTALL
)
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_PIECE = re.compile(r"\w+")
MOST = 2000
_SHORTEST = 2

#: Tells whether a record's text, in small letters, is what is looked for.
Match = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Returned:
    """One object a search returns: the fields shown, and the clauses of a query that follow them."""

    object: str
    fields: str = "Id"
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A whole search."""

    term: str
    scope: str = "ALL"
    returned: tuple[Returned, ...] = ()
    limit: int = MOST


def parse(text: str) -> Search:
    """Read a search; MALFORMED_SEARCH says what is wrong with it."""
    found = _SEARCH.fullmatch(text)
    if found is None:
        raise malformed("No search term found. The search term must be enclosed in braces.")
    objects = tuple(_returned(part) for part in _parts(found["objects"])) if found["objects"] else ()
    limit = int(found["limit"]) if found["limit"] else MOST
    return Search(_plain(found["term"]), (found["scope"] or "ALL").upper(), objects, min(limit, MOST))


def matching(term: str) -> Match:
    """Return the test of a term: words, `"phrases"`, `*` and `?`, AND, OR and AND NOT; words side by side all count."""
    if len(term.strip()) < _SHORTEST:
        raise malformed(f"search term must be longer than one character: {term}")
    ways: list[list[tuple[bool, re.Pattern[str]]]] = [[]]
    is_wanted = True
    for phrase, word in _WORD.findall(term):
        if word.upper() == "OR":
            ways.append([])
        elif word.upper() == "NOT":
            is_wanted = False
        elif word.upper() != "AND":
            ways[-1].append((is_wanted, _pattern(phrase or word)))
            is_wanted = True

    def test(text: str) -> bool:
        return any(way and all((found.search(text) is not None) == wanted for wanted, found in way) for way in ways)

    return test


def malformed(reason: str) -> SalesforceError:
    """400: a search that makes no sense."""
    return SalesforceError("MALFORMED_SEARCH", reason)


def _pattern(word: str) -> re.Pattern[str]:
    wild = re.escape(word.lower()).replace(r"\*", r"\w*").replace(r"\?", r"\w")
    return re.compile(rf"(?<!\w){wild}(?!\w)")


def _plain(term: str) -> str:
    return re.sub(r"\\(.)", r"\1", term)


def _parts(text: str) -> list[str]:
    """Cut at the commas that stand in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _returned(text: str) -> Returned:
    found = _OBJECT.fullmatch(text)
    inner = _FIELDS.fullmatch(found[2]) if found is not None and found[2] else None
    if found is None or (found[2] and inner is None):
        raise malformed(f"unexpected token: {text.strip()}")
    if inner is None:
        return Returned(found[1])
    return Returned(found[1], inner[1], inner[2] or "")
