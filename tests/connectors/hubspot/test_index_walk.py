"""The search index is late, out of order and capped; the walk sees every row of it once all the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.calls import Reply
from connectors.hubspot.query import Window
from connectors.hubspot.walk import Index
from syncd.errors import BrokenPromiseError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class SearchIndex:
    """A search endpoint over (id, milliseconds after noon), with the vices asked for."""

    def __init__(self, rows, *, shuffle=None, page=200):
        self.rows = dict(rows)
        self.page = page
        self.calls = []
        self._shuffle = random.Random(shuffle) if shuffle is not None else None

    def search(self, object_name, body):
        filters = [one for group in body["filterGroups"] for one in group["filters"]]
        self.calls.append({(one["propertyName"], one["operator"]): one["value"] for one in filters})
        matching = [id_ for id_ in self.rows if all(self._matches(id_, one) for one in filters)]
        key = body["sorts"][0]["propertyName"]
        matching.sort(
            key=lambda id_: id_ if key == "hs_object_id" else self.rows[id_],
            reverse=body["sorts"][0]["direction"] == "DESCENDING",
        )
        if self._shuffle is not None:
            self._shuffle.shuffle(matching)
        rows = [self._row(id_) for id_ in matching[: min(self.page, body["limit"])]]
        return Reply(200, {"total": len(matching), "results": rows}, NOON)

    def _matches(self, id_, one):
        held = id_ if one["propertyName"] == "hs_object_id" else self._milliseconds(id_)
        value = int(one["value"])
        return {
            "GTE": held >= value,
            "GT": held > value,
            "LTE": held <= value,
            "BETWEEN": value <= held <= int(one.get("highValue", 0)),
        }[one["operator"]]

    def _milliseconds(self, id_):
        return int(NOON.timestamp()) * 1000 + self.rows[id_]

    def _row(self, id_):
        moment = NOON + timedelta(milliseconds=self.rows[id_])
        born = NOON - timedelta(days=1)
        return {"id": str(id_), "properties": {"lastmodifieddate": moment.isoformat()}, "createdAt": born.isoformat()}


def walked(index, window=None):
    window = window or Window(NOON, NOON + timedelta(hours=1))
    return [int(row.id) for found in Index(index, "contacts").walk(window) for row in found.rows]


def test_thousands_of_rows_of_one_instant_are_each_seen_once():
    index = SearchIndex(dict.fromkeys(range(1, 12001), 0))

    seen = walked(index)

    assert seen == list(range(1, 12_001))
    assert len(index.calls) == 60


def test_no_query_asks_for_a_place_beyond_the_cap():
    index = SearchIndex(dict.fromkeys(range(1, 12001), 0))

    walked(index)

    assert all(("hs_object_id", "GT") in call for call in index.calls[1:])


@settings(deadline=None)
@given(
    rows=st.dictionaries(st.integers(1, 10**6), st.integers(0, 50), max_size=120),
    shuffle=st.none() | st.integers(0, 99),
)
def test_every_row_is_seen_once_in_whatever_order_the_index_answers(rows, shuffle):
    index = SearchIndex(rows, shuffle=shuffle, page=10)

    seen = walked(index)

    assert sorted(seen) == sorted(rows)


def test_rows_outside_the_window_are_left_out():
    index = SearchIndex({1: -1, 2: 0, 3: 10, 4: 11})

    seen = walked(index, Window(NOON, NOON + timedelta(milliseconds=10)))

    assert seen == [2, 3]


def test_each_query_moves_forward():
    index = SearchIndex(dict.fromkeys(range(1, 1001), 0))

    walked(index)

    assert all(
        int(earlier.get(("hs_object_id", "GT"), 0)) < int(later[("hs_object_id", "GT")])
        for earlier, later in pairwise(index.calls)
    )


def test_an_index_that_repeats_itself_ends_the_walk():
    index = SearchIndex(dict.fromkeys(range(1, 1001), 0))
    index._matches = lambda id_, one: True

    with pytest.raises(BrokenPromiseError):
        walked(index)

    assert len(index.calls) < 10


def test_an_index_that_always_claims_more_ends_the_walk():
    index = SearchIndex({1: 0})
    search = index.search

    def claim(object_name, body):
        reply = search(object_name, body)
        return Reply(200, {**reply.body, "total": 5000}, NOON)

    index.search = claim

    assert walked(index) == [1]


def test_an_index_that_shows_one_row_again_and_again_ends_the_walk():
    index = SearchIndex({7: 0})
    search = index.search

    def repeat(object_name, body):
        reply = search(object_name, body)
        return Reply(200, {"total": 1000, "results": 2 * reply.body["results"]}, NOON)

    index.search = repeat

    with pytest.raises(BrokenPromiseError, match="does not move forward"):
        walked(index)
