"""Countries are two-letter ISO 3166 codes."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose, suggest
from quality.subjects import places

_NAME = "a country's name or another code in place of its ISO code"
_LIKELY = "nearly a country's name"
_UNKNOWN = "no country known"


def check(case: Case) -> Verdict:
    """Propose the code of the country that is surely meant; suggest the one that is nearly written."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    code = places.country_code(value)
    if code:
        return FINE if code == value else propose(code, _NAME)
    likely = places.likely_country_code(value)
    return suggest(likely, _LIKELY) if likely else flag(_UNKNOWN)


RULE = Rule(
    check,
    fields={"person": ("country",), "company": ("country",)},
    phase=Phase.FORM,
    depends_on=(),
    examples=(
        Example("US", FINE),
        Example("us", propose("US", _NAME)),
        Example("U.S.A.", propose("US", _NAME)),
        Example("United States", propose("US", _NAME)),
        Example("UK", propose("GB", _NAME)),
        Example("England", propose("GB", _NAME)),
        Example("Deutschland", propose("DE", _NAME)),
        Example("Allemagne", propose("DE", _NAME)),
        Example("DEU", propose("DE", _NAME)),
        Example("The Netherlands", propose("NL", _NAME)),
        Example("Österreich", propose("AT", _NAME)),
        Example("日本", propose("JP", _NAME)),
        Example("Россия", propose("RU", _NAME)),
        Example("대한민국", propose("KR", _NAME)),
        Example("🇫🇷", propose("FR", _NAME)),
        Example("Côte d'Ivoire", propose("CI", _NAME)),
        Example("Niger", propose("NE", _NAME)),
        Example("Nigeria", propose("NG", _NAME)),
        Example("Germny", suggest("DE", _LIKELY)),
        Example("Congo Republic of the", flag(_UNKNOWN)),  # two countries are called so
        Example("EMEA", flag(_UNKNOWN)),
        Example("Europe", flag(_UNKNOWN)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
