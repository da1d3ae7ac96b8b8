"""Deals and tickets hang on somebody: a company, and where the CRM tells contacts, a contact."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag

_NOBODYS = "linked to no company and no contact"
_NO_COMPANY = "linked to no company"


def check(case: Case) -> Verdict:
    """Flag work that is nobody's. A contact without a company may be a customer of its own."""
    company, people = case.record.links.get("company"), case.record.links.get("person")
    if company is None or company or people:
        return FINE
    return flag(_NO_COMPANY) if people is None else flag(_NOBODYS)


def _example(verdict: Verdict, kind: str = "deal", **links: tuple[str, ...]) -> Example:
    return Example(None, verdict, {}, kind, links=links)


RULE = Rule(
    check,
    fields={"deal": (), "ticket": ()},
    phase=Phase.RELATE,
    examples=(
        _example(flag(_NOBODYS), company=(), person=()),
        _example(flag(_NOBODYS), "ticket", company=(), person=()),
        _example(flag(_NO_COMPANY), company=()),
        _example(FINE, company=("7",), person=()),
        _example(FINE, company=(), person=("1",)),
        _example(FINE, "ticket", company=("7",), person=("1",)),
        _example(FINE),  # links were not fetched
    ),
)
