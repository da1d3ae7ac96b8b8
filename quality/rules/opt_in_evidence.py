"""Nobody is written to without evidence that they agreed to it."""

from __future__ import annotations

from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag

_NONE = "no evidence that the person agreed to be written to"
_WEAK = "what is kept as evidence is not among those that count"


class OptInOptions(Options):
    """What counts as evidence; nothing named: any entry does."""

    accepted: tuple[str, ...] = ()


_ACCEPTED = {"accepted": ("double opt-in", "Freely given consent from contact")}


def check(case: Case) -> Verdict:
    """Flag a person with an address who has not opted out and shows no evidence."""
    if case.get("has_opted_out") is True or not case.text("email"):
        return FINE
    if is_empty(case.value):
        return flag(_NONE)
    accepted = {one.casefold() for one in case.options.accepted}
    if not accepted or not isinstance(case.value, str):
        return FINE
    shown = {part.strip().casefold() for part in case.value.split(";")}
    return FINE if shown & accepted else flag(_WEAK)


RULE = Rule(
    check,
    fields={"person": ("opt_in",)},
    phase=Phase.VALIDATE,
    flag="no_opt_in",
    options=OptInOptions,
    is_on=False,
    depends_on=("email", "has_opted_out"),
    examples=(
        Example(None, flag(_NONE), {"email": "ada@acme.com", "has_opted_out": False}),
        Example("", flag(_NONE), {"email": "ada@acme.com"}),
        Example("2025-03-01 double opt-in", FINE, {"email": "ada@acme.com"}),
        Example("Согласие от 01.03.2025", FINE, {"email": "ada@acme.com"}),
        Example(None, FINE, {"email": "ada@acme.com", "has_opted_out": True}),
        Example(None, FINE, {"email": None}),
        Example("Double opt-in", FINE, {"email": "ada@acme.com"}, options=_ACCEPTED),
        Example("bought list", flag(_WEAK), {"email": "ada@acme.com"}, options=_ACCEPTED),
        Example(
            "Legitimate interest; Freely given consent from contact",
            FINE,
            {"email": "ada@acme.com"},
            options=_ACCEPTED,
        ),
    ),
)
