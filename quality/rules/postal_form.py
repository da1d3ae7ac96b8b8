"""Postal codes have the form of their country: no country prefix, blanks where they belong, no lost zeros."""

from __future__ import annotations

from quality import places, postal
from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose

_FORM = "not in the form of the country's postal codes"


def check(case: Case) -> Verdict:
    """Propose the country's form of a code that surely is one of it; leave every other as it is."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    form = postal.proper_form(value, country)
    return FINE if not form or form == value else propose(form, _FORM)


RULE = Rule(
    check,
    fields={"person": ("postal_code",), "company": ("postal_code",)},
    phase=Phase.FORM,
    depends_on=("country",),
    examples=(
        Example("D-10115", propose("10115", _FORM), {"country": "DE"}),
        Example("1067", propose("01067", _FORM), {"country": "Deutschland"}),
        Example("6143", propose("06143", _FORM), {"country": "US"}),
        Example("94105 1234", propose("94105-1234", _FORM), {"country": "US"}),
        Example("sw1a1aa", propose("SW1A 1AA", _FORM), {"country": "UK"}),
        Example("K1A0B1", propose("K1A 0B1", _FORM), {"country": "CA"}),
        Example("1012ab", propose("1012 AB", _FORM), {"country": "NL"}),
        Example("CH-8001", propose("8001", _FORM), {"country": "CH"}),
        Example("８００－１２３４", FINE, {"country": "JP"}),
        Example("94105", FINE, {"country": "US"}),
        Example("SW1A 1AA", FINE, {"country": "GB"}),
        Example("10115", FINE),
        Example("6143", FINE, {"country": None}),
        Example("SW1A", FINE, {"country": "GB"}),
        Example("none of your business", FINE, {"country": "GB"}),
        Example("", FINE, {"country": "US"}),
        Example(None, FINE, {"country": "US"}),
    ),
)
