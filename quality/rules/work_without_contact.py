"""Deals and tickets of a company name the person one talks to."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from syncd.model import Severity

_NO_CONTACT = "linked to a company, and to nobody there"


def check(case: Case) -> Verdict:
    """Flag work with a company and no contact. Information: who it is, only somebody who knows the work can say."""
    is_without = case.record.links.get("person") == () and bool(case.record.links.get("company"))
    return flag(_NO_CONTACT) if is_without else FINE


def _example(verdict: Verdict, kind: str = "deal", **links: tuple[str, ...]) -> Example:
    return Example(None, verdict, {}, kind, links=links)


RULE = Rule(
    check,
    fields={"deal": (), "ticket": ()},
    phase=Phase.RELATE,
    severity=Severity.INFO,
    examples=(
        _example(flag(_NO_CONTACT), company=("7",), person=()),
        _example(flag(_NO_CONTACT), "ticket", company=("7",), person=()),
        _example(FINE, company=("7",), person=("1",)),
        _example(FINE, company=(), person=()),  # work_unlinked says so
        _example(FINE, company=("7",)),  # contacts were not fetched
        _example(FINE),
    ),
)
