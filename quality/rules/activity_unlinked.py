"""Calls, mails, meetings, notes and tasks hang on somebody: else they are part of nobody's history."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag

_NOBODYS = "linked to no person, company, deal or ticket"

_KINDS = ("person", "company", "deal", "ticket")


def check(case: Case) -> Verdict:
    """Flag an activity whose links were all fetched and are all empty."""
    links = case.record.links
    fetched = [links[kind] for kind in _KINDS if kind in links]
    return flag(_NOBODYS) if fetched and not any(fetched) else FINE


def _example(verdict: Verdict, **links: tuple[str, ...]) -> Example:
    return Example(None, verdict, {}, links=links)


RULE = Rule(
    check,
    fields={"activity": ()},
    phase=Phase.RELATE,
    examples=(
        _example(flag(_NOBODYS), person=()),
        _example(flag(_NOBODYS), person=(), company=(), deal=(), ticket=()),
        _example(FINE, person=("1",)),
        _example(FINE, person=(), company=("7",)),
        _example(FINE, person=(), deal=("3",), ticket=()),
        _example(FINE),  # links were not fetched
    ),
)
