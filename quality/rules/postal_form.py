"""Postal codes have the form of their country: no country prefix, blanks where they belong, no lost zeros."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects import places, postal

_FORM = "not in the form of the country's postal codes"
_ZERO = "a digit short: a zero in front was probably lost"


def check(case: Case) -> Verdict:
    """Propose the country's form of a code that surely is one of it; suggest a zero that was probably lost."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    form = postal.proper_form(value, country)
    if form:
        return FINE if form == value else propose(form, _FORM)
    longer = postal.with_lost_zero(value, country)
    if not longer:
        return FINE
    is_sure = country == "US" and postal.is_in_zero_state(places.state_code(case.text("state"), country))
    return propose(longer, _ZERO) if is_sure else suggest(longer, _ZERO)


RULE = Rule(
    check,
    fields={"person": ("postal_code",), "company": ("postal_code",)},
    phase=Phase.FORM,
    depends_on=("country", "state"),
    examples=(
        Example("D-10115", propose("10115", _FORM), {"country": "DE"}),
        Example("1067", suggest("01067", _ZERO), {"country": "Deutschland"}),
        Example("6143", suggest("06143", _ZERO), {"country": "US"}),
        Example("6143", propose("06143", _ZERO), {"country": "US", "state": "Connecticut"}),
        Example("94105 1234", propose("94105-1234", _FORM), {"country": "US"}),
        Example("sw1a1aa", propose("SW1A 1AA", _FORM), {"country": "UK"}),
        Example("K1A0B1", propose("K1A 0B1", _FORM), {"country": "CA"}),
        Example("1012ab", propose("1012 AB", _FORM), {"country": "NL"}),
        Example("CH-8001", propose("8001", _FORM), {"country": "CH"}),
        Example("８００－１２３４", propose("800-1234", _FORM), {"country": "JP"}),
        Example("〒100-0001", propose("100-0001", _FORM), {"country": "JP"}),
        Example("11000", propose("110 00", _FORM), {"country": "CZ"}),
        Example("01310100", propose("01310-100", _FORM), {"country": "BR"}),
        Example("1310-100", FINE, {"country": "BR"}),
        Example("1310100", suggest("01310-100", _ZERO), {"country": "BR"}),
        Example("KlA OB1", propose("K1A 0B1", _FORM), {"country": "CA"}),
        Example("PLZ 10115", propose("10115", _FORM), {"country": "DE"}),
        Example("LV-1010", FINE, {"country": "LV"}),
        Example("1234", FINE, {"country": "HK"}),  # no codes there, and nothing known
        Example("94105", FINE, {"country": "US"}),
        Example("SW1A 1AA", FINE, {"country": "GB"}),
        Example("00-465", FINE, {"country": "US"}),  # Poland's form: it is the country that is wrong
        Example("00465", propose("00-465", _FORM), {"country": "PL"}),
        Example("10115", FINE),
        Example("6143", FINE, {"country": None}),
        Example("SW1A", FINE, {"country": "GB"}),
        Example("none of your business", FINE, {"country": "GB"}),
        Example("", FINE, {"country": "US"}),
        Example(None, FINE, {"country": "US"}),
    ),
)
