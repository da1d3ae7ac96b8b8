"""The colleague a record belongs to still works here."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.rule import FINE, OWNERS, Case, Example, Options, Phase, Rule, Surroundings, Verdict, flag

_GONE = "belongs to somebody who has left"
_STRANGER = "belongs to somebody who is not among the owners"


class OwnerOptions(Options):
    """Who owns records, by the CRM's ids, where that is known better here than in the CRM."""

    #: All who may own records, whatever the CRM says of them; empty: anybody the CRM does not call inactive.
    active: tuple[str, ...] = ()
    #: Those who have left, whatever the CRM says of them.
    left: tuple[str, ...] = ()


_LEFT = {"left": ("7",)}
_TEAM = {"active": ("1", "2")}
_OWNER = ("owner",)
_TOLD = Surroundings(datetime(2026, 3, 1, tzinfo=UTC), active_owners={"1": True, "7": True, "9": False})


def check(case: Case) -> Verdict:
    """Flag an owner known to have left, or unknown where all owners are named."""
    owner = case.value.strip() if isinstance(case.value, str) else ""
    if not owner:
        return FINE
    if owner in case.options.left:
        return flag(_GONE)
    if case.options.active:
        return FINE if owner in case.options.active else flag(_STRANGER)
    # Of whom the CRM has not told, for they came after it was asked, nothing is said.
    told = case.surroundings.active_owners
    return flag(_GONE) if told and told.get(owner) is False else FINE


RULE = Rule(
    check,
    fields={"person": _OWNER, "company": _OWNER, "deal": _OWNER, "ticket": _OWNER},
    phase=Phase.VALIDATE,
    options=OwnerOptions,
    asks=(OWNERS,),
    examples=(
        Example("7", flag(_GONE), options=_LEFT),
        Example("8", FINE, options=_LEFT),
        Example("1", FINE, options=_TEAM),
        Example("3", flag(_STRANGER), options=_TEAM),
        Example("Анна", flag(_STRANGER), options=_TEAM),
        Example("9", flag(_GONE), surroundings=_TOLD),
        Example("1", FINE, surroundings=_TOLD),
        Example("8", FINE, surroundings=_TOLD),
        Example("7", flag(_GONE), options=_LEFT, surroundings=_TOLD),
        Example("9", FINE, options={"active": ("9",)}, surroundings=_TOLD),
        Example("3", FINE),
        Example(None, FINE, options=_TEAM),
        Example("", FINE, options=_LEFT),
    ),
)
