"""Calls, mails, meetings, notes and tasks hang on somebody: else they are part of nobody's history."""

from __future__ import annotations

from collections.abc import Mapping

from quality.fields import FieldName, is_empty
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from syncd.model import Severity, Value

_NOBODYS = "linked to nothing that was looked at"

_KINDS = ("person", "company", "deal", "ticket")


class ActivityOptions(Options):
    """Where else a link may be."""

    #: Fields that hold what an activity is about, of whatever object.
    also: tuple[FieldName, ...] = ("x_who", "x_what")


def check(case: Case) -> Verdict:
    """Flag an activity whose links were fetched and are all empty.

    Information: it may hang on a kind of record that the mapping does not ask for.
    """
    links = case.record.links
    fetched = [links[kind] for kind in _KINDS if kind in links]
    if not fetched or any(fetched) or not all(is_empty(case.get(name)) for name in case.options.also):
        return FINE
    return flag(_NOBODYS)


def _example(verdict: Verdict, values: Mapping[str, Value] | None = None, **links: tuple[str, ...]) -> Example:
    return Example(None, verdict, values or {}, links=links)


RULE = Rule(
    check,
    fields={"activity": ()},
    phase=Phase.RELATE,
    severity=Severity.INFO,
    options=ActivityOptions,
    examples=(
        _example(flag(_NOBODYS), person=()),
        _example(flag(_NOBODYS), person=(), company=(), deal=(), ticket=()),
        _example(FINE, person=("1",)),
        _example(FINE, person=(), company=("7",)),
        _example(FINE, person=(), deal=("3",), ticket=()),
        _example(FINE, {"x_who": "00Q5000000abcdeAAA", "x_what": None}, person=(), company=()),  # a lead
        _example(flag(_NOBODYS), {"x_who": None, "x_what": ""}, person=(), company=()),
        _example(FINE),  # links were not fetched
    ),
)
