"""Persons are linked to the company whose domain their e-mail address has."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.kin import domain_owners, head_of, member_of
from quality.rule import FINE, Case, Example, Linked, Phase, Rule, Surroundings, Verdict, flag, link
from syncd.model import Record, Ref

_MISSING = "linked to no company, and one company has the domain of the address"
_SEVERAL = "linked to no company, and several companies have the domain of the address"


def check(case: Case) -> Verdict:
    """Propose a link where exactly one company has the domain. Free and throw-away domains are nobody's.

    Within a group of companies `company_by_parent` says which it is.
    """
    if case.record.links.get("company", ("not fetched",)):
        return FINE
    if "fake" in case.raised_flags:
        return FINE
    companies = domain_owners(case)
    if not companies:
        return FINE
    if len(companies) == 1:
        return FINE if member_of(case, companies[0]) else link(companies[0], _MISSING)
    return FINE if head_of(case, companies) else flag(_SEVERAL)


_ACME = Ref("crm", "companies", "7")
_OTHER = Ref("crm", "companies", "8")
_PART = Ref("crm", "companies", "9")
_AROUND = Surroundings(
    datetime(2025, 1, 1, tzinfo=UTC),
    {"acme.com": (_ACME,), "twins.com": (_ACME, _OTHER), "gmail.com": (_ACME,), "xn--mller-kva.de": (_ACME,),
     "group.com": (_ACME, _PART)},
    {"acme france": (_PART,)},
    {"company": {"9": Record(_PART, "company", {"parent": "7"})}},
)  # fmt: skip


def _example(
    email: str | None, verdict: Verdict, linked: tuple[str, ...] | None = (), *flags: str, name: str | None = None
) -> Example:
    return Example(
        None,
        verdict,
        {"email": email, "company_name": name},
        surroundings=_AROUND,
        links=None if linked is None else {"company": linked},
        raised_flags=frozenset(flags),
    )


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.RELATE,
    speaks_of=("company", Linked.NONE),
    examples=(
        _example("ada@acme.com", link(_ACME, _MISSING)),
        _example("Ada@UK.Acme.com ", link(_ACME, _MISSING)),
        _example("jörg@müller.de", link(_ACME, _MISSING)),
        _example("ada@twins.com", flag(_SEVERAL)),
        _example("ada@acme.com", FINE, name="Acme France"),
        _example("ada@group.com", FINE),
        _example("ada@gmail.com", FINE),
        _example("ada@mailinator.com", FINE),
        _example("ada@unknown.com", FINE),
        _example("ada@acme.com", FINE, ("9",)),
        _example("ada@acme.com", FINE, None),  # links were not fetched
        _example("test@acme.com", FINE, (), "fake"),
        _example("ada", FINE),
        _example(None, FINE),
    ),
)
