"""What `connectors/protocol.py` promises, asked of every connector in front of its simulated CRM."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from math import ceil

import pytest

from connectors import Want
from syncd.clock import SystemClock
from syncd.errors import (
    BrokenPromiseError,
    CredentialsError,
    MissingScopeError,
    RetryableError,
)
from syncd.model import Cursor, FixState, Gone, Link, LinkWrite, Ref, Update
from tests.connectors.rigs import Shelf, want_people

OVERLAP = timedelta(minutes=10)


@pytest.fixture
def shelf():
    return Shelf()


def pull(rig, connector, shelf, cursor=None, *, links=False):
    """Pull to the end as a store would; return the last cursor."""
    for page in connector.pull(want_people(rig, links=links), cursor, shelf):
        shelf.keep(page)
        cursor = page.cursor
    return cursor


def settled(rig, connector, shelf):
    """Pull everything, and let so much time pass that none of it is in the overlap."""
    cursor = pull(rig, connector, shelf)
    rig.pass_time(3600)
    cursor = pull(rig, connector, shelf, cursor)
    rig.calls()
    shelf.seen.clear()
    return cursor


def write(rig, id_, **values):
    return Update(f"fix-{id_}", Ref("main", rig.people, id_), values)


def version(rig, connector, id_):
    (record,) = connector.read(want_people(rig), [id_]).records
    return record.modified_at


def states(outcomes):
    return [outcome.state for outcome in outcomes]


# Reading everything


def test_a_full_pull_sees_every_record_once(rig, shelf):
    ids = rig.create(rig.people, 250)
    connector = rig.connect()

    pages = list(connector.pull(want_people(rig), None, shelf))

    assert [record.ref.id for page in pages for record in page.records] == ids
    assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert {page.total for page in pages} == {250}


def test_a_full_pull_makes_hardly_more_calls_than_it_has_pages(rig, shelf):
    rig.create(rig.people, 1250)
    connector = rig.connect()

    pull(rig, connector, shelf)

    assert rig.calls().total() <= 1.05 * ceil(1250 / rig.page) + rig.full_pull_constant


def test_an_empty_object_is_one_empty_page(rig, shelf):
    connector = rig.connect()

    pages = list(connector.pull(want_people(rig), None, shelf))

    assert [(page.records, page.is_last) for page in pages] == [((), True)]


def test_a_full_pull_cut_short_goes_on_behind_the_last_page_kept(rig, shelf):
    ids = rig.create(rig.people, 350)
    first = next(iter(rig.connect().pull(want_people(rig), None, shelf)))
    shelf.keep(first)

    cursor = pull(rig, rig.connect(), shelf, first.cursor)

    assert set(shelf.seen) == set(ids)
    assert set(shelf.seen.values()) == {1}
    assert cursor.after is None


def test_a_record_changed_during_a_full_pull_is_read_again(rig, shelf):
    ids = rig.create(rig.people, 350)
    connector = rig.connect()
    pages = iter(connector.pull(want_people(rig), None, shelf))
    shelf.keep(next(pages))
    rig.edit(rig.people, [ids[0], ids[-1]], **{rig.city: "Ulm"})
    for page in pages:
        shelf.keep(page)
    rig.pass_time(5)

    changed = [r for page in connector.pull(want_people(rig), page.cursor, shelf) for r in page.records]

    assert ids[0] in {record.ref.id for record in changed}
    assert {record.values[rig.city] for record in changed} == {"Ulm"}


def test_the_cursor_of_a_full_pull_is_never_later_than_its_start_less_the_overlap(rig, shelf):
    rig.create(rig.people, 350)
    connector = rig.connect(overlap=OVERLAP)
    started = rig.now()
    cursor = None
    for page in connector.pull(want_people(rig), None, shelf):
        rig.pass_time(60)
        cursor = page.cursor

    assert cursor is not None
    assert cursor.since <= started + timedelta(seconds=1) - OVERLAP
    assert cursor.after is None


def test_reading_never_writes(rig, shelf):
    ids = rig.create(rig.people, 10)
    connector = rig.connect()

    cursor = pull(rig, connector, shelf, links=True)
    pull(rig, connector, shelf, cursor)
    connector.read(want_people(rig), ids)
    connector.describe(rig.people)
    list(connector.census(rig.people))
    list(connector.removed(rig.people))

    assert not rig.our_writes()


# Reading what changed


def test_a_pull_with_nothing_to_do_is_one_call_and_one_empty_page(rig, shelf):
    rig.create(rig.people, 250)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)

    pages = list(connector.pull(want_people(rig, links=True), cursor, shelf))

    assert [(page.records, page.is_last) for page in pages] == [((), True)]
    assert rig.calls().total() == 1


def test_changes_are_seen(rig, shelf):
    ids = rig.create(rig.people, 250)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    rig.edit(rig.people, ids[:3], **{rig.city: "Ulm"})
    rig.pass_time(5)

    pages = list(connector.pull(want_people(rig), cursor, shelf))

    found = {record.ref.id: record.values[rig.city] for page in pages for record in page.records}
    assert found == dict.fromkeys(ids[:3], "Ulm")


def test_new_records_are_seen(rig, shelf):
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    ids = rig.create(rig.people, 3)

    pull(rig, connector, shelf, cursor)

    assert set(shelf.seen) == set(ids)


def test_five_hundred_changes_cost_nine_calls(rig, shelf):
    ids = rig.create(rig.people, 2000)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    for number in range(500):
        rig.edit(rig.people, [ids[number * 4]], **{rig.city: "Ulm"})
    rig.pass_time(5)

    pull(rig, connector, shelf, cursor, links=True)

    assert len(shelf.seen) == 500
    assert rig.calls().total() <= 9


def test_the_pull_after_many_changes_is_one_call_again(rig, shelf):
    ids = rig.create(rig.people, 500)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    rig.edit(rig.people, ids, **{rig.city: "Ulm"})
    rig.pass_time(5)
    cursor = pull(rig, connector, shelf, cursor)
    rig.calls()
    shelf.seen.clear()

    pull(rig, connector, shelf, cursor)

    assert not shelf.seen
    assert rig.calls().total() == 1


def test_records_of_one_instant_are_each_seen(rig, shelf):
    ids = rig.create(rig.people, 450)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    rig.touch(rig.people)
    rig.pass_time(5)

    pull(rig, connector, shelf, cursor)

    assert set(shelf.seen) == set(ids)


def test_more_records_of_one_instant_than_a_search_can_reach_are_each_seen(rig, shelf):
    ids = rig.create(rig.people, 10_500)
    connector = rig.connect()
    cursor = Cursor(rig.now() - OVERLAP, walked_at=rig.now() - OVERLAP)
    rig.touch(rig.people)
    rig.pass_time(5)

    pull(rig, connector, shelf, cursor)

    assert set(shelf.seen) == set(ids)
    assert set(shelf.seen.values()) == {1}


def test_a_change_the_index_shows_late_is_found(rig, shelf):
    ids = rig.create(rig.people, 300)
    connector = rig.connect(overlap=OVERLAP)
    cursor = settled(rig, connector, shelf)
    rig.set(index_lag_s=120)
    rig.edit(rig.people, [ids[7]], **{rig.city: "Ulm"})
    cursor = pull(rig, connector, shelf, cursor)
    missed = dict(shelf.seen)
    rig.pass_time(121)

    pull(rig, connector, shelf, cursor)

    assert missed == {}
    assert list(shelf.seen) == [ids[7]]


def test_a_late_change_among_hundreds_of_known_ones_is_found(rig, shelf):
    ids = rig.create(rig.people, 600)
    connector = rig.connect(overlap=OVERLAP)
    cursor = settled(rig, connector, shelf)
    rig.edit(rig.people, ids[:300], **{rig.city: "Ulm"})
    rig.set(index_lag_s=60)
    rig.edit(rig.people, [ids[500]], **{rig.city: "Ulm"})
    rig.set(index_lag_s=0)
    rig.pass_time(5)
    cursor = pull(rig, connector, shelf, cursor)
    rig.pass_time(61)
    shelf.seen.clear()

    pull(rig, connector, shelf, cursor)

    assert list(shelf.seen) == [ids[500]]


def test_an_index_out_of_order_hides_nothing(rig, shelf):
    ids = rig.create(rig.people, 700)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    rig.edit(rig.people, ids, **{rig.city: "Ulm"})
    rig.set(sort_disorder=0.2)
    rig.pass_time(5)

    pull(rig, connector, shelf, cursor)

    assert set(shelf.seen) == set(ids)


def test_a_record_changed_during_a_pull_of_changes_is_read_again(rig, shelf):
    ids = rig.create(rig.people, 700)
    connector = rig.connect(overlap=OVERLAP)
    cursor = settled(rig, connector, shelf)
    rig.edit(rig.people, ids, **{rig.city: "Ulm"})
    rig.pass_time(5)
    for number, page in enumerate(connector.pull(want_people(rig), cursor, shelf)):
        shelf.keep(page)
        cursor = page.cursor
        if number == 1:
            rig.edit(rig.people, [ids[0], ids[-1]], **{rig.city: "Kiel"})
    rig.pass_time(5)
    pull(rig, connector, shelf, cursor)

    (first, last) = connector.read(want_people(rig), [ids[0], ids[-1]]).records

    assert shelf.held[ids[0]] == first.modified_at
    assert shelf.held[ids[-1]] == last.modified_at


def test_a_pull_of_changes_cut_short_starts_again_where_it_began(rig, shelf):
    ids = rig.create(rig.people, 600)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    rig.edit(rig.people, ids, **{rig.city: "Ulm"})
    rig.pass_time(5)
    first = next(iter(connector.pull(want_people(rig), cursor, shelf)))
    shelf.keep(first)

    pull(rig, rig.connect(), shelf, first.cursor)

    assert first.cursor == cursor
    assert set(shelf.seen) == set(ids)
    assert set(shelf.seen.values()) == {1}


# What is no longer there


def test_a_deleted_record_is_gone(rig, shelf):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    rig.archive(rig.people, ids[1])

    reading = connector.read(want_people(rig), ids)
    removed = [gone for page in connector.removed(rig.people) for gone in page]

    assert [record.ref.id for record in reading.records] == [ids[0], ids[2]]
    assert reading.gone == (Gone(Ref("main", rig.people, ids[1])),)
    assert removed == [Gone(Ref("main", rig.people, ids[1]))]


def test_a_record_merged_away_leads_to_the_one_that_is_left(rig, shelf):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    left = rig.merge(rig.people, ids[0], ids[1])

    reading = connector.read(want_people(rig), [ids[1], ids[2]])

    assert sorted(record.ref.id for record in reading.records) == sorted([left, ids[2]])
    assert {gone.ref.id: gone.merged_into for gone in reading.gone}[ids[1]] == left


def test_a_merge_is_seen_by_the_next_pull(rig, shelf):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    left = rig.merge(rig.people, ids[0], ids[1])
    rig.pass_time(5)

    pull(rig, connector, shelf, cursor)

    assert shelf.gone[ids[1]] == left
    assert left in shelf.held


def test_the_census_names_what_is_there(rig):
    ids = rig.create(rig.people, 250)
    rig.archive(rig.people, ids[100])

    census = [id_ for page in rig.connect().census(rig.people) for id_ in page]

    assert census == [id_ for id_ in ids if id_ != ids[100]]


# Writing


def test_what_was_written_is_there_and_comes_back(rig):
    ids = rig.create(rig.people, 150)
    connector = rig.connect()

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert states(outcomes) == [FixState.APPLIED] * 150
    assert [outcome.fix for outcome in outcomes] == [f"fix-{id_}" for id_ in ids]
    assert outcomes[0].record.values[rig.city] == "Ulm"
    assert rig.our_writes() == dict.fromkeys([(id_, rig.city) for id_ in ids], 1)


def test_a_record_that_was_written_comes_along_whole_as_somebody_else_has_just_left_it(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    rig.edit(rig.people, [id_], **{rig.email: "another@mail.example"})

    (outcome,) = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"})], [rig.email, rig.city])

    assert outcome.record.values[rig.email] == "another@mail.example"
    assert outcome.record.values[rig.city] == "Ulm"


def test_a_record_that_was_written_and_cannot_be_read_back_is_written_all_the_same(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect(attempts=1)
    rig.fail("read", "status", status=503)

    (outcome,) = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"})], [rig.email])

    assert (outcome.state, outcome.record) == (FixState.APPLIED, None)


def test_our_own_write_comes_back_in_the_version_that_was_answered(rig, shelf):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    (outcome,) = connector.update(rig.people, [write(rig, ids[0], **{rig.city: "Ulm"})])
    shelf.held[ids[0]] = outcome.record.modified_at
    rig.pass_time(5)

    pull(rig, connector, shelf, cursor)

    assert not shelf.seen


def test_a_value_can_be_cleared(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()

    (outcome,) = connector.update(rig.people, [write(rig, id_, **{rig.city: None})])
    (record,) = connector.read(want_people(rig), [id_]).records

    assert outcome.state is FixState.APPLIED
    assert not record.values[rig.city]


def test_one_bad_value_does_not_stop_the_others(rig):
    ids = rig.create(rig.people, 120)
    connector = rig.connect()
    updates = [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids]
    updates[77] = write(rig, ids[77], **{rig.picky: "nonsense"})

    outcomes = connector.update(rig.people, updates)

    assert [place for place, state in enumerate(states(outcomes)) if state is FixState.REJECTED] == [77]
    assert states(outcomes).count(FixState.APPLIED) == 119
    assert outcomes[77].detail
    assert set(rig.our_writes().values()) == {1}


def test_a_record_deleted_before_the_write_is_stale(rig):
    ids = rig.create(rig.people, 2)
    connector = rig.connect()
    rig.archive(rig.people, ids[0])

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert states(outcomes) == [FixState.STALE, FixState.APPLIED]
    assert outcomes[0].gone == Gone(Ref("main", rig.people, ids[0]))


def test_a_record_merged_away_before_the_write_is_never_called_applied(rig):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    rig.merge(rig.people, ids[0], ids[1])

    outcomes = connector.update(rig.people, [write(rig, ids[1], **{rig.city: "Ulm"})])

    assert states(outcomes)[0] in {FixState.UNKNOWN, FixState.STALE}


@pytest.mark.parametrize("how", ["lost_answer", "truncate", "late_status"])
def test_a_write_whose_answer_is_lost_is_unknown_and_happens_once(rig, how):
    ids = rig.create(rig.people, 5)
    connector = rig.connect()
    rig.fail("write", how, status=503)

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert set(states(outcomes)) == {FixState.UNKNOWN}
    assert rig.our_writes() == dict.fromkeys([(id_, rig.city) for id_ in ids], 1)


def test_a_write_that_failed_before_it_was_done_is_not_tried_again_by_itself(rig):
    ids = rig.create(rig.people, 5)
    connector = rig.connect()
    rig.fail("write", "reset", count=1)

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert set(states(outcomes)) == {FixState.UNKNOWN}
    assert not rig.our_writes()


def test_a_write_that_was_throttled_is_sent_again(rig):
    ids = rig.create(rig.people, 5)
    connector = rig.connect()
    rig.fail("write", "throttle", policy="SECONDLY", count=2)

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert set(states(outcomes)) == {FixState.APPLIED}
    assert set(rig.our_writes().values()) == {1}


def test_a_write_that_was_set_back_is_known_to_have_arrived(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    sent, since = write(rig, id_, **{rig.city: "Ulm"}), version(rig, connector, id_)
    connector.update(rig.people, [sent])
    rig.edit(rig.people, [id_], **{rig.city: "Bonn"})

    assert connector.arrived(rig.people, [sent], {id_: since}) == {sent.fix: True}


def test_a_write_that_never_came_is_known_not_to_have_arrived(rig):
    untouched, touched, other = rig.create(rig.people, 3)
    connector = rig.connect()
    updates = [write(rig, id_, **{rig.city: "Ulm"}) for id_ in (untouched, touched)]
    since = {id_: version(rig, connector, id_) for id_ in (untouched, touched)}
    rig.edit(rig.people, [touched], **{rig.email: "another@mail.example"})
    rig.edit(rig.people, [other], **{rig.city: "Berlin"})

    assert connector.arrived(rig.people, updates, since) == {update.fix: False for update in updates}


def test_a_value_from_before_the_write_is_no_sign_of_it(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    sent = write(rig, id_, **{rig.city: "Ulm"})
    connector.update(rig.people, [sent])
    rig.pass_time(5)
    rig.edit(rig.people, [id_], **{rig.city: "Bonn"})
    rig.pass_time(5)
    since = version(rig, connector, id_)
    rig.edit(rig.people, [id_], **{rig.email: "another@mail.example"})

    assert connector.arrived(rig.people, [sent], {id_: since}) == {sent.fix: False}


def test_a_change_behind_a_read_shows_in_the_version_unless_the_record_is_fresh(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    rig.edit(rig.people, [id_], **{rig.city: "Ulm"})
    if connector.read(want_people(rig), [id_]).fresh:
        rig.pass_time(2)
    reading = connector.read(want_people(rig), [id_])

    rig.edit(rig.people, [id_], **{rig.city: "Bonn"})

    assert not reading.fresh
    assert version(rig, connector, id_) > reading.records[0].modified_at


def test_archived_records_are_gone(rig):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()

    outcomes = connector.archive(rig.people, ids[:2])

    assert [(outcome.fix, outcome.state) for outcome in outcomes] == [(id_, FixState.APPLIED) for id_ in ids[:2]]
    assert [id_ for page in connector.census(rig.people) for id_ in page] == ids[2:]


def test_archived_records_come_back_or_the_connector_says_why_not(rig):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    connector.archive(rig.people, ids[:2])

    outcomes = connector.restore(rig.people, ids[:2])

    reason = connector.why_not_restored(rig.people)
    state, there = (FixState.REJECTED, ids[2:]) if reason else (FixState.APPLIED, ids)
    assert [(outcome.fix, outcome.state) for outcome in outcomes] == [(id_, state) for id_ in ids[:2]]
    assert [id_ for page in connector.census(rig.people) for id_ in page] == there
    assert all(reason in outcome.detail for outcome in outcomes)


# Links


def linked(rig, person, company, **more):
    return LinkWrite(
        f"fix-{person}", Ref("main", rig.people, person), Link(Ref("main", rig.companies, company), **more)
    )


def test_links_come_along_with_the_records(rig, shelf):
    people, companies = rig.create(rig.people, 150), rig.create(rig.companies, 2)
    rig.link(people[3], companies[1])
    connector = rig.connect()

    pages = list(connector.pull(want_people(rig, links=True), None, shelf))

    links = {record.ref.id: record.links[rig.companies] for page in pages for record in page.records}
    assert links == {**dict.fromkeys(people, ()), people[3]: (companies[1],)}


def test_a_link_is_made_and_read_back(rig):
    people, companies = rig.create(rig.people, 3), rig.create(rig.companies, 1)
    connector = rig.connect()

    outcomes = connector.link(rig.people, [linked(rig, id_, companies[0], label="primary") for id_ in people[:2]])

    assert states(outcomes) == [FixState.APPLIED] * 2
    assert connector.links_of(rig.people, rig.companies, people) == {
        people[0]: (companies[0],),
        people[1]: (companies[0],),
        people[2]: (),
    }


def test_the_primary_link_comes_first_wherever_links_are_read(rig, shelf):
    (person,), companies = rig.create(rig.people, 1), rig.create(rig.companies, rig.companies_a_person)
    for company in companies[:-1]:
        rig.link(person, company)
    connector = rig.connect()
    connector.link(rig.people, [linked(rig, person, companies[-1], label="primary")])

    listed = [r for page in connector.pull(want_people(rig, links=True), None, shelf) for r in page.records]
    read = connector.read(want_people(rig, links=True), [person]).records
    asked = connector.links_of(rig.people, rig.companies, [person])

    assert listed[0].links[rig.companies][0] == companies[-1]
    assert read[0].links[rig.companies] == asked[person]
    assert set(asked[person]) == set(companies)
    assert asked[person][0] == companies[-1]


def test_a_link_can_be_taken_back(rig):
    (person,), (company,) = rig.create(rig.people, 1), rig.create(rig.companies, 1)
    connector = rig.connect()
    connector.link(rig.people, [linked(rig, person, company, label="primary")])
    link = Link(Ref("main", rig.companies, company), "primary")

    (outcome,) = connector.link(rig.people, [LinkWrite("u", Ref("main", rig.people, person), link, remove=True)])

    assert outcome.state is FixState.APPLIED
    assert connector.links_of(rig.people, rig.companies, [person]) == {person: ()}


def test_a_link_whose_answer_is_lost_is_unknown(rig):
    (person,), (company,) = rig.create(rig.people, 1), rig.create(rig.companies, 1)
    connector = rig.connect()
    rig.fail("link", "lost_answer")

    (outcome,) = connector.link(rig.people, [linked(rig, person, company, label="primary")])

    assert outcome.state is FixState.UNKNOWN
    assert connector.links_of(rig.people, rig.companies, [person]) == {person: (company,)}


# When things go wrong


@pytest.mark.parametrize("how", ["status", "reset", "truncate", "invalid_json", "throttle"])
@pytest.mark.parametrize("what", ["list", "search", "read"])
def test_a_read_that_fails_now_and_then_loses_nothing(rig, shelf, what, how):
    ids = rig.create(rig.people, 450)
    connector = rig.connect()
    rig.fail(what, how, status=502, html=True, policy="TEN_SECONDLY_ROLLING", nth=1, every=2)

    cursor = pull(rig, connector, shelf)
    rig.pass_time(3600)
    rig.edit(rig.people, ids, **{rig.city: "Ulm"})
    rig.pass_time(5)
    shelf.seen.clear()
    pull(rig, connector, shelf, cursor)

    assert set(shelf.seen) == set(ids)


def test_a_read_that_always_fails_ends_and_leaves_the_cursor(rig, shelf):
    rig.create(rig.people, 3)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    rig.fail("search", "status", status=503)

    with pytest.raises(RetryableError):
        pull(rig, connector, shelf, cursor)


def test_a_list_that_turns_in_circles_ends(rig, shelf):
    rig.create(rig.people, 350)
    rig.fail("list", "repeat_cursor", nth=2)

    with suppress(BrokenPromiseError):
        pull(rig, rig.connect(), shelf)

    assert set(shelf.seen.values()) == {1}


def test_a_crm_that_never_answers_is_given_up(rig, shelf):
    rig.create(rig.people, 3)
    connector = rig.connect(clock=SystemClock(), read_seconds=0.2, attempts=1)
    rig.fail("list", "hang")

    with pytest.raises(RetryableError):
        pull(rig, connector, shelf)


def test_a_wrong_token_is_told_at_once(rig):
    with pytest.raises(CredentialsError):
        rig.connect(token="wrong").identify()


def test_the_account_has_one_identity(rig):
    assert rig.connect().identify().id == rig.connect().identify().id != ""


def test_an_object_that_may_not_be_read_is_named_and_the_others_go_on(rig, shelf):
    rig.create(rig.people, 3)
    connector = rig.connect(token=rig.token_without(rig.companies))

    with pytest.raises(MissingScopeError):
        connector.describe(rig.companies)
    with pytest.raises(MissingScopeError):
        list(connector.pull(Want(rig.companies, (rig.city,)), None, shelf))

    assert pull(rig, connector, shelf) is not None


def test_colleagues_who_have_left_are_told_from_those_at_work(rig):
    stays, goes = rig.join(), rig.join()
    rig.leave(goes)

    owners = rig.connect().owners()

    assert (owners[stays].is_active, owners[goes].is_active) == (True, False)
    assert all(owner.name for owner in owners.values())


def test_owners_that_may_not_be_read_are_refused_by_name(rig):
    rig.join()
    connector = rig.connect(token=rig.token_without_owners())

    with pytest.raises(MissingScopeError):
        connector.owners()


def test_the_schema_tells_what_can_be_written(rig):
    schema = rig.connect().describe(rig.people)

    assert schema.fields[rig.city].is_writable
    assert schema.fields[rig.picky].options
    assert any(not field.is_writable for field in schema.fields.values())


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_limits_of_the_crm_are_never_passed(rig, shelf, share):
    rig.create(rig.people, 3000)
    rig.set(tier="free_starter")
    rig.calls()
    connector = rig.connect(share=share)
    cursor = None

    for _ in range(6):
        cursor = pull(rig, connector, shelf)
    for _ in range(20):
        cursor = pull(rig, connector, shelf, cursor)

    assert set(rig.calls()) == {200}


def test_the_limits_hold_for_several_threads_together(rig):
    ids = rig.create(rig.people, 100)
    rig.set(tier="free_starter")
    rig.calls()
    connector = rig.connect()

    def work():
        for _ in range(40):
            connector.read(want_people(rig), ids[:5])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rig.calls() == {200: 160}
