"""The language probably follows from the country, where nearly all people speak the one official language."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, suggest
from quality.subjects import places, zones
from syncd.model import Mode, Severity

_MISSING = "empty, and the country has one language"


def check(case: Case) -> Verdict:
    """Suggest the language of the country. Never sure: people move, and some prefer another language."""
    if (case.value is not None and case.value != "") or not case.text("country"):
        return FINE
    code = zones.language_of(places.country_code(case.text("country")))
    return suggest(code, _MISSING) if code else FINE


RULE = Rule(
    check,
    fields={"person": ("language",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    is_on=False,  # it would speak of nearly every record
    depends_on=("country",),
    examples=(
        Example(None, suggest("de", _MISSING), {"country": "DE"}),
        Example("", suggest("fr", _MISSING), {"country": "France"}),
        Example(None, suggest("ja", _MISSING), {"country": "日本"}),
        Example(None, FINE, {"country": "CH"}),
        Example(None, FINE, {"country": "BE"}),
        Example(None, FINE, {"country": "CA"}),
        Example(None, FINE, {"country": None}),
        Example(None, FINE),
        Example("en", FINE, {"country": "DE"}),
        Example("日本語", FINE, {"country": "DE"}),
    ),
)
