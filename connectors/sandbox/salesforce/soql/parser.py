"""From text to a query, by the grammar in `soql.lark`."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from connectors.sandbox.salesforce.soql import literals, nodes
from connectors.sandbox.salesforce.soql.errors import SoqlError, located, malformed

LONGEST_QUERY = 100_000
LONGEST_STRING = 4_000

_BARE_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?", re.IGNORECASE)
_END = "<EOF>"


def parse(text: str) -> nodes.Query:
    """Read a query; `SoqlError` says what is wrong with it, and where."""
    if len(text) > LONGEST_QUERY:
        raise malformed(f"SOQL statements can not be longer than {LONGEST_QUERY} characters")
    if not text.strip():
        raise malformed("SOQL statements cannot be empty or null")
    try:
        tree = _grammar().parse(text)
        query: nodes.Query = _Builder(text).transform(tree)
    except UnexpectedInput as problem:
        raise _unexpected(problem, text) from None
    except RecursionError:
        raise SoqlError(
            "QUERY_TOO_COMPLICATED", "Query is either selecting too many fields or too complicated"
        ) from None
    except VisitError as problem:
        if isinstance(problem.orig_exc, SoqlError):
            raise problem.orig_exc from None
        raise
    return query


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    grammar = files("connectors.sandbox.salesforce.soql").joinpath("soql.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", propagate_positions=False)


def _unexpected(problem: UnexpectedInput, text: str) -> SoqlError:
    at = _offset(problem)
    if isinstance(problem, UnexpectedToken) and problem.token.type == "$END":
        return located("MALFORMED_QUERY", f"unexpected token: '{_END}'", text, len(text))
    bare = next((found for found in _BARE_MOMENT.finditer(text) if found.start() <= at <= found.end()), None)
    if bare is not None:
        # A datetime without its zone, as when `+` was not percent-encoded: the lexer stops where the zone should be.
        return _no_viable(text, bare.end())
    if isinstance(problem, UnexpectedToken):
        return located("MALFORMED_QUERY", f"unexpected token: '{problem.token}'", text, at)
    if isinstance(problem, UnexpectedCharacters) and text[at] == "'":
        reason = f"line {_row(text, at)}:{len(text)} mismatched character '{_END}' expecting '''"
        return located("MALFORMED_QUERY", reason, text, at)
    if (word := re.match(r"[\w.:]+", text[at:])) is not None:
        return located("MALFORMED_QUERY", f"unexpected token: '{word[0]}'", text, at)
    return _no_viable(text, at)


def _offset(problem: UnexpectedInput) -> int:
    at: int | None = problem.pos_in_stream
    return at or 0


def _no_viable(text: str, at: int) -> SoqlError:
    """The lexer counts columns from zero, and points one short of the character it does not know."""
    character = text[at] if at < len(text) else _END
    column = at - (text.rfind("\n", 0, at) + 1)
    reason = f"line {_row(text, at)}:{column} no viable alternative at character '{character}'"
    return located("MALFORMED_QUERY", reason, text, max(0, at - 1))


def _row(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Turns what the grammar found into nodes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def start(self, query: nodes.Query) -> nodes.Query:
        return query

    def query(self, *parts: Any) -> nodes.Query:
        selected = [part for part in parts if isinstance(part, nodes.Chosen | nodes.Children | nodes.Typeof)]
        clauses: dict[str, Any] = {}
        for part in parts[len(selected) :]:
            clauses.update(part)
        return nodes.Query(selected=tuple(selected), text=self._text, **clauses)

    def chosen(self, what: nodes.Operand, alias: Token | None = None) -> nodes.Chosen:
        return nodes.Chosen(what, None if alias is None else str(alias))

    def children(self, query: nodes.Query) -> nodes.Children:
        return nodes.Children(query)

    def typeof(self, name: Token, *cases: nodes.When | tuple[nodes.Path, ...]) -> nodes.Typeof:
        named = tuple(case for case in cases if isinstance(case, nodes.When))
        otherwise = next((case for case in cases if isinstance(case, tuple)), None)
        return nodes.Typeof(self.path(name), named, otherwise, _place(name))

    def typed(self, name: Token, *paths: nodes.Path) -> nodes.When:
        return nodes.When(str(name), paths, _place(name))

    def untyped(self, *paths: nodes.Path) -> tuple[nodes.Path, ...]:
        return paths

    def source(self, name: Token, alias: Token | None = None) -> dict[str, Any]:
        return {"object": str(name), "object_at": _place(name), "alias": None if alias is None else str(alias)}

    def alias(self, name: Token) -> Token:
        if "." in name:
            raise located("MALFORMED_QUERY", f"unexpected token: '{name}'", self._text, _place(name))
        return name

    def scope(self, name: Token) -> dict[str, Any]:
        return {"whose": str(name)}

    def where(self, condition: nodes.Condition) -> dict[str, Any]:
        return {"where": condition}

    def security(self, name: Token) -> dict[str, Any]:
        if name.upper() not in {"SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"}:
            raise located("MALFORMED_QUERY", f"unexpected token: '{name}'", self._text, _place(name))
        return {}

    def grouping(self, *operands: nodes.Operand) -> dict[str, Any]:
        return {"groups": operands}

    def having(self, condition: nodes.Condition) -> dict[str, Any]:
        return {"having": condition}

    def ordering(self, *entries: nodes.Ordered) -> dict[str, Any]:
        return {"order": entries}

    def ordered(self, what: nodes.Operand, *modifiers: Token) -> nodes.Ordered:
        said = {modifier.upper() for modifier in modifiers}
        return nodes.Ordered(what, "DESC" in said, "LAST" in said)

    def nulls(self, place: Token) -> Token:
        return place

    def limit(self, count: Token) -> dict[str, Any]:
        return {"limit": int(count)}

    def offset(self, count: Token) -> dict[str, Any]:
        return {"offset": int(count)}

    def purpose(self, *_: Token) -> dict[str, Any]:
        return {}

    def all_rows(self, words: Token) -> dict[str, Any]:
        raise located("MALFORMED_QUERY", "ALL ROWS not allowed in this context", self._text, _place(words))

    def conjunction(self, *parts: nodes.Condition) -> nodes.Both:
        return nodes.Both(parts)

    def disjunction(self, *parts: nodes.Condition) -> nodes.Either:
        return nodes.Either(parts)

    def nested(self, condition: nodes.Condition) -> nodes.Condition:
        return condition

    def negation(self, part: nodes.Condition) -> nodes.Negation:
        return nodes.Negation(part)

    def compared(self, what: nodes.Operand, comparator: Token, value: nodes.Value) -> nodes.Compared:
        spelled = comparator.upper()
        return nodes.Compared(what, "!=" if spelled == "<>" else spelled, value)

    def among(self, what: nodes.Operand, *values: nodes.Value) -> nodes.Among:
        return nodes.Among(what, values, is_negated=False)

    def not_among(self, what: nodes.Operand, *values: nodes.Value) -> nodes.Among:
        return nodes.Among(what, values, is_negated=True)

    def joined(self, what: nodes.Operand, query: nodes.Query) -> nodes.Joined:
        return nodes.Joined(what, query, is_negated=False)

    def not_joined(self, what: nodes.Operand, query: nodes.Query) -> nodes.Joined:
        return nodes.Joined(what, query, is_negated=True)

    def including(self, what: nodes.Operand, inclusion: Token, *values: nodes.Value) -> nodes.Including:
        return nodes.Including(what, values, is_negated=inclusion.upper() == "EXCLUDES")

    def path(self, name: Token) -> nodes.Path:
        return nodes.Path(tuple(name.split(".")), _place(name))

    def call(self, name: Token, *arguments: nodes.Operand) -> nodes.Call:
        return nodes.Call(name.upper(), arguments, _place(name))

    def string(self, token: Token) -> nodes.Text:
        raw = token[1:-1]
        if len(raw) > LONGEST_STRING:
            raise malformed(f"String literals in a WHERE clause can not be longer than {LONGEST_STRING} characters")
        try:
            literals.like_pattern(raw)
        except ValueError as problem:
            raise located("MALFORMED_QUERY", str(problem), self._text, _place(token)) from None
        return nodes.Text(raw)

    def moment(self, token: Token) -> Any:
        return self._read(literals.moment, token, "dateTime")

    def day(self, token: Token) -> Any:
        return self._read(literals.day, token, "date")

    def number(self, token: Token) -> Any:
        return literals.number(token)

    def period(self, token: Token) -> nodes.Period:
        return literals.period(token)

    def true(self, _: Token) -> bool:
        return True

    def false(self, _: Token) -> bool:
        return False

    def null(self, _: Token) -> None:
        return None

    def _read(self, reader: Any, token: Token, kind: str) -> Any:
        try:
            return reader(str(token))
        except ValueError:
            reason = f"Invalid {kind}: {token}"
            raise located("MALFORMED_QUERY", reason, self._text, _place(token)) from None


def _place(token: Token) -> int:
    return token.start_pos or 0
