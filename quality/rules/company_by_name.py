"""Persons are linked to the company whose name is written on them."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.kin import domain_owners, named_companies
from quality.rule import FINE, Case, Example, Linked, Phase, Rule, Surroundings, Verdict, flag, suggest_link
from syncd.model import Ref, Severity

_MISSING = "linked to no company, and one company has the name written on the record"
_ONE_OF = "several companies have the domain of the address, and one of them the name written on the record"
_SEVERAL = "linked to no company, and several companies have the name written on the record"


def check(case: Case) -> Verdict:
    """Suggest the one company of that name. Names are shared by strangers: never more than a suggestion."""
    if case.record.links.get("company", ("not fetched",)) or "fake" in case.raised_flags:
        return FINE
    named = named_companies(case)
    if not named:
        return FINE
    owners = domain_owners(case)
    if len(owners) == 1:
        return FINE  # the address says it better
    both = [ref for ref in named if ref in owners]
    if len(both) == 1:
        return suggest_link(both[0], _ONE_OF)
    if owners and not both:
        return FINE  # another company's domain: the name is somebody else's
    return suggest_link(named[0], _MISSING) if len(named) == 1 else flag(_SEVERAL)


_ACME, _OTHER = Ref("crm", "companies", "7"), Ref("crm", "companies", "8")
_AROUND = Surroundings(
    datetime(2025, 1, 1, tzinfo=UTC),
    {"acme.com": (_ACME,), "twins.com": (_ACME, _OTHER), "strangers.com": (_OTHER, Ref("crm", "companies", "9"))},
    {"acme": (_ACME,), "ромашка": (_OTHER,), "common name": (_ACME, _OTHER)},
)


def _example(
    company_name: str | None, verdict: Verdict, email: str | None = None, to: tuple[str, ...] | None = ()
) -> Example:
    links = None if to is None else {"company": to}
    return Example(None, verdict, {"company_name": company_name, "email": email}, surroundings=_AROUND, links=links)


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.RELATE,
    speaks_of=("company", Linked.NONE),
    severity=Severity.INFO,
    examples=(
        _example("Acme", suggest_link(_ACME, _MISSING)),
        _example("ACME, Inc.", suggest_link(_ACME, _MISSING), "ada@gmail.com"),
        _example("Ромашка", suggest_link(_OTHER, _MISSING)),
        _example("ACME GmbH", suggest_link(_ACME, _ONE_OF), "ada@twins.com"),
        _example("Acme", FINE, "ada@acme.com"),  # the domain links it
        _example("Acme", FINE, "ada@strangers.com"),
        _example("Common Name", flag(_SEVERAL)),
        _example("Acme Labs", FINE),
        _example("Acme", FINE, None, ("9",)),
        _example("Acme", FINE, None, None),  # links were not fetched
        _example(None, FINE),
    ),
)
