"""The time zone follows from country or state, where one time is kept throughout, else from postal code or phone."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects import american_places, places, postal, zones
from syncd.model import Severity

_MISSING = "empty, and the place keeps one time"
_BY_CODE = "empty, and the postal code tells the time"
_BY_PHONE = "empty, and the phone number is of one time"


def check(case: Case) -> Verdict:
    """Fill an empty time zone that follows from the place. People keep their numbers: what those tell is only asked."""
    if case.value is not None and case.value != "":
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    state = places.state_code(case.text("state"), country) if country and case.text("state") else ""
    if country and (name := zones.zone_of(country, state)):
        return propose(name, _MISSING)
    if country == "US" and case.text("postal_code"):
        _, name = american_places.city_and_zone(postal.proper_form(case.text("postal_code"), country))
        if name:
            return suggest(name, _BY_CODE)
    number = case.text("phone") if case.text("phone").startswith("+") else ""
    name = zones.zone_of_number(number) if number else ""
    return suggest(name, _BY_PHONE) if name else FINE


RULE = Rule(
    check,
    fields={"person": ("time_zone",), "company": ("time_zone",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    is_on=False,  # it would write to nearly every record
    depends_on=("country", "state", "postal_code", "phone"),
    examples=(
        Example(None, propose("Europe/Berlin", _MISSING), {"country": "DE"}),
        Example("", propose("Asia/Tokyo", _MISSING), {"country": "日本"}),
        Example(None, propose("America/Los_Angeles", _MISSING), {"country": "US", "state": "California"}),
        Example(None, propose("Australia/Brisbane", _MISSING), {"country": "AU", "state": "QLD"}),
        Example(None, FINE, {"country": "US", "state": "TX"}),  # El Paso keeps another time
        Example(None, FINE, {"country": "US"}),
        Example(None, suggest("America/Denver", _BY_CODE), {"country": "US", "state": "TX", "postal_code": "79901"}),
        Example(None, suggest("America/New_York", _BY_PHONE), {"country": "US", "phone": "+12125550100"}),
        Example("", suggest("Europe/Moscow", _BY_PHONE), {"phone": "+74951234567"}),
        Example(None, FINE, {"phone": "212 555 0100"}),  # of which country nobody knows
        Example(None, FINE, {"phone": "+18005550100"}),  # called everywhere
        Example(None, FINE, {"country": "RU"}),
        Example(None, FINE),
        Example("Europe/Vienna", FINE, {"country": "DE"}),
        Example("東京", FINE, {"country": "DE"}),
    ),
)
