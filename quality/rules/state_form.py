"""States and provinces are their codes in countries where addresses are written with codes."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose
from quality.subjects import places

_NAME = "a state's name or another spelling in place of its code"
_UNKNOWN = "no state of the record's country"


def check(case: Case) -> Verdict:
    """Propose the code of a state of the record's country; without a country nothing can be said."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    if not places.has_state_codes(country):
        return FINE
    code = places.state_code(value, country)
    if not code:
        return flag(_UNKNOWN)
    return FINE if code == value else propose(code, _NAME)


RULE = Rule(
    check,
    fields={"person": ("state",), "company": ("state",)},
    phase=Phase.FORM,
    depends_on=("country",),
    examples=(
        Example("California", propose("CA", _NAME), {"country": "US"}),
        Example("ca", propose("CA", _NAME), {"country": "USA"}),
        Example("Calif.", propose("CA", _NAME), {"country": "US"}),
        Example("US-CA", propose("CA", _NAME), {"country": "US"}),
        Example("CA", FINE, {"country": "US"}),
        Example("Washington, D.C.", propose("DC", _NAME), {"country": "US"}),
        Example("Québec", propose("QC", _NAME), {"country": "CA"}),
        Example("Bayern", propose("BY", _NAME), {"country": "Deutschland"}),
        Example("Bavaria", propose("BY", _NAME), {"country": "DE"}),
        Example("New South Wales", propose("NSW", _NAME), {"country": "AU"}),
        Example("São Paulo", propose("SP", _NAME), {"country": "BR"}),
        Example("Maharashtra", propose("MH", _NAME), {"country": "IN"}),
        Example("Jalisco", propose("JAL", _NAME), {"country": "MX"}),
        Example("Bavaria", flag(_UNKNOWN), {"country": "US"}),
        Example("Île-de-France", FINE, {"country": "FR"}),
        Example("東京都", FINE, {"country": "JP"}),
        Example("California", FINE, {"country": None}),
        Example("California", FINE),
        Example(None, FINE, {"country": "US"}),
    ),
)
