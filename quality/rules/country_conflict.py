"""Phone numbers, web domain, state and postal code are not all another country's than the one given."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from quality.subjects import places
from quality.subjects.evidence import CLUES, are_near, countries_besides_phones, countries_of, says_web_country

_OTHER = "several other fields point to one other country"


class ConflictOptions(Options):
    """How much it takes to doubt a country."""

    #: Kinds of field (phones, web, state, postal code) that must agree on another country, with none for the given.
    least: int = Field(default=2, ge=1, le=4)

    def needs_clues(self) -> bool:
        """Return whether more than the phones have to speak."""
        return self.least > 1


_ONE = {"least": 1}


def check(case: Case) -> Verdict:
    """Flag the contradiction; which side is wrong, a person has to find out."""
    given = places.country_code(case.value) if isinstance(case.value, str) else ""
    if not given:
        return FINE
    besides = countries_besides_phones(case)
    if len(besides) + 1 < case.options.least or given in besides.values():
        return FINE
    said = countries_of(case).values()
    others = [country for country in said if not are_near(country, given)]
    if len(others) < case.options.least or len(others) < len(said) or len(set(others)) > 1:
        return FINE
    return flag(_OTHER)


_GERMAN = {"phone": "+49891234567", "email": "ada@acme.de"}

RULE = Rule(
    check,
    fields={"person": ("country",), "company": ("country",)},
    phase=Phase.VALIDATE,
    options=ConflictOptions,
    clues={
        "person": {**CLUES, "email": says_web_country},
        "company": {**CLUES, "email": says_web_country, "domain": says_web_country},
    },
    depends_on=("phone", "mobile", "email", "website", "domain", "state", "postal_code"),
    examples=(
        Example("US", flag(_OTHER), _GERMAN),
        Example("アメリカ", flag(_OTHER), _GERMAN),
        Example("DE", FINE, _GERMAN),
        Example("US", FINE, {"phone": "+49891234567", "email": "ada@acme.com"}),  # one sign is none
        Example("US", flag(_OTHER), {"phone": "+49891234567"}, options=_ONE),
        Example("US", FINE, {**_GERMAN, "mobile": "+14155550100"}),  # phones of both
        Example("US", FINE, {**_GERMAN, "state": "California"}),  # the state speaks for it
        Example("US", flag(_OTHER), {"phone": "+442079460958", "postal_code": "SW1A 1AA"}),
        Example("GB", FINE, {"phone": "+441534882000", "email": "ada@acme.je"}),  # Jersey is near enough
        Example("DE", FINE, {"phone": "+431512345678", "email": "ada@acme.ch"}),  # they do not agree
        Example("US", FINE, {"phone": "+14155550100", "email": "ada@acme.io"}),
        Example("FR", FINE, {"phone": "089 1234567", "email": "ada@gmail.com"}),
        Example("Narnia", FINE, _GERMAN),
        Example(None, FINE, _GERMAN),
    ),
)
