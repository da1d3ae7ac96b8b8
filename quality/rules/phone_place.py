"""Each phone field holds one number of its kind: a second one and a fax machine's have fields of their own."""

from __future__ import annotations

import re

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest, together
from quality.subjects.oddities import is_odd_number
from quality.subjects.phone_moves import moves
from quality.subjects.phones import record_region

_PLACED = "holds a number that belongs to another phone field"
_LIKELY = "holds a second number, probably of another phone field"

#: Nothing that parts two numbers, and no word for a fax machine.
_ONE = re.compile(r"\+?[0-9(). -]+")
_FIELDS = ("phone", "mobile", "fax")


def check(case: Case) -> Verdict:
    """Move what surely belongs elsewhere into a field that was fetched and is empty; without one leave it."""
    value = case.value
    if not isinstance(value, str) or not value.strip() or _ONE.fullmatch(value):
        return FINE
    region, is_sure = record_region(case.text("country"), case.text("state"), ())
    texts = tuple((name, case.text(name)) for name in _FIELDS if case.is_fetched(name))
    found = moves(texts, region if is_sure else "")
    if case.field not in found.after:
        return FINE
    say, message = (propose, _PLACED) if found.is_sure else (suggest, _LIKELY)
    return together([say(after, message, field=name) for name, after in found.after.items()])


_NUMBERS = {"phone": "+49891234567", "mobile": "+4915123456789", "fax": "+49891234560"}


def _both(*fields: str) -> Verdict:
    return together([propose(_NUMBERS[name], _PLACED, field=name) for name in fields])


RULE = Rule(
    check,
    fields={"person": _FIELDS, "company": ("phone", "fax")},
    phase=Phase.PLACE,
    depends_on=("country", "state", "phone", "mobile", "fax"),
    clue=is_odd_number,
    examples=(
        Example("089 1234567 / 0151 23456789", _both("phone", "mobile"), {"country": "DE", "mobile": None}),
        Example("0151 23456789; 089 1234567", _both("phone", "mobile"), {"country": "DE", "mobile": None}),
        Example("+49891234567 +4915123456789", _both("phone", "mobile"), {"mobile": ""}),
        Example(
            "0151 23456789 / 089 1234567", _both("mobile", "phone"), {"country": "DE", "phone": None}, field="mobile"
        ),
        Example("T 089 1234567 F 089 1234560", _both("phone", "fax"), {"country": "DE", "fax": None}),
        Example("089 1234567, 089 1234567", propose("+49891234567", _PLACED, field="phone"), {"country": "DE"}),
        Example(
            "089 1234567 / 0151 23456789",
            propose("+49891234567", _PLACED, field="phone"),
            {"country": "DE", "mobile": "+4915123456789"},
        ),
        Example(
            "Fax: 089 1234560",
            together([propose(_NUMBERS["fax"], _PLACED, field="fax"), propose(None, _PLACED, field="phone")]),
            {"country": "DE", "fax": None},
        ),
        Example(
            "415-555-0100 or 415-555-0199",
            together(
                [
                    suggest("+14155550100", _LIKELY, field="phone"),
                    suggest("+14155550199", _LIKELY, field="mobile"),
                ]
            ),
            {"country": "US", "mobile": None},
        ),
        Example(
            "+4915123456789 / +4915123456780",
            together(
                [
                    suggest("+4915123456789", _LIKELY, field="phone"),
                    suggest("+4915123456780", _LIKELY, field="mobile"),
                ]
            ),
            {"mobile": None},
        ),
        Example("089 1234567 / 0151 23456789", FINE, {"country": "DE"}),  # there is no field to move it to
        Example("089 1234567 / 0151 23456789", FINE, {"country": "DE", "mobile": "+491759876543"}),
        Example("089 1234567 / 089 7654321", FINE, {"country": "DE", "mobile": None}),  # no mobile phone
        Example("089 1234567-0 / -12", FINE, {"country": "DE", "mobile": None}),
        Example("089 1234567 / 0151 23456789", FINE, {"mobile": None}),
        Example("Fax: 089 1234560", FINE, {"country": "DE"}),
        Example("Fax: 089 1234560", FINE, {"country": "DE"}, field="fax"),
        Example("+49891234567", FINE, {"mobile": None}),
        Example("電話 03-1234-5678", FINE, {"country": "JP", "mobile": None}),
        Example("", FINE),
        Example(None, FINE),
    ),
)
