"""Of several companies a person is linked to, one is the primary one."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.fields import FieldName, is_empty
from quality.kin import domain_owners
from quality.rule import (
    FINE,
    Case,
    Example,
    Linked,
    Options,
    Phase,
    Rule,
    Surroundings,
    Verdict,
    flag,
    suggest_link,
)
from syncd.model import PROMOTE, Ref, Value

_NONE = "linked to several companies, and none of them is the primary one"
_BY_DOMAIN = "linked to several companies, none of them the primary one, and one has the domain of the address"
_OTHER = "the primary company is not among those linked"

_SEVERAL = 2


class PrimaryOptions(Options):
    """Where the CRM says which company it is."""

    #: Not fetched where a CRM knows no such thing: nothing is judged then.
    field: FieldName = "x_primary_company"


def check(case: Case) -> Verdict:
    """Flag a person of several companies of which none counts, or one that is not linked. One alone needs no rank.

    Where one of those linked has the domain of the address, suggest it: people have jobs beside their own.
    """
    linked = case.record.links.get("company", ())
    if len(linked) < _SEVERAL or not case.is_fetched(case.options.field):
        return FINE
    primary = case.get(case.options.field)
    if is_empty(primary):
        owners = [company for company in domain_owners(case) if company.id in linked]
        return suggest_link(owners[0], _BY_DOMAIN, label=PROMOTE) if len(owners) == 1 else flag(_NONE)
    return FINE if str(primary) in linked else flag(_OTHER)


_ACME, _TWIN, _OTHERS = (Ref("crm", "companies", key) for key in "789")
_AROUND = Surroundings(
    datetime(2025, 1, 1, tzinfo=UTC), {"acme.com": (_ACME,), "twins.com": (_ACME, _TWIN), "mills.com": (_OTHERS, _TWIN)}
)


def _example(verdict: Verdict, primary: Value, *linked: str, email: str | None = None) -> Example:
    values = {"x_primary_company": primary, "email": email}
    return Example(None, verdict, values, surroundings=_AROUND, links={"company": linked})


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.RELATE,
    speaks_of=("company", Linked.SEVERAL),
    options=PrimaryOptions,
    examples=(
        _example(FINE, "7", "7", "9"),
        _example(FINE, "8", "7", "8"),
        _example(flag(_NONE), None, "7", "8"),
        _example(FINE, None, "7"),
        _example(flag(_NONE), "", "7", "8"),
        _example(flag(_OTHER), "9", "7", "8"),
        _example(suggest_link(_ACME, _BY_DOMAIN, label=PROMOTE), None, "7", "8", email="ada@acme.com"),
        _example(suggest_link(_TWIN, _BY_DOMAIN, label=PROMOTE), None, "7", "8", email="ada@mills.com"),
        _example(flag(_NONE), None, "7", "8", email="ada@twins.com"),
        _example(flag(_NONE), None, "8", "9", email="ada@acme.com"),
        _example(flag(_NONE), None, "7", "8", email="ada@gmail.com"),
        _example(FINE, "8", "7", "8", email="ada@acme.com"),  # somebody chose
        _example(FINE, None),
        _example(FINE, "9"),
        Example(None, FINE, {}, links={"company": ("7", "8")}),  # a CRM that tells no primary company
    ),
)
