"""The time zone follows from the country, or from the state, where one time is kept throughout."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose
from quality.subjects import places, zones
from syncd.model import Severity

_MISSING = "empty, and the place keeps one time"


def check(case: Case) -> Verdict:
    """Fill an empty time zone that follows from the place."""
    if case.value is not None and case.value != "":
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    if not country:
        return FINE
    state = places.state_code(case.text("state"), country) if case.text("state") else ""
    name = zones.zone_of(country, state)
    return propose(name, _MISSING) if name else FINE


RULE = Rule(
    check,
    fields={"person": ("time_zone",), "company": ("time_zone",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    is_on=False,  # it would write to nearly every record
    depends_on=("country", "state"),
    examples=(
        Example(None, propose("Europe/Berlin", _MISSING), {"country": "DE"}),
        Example("", propose("Asia/Tokyo", _MISSING), {"country": "日本"}),
        Example(None, propose("America/Los_Angeles", _MISSING), {"country": "US", "state": "California"}),
        Example(None, propose("Australia/Brisbane", _MISSING), {"country": "AU", "state": "QLD"}),
        Example(None, FINE, {"country": "US", "state": "TX"}),  # El Paso keeps another time
        Example(None, FINE, {"country": "US"}),
        Example(None, FINE, {"country": "RU"}),
        Example(None, FINE),
        Example("Europe/Vienna", FINE, {"country": "DE"}),
        Example("東京", FINE, {"country": "DE"}),
    ),
)
