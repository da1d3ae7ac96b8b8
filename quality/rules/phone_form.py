"""Phone numbers are in E.164, with the extension behind: `+14155550100 ext. 12`."""

from __future__ import annotations

from quality.phones import Reading, read_phone, record_region
from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest

_LOCAL = "not in international form"
_VANITY = "letters stand for digits"
_GUESSED = "in local form; the country is that of the record's other number"

_FIELDS = ("phone", "mobile")


def check(case: Case) -> Verdict:
    """Propose the international form of the one valid number there is; leave everything else to `phone_valid`."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    others = tuple(case.text(name) for name in _FIELDS if name != case.field)
    region, is_sure = record_region(case.text("country"), case.text("state"), others)
    phone = read_phone(value, region)
    if not phone.form or phone.form == value:
        return FINE
    if phone.reading is Reading.DOUBTFUL:
        return suggest(phone.form, _VANITY)
    if is_sure or read_phone(value, "") == phone:
        return propose(phone.form, _LOCAL)
    return suggest(phone.form, _GUESSED)


RULE = Rule(
    check,
    fields={"person": _FIELDS, "company": ("phone",)},
    phase=Phase.FORM,
    depends_on=("country", "state", "phone", "mobile"),
    examples=(
        Example("(415) 555-0100", propose("+14155550100", _LOCAL), {"country": "US"}),
        Example("415.555.0100 x12", propose("+14155550100 ext. 12", _LOCAL), {"country": "USA"}),
        Example("415-555-0100", propose("+14155550100", _LOCAL), {"state": "California"}),
        Example("415-555-0100", propose("+14155550100", _LOCAL), {"country": None, "state": "CA"}),
        Example("1-415-555-0100", propose("+14155550100", _LOCAL)),
        Example("415-555-0100", FINE),  # nothing says whose
        Example("415-555-0100", suggest("+14155550100", _GUESSED), {"mobile": "+1 212 555 0100"}),
        Example("089 / 1234567", propose("+49891234567", _LOCAL), {"country": "Deutschland"}),
        Example("+49 (0)89 1234567", propose("+49891234567", _LOCAL)),
        Example("0049 89 1234567", propose("+49891234567", _LOCAL)),
        Example("49 89 1234567", propose("+49891234567", _LOCAL), {"country": "DE"}),
        Example("Tel.: 089 1234567", propose("+49891234567", _LOCAL), {"country": "DE"}),
        Example("020 7946 0958 (office)", propose("+442079460958", _LOCAL), {"country": "United Kingdom"}),
        Example("011 44 20 7946 0958", propose("+442079460958", _LOCAL), {"country": "US"}),
        Example("8 (495) 123-45-67", propose("+74951234567", _LOCAL), {"country": "Россия"}),
        Example("06 6988 1234", propose("+390669881234", _LOCAL), {"country": "IT"}),
        Example("03-1234-5678", propose("+81312345678", _LOCAL), {"country": "日本"}),
        Example("٠١٠١٢٣٤٥٦٧٨", propose("+201012345678", _LOCAL), {"country": "EG"}),
        Example("044 55 1234 5678", propose("+525512345678", _LOCAL), {"country": "MX"}),
        Example("1-800-FLOWERS", suggest("+18003569377", _VANITY), {"country": "US"}),
        Example("089 1234567 / 0151 23456789", FINE, {"country": "DE"}),
        Example("4.91512E+11", FINE, {"country": "DE"}),
        Example("+14155550100", FINE, {"country": "DE"}),
        Example("+14155550100 ext. 12", FINE),
        Example("on request", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
