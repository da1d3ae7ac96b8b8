"""Where nearly everything has changed, the list of everything is read: fewer calls, and nothing is missed by it."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from connectors.hubspot.listing import Listing
from connectors.protocol import Want
from tests.connectors.hubspot.test_index_walk import NOON
from tests.connectors.rigs import HubSpotRig, Shelf, want_people

BASE = 1_000
#: The newest 200 are asked for first; then the list, 100 a call, links and all.
BY_LIST = 1 + BASE // 100


class Pages:
    """A list of a hundred records a call."""

    def calls(self, total):
        return -(-total // 100)

    def sheets(self, total):
        raise AssertionError("nobody reads this list")


class Counted(Shelf):
    """A store that holds so many records, so many of them from the window that is read again."""

    def __init__(self, held, again):
        super().__init__()
        self.counts = held, again

    def count(self):
        return self.counts[0]

    def count_since(self, since):
        return self.counts[1]


@pytest.fixture(scope="module")
def hubspot():
    rig = HubSpotRig()
    yield rig
    rig.close()


@pytest.fixture
def stormed(hubspot):
    """A base that is held, of which everything has changed since."""
    hubspot.reset()
    ids = hubspot.create(hubspot.people, BASE)
    connector, shelf = hubspot.connect(), Shelf()
    cursor = read(hubspot, connector, shelf, None)
    hubspot.pass_time(3600)
    cursor = read(hubspot, connector, shelf, cursor)
    hubspot.edit(hubspot.people, ids, **{hubspot.city: "Ulm"})
    hubspot.pass_time(5)
    shelf.seen.clear()
    hubspot.calls()
    return ids, connector, shelf, cursor


def read(rig, connector, shelf, cursor):
    """Pull to the end; return the last page's cursor."""
    for page in connector.pull(want_people(rig, links=True), cursor, shelf):
        shelf.keep(page)
        cursor = page.cursor
    return cursor


def outdated(rig, connector, shelf):
    """Return the records that are not held as they are."""
    now = {one.ref.id: one.modified_at for piece in connector.survey(want_people(rig)) for one in piece.records}
    return {id_ for id_, moment in now.items() if shelf.held.get(id_) != moment}


@pytest.mark.parametrize(
    ("changed", "held", "again", "links", "is_listed"),
    [
        (20_000, 20_000, 0, 2, True),
        (12_500, 20_000, 0, 2, True),
        (11_000, 20_000, 0, 2, False),
        (13_500, 20_000, 0, 0, True),
        (13_000, 20_000, 0, 0, False),
        # More than we knew of: then there are that many at least.
        (50_000, 1_000, 0, 2, True),
        # Read already, and only in the window still.
        (20_000, 20_000, 19_500, 2, False),
        (500, 20_000, 0, 2, False),
    ],
)
def test_whichever_takes_fewer_calls_is_read(changed, held, again, links, is_listed):
    want = Want("contacts", (), ("companies", "deals")[:links])
    index: Any = None
    listing = Listing(index, Pages(), want, NOON)

    assert listing.is_shorter(changed, Counted(held, again)) is is_listed


def test_a_base_that_changed_as_a_whole_costs_the_pages_of_its_list(hubspot, stormed):
    ids, connector, shelf, cursor = stormed

    cursor = read(hubspot, connector, shelf, cursor)
    calls = hubspot.calls().total()
    read(hubspot, connector, shelf, cursor)

    # By the index: 1 + 4 searches, 10 reads, 1 for the links.
    assert calls == BY_LIST
    assert hubspot.calls().total() == 1
    assert outdated(hubspot, connector, shelf) == set()
    assert shelf.seen.keys() == set(ids)


def test_a_pull_of_the_list_that_is_cut_short_reads_no_more_than_the_rest_again(hubspot, stormed):
    _, connector, shelf, cursor = stormed
    for page in islice(connector.pull(want_people(hubspot, links=True), cursor, shelf), 6):
        shelf.keep(page)
        assert page.cursor == cursor

    read(hubspot, hubspot.connect(), shelf, cursor)

    # Eight pages may have been under way, and what is left is read whichever way is shorter.
    assert hubspot.calls().total() <= BY_LIST + 8 + 2
    assert outdated(hubspot, connector, shelf) == set()


def test_who_is_edited_archived_or_merged_while_the_list_is_read_is_not_lost(hubspot, stormed):
    ids, connector, shelf, cursor = stormed
    pages = connector.pull(want_people(hubspot, links=True), cursor, shelf)
    shelf.keep(next(pages))
    hubspot.edit(hubspot.people, [ids[0], ids[-1]], **{hubspot.city: "Bonn"})
    for gone in (ids[1], ids[-2]):
        hubspot.archive(hubspot.people, gone)
    survivor = hubspot.merge(hubspot.people, ids[-3], ids[2])
    for page in pages:
        shelf.keep(page)
        cursor = page.cursor
    calls = hubspot.calls().total()

    read(hubspot, connector, shelf, cursor)

    # One more search tells that the two that are short are no longer counted either.
    assert calls <= BY_LIST + 2
    assert outdated(hubspot, connector, shelf) == set()
    assert survivor in shelf.held
    assert shelf.gone[ids[2]] == survivor
    assert {one.ref.id for gone in connector.removed(hubspot.people) for one in gone} >= {ids[1], ids[-2]}


@pytest.mark.parametrize(
    "how",
    [{"how": "cut", "rows": 30}, {"how": "empty_page"}, {"how": "repeat_cursor"}],
    ids=["cut", "empty", "in-a-circle"],
)
def test_a_list_that_does_not_come_to_its_end_is_made_up_for_by_the_index(hubspot, stormed, how):
    _, connector, shelf, cursor = stormed
    hubspot.fail("list", nth=3, **how)

    read(hubspot, connector, shelf, cursor)

    hubspot.forgive()
    assert outdated(hubspot, connector, shelf) == set()


def test_records_that_a_list_leaves_out_are_found_by_the_index(hubspot, stormed):
    ids, connector, shelf, cursor = stormed
    hubspot.fail("list", "hide", ids=ids[100:103])

    read(hubspot, connector, shelf, cursor)

    hubspot.forgive()
    assert outdated(hubspot, connector, shelf) == set()


def test_what_an_index_that_is_late_still_counts_is_asked_for_by_id(hubspot, stormed):
    ids, connector, shelf, cursor = stormed
    hubspot.set(index_lag_s=600)
    hubspot.archive(hubspot.people, ids[5])

    cursor = read(hubspot, connector, shelf, cursor)

    hubspot.set(index_lag_s=0)
    assert ids[5] in shelf.gone or ids[5] in {one.ref.id for gone in connector.removed("contacts") for one in gone}
    assert outdated(hubspot, connector, shelf) == set()
    assert cursor.since <= hubspot.now() - timedelta(minutes=10)
