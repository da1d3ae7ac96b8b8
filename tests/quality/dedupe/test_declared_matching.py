"""Deals, tickets and other objects are compared by what is declared of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.declarations import CREATED_AT, Answer, Compared, Declaration, Way, declaration_from, shipped_declaration
from quality.dedupe import Matcher
from quality.dedupe.declared import declared_points, read_declared
from quality.dedupe.declared.levels import AGREED, VERDICT, declared_levels, text_level
from quality.dedupe.text import plain
from syncd.model import Record, Ref

DEAL = shipped_declaration("deal") or Declaration()
TICKET = shipped_declaration("ticket") or Declaration()
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
PUMPS = {"name": "Pump station 2026", "amount": 12500, "close_date": MARCH}
ORDERS = replace(DEAL, identify=("x_order",), answer=Answer.MERGE)


def record(key: str, values, company="7", person=(), days=0.0) -> Record:
    links = {"company": (company,) if company else (), "person": tuple(person)}
    return Record(Ref("crm", "deals", key), "deal", values, links, MARCH + timedelta(days=days))


def matched(declaration: Declaration, *records: Record) -> Matcher:
    matcher = Matcher("deal deals", declared_points("deal deals", declaration))
    matcher.apply({one.ref.id: read_declared(one, declaration) for one in records})
    return matcher


def asked(declaration: Declaration, *records: Record) -> list[tuple[str, str]]:
    return [(one.one, one.other) for one in matched(declaration, *records).questions()]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Pump station 2026", "PUMP  Station, 2026", "same"),
        ("Re: Login fails", "login fails", "same"),
        ("Pump station", "Pump station 2026", "alike"),
        ("Acme – Renewal", "Renewal", "alike"),
        ("Pump sttaion 2026", "Pump station 2026", "alike"),
        ("Cannot log in to the portal", "Can't login to portal", "alike"),
        ("Pump station 2026", "Pump station 2027", "differ"),
        ("Phase 1", "Phase 2", "differ"),
        ("Johnson & Partners Consulting – Upgrade", "Johnson & Partners Consulting – Renewal", "differ"),
        ("Насосная станция", "Насосная станция", "same"),
        ("Pumps", "Boilers", "differ"),
    ],
)
def test_texts_are_compared_word_by_word(one: str, other: str, level: str) -> None:
    mine, theirs = (read_declared(record("1", {"name": name}), DEAL).told[0][0] for name in (one, other))

    assert text_level(mine, theirs, 0.85) == text_level(theirs, mine, 0.85) == level


def test_deal_entered_twice_is_asked_about() -> None:
    twice = record("2", {**PUMPS, "name": "Pump Station, 2026", "close_date": MARCH + timedelta(days=90)}, days=20)

    assert asked(DEAL, record("1", PUMPS), twice) == [("1", "2")]
    assert matched(DEAL, record("1", PUMPS), twice).groups()[0].merge == ()


@pytest.mark.parametrize(
    "other",
    [
        record("2", {**PUMPS, "name": "Pump station 2027"}),
        record("2", PUMPS, company="8"),
        record("2", PUMPS, company=""),
        record("2", {**PUMPS, "amount": 900, "close_date": MARCH + timedelta(days=60)}),
        record("2", {**PUMPS, "currency": "USD"}),
        record("2", PUMPS, days=365),
    ],
    ids=["another year", "another customer", "no customer", "nothing else in common", "another currency", "a renewal"],
)
def test_deals_that_are_two_are_left_alone(other: Record) -> None:
    assert asked(DEAL, record("1", {**PUMPS, "currency": "EUR"}), other) == []


def test_customer_who_writes_twice_within_days_is_asked_about_and_two_customers_are_not() -> None:
    first = record("1", {"name": "Login fails"}, person=("3",))
    soon, late = (record(str(n), {"name": "RE: login fails"}, person=("3",), days=n) for n in (4, 40))
    somebody_else = record("5", {"name": "Login fails"}, person=("9",))

    assert asked(TICKET, first, soon, late, somebody_else) == [("1", "4")]


def test_what_identifies_is_merged_without_asking_only_where_that_is_wanted_and_nothing_contradicts() -> None:
    one, other = (record(key, {**PUMPS, "x_order": order}) for key, order in (("1", "PO 47-11"), ("2", "po4711")))
    elsewhere = replace(other, values={**other.values, "currency": "USD"})
    in_euro = replace(one, values={**one.values, "currency": "EUR"})

    assert [group.merge for group in matched(ORDERS, one, other).groups()] == [(("1", "2"),)]
    assert [group.merge for group in matched(replace(ORDERS, answer=Answer.ASK), one, other).groups()] == [()]
    assert asked(ORDERS, in_euro, elsewhere) == [("1", "2")]


def test_reasons_are_sentences_about_the_fields() -> None:
    twice = record("2", {**PUMPS, "amount": 12510}, days=3)

    reasons = {reason.text for reason in matched(DEAL, record("1", PUMPS), twice).reasons("1", "2")}

    assert reasons == {
        "All agrees that has to for such records to be one.",
        "Both say the same under name.",
        "They belong to the same company.",
        "Their amount is nearly the same.",
        "Their closing day is the same day.",
        "Their day of creation is a few days apart.",
    }


def test_declaration_comes_back_as_it_was_spelled() -> None:
    assert declaration_from(ORDERS.spelled()) == ORDERS


NAMES = st.lists(st.sampled_from(["pump", "station", "north", "renewal", "2026", "upgrade"]), max_size=4).map(" ".join)
DEALS = st.builds(
    lambda name, amount, day, company, person, age: record(
        "1", {"name": name, "amount": amount, "close_date": MARCH + timedelta(days=day)}, company, person, age
    ),
    NAMES,
    st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([100.0, 100.5, 101.0, 0.0])),
    st.floats(-40, 40),
    st.sampled_from(["", "7", "8"]),
    st.lists(st.sampled_from(["1", "2"]), max_size=2, unique=True),
    st.floats(-300, 300),
)


@settings(deadline=None)
@given(DEALS, DEALS, st.sampled_from([0.0, 0.01, 0.2]))
def test_records_that_agree_in_every_line_share_a_key_unless_only_slips_tie_their_texts(
    one: Record, other: Record, within: float
) -> None:
    compared = tuple(replace(it, within=within) if it.way is Way.NUMBER else it for it in DEAL.compared)
    declaration = replace(DEAL, compared=compared)
    ours, theirs = read_declared(one, declaration), read_declared(other, declaration)

    levels = declared_levels(ours, theirs, declaration)

    assert levels == declared_levels(theirs, ours, declaration)
    if levels[VERDICT] == AGREED and set(ours.told[0][0].split()) & set(theirs.told[0][0].split()) - {"2026"}:
        assert ours.keys & theirs.keys


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_read_and_compared(one: str, other: str) -> None:
    only_name = Declaration(
        compared=(Compared("name", Way.TEXT, 0.85), Compared(CREATED_AT, Way.DATE, 1.0)), agree=(("name",),)
    )
    ours, theirs = (read_declared(record("1", {"name": name}), only_name) for name in (one, other))

    levels = declared_levels(ours, theirs, only_name)

    if plain(one) and plain(one) == plain(other):
        assert levels["name"] == "text_same"
