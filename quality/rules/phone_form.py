"""Phone numbers are in E.164 with the extension behind, `+14155550100 ext. 12`, or displayed as chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, propose, suggest
from quality.subjects.oddities import is_odd_number
from quality.subjects.phone_kinds import Display, displayed
from quality.subjects.phones import Reading, is_normal, read_phone, record_region

_LOCAL = "not in international form"
_VANITY = "letters stand for digits"
_DISPLAY = "not in the form chosen for this field"
_GUESSED = "in local form; the country is that of the record's other number"

_FIELDS = ("phone", "mobile", "fax")


class PhoneOptions(Options):
    """How numbers are displayed."""

    #: By field: `e164` (where nothing is said), `international` or `national`, which numbers of other countries are
    #: never. A national number needs the record's country: give it to people who dial from one country only.
    display: Mapping[Literal["phone", "mobile", "fax"], Display] = {}

    def needs_clues(self) -> bool:
        """Return whether the normal form is wanted of every number."""
        return not self.display


def check(case: Case) -> Verdict:
    """Propose the international form of the one valid number there is; leave everything else to `phone_valid`."""
    value, display = case.value, case.options.display.get(case.field)
    if not isinstance(value, str) or not value.strip() or (display is None and is_normal(value)):
        return FINE
    others = tuple(case.text(name) for name in ("phone", "mobile") if name != case.field)
    region, is_sure = record_region(case.text("country"), case.text("state"), others)
    phone = read_phone(value, region)
    if not phone.form or (phone.is_fax and case.field != "fax"):
        return FINE
    form = phone.form
    if display is not None:
        form = displayed(form, display, region if is_sure else "")
    if form == value:
        return FINE
    if phone.reading is Reading.DOUBTFUL:
        return suggest(form, _VANITY)
    if is_sure or read_phone(value, "").form == phone.form:
        return propose(form, _LOCAL if display is None else _DISPLAY)
    return suggest(form, _GUESSED)


_NATIONAL = {"display": {"phone": "national"}}

RULE = Rule(
    check,
    fields={"person": _FIELDS, "company": ("phone", "fax")},
    phase=Phase.FORM,
    options=PhoneOptions,
    depends_on=("country", "state", "phone", "mobile"),
    clue=is_odd_number,
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
        Example("Fax 089 1234567", FINE, {"country": "DE"}),  # `phone_place` and `phone_valid` see to it
        Example("Fax 089 1234567", propose("+49891234567", _LOCAL), {"country": "DE"}, field="fax"),
        Example("089 1234567-0 / -12", FINE, {"country": "DE"}),
        Example("+14155550100", propose("(415) 555-0100", _DISPLAY), {"country": "US"}, options=_NATIONAL),
        Example("(415) 555-0100", FINE, {"country": "US"}, options=_NATIONAL),
        Example(
            "+14155550100 ext. 12", propose("(415) 555-0100 ext. 12", _DISPLAY), {"country": "US"}, options=_NATIONAL
        ),
        Example("+49891234567", propose("+49 89 1234567", _DISPLAY), {"country": "US"}, options=_NATIONAL),
        Example("+49 89 1234567", FINE, options=_NATIONAL),
        Example("on request", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
