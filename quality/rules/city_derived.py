"""The city follows from the postal code, where the post office names one for it."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, suggest
from quality.subjects import american_places, places, postal
from syncd.model import Severity, Value

_MISSING = "empty, and the postal code tells the city"


def check(case: Case) -> Verdict:
    """Suggest the city. Never sure: people live in suburbs whose mail goes by the name of the city."""
    if not _is_empty(case.value):
        return FINE
    # The country comes first: of most nothing more has to be known.
    if not case.text("postal_code") or places.country_code(case.text("country")) != "US":
        return FINE
    city, _ = american_places.city_and_zone(postal.proper_form(case.text("postal_code"), "US"))
    return suggest(city, _MISSING) if city else FINE


def _is_empty(value: Value) -> bool:
    return value is None or value == ""


RULE = Rule(
    check,
    fields={"person": ("city",), "company": ("city",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    is_on=False,  # most bases are asked about many records by it
    depends_on=("country", "postal_code"),
    clue=_is_empty,
    examples=(
        Example(None, suggest("San Francisco", _MISSING), {"country": "US", "postal_code": "94105"}),
        Example("", suggest("New York", _MISSING), {"country": "USA", "postal_code": "10001-1234"}),
        Example(None, FINE, {"country": "US", "postal_code": "09001"}),  # barracks abroad
        Example(None, FINE, {"country": "US", "postal_code": "00000"}),
        Example(None, FINE, {"country": "DE", "postal_code": "10115"}),
        Example(None, FINE, {"postal_code": "94105"}),
        Example(None, FINE, {"country": "US"}),
        Example("Oakland", FINE, {"country": "US", "postal_code": "94105"}),
        Example("東京", FINE, {"country": "US", "postal_code": "94105"}),
    ),
)
