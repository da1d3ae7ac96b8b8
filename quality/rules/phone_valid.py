"""Phone fields hold one valid number of a known country."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects import junk
from quality.subjects.oddities import is_odd_number
from quality.subjects.phone_kinds import is_premium
from quality.subjects.phones import Phone, Reading, is_normal, read_phone, record_region

_MESSAGES = {
    Reading.SEVERAL: "holds several numbers",
    Reading.NOT_A_NUMBER: "not a phone number",
    Reading.NO_COUNTRY: "in local form, and nothing tells of which country",
    Reading.INVALID: "no number of this kind exists",
}
_FAX = "the number of a fax machine"
_MADE_UP = "one digit over and over, or digits counted up or down"
_PREMIUM = "a number that callers pay extra for"
_FIELDS = ("phone", "mobile", "fax")


def check(case: Case) -> Verdict:
    """Flag what is no valid number."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    form = value
    if not is_normal(value):
        phone = _read(case, value)
        message = _MESSAGES.get(phone.reading)
        if message:
            return flag(message)
        if phone.is_fax and case.field != "fax":
            return flag(_FAX)
        form = phone.form
    if junk.is_fake_phone(form):
        return flag(_MADE_UP)
    return flag(_PREMIUM) if is_premium(form) else FINE


def _read(case: Case, value: str) -> Phone:
    others = tuple(case.text(name) for name in ("phone", "mobile") if name != case.field)
    region, _ = record_region(case.text("country"), case.text("state"), others)
    return read_phone(value, region)


RULE = Rule(
    check,
    fields={"person": _FIELDS, "company": ("phone", "fax")},
    phase=Phase.VALIDATE,
    depends_on=("country", "state", "phone", "mobile"),
    clue=is_odd_number,
    examples=(
        Example("+14155550100", FINE),
        Example("+14155550100 ext. 12", FINE),
        Example("+12", flag(_MESSAGES[Reading.INVALID])),
        Example("12345", flag(_MESSAGES[Reading.INVALID]), {"country": "US"}),
        Example("000-000-0000", flag(_MESSAGES[Reading.INVALID]), {"country": "US"}),
        Example("415-555-0100", flag(_MESSAGES[Reading.NO_COUNTRY])),
        Example("089 1234567; 0151 23456789", flag(_MESSAGES[Reading.SEVERAL]), {"country": "DE"}),
        Example("+49891234567 +4915123456789", flag(_MESSAGES[Reading.SEVERAL])),
        Example("4.91512E+11", flag(_MESSAGES[Reading.NOT_A_NUMBER]), {"country": "DE"}),
        Example("Fax 089 1234567", flag(_FAX), {"country": "DE"}),
        Example("Fax 089 1234567", FINE, {"country": "DE"}, field="fax"),
        Example("+498999999999", flag(_MADE_UP)),
        Example("+4989123456789", FINE),
        Example("+499001234567", flag(_PREMIUM)),
        Example("0900 123 4567", flag(_PREMIUM), {"country": "DE"}),
        Example("on request", flag(_MESSAGES[Reading.NOT_A_NUMBER])),
        Example("нет", flag(_MESSAGES[Reading.NOT_A_NUMBER])),
        Example("", FINE),
        Example(None, FINE),
    ),
)
