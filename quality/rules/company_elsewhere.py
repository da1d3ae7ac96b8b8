"""Persons and deals are linked to the company that their counterpart in another account is linked to."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.elsewhere import ASKS, LOOK_AGAIN, linked_elsewhere
from quality.kin import domain_owners
from quality.rule import (
    FINE,
    Case,
    Counterpart,
    Example,
    Linked,
    Phase,
    Rule,
    Surroundings,
    Verdict,
    fine_until,
    flag,
    link,
)
from syncd.model import Record, Ref, Severity

_MISSING = "linked to no company, and a counterpart in another account is"
_SEVERAL = "linked to no company, and counterparts in other accounts are linked to different ones"


def check(case: Case) -> Verdict:
    """Propose the counterpart's company, where it is surely known which one that is here.

    A company that has the domain of the address, and is another one, has the better claim.
    """
    if case.record.links.get("company", ("not fetched",)) or "fake" in case.raised_flags:
        return FINE
    there = linked_elsewhere(case, "company")
    if len(there.known) != 1:
        return flag(_SEVERAL) if there.known else there.none_yet(case.surroundings.now)
    owners = domain_owners(case) if case.record.kind == "person" else ()
    return link(there.known[0], _MISSING) if not owners or there.known[0] in owners else FINE


_NOW = datetime(2025, 1, 1, tzinfo=UTC)
_ACME, _OTHER = Ref("crm", "companies", "7"), Ref("crm", "companies", "8")


def _known(kind: str, *companies: str, is_sure: bool = True) -> Surroundings:
    found = tuple(
        Counterpart(
            Record(Ref(f"other-{company}", "x", "1"), kind, {}, {"company": (company,)}),
            is_sure=is_sure, probability=1.0,
        )
        for company in companies
    )  # fmt: skip
    ours = {("other-a7", "company", "a7"): _ACME, ("other-a8", "company", "a8"): _OTHER}
    me = Ref("crm", kind, "1")
    return Surroundings(
        _NOW, {"mills.com": (_OTHER,), "acme.com": (_ACME, _OTHER)}, counterparts={me: found}, ours=ours
    )


def _example(
    verdict: Verdict, around: Surroundings, kind: str = "person", to: tuple[str, ...] | None = (), *flags: str,
    email: str | None = None,
) -> Example:  # fmt: skip
    links = None if to is None else {"company": to}
    return Example(
        None, verdict, {"email": email} if kind == "person" else {}, kind=kind, surroundings=around, links=links,
        raised_flags=frozenset(flags),
    )  # fmt: skip


RULE = Rule(
    check,
    fields={"person": (), "deal": ()},
    phase=Phase.RELATE,
    severity=Severity.INFO,
    speaks_of=("company", Linked.NONE),
    asks=ASKS,
    examples=(
        _example(link(_ACME, _MISSING), _known("person", "a7")),
        _example(link(_ACME, _MISSING), _known("deal", "a7"), "deal"),
        _example(link(_ACME, _MISSING), _known("person", "a7"), email="ada@gmail.com"),
        _example(link(_ACME, _MISSING), _known("person", "a7"), email="ada@acme.com"),  # which of the two was not known
        _example(FINE, _known("person", "a7"), email="ада@mills.com"),  # the address says another one
        _example(flag(_SEVERAL), _known("person", "a7", "a8")),
        _example(fine_until(_NOW + LOOK_AGAIN), _known("person", "a9")),  # nobody knows which one that is here
        _example(FINE, _known("person", "a7", is_sure=False)),
        _example(FINE, _known("person", "a7"), "person", ("9",)),
        _example(FINE, _known("person", "a7"), "person", None),  # links were not fetched
        _example(FINE, _known("person", "a7"), "person", (), "fake"),
        _example(FINE, Surroundings(_NOW)),
    ),
)
