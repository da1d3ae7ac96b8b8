"""Deals and tickets are linked to the company of their contact."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.rule import FINE, Case, Example, Phase, Rule, Surroundings, Verdict, link, suggest_link
from syncd.model import Record, Ref

_ONE = "linked to no company, and all its contacts belong to one"
_PRIMARY = "linked to no company, and its contacts belong to several"


def check(case: Case) -> Verdict:
    """Propose the company all contacts belong to; suggest the first contact's where they belong to several."""
    people = case.record.links.get("person")
    if not people or case.record.links.get("company", ("not fetched",)):
        return FINE
    known = case.surroundings.linked.get("person", {})
    theirs = [known[person] for person in people if person in known]
    found = [company for person in theirs for company in person.links.get("company", ())]
    target = next((_company_of(case, person) for person in theirs if person.links.get("company")), None)
    if target is None:
        return FINE
    is_sure = len(set(found)) == 1 and len(theirs) == len(people)
    return link(target, _ONE) if is_sure else suggest_link(target, _PRIMARY)


def _company_of(case: Case, person: Record) -> Ref:
    """Return the company a person belongs to first. Its object is the one the CRM keeps companies in."""
    return Ref(case.record.ref.account, case.surroundings.company_object, person.links["company"][0])


def _person(key: str, *companies: str) -> Record:
    return Record(Ref("crm", "contacts", key), "person", {}, {"company": companies})


_AROUND = Surroundings(
    datetime(2025, 1, 1, tzinfo=UTC),
    linked={"person": {"1": _person("1", "7"), "2": _person("2", "7"), "3": _person("3", "8"), "4": _person("4"),
                       "5": _person("5", "7", "8")}},
    company_object="companies",
)  # fmt: skip
_ACME, _OTHER = Ref("crm", "companies", "7"), Ref("crm", "companies", "8")


def _example(verdict: Verdict, *people: str, kind: str = "deal", to: tuple[str, ...] | None = ()) -> Example:
    links = {"person": people} if to is None else {"person": people, "company": to}
    return Example(None, verdict, {}, kind, surroundings=_AROUND, links=links)


RULE = Rule(
    check,
    fields={"deal": (), "ticket": ()},
    phase=Phase.RELATE,
    examples=(
        _example(link(_ACME, _ONE), "1"),
        _example(link(_ACME, _ONE), "1", "2", kind="ticket"),
        _example(link(_ACME, _ONE), "1", "4"),  # the other contact belongs nowhere
        _example(suggest_link(_ACME, _PRIMARY), "1", "3"),
        _example(suggest_link(_ACME, _PRIMARY), "5"),
        _example(suggest_link(_OTHER, _PRIMARY), "99", "3"),  # nothing is known of the other contact
        _example(FINE, "4"),
        _example(FINE, "99"),
        _example(FINE),
        _example(FINE, "1", to=("9",)),
        _example(FINE, "1", to=None),  # links were not fetched
    ),
)
