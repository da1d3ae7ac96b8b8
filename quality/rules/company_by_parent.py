"""Persons are linked to the right company of a group: the subsidiary named on them, or else the parent."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.kin import domain_owners, head_of, member_of, named_companies
from quality.rule import FINE, Case, Example, Linked, Phase, Rule, Surroundings, Verdict, link, suggest_link
from syncd.model import Record, Ref

_PART = "linked to no company, and a company of this name is a part of the one with the domain of the address"
_HEAD = "linked to no company, and the companies with the domain of the address are parts of one of them"


def check(case: Case) -> Verdict:
    """Propose the named subsidiary of the domain's company; of a group under one domain, suggest the parent."""
    if case.record.links.get("company", ("not fetched",)) or "fake" in case.raised_flags:
        return FINE
    owners = domain_owners(case)
    if not owners:
        return FINE
    if len(owners) == 1:
        part = member_of(case, owners[0])
        return link(part, _PART) if part else FINE
    if len(set(owners) & set(named_companies(case))) == 1:
        return FINE  # `company_by_name` sees to it
    head = head_of(case, owners)
    return suggest_link(head, _HEAD) if head else FINE


def _company(key: str, parent: str | None = None) -> Record:
    return Record(Ref("crm", "companies", key), "company", {"parent": parent})


_HEAD_REF, _FRANCE, _ITALY, _OTHER = (Ref("crm", "companies", key) for key in "7890")
_AROUND = Surroundings(
    datetime(2025, 1, 1, tzinfo=UTC),
    {"acme.com": (_HEAD_REF,), "group.com": (_FRANCE, _HEAD_REF, _ITALY), "twins.com": (_HEAD_REF, _OTHER)},
    {"acme france": (_FRANCE,), "acme": (_HEAD_REF,), "acme italia": (_ITALY, _OTHER), "ромашка": (_OTHER,)},
    {"company": {"7": _company("7"), "8": _company("8", "7"), "9": _company("9", "8"), "0": _company("0", "0")}},
)


def _example(
    verdict: Verdict, email: str | None, name: str | None = None, linked: tuple[str, ...] | None = (), *flags: str
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
        _example(link(_FRANCE, _PART), "ada@acme.com", "ACME France SAS"),
        _example(FINE, "ada@acme.com", "Acme Inc."),
        _example(FINE, "ada@acme.com", "Acme Italia"),  # a part of a part, and somebody else's name
        _example(FINE, "ada@acme.com", "Ромашка"),
        _example(FINE, "ada@acme.com"),
        _example(suggest_link(_HEAD_REF, _HEAD), "ada@group.com"),
        _example(suggest_link(_HEAD_REF, _HEAD), "ada@group.com", "Ромашка"),
        _example(FINE, "ada@group.com", "Acme France"),
        _example(FINE, "ada@twins.com"),
        _example(FINE, "ada@gmail.com", "Acme France"),
        _example(FINE, "ada@acme.com", "Acme France", ("9",)),
        _example(FINE, "ada@acme.com", "Acme France", None),  # links were not fetched
        _example(FINE, "test@acme.com", "Acme France", (), "fake"),
        _example(FINE, None, "Acme France"),
    ),
)
