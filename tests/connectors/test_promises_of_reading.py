"""What `connectors/protocol.py` promises of reading, asked of every connector in front of its simulated CRM."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from syncd.model import Cursor, Gone, Ref
from tests.connectors.promises import pull, settled, version
from tests.connectors.rigs import want_people

OVERLAP = timedelta(minutes=10)


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
    rig.edit(rig.people, [ids[0]], **{rig.city: "Ulm"})
    # The newest change that this pull sees is no place to go on from.
    rig.pass_time(1200)
    rig.edit(rig.people, [ids[-1]], **{rig.city: "Ulm"})
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

    cursor = pull(rig, connector, shelf, want=want_people(rig, links=True))
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

    pull(rig, connector, shelf, cursor, want_people(rig, links=True))

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


def test_a_change_at_the_cursors_own_moment_is_seen(rig, shelf):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    rig.edit(rig.people, [id_], **{rig.city: "Ulm"})
    rig.pass_time(5)
    moment = version(rig, connector, id_)

    pull(rig, connector, shelf, Cursor(moment, walked_at=moment))

    assert list(shelf.seen) == [id_]


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
    # With so many others a search of what changed is shorter than a list of everything.
    shelf.held = dict.fromkeys(map(str, range(10_000)), rig.now() - timedelta(days=400))
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
    rig.set(index_lag_s=60)
    rig.edit(rig.people, [ids[500]], **{rig.city: "Ulm"})
    rig.set(index_lag_s=0)
    # Newer ones stand before it on every page but the last.
    rig.pass_time(2)
    rig.edit(rig.people, ids[:300], **{rig.city: "Ulm"})
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
            # A pull can take longer than the overlap.
            rig.pass_time(2 * OVERLAP.total_seconds())
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
    # What was kept comes once more where that takes fewer calls than finding out what is new.
    assert shelf.seen.total() <= len(ids) + len(first.records)


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
