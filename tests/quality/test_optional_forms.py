"""Rules that an admin's options set to work: what they write they find right, whatever was typed."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality import RuleChoice, Ruleset, Surroundings, compile_ruleset, evaluate, resolve
from quality.subjects.dates import Order, read_day
from syncd.model import Mode, Record, Ref, Value

AROUND = Surroundings(datetime(2026, 1, 1, tzinfo=UTC))
NUMBERS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.integers().map("{:,}".format),
    st.text(alphabet="0123456789.,' -()kKmM$€", max_size=14),
)
DAYS = st.dates(date(1900, 1, 1), date(2025, 12, 31))
WRITTEN = st.sampled_from(["%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y%m%d", "%B %d, %Y", "%d-%b-%Y", "%d %B %Y"])
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)[::3]


def ruleset_of(name: str, options: dict[str, Any]) -> Ruleset:
    """Return the ruleset of one rule alone, with its options."""
    from quality import catalog

    rules = {name: catalog()[name]}
    return compile_ruleset("person", {name: RuleChoice(options=options)}, Mode.APPLY, rules=rules)


def fixed(ruleset: Ruleset, values: dict[str, Value]) -> Record:
    """Return the record with what is certain written."""
    record = Record(Ref("crm", "person", "1"), "person", values)
    update = resolve(record, evaluate(ruleset, record, AROUND).findings).update_in(Mode.APPLY)
    return dataclasses.replace(record, values={**values, **{name: found.after for name, found in update.items()}})


def sure_finds(ruleset: Ruleset, record: Record) -> list[object]:
    """Return what would be written on the record."""
    found = evaluate(ruleset, record, AROUND).findings
    return [one for one in found if one.has_proposal and one.mode is Mode.APPLY]


@settings(max_examples=200, deadline=None)
@given(NUMBERS, st.sampled_from(["unknown", "point", "comma"]))
def test_number_that_was_put_right_is_right(text, decimal_sign):
    ruleset = ruleset_of("number_form", {"fields": ["x_size"], "decimal_sign": decimal_sign})

    after = fixed(ruleset, {"x_size": text})

    assert sure_finds(ruleset, after) == []


@settings(max_examples=200, deadline=None)
@given(DAYS, WRITTEN, st.sampled_from(list(Order)))
def test_date_is_read_as_the_day_that_was_written_or_not_for_sure(day, form, order):
    is_other_order = (form, order) in {("%m/%d/%Y", Order.DAY_FIRST), ("%d/%m/%Y", Order.MONTH_FIRST)}

    read = read_day(day.strftime(form), order, "")

    assert read.form == day.isoformat() or not (read.form and read.is_sure) or is_other_order


@pytest.mark.parametrize("display", ["e164", "international", "national"])
def test_displayed_number_is_right_and_still_the_same_number(display):
    ruleset = ruleset_of("phone_form", {"display": {"phone": display}})
    plain = ruleset_of("phone_form", {})

    for region in REGIONS:
        number = phonenumbers.example_number(region)
        assert number is not None
        form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        shown = fixed(ruleset, {"country": region, "phone": f"{form} ext. 12"})

        assert sure_finds(ruleset, shown) == []
        if len(form) > 10:  # an extension behind five digits is not told from the number
            assert fixed(plain, dict(shown.values)).values["phone"] == f"{form} ext. 12"


def test_value_outside_the_list_is_never_written():
    options = {"fields": {"lead_source": {"values": ["Website", "Event"]}}}
    ruleset = ruleset_of("picklist_value", options)

    written = {fixed(ruleset, {"lead_source": text}).values["lead_source"] for text in ("Messe", "web", "Bob", "Evnt")}

    assert written == {"Event", "Website", "Bob", "Evnt"}
