"""What holds of every merge: no order is of any account, nothing is invented, nothing is lost unsaid."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from quality import Surroundings, catalog, compile_ruleset, evaluate
from quality.fields import is_empty
from quality.rule import Twin
from quality.survivorship import Known, Policy, Wishes, combine, in_rank
from quality.survivorship.wholes import ADDRESS
from quality.survivorship.wishes import why_unfit
from syncd.model import Merge, Mode, Record, Ref

WISHES = Wishes()
#: Number plans are read at the first number, which takes longer than any later one.
law = settings(deadline=None)
MOMENT = st.integers(2015, 2025).map(lambda year: datetime(year, 5, 1, tzinfo=UTC))
VALUES = {
    "first_name": st.sampled_from([None, "Anna", "Anna Maria", "A.", "anna", "Smith"]),
    "last_name": st.sampled_from([None, "Smith", "SMITH", "Smith-Jones", "Anna"]),
    "email": st.sampled_from(
        [None, "a@acme.com", "A@Acme.com ", "a@gmail.com", "info@acme.com", "a@b", "x@mailinator.com"]
    ),
    "phone": st.sampled_from([None, "+14155550100", "(415) 555-0100", "+4915123456789", "n/a", "+14155550100 ext. 2"]),
    "mobile": st.sampled_from([None, "+4915123456789", "+14155550100", "0151 23456789"]),
    "job_title": st.sampled_from([None, "CEO", "Buyer"]),
    "seniority": st.sampled_from([None, "executive", "entry"]),
    "street": st.sampled_from([None, "1 Main Street", "1 Main Street, Floor 2", "Hauptstr. 5"]),
    "city": st.sampled_from([None, "Berlin", "Boston"]),
    "country": st.sampled_from([None, "DE", "US"]),
    "owner": st.sampled_from([None, "1", "2"]),
    "lifecycle_stage": st.sampled_from([None, "lead", "customer", "Kunde"]),
    "has_opted_out": st.sampled_from([None, False, True]),
    "has_bounced": st.booleans(),
    "last_replied": st.none() | MOMENT,
    "x_kinds": st.sampled_from([None, ("a",), ("b", "a")]),
}
FIELDS = st.fixed_dictionaries({}, optional=VALUES)
KNOWN = Known({"1": True, "2": False})


@st.composite
def records(draw, least=2, most=4, fields=FIELDS):
    """Return different records, as they may stand in a CRM."""
    count = draw(st.integers(least, most))
    return [
        Record(Ref("crm", "contacts", str(8 + number)), "person", draw(fields), {}, draw(st.none() | MOMENT))
        for number in range(count)
    ]


def policies():
    # What adds up, or joins lists, makes values that neither record has.
    usual = st.sampled_from([one for one in Policy if one not in {Policy.SUM, Policy.UNION}])
    return st.dictionaries(st.sampled_from(["email", "phone", "job_title", "street", "x_kinds", "owner"]), usual).map(
        lambda fields: Wishes(fields={name: one for name, one in fields.items() if not why_unfit(name, one)})
    )


def merged(ours: Record, theirs: Record, wishes: Wishes = WISHES) -> Record:
    """Return the record that stays as it is after the merge."""
    results = {choice.field: choice.result for choice in combine(ours, theirs, wishes, KNOWN)}
    return Record(ours.ref, ours.kind, {**ours.values, **results}, ours.links, ours.created_at)


@law
@given(records(), st.randoms())
def test_the_same_record_stays_whatever_order_they_come_in(group, chance):
    shuffled = chance.sample(group, len(group))

    assert in_rank(shuffled, WISHES, KNOWN) == in_rank(group, WISHES, KNOWN)


@law
@given(records(3, 5))
def test_of_any_two_the_one_stays_that_stays_in_the_whole_group(group):
    ranked = in_rank(group, WISHES, KNOWN)

    for better, worse in itertools.combinations(ranked, 2):
        assert in_rank([worse, better], WISHES, KNOWN)[0] is better


@law
@given(records(1, 1), policies())
def test_merging_equals_changes_nothing(group, wishes):
    twin = Record(Ref("crm", "contacts", "99"), "person", group[0].values, {}, group[0].created_at)

    choices = combine(group[0], twin, wishes, KNOWN)

    assert not [choice for choice in choices if choice.is_new or choice.is_lost]


@law
@given(records(1, 1), policies())
def test_a_record_without_values_changes_nothing(group, wishes):
    nobody = Record(Ref("crm", "contacts", "99"), "person", dict.fromkeys(group[0].values))

    assert merged(group[0], nobody, wishes).values == group[0].values


@law
@given(records(2, 2), policies())
def test_a_record_that_was_merged_brings_nothing_new_a_second_time(group, wishes):
    ours, theirs = group
    once = merged(ours, theirs, wishes)

    again = merged(once, Record(theirs.ref, "person", once.values, {}, ours.created_at), wishes)

    assert again.values == once.values


@law
@given(records(2, 2), policies())
def test_every_value_comes_from_one_of_the_two_and_no_field_is_made(group, wishes):
    ours, theirs = group
    there = [value for one in group for value in one.values.values()]

    for choice in combine(ours, theirs, wishes, KNOWN):
        assert choice.field in ours.values
        assert choice.reason
        assert choice.result is None or choice.result in there or choice.field == "x_kinds"


@law
@given(records(2, 2), policies())
def test_what_stands_nowhere_afterwards_is_said_to_be_lost(group, wishes):
    ours, theirs = group
    after = merged(ours, theirs, wishes)
    held = [str(value).casefold() for value in after.values.values()]

    for choice in combine(ours, theirs, wishes, KNOWN):
        for value in (choice.ours, choice.theirs):
            is_away = not is_empty(value) and str(value).casefold() not in held
            if is_away and choice.field in {"seniority", "owner", "city", "country", "lifecycle_stage"}:
                assert choice.is_lost, choice


@law
@given(records(2, 2))
def test_an_address_is_one_of_the_two_or_both_agree(group):
    ours, theirs = group
    after = merged(ours, theirs)
    fields = [name for name in ADDRESS if name in ours.values and name in theirs.values]
    result = [after.values[name] for name in fields]
    is_of_one = any(result == [one.values[name] for name in fields] for one in group)

    assert is_of_one or not any(_differ(name, ours, theirs) for name in fields)


@law
@given(records(2, 4))
def test_a_wish_for_no_more_mail_is_never_lost(group):
    stays = in_rank(group, WISHES, KNOWN)[0]

    assert (stays.values.get("has_opted_out") is True) == any(one.values.get("has_opted_out") is True for one in group)


@law
@given(records(2, 4))
def test_whoever_is_judged_the_same_record_stays_and_each_other_has_one_merge_into_it(group):
    verdicts = {one.ref: _judged(one, group) for one in group}
    stays = in_rank(group, WISHES, KNOWN)[0]

    assert not verdicts[stays.ref]
    for one in group:
        if one is not stays:
            wanted = [choice.kept for choice in combine(stays, one, WISHES, KNOWN) if choice.is_new]
            assert [finding.proposal for finding in verdicts[one.ref]] == [Merge(stays.ref, tuple(wanted))]


@law
@given(records(3, 4), st.integers(1, 3))
def test_each_that_goes_has_one_merge_where_only_some_are_beyond_doubt(group, sure_count):
    part = group[:sure_count]
    verdicts = [finding for one in group for finding in _judged(one, group, part)]

    assert len(verdicts) == len(group) - 1
    stays = in_rank(group, WISHES, KNOWN)[0]
    best = in_rank(part, WISHES, KNOWN)[0]
    assert {finding.proposal.into for finding in verdicts} <= {stays.ref, best.ref}


@law
@given(records(3, 4), st.randoms())
def test_one_merge_after_the_other_comes_to_the_same_whatever_order_they_came_in(group, chance):
    assert folded(chance.sample(group, len(group))).values == folded(group).values


@law
@given(records(3, 3))
def test_record_that_took_another_in_still_is_the_one_that_stays(group):
    stays, goes, other = in_rank(group, WISHES, KNOWN)

    after = merged(stays, goes)

    assert in_rank([other, after], WISHES, KNOWN)[0] is after


def folded(group: list[Record]) -> Record:
    """Merge a group one by one, deciding anew after each."""
    ranked = in_rank(group, WISHES, KNOWN)
    while len(ranked) > 1:
        ranked = in_rank([merged(ranked[0], ranked[1]), *ranked[2:]], WISHES, KNOWN)
    return ranked[0]


RULES = compile_ruleset("person", stream_mode=Mode.APPLY, rules={"duplicate": catalog()["duplicate"]})


def _judged(one, group, part=None):
    others = [other for other in group if other is not one]
    part = group if part is None else part
    twins = tuple(Twin(other, 0.99, is_sure=one in part and other in part) for other in others)
    around = Surroundings(datetime(2026, 1, 1, tzinfo=UTC), twins={one.ref: twins}, active_owners=KNOWN.active_owners)
    return evaluate(RULES, one, around).findings


def _differ(name, ours, theirs):
    one, other = ours.values[name], theirs.values[name]
    return one is not None and other is not None and one != other and name != "street"
