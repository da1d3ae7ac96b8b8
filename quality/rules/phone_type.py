"""Mobile numbers stand in the mobile field, fixed lines in the phone field."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, suggest, together
from quality.subjects.phone_kinds import Line, line_of
from quality.subjects.phones import Reading, read_phone, record_region
from syncd.model import Mode, Severity

_MOBILE = "a mobile number, and the mobile field is empty"
_FIXED = "a fixed line, and the phone field is empty"
_NOT_MOBILE = "the number of a fixed line"
_OTHER = {"phone": ("mobile", Line.MOBILE, _MOBILE), "mobile": ("phone", Line.FIXED, _FIXED)}


def check(case: Case) -> Verdict:
    """Suggest to move a number whose line is surely of the other kind into the other field while that is empty."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    other, line, message = _OTHER[case.field]
    region, _ = record_region(case.text("country"), case.text("state"), ())
    phone = read_phone(value, region)
    if phone.reading is not Reading.NUMBER or line_of(phone.form) is not line:
        return FINE
    if case.is_fetched(other) and not case.text(other):
        return together([suggest(phone.form, message, field=other), suggest(None, message)])
    return flag(_NOT_MOBILE) if case.field == "mobile" else FINE


RULE = Rule(
    check,
    fields={"person": ("phone", "mobile")},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    is_on=False,  # the phone field is the only one in many bases, and dialled from whatever it holds
    depends_on=("phone", "mobile", "country", "state"),
    examples=(
        Example(
            "+4915123456789",
            together([suggest("+4915123456789", _MOBILE, field="mobile"), suggest(None, _MOBILE)]),
            {"mobile": None},
        ),
        Example(
            "089 1234567",
            together([suggest("+49891234567", _FIXED, field="phone"), suggest(None, _FIXED)]),
            {"phone": None, "country": "DE"},
            field="mobile",
        ),
        Example("+49891234567", flag(_NOT_MOBILE), {"phone": "+49891234500"}, field="mobile"),
        Example("+4915123456789", FINE, {"mobile": "+4915123456700"}),
        Example("+4915123456789", FINE),  # the other field was not fetched
        Example("+14155550100", FINE, {"mobile": None}),  # American numbers do not tell
        Example("電話なし", FINE, {"mobile": None}),
        Example(None, FINE),
    ),
)
