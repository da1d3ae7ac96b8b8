"""Phone and mobile are not the same number twice."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, suggest
from quality.subjects.phone_kinds import Line, line_of
from quality.subjects.phones import read_phone, record_region
from syncd.model import Mode, Severity, Value

_MOBILE = "the phone field repeats the mobile number"
_FIXED = "the mobile field repeats the number of a fixed line"
_UNKNOWN = "phone and mobile are the same number"


def check(case: Case) -> Verdict:
    """Suggest to empty the field whose kind of line it is not; where numbers do not tell, only say so."""
    mobile = case.text("mobile")
    phone = case.text("phone") if mobile else ""
    if not phone:
        return FINE
    if mobile != phone:
        if mobile.startswith("+") and phone.startswith("+") and mobile[1:].isdigit() and phone[1:].isdigit():
            return FINE
        region, _ = record_region(case.text("country"), case.text("state"), (mobile, phone))
        form = read_phone(mobile, region).form
        if not form or form != read_phone(phone, region).form:
            return FINE
    else:
        form = read_phone(mobile, record_region(case.text("country"), case.text("state"), ())[0]).form
    line = line_of(form) if form else Line.UNKNOWN
    if line is Line.MOBILE:
        return suggest(None, _MOBILE, field="phone")
    return suggest(None, _FIXED) if line is Line.FIXED else flag(_UNKNOWN)


def _is_number(value: Value) -> bool:
    return isinstance(value, str) and bool(value.strip())


RULE = Rule(
    check,
    fields={"person": ("mobile",)},
    phase=Phase.VALIDATE,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    # Not remembered: two numbers hardly ever meet twice.
    clue=_is_number,
    examples=(
        Example("+4915123456789", suggest(None, _MOBILE, field="phone"), {"phone": "+4915123456789"}),
        Example("+49891234567", suggest(None, _FIXED), {"phone": "089 1234567", "country": "DE"}),
        Example("+14155550100", flag(_UNKNOWN), {"phone": "+1 415 555 0100"}),
        Example("on request", flag(_UNKNOWN), {"phone": "on request"}),
        Example("+4915123456789", FINE, {"phone": "+49891234567"}),
        Example("+4915123456789", FINE, {"phone": None}),
        Example("+4915123456789", FINE),
        Example("電話なし", FINE, {"phone": "+4915123456789"}),
        Example(None, FINE, {"phone": "+4915123456789"}),
    ),
)
