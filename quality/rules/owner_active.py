"""The colleague a record belongs to still works here."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag

_GONE = "belongs to somebody who has left"
_STRANGER = "belongs to somebody who is not among the owners"


class OwnerOptions(Options):
    """Who owns records, by the CRM's ids. Nothing named: nothing is judged."""

    #: All who may own records; empty: anybody.
    active: tuple[str, ...] = ()
    #: Those who have left.
    left: tuple[str, ...] = ()

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - the same for all
        """Judge nothing as long as nobody is named."""
        return fields if self.active or self.left else ()


_LEFT = {"left": ("7",)}
_TEAM = {"active": ("1", "2")}
_OWNER = ("owner",)


def check(case: Case) -> Verdict:
    """Flag an owner known to have left, or unknown where all owners are named."""
    owner = case.value.strip() if isinstance(case.value, str) else ""
    if not owner:
        return FINE
    if owner in case.options.left:
        return flag(_GONE)
    return flag(_STRANGER) if case.options.active and owner not in case.options.active else FINE


RULE = Rule(
    check,
    fields={"person": _OWNER, "company": _OWNER, "deal": _OWNER, "ticket": _OWNER},
    phase=Phase.VALIDATE,
    options=OwnerOptions,
    depends_on=(),
    examples=(
        Example("7", flag(_GONE), options=_LEFT),
        Example("8", FINE, options=_LEFT),
        Example("1", FINE, options=_TEAM),
        Example("3", flag(_STRANGER), options=_TEAM),
        Example("Анна", flag(_STRANGER), options=_TEAM),
        Example("3", FINE),
        Example(None, FINE, options=_TEAM),
        Example("", FINE, options=_LEFT),
    ),
)
