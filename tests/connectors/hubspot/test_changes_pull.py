"""What changed is found in as few calls as the index allows, and the cursor never runs ahead of what was seen."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta
from typing import Any, cast

import pytest

from connectors.hubspot.changes import ChangesPull
from connectors.hubspot.reading import Gathering, Reader
from connectors.hubspot.walk import Index
from connectors.protocol import Reading, Want
from syncd.model import Cursor, Ref, SourceRecord
from tests.connectors.hubspot.test_index_walk import NOON, SearchIndex

OVERLAP = timedelta(minutes=10)
WANT = Want("contacts", ("email",))


class Shelf:
    """What the store holds."""

    def __init__(self):
        self.held = {}

    def versions(self, ids):
        return {id_: self.held[id_] for id_ in ids if id_ in self.held}

    def count(self):
        return len(self.held)

    def count_since(self, since):
        return sum(1 for moment in self.held.values() if moment >= since)

    def keep(self, page):
        self.held |= {record.ref.id: record.modified_at for record in page.records}


class TruthReader:
    """Reads what the index knows, by id."""

    def __init__(self, index):
        self.index = index
        self.groups = []

    def gather(self, want):
        return Gathering(cast("Reader", self), want)

    def ask_later(self, want, ids):
        found: Future[list[SourceRecord]] = Future()
        found.set_result([self.record(id_) for id_ in ids])
        return found

    def finished(self, want, asked, batches):
        self.groups.append(len(asked))
        return Reading(tuple(record for batch in batches for record in batch.result()), ())

    def record(self, id_):
        moment = NOON + timedelta(milliseconds=self.index.rows[int(id_)])
        return SourceRecord(Ref("main", "contacts", id_), {}, None, moment)


class Endless:
    """A list that takes more calls than any search."""

    def calls(self, total):
        return 10**9

    def sheets(self, total):
        raise AssertionError("nobody reads this list")


def pull(index, shelf, cursor=None):
    cursor = cursor or Cursor(NOON - OVERLAP, walked_at=NOON - OVERLAP)
    reader: Any = TruthReader(index)
    pages = []
    for page in ChangesPull(Index(index, "contacts"), reader, Endless(), WANT, cursor, shelf, OVERLAP).pages():
        shelf.keep(page)
        pages.append(page)
    return pages, reader


def ids_of(pages):
    return [record.ref.id for page in pages for record in page.records]


def test_nothing_new_is_one_call_and_one_empty_page(shelf):
    index = SearchIndex({})

    pages, _ = pull(index, shelf)

    assert len(index.calls) == 1
    assert [(page.records, page.is_last) for page in pages] == [((), True)]
    assert pages[0].cursor == Cursor(NOON - OVERLAP, None, NOON)


def test_the_cursor_rests_while_nothing_happens(shelf):
    cursor = Cursor(NOON - 2 * OVERLAP, walked_at=NOON - OVERLAP / 2)
    shelf.held = {"1": NOON}

    pages, _ = pull(SearchIndex({1: 0}), shelf, cursor)

    assert [page.cursor for page in pages] == [cursor]


def test_five_hundred_changes_are_three_searches_and_one_group_of_reads(shelf):
    index = SearchIndex({id_: id_ for id_ in range(1, 501)})

    pages, reader = pull(index, shelf)

    assert sorted(map(int, ids_of(pages))) == list(range(1, 501))
    assert len(index.calls) == 3
    assert reader.groups == [500]
    assert [len(page.records) for page in pages] == [500]


def test_the_second_look_at_many_changes_is_one_call(shelf):
    index = SearchIndex({id_: id_ for id_ in range(1, 501)})
    pages, _ = pull(index, shelf)
    index.calls.clear()

    again, reader = pull(index, shelf, pages[-1].cursor)

    assert len(index.calls) == 1
    assert reader.groups == []
    assert again[-1].cursor == pages[-1].cursor


def test_a_late_row_among_many_known_ones_is_found(shelf):
    index = SearchIndex({id_: id_ for id_ in range(1, 501)})
    pages, _ = pull(index, shelf)
    index.rows[777] = 3

    again, _ = pull(index, shelf, pages[-1].cursor)

    assert ids_of(again) == ["777"]


def test_the_whole_window_is_walked_after_a_few_overlaps_whatever_the_counts_say(shelf):
    index = SearchIndex({id_: id_ for id_ in range(1, 501)})
    pull(index, shelf)
    index.calls.clear()

    pages, reader = pull(index, shelf, Cursor(NOON - OVERLAP, walked_at=NOON - 3 * OVERLAP))

    assert len(index.calls) > 1
    assert reader.groups == []
    assert pages[-1].cursor.walked_at == NOON


@pytest.mark.parametrize("seed", range(5))
def test_an_index_out_of_order_hides_nothing(shelf, seed):
    index = SearchIndex({id_: -id_ for id_ in range(1, 1001)}, shuffle=seed)

    pages, _ = pull(index, shelf)

    assert set(map(int, ids_of(pages))) == set(range(1, 1001))


def test_only_the_last_page_moves_the_cursor(shelf):
    index = SearchIndex({id_: id_ for id_ in range(1, 1301)})
    cursor = Cursor(NOON - OVERLAP, walked_at=NOON - OVERLAP)

    pages, _ = pull(index, shelf, cursor)

    assert [page.cursor == cursor for page in pages] == [True, True, False]
    assert [page.is_last for page in pages] == [False, False, True]


def test_the_cursor_stays_when_the_index_holds_rows_back(shelf):
    index = SearchIndex(dict.fromkeys(range(1, 301), -60_000))
    search = index.search

    def boast(object_name, body):
        reply = search(object_name, body)
        if reply.body["total"]:
            reply.body["total"] += 5
        return reply

    index.search = boast
    cursor = Cursor(NOON - OVERLAP, walked_at=NOON - 3 * OVERLAP)

    pages, _ = pull(index, shelf, cursor)

    assert len(set(ids_of(pages))) == 300
    assert pages[-1].cursor == cursor


def test_the_cursor_moves_although_rows_were_changed_while_they_were_walked(shelf):
    index = SearchIndex(dict.fromkeys(range(1, 901), -60_000))
    search = index.search

    def busy(object_name, body):
        reply = search(object_name, body)
        # Somebody edits the record that the walk would come to last: it leaves every window that ends before now.
        index.rows[max(id_ for id_, moment in index.rows.items() if moment < 0)] = 5_000
        return reply

    index.search = busy
    cursor = Cursor(NOON - OVERLAP, walked_at=NOON - 3 * OVERLAP)

    pages, _ = pull(index, shelf, cursor)

    assert pages[-1].cursor == Cursor(NOON - OVERLAP, None, NOON)


def test_a_change_at_the_very_moment_of_the_cursor_is_seen(shelf):
    cursor = Cursor(NOON, walked_at=NOON)

    pages, _ = pull(SearchIndex({1: -1, 2: 0}), shelf, cursor)

    assert ids_of(pages) == ["2"]


def test_the_cursor_never_goes_back(shelf):
    cursor = Cursor(NOON, walked_at=NOON)

    pages, _ = pull(SearchIndex({}), shelf, cursor)

    assert pages[-1].cursor.since == NOON


def test_rows_known_already_are_counted_and_not_read(shelf):
    index = SearchIndex({1: 0, 2: 1, 3: 2})
    shelf.held = {"1": NOON, "2": NOON}

    pages, reader = pull(index, shelf)

    assert sorted(ids_of(pages)) == ["2", "3"]
    assert reader.groups == [2]
    assert pages[-1].repeated_count == 1


def test_ten_thousand_rows_of_one_instant_are_read_in_bounded_groups(shelf):
    index = SearchIndex(dict.fromkeys(range(1, 10501), 0))

    pages, reader = pull(index, shelf)

    assert len(set(ids_of(pages))) == 10_500
    assert max(reader.groups) <= 1000
