"""The laws of golden records, by hypothesis: no order matters, twice is once, nothing forbidden is ever allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from quality.golden import (
    Authority,
    Fact,
    FieldAuthority,
    GoldenRecord,
    Member,
    Setter,
    Wins,
    carried_to,
    golden_record,
    says_same,
)
from quality.survivorship.wholes import ADDRESS
from syncd.model import Record, Ref, Value

_START = datetime(2026, 1, 1, tzinfo=UTC)
_ACCOUNTS = ("alpha", "beta", "gamma")
_VALUES: dict[str, list[Value]] = {
    "email": [None, "ada@acme.com", "Ada@Acme.com", "ada@newtel.com"],
    "phone": [None, "+14155550100", "(415) 555-0100", "+442071234567"],
    "mobile": [None, "+14155550100", "+4915112345678"],
    "first_name": [None, "Ada", "ADA", "Ada Maria", "Eva"],
    "last_name": [None, "Lovelace", "King"],
    "job_title": [None, "VP Sales", "Vice President Sales", "Buyer"],
    "seniority": [None, "vp", "entry"],
    "street": [None, "Main St 5", "Elm Rd 9"],
    "city": [None, "Berlin", "berlin", "Paris"],
    "country": [None, "DE", "FR"],
    "company_name": [None, "Acme", "ACME Inc"],
    "has_opted_out": [None, True, False],
    "last_opened": [None, _START, _START + timedelta(days=3)],
}
_HEADS = ("email", "phone", "mobile", "first_name", "job_title", "street", "company_name")

_moments = st.integers(0, 6).map(lambda days: _START + timedelta(days=days))
_facts = st.builds(Fact, _moments, by=st.sampled_from(Setter))
_wishes = st.one_of(
    st.builds(
        FieldAuthority,
        policy=st.sampled_from([Wins.NEWEST, Wins.COMPLETE, Wins.FILL, Wins.NEVER]),
        direction=st.sampled_from(["both", "never", "from alpha", "from beta"]),
    ),
    st.builds(FieldAuthority, policy=st.just(Wins.SOURCE), source=st.sampled_from([("alpha",), ("beta", "alpha")])),
)


@st.composite
def _authorities(draw: st.DrawFn) -> Authority:
    fields = {head: draw(_wishes) for head in _HEADS}
    fields["has_opted_out"] = FieldAuthority(policy=Wins.STRICTEST)
    fields["last_opened"] = FieldAuthority(policy=Wins.LATEST)
    return Authority(accounts=_ACCOUNTS, fields=fields)


@st.composite
def _members(draw: st.DrawFn, *, accounts: Sequence[str] = _ACCOUNTS) -> list[Member]:
    chosen = draw(st.lists(st.sampled_from(accounts), min_size=2, max_size=3, unique=True))
    return [draw(_member(account)) for account in chosen]


@st.composite
def _member(draw: st.DrawFn, account: str) -> Member:
    values = {name: draw(st.sampled_from(options)) for name, options in _VALUES.items()}
    record = Record(Ref(account, "people", "1"), "person", values)
    facts = {name: draw(_facts) for name, value in values.items() if value is not None}
    return Member(record, facts, draw(st.frozensets(st.sampled_from(["email", "phone", "company_name"]), max_size=1)))


@given(_members(), _authorities(), st.randoms(use_true_random=False))
def test_order_of_records_never_matters(members: list[Member], authority: Authority, random: Random) -> None:
    shuffled = list(members)
    random.shuffle(shuffled)

    assert golden_record(members, authority).values == golden_record(shuffled, authority).values


@given(_members(), _authorities())
def test_records_are_at_rest_after_two_rounds(members: list[Member], authority: Authority) -> None:
    # Two: where a wish for no more mail is written first, the address it belongs to follows.
    for _ in range(2):
        members = [_holding(one, golden_record(members, authority), authority) for one in members]

    golden = golden_record(members, authority)

    assert [carried_to(one.ref, golden, authority) for one in members] == [()] * len(members)


@given(_members(), _authorities())
def test_opt_out_never_turns_into_an_opt_in_and_goes_with_its_address(
    members: list[Member], authority: Authority
) -> None:
    golden = golden_record(members, authority)

    carried = {
        one.ref: {each.value.field: each.after for each in carried_to(one.ref, golden, authority)} for one in members
    }

    out = [one for one in members if one.record.values["has_opted_out"] is True]
    assert all(held.get("has_opted_out", True) is True for held in carried.values())
    assert not out or golden.values["has_opted_out"].value is True
    for ref, held in carried.items():
        if "email" in held and golden.members[ref].record.values["has_opted_out"] is not True:
            holders = [one for one in members if says_same("email", held["email"], one.record.values["email"])]
            assert not [one for one in holders if one in out]


@given(_members(), _authorities())
def test_address_is_never_put_together_from_two(members: list[Member], authority: Authority) -> None:
    golden = golden_record(members, authority)

    for one in members:
        told = {each.value.field: each.after for each in carried_to(one.ref, golden, authority)}
        own = {name: one.record.values.get(name) for name in ADDRESS}
        after = {**own, **{name: value for name, value in told.items() if name in ADDRESS}}
        sources = [each for each in members if all(_may_be(name, after[name], each) for name in ADDRESS)]
        assert sources


@given(_members(), _authorities())
def test_value_in_another_spelling_is_no_conflict(members: list[Member], authority: Authority) -> None:
    alike = [
        replace(one, record=replace(one.record, values={"city": city, "phone": phone, "street": "Main St 5"}))
        for one, city, phone in zip(
            members, ["Berlin", "BERLIN ", "berlin"], ["+14155550100", "(415) 555-0100", "4155550100"], strict=False
        )
    ]

    golden = golden_record(alike, authority)

    assert all(carried_to(one.ref, golden, authority) == () for one in alike)
    assert all(not one.losers for one in golden.values.values())


def test_value_that_syncd_carried_counts_as_old_as_where_it_came_from() -> None:
    authority = Authority(accounts=_ACCOUNTS, fields={"job_title": FieldAuthority(policy=Wins.NEWEST)})
    old, new = _START, _START + timedelta(days=1)
    origin = Ref("alpha", "people", "1")
    theirs = Fact(old, by=Setter.SYNCD, origin=origin)
    edited = _held("alpha", "Buyer", Fact(new, by=Setter.PERSON))
    written = _held("beta", "Seller", theirs)

    golden = golden_record([edited, written], authority)

    assert (golden.values["job_title"].value, golden.values["job_title"].origin) == ("Buyer", origin)


def test_copy_that_a_program_makes_of_what_was_replaced_loses_to_what_replaced_it() -> None:
    authority = Authority(accounts=_ACCOUNTS, fields={"job_title": FieldAuthority(policy=Wins.NEWEST)})
    first, second, third = (_START + timedelta(days=days) for days in range(3))
    edited = _held("alpha", "Buyer", Fact(second, by=Setter.PERSON, earlier=(("seller", first),)))
    copied = _held("beta", "Seller", Fact(third, by=Setter.PROGRAM))
    typed = _held("beta", "Seller", Fact(third, by=Setter.PERSON))

    assert golden_record([edited, copied], authority).values["job_title"].value == "Buyer"
    assert golden_record([edited, typed], authority).values["job_title"].value == "Seller"


def test_nobody_wins_by_time_before_the_times_are_known_nor_surely_where_they_overlap() -> None:
    authority = Authority(accounts=_ACCOUNTS, fields={"job_title": FieldAuthority(policy=Wins.NEWEST)})
    late, early = _START + timedelta(days=9), _START + timedelta(days=1)
    known = _held("alpha", "Buyer", Fact(early, by=Setter.PERSON))
    untold = _held("beta", "Seller", None)
    vague = _held("beta", "Seller", Fact(late, since=_START))

    waiting = golden_record([known, untold], authority)
    asked = carried_to(known.ref, golden_record([known, vague], authority), authority)

    assert waiting.values["job_title"].lacking == (untold.ref,)
    assert carried_to(known.ref, waiting, authority) == ()
    assert [(one.after, one.is_sure) for one in asked] == [("Seller", False)]


def test_field_that_a_person_emptied_later_is_left_empty() -> None:
    authority = Authority(accounts=_ACCOUNTS, fields={"job_title": FieldAuthority(policy=Wins.NEWEST)})
    held = _held("alpha", "Buyer", Fact(_START, by=Setter.PERSON))
    emptied = _held("beta", None, Fact(_START + timedelta(days=1), by=Setter.PERSON))
    never_filled = _held("beta", None, None)

    assert carried_to(emptied.ref, golden_record([held, emptied], authority), authority) == ()
    assert len(carried_to(emptied.ref, golden_record([held, never_filled], authority), authority)) == 1


def _held(account: str, title: Value, fact: Fact | None) -> Member:
    record = Record(Ref(account, "people", "1"), "person", {"job_title": title})
    return Member(record, {} if fact is None else {"job_title": fact})


def _holding(member: Member, golden: GoldenRecord, authority: Authority) -> Member:
    carried = carried_to(member.ref, golden, authority)
    values = {**member.record.values, **{one.value.field: one.after for one in carried}}
    facts = dict(member.facts)
    for one in carried:
        if one.value.at is not None:
            facts[one.value.field] = Fact(one.value.at, by=Setter.SYNCD, origin=one.value.origin)
    doubted = member.doubted - {one.value.field for one in carried}
    return replace(member, record=replace(member.record, values=values), facts=facts, doubted=doubted)


def _may_be(name: str, value: Value, member: Member) -> bool:
    held = member.record.values.get(name)
    return value is None or held is None or says_same(name, value, held)
