"""Time zones are names of the IANA database: `Europe/Berlin`."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose, suggest
from quality.subjects import places, zones
from syncd.model import Severity

_OTHER = "another spelling in place of the IANA name"
_LIKELY = "letters that several parts of the world use"
_UNKNOWN = "no time zone known"


def check(case: Case) -> Verdict:
    """Propose the name that is surely meant; suggest one where the same letters mean several."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    name = zones.zone(value)
    if name:
        return FINE if name == value else propose(name, _OTHER)
    likely = zones.likely_zone(value)
    if not likely:
        return flag(_UNKNOWN)
    is_sure = places.country_code(case.text("country")) in {"US", "CA"}
    return propose(likely, _OTHER) if is_sure else suggest(likely, _LIKELY)


RULE = Rule(
    check,
    fields={"person": ("time_zone",), "company": ("time_zone",)},
    phase=Phase.FORM,
    severity=Severity.INFO,
    depends_on=("country",),
    examples=(
        Example("Europe/Berlin", FINE),
        Example("UTC", FINE),
        Example("europe/berlin", propose("Europe/Berlin", _OTHER)),
        Example("europe_slash_berlin", propose("Europe/Berlin", _OTHER)),
        Example("US/Eastern", propose("America/New_York", _OTHER)),
        Example("Asia/Calcutta", propose("Asia/Kolkata", _OTHER)),
        Example("W. Europe Standard Time", propose("Europe/Berlin", _OTHER)),
        Example("(GMT-08:00) Pacific Time (US & Canada)", propose("America/Los_Angeles", _OTHER)),
        Example("EST", suggest("America/New_York", _LIKELY)),
        Example("EST", propose("America/New_York", _OTHER), {"country": "USA"}),
        Example("+1", flag(_UNKNOWN)),
        Example("東京", flag(_UNKNOWN)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
