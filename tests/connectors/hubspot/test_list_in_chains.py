"""The full pull by several chains of pages: nothing is missed, whatever happens meanwhile, and a restart goes on."""

from __future__ import annotations

import random
from bisect import bisect_left, insort
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.hubspot import chains
from connectors.hubspot.chains import Chains, Cuts, Sheet, chains_for
from connectors.hubspot.stretches import Stretches
from connectors.width import Width
from syncd.errors import BrokenPromiseError
from tests.connectors.rigs import HubSpotRig, Shelf, want_people

PAGE = 3


class Listed:
    """A list of ids as HubSpot has it, or one that takes no place but its own."""

    def __init__(self, ids, *, knows_ids=True):
        self.ids = sorted(ids)
        self.named = set()
        self.knows_ids = knows_ids

    def page(self, place):
        is_known = place is None or self.knows_ids or place in self.named
        start = bisect_left(self.ids, int(place)) if place is not None and is_known else 0
        rows = self.ids[start : start + PAGE]
        following = str(self.ids[start + PAGE]) if start + PAGE < len(self.ids) else None
        if following is not None:
            self.named.add(following)
        return rows, following


def step(walk, listed, stretch):
    """Read one page of a stretch; return the ids that count."""
    return list(walk.took(stretch, *listed.page(stretch.place)))


@settings(max_examples=150)
@given(data=st.data(), ids=st.sets(st.integers(1, 200), min_size=1), knows_ids=st.booleans())
def test_every_record_that_was_there_all_along_is_read_whatever_order_pages_come_in(data, ids, knows_ids):
    listed, walk, seen = Listed(ids, knows_ids=knows_ids), Stretches(None), []
    gone: set[int] = set()

    while walk.open:
        deed = data.draw(st.sampled_from(["page", "page", "page", "cut", "delete", "create", "restart"]))
        if deed == "page":
            seen += step(walk, listed, data.draw(st.sampled_from(walk.open)))
        elif deed == "cut" and (base := walk.base) is not None:
            behind = [id_ for id_ in ids - gone if id_ > int(base)]
            walk.cut(data.draw(st.sampled_from(sorted(behind))) if behind else None)
        elif deed == "delete" and listed.ids:
            gone.add(listed.ids.pop(data.draw(st.integers(0, len(listed.ids) - 1))))
        elif deed == "create":
            insort(listed.ids, max(listed.ids, default=0) + 1)
        elif deed == "restart":
            # A place is kept with what was read before it, and a list knows the places it has named for ever.
            walk = Stretches(str(walk))

    assert ids - gone <= set(seen)


@given(st.sets(st.integers(1, 300), min_size=20), st.integers(0, 10**6))
def test_while_nothing_changes_every_record_is_read_once(ids, seed):
    listed, walk, seen, chance = Listed(ids), Stretches(None), [], random.Random(seed)

    while walk.open:
        seen += step(walk, listed, chance.choice(walk.open))
        if (base := walk.base) is not None and chance.random() < 0.3:
            walk.cut(next((id_ for id_ in listed.ids if id_ > int(base) + 15), None))

    assert sorted(seen) == sorted(ids)


def test_a_restart_never_begins_where_only_the_index_says_a_record_is():
    listed, walk = Listed(range(1, 100)), Stretches(None)
    step(walk, listed, walk.open[0])

    walk.cut(40)

    assert str(walk) == "4"
    step(walk, listed, walk.open[1])
    assert str(walk) == "4:40,43"


def test_a_place_from_before_there_were_stretches_is_one():
    assert str(Stretches("123")) == "123"
    assert [one.end for one in Stretches("123").open] == [None]


def test_places_that_are_no_ids_are_never_cut():
    walk = Stretches(None)

    walk.took(walk.open[0], [1, 2, 3], "b3BhcXVl")

    assert walk.base is None


def test_a_list_that_stops_naming_ids_once_it_was_cut_is_not_followed():
    walk = Stretches(None)
    walk.took(walk.open[0], [1, 2, 3], "4")
    walk.cut(40)

    with pytest.raises(BrokenPromiseError):
        walk.took(walk.open[0], [4, 5, 6], "b3BhcXVl")


@pytest.mark.parametrize(
    ("total", "chains", "searches", "pages"),
    [
        (None, 3, 0, 99),
        (2_700, 8, 0, 27),
        # With the count and 200 pages, 203 calls.
        (20_000, 3, 2, 67),
        (20_000, 20, 7, 25),
        (1_000_000, 3, 101, 99),
    ],
)
def test_finding_stretches_costs_a_search_for_each_28_pages_at_most(total, chains, searches, pages):
    cuts = Cuts.of(total, chains)

    assert cuts.count == searches
    assert cuts.records <= pages * 100


@pytest.mark.parametrize(
    ("pace", "seconds", "wanted"),
    [(19.0, 0.0, 2), (19.0, 0.1, 3), (19.0, 0.3, 7), (5.0, 0.1, 2)],
)
def test_there_are_as_many_chains_as_keep_up_with_the_pace(pace, seconds, wanted):
    assert chains_for(pace, seconds) == wanted


def test_no_more_pages_are_held_than_may_be_under_way():
    asked = []

    def fetch(place):
        asked.append(place)
        first = int(place or 1)
        return Sheet((), (), tuple(range(first, first + 100)), str(first + 100) if first < 9_000 else None, None)

    with ThreadPoolExecutor(8) as threads:
        walk = Chains(threads, Width(4), fetch, lambda place, count: int(place) + count)
        sheets = walk.sheets(Stretches(None), Cuts.of(20_000, 4))
        with closing(sheets):
            for taken in range(1, 41):
                next(sheets)
                assert len(asked) <= taken + 4


@pytest.fixture(scope="module")
def hubspot():
    rig = HubSpotRig()
    yield rig
    rig.close()


def test_a_pull_killed_in_the_middle_goes_on_at_the_pages_it_was_on(hubspot, monkeypatch):
    monkeypatch.setattr(chains, "_PAGES_A_CUT", 4)
    monkeypatch.setattr(chains, "_LEAST", 5)
    ids = hubspot.create(hubspot.people, 2_000)
    connector, shelf = hubspot.connect(), Shelf()
    hubspot.calls()

    pages = connector.pull(want_people(hubspot), None, shelf)
    for page in pages:
        shelf.keep(page)
        if "," in (page.cursor.after or ""):
            break
    pages.close()
    before = hubspot.calls().total()
    for rest in hubspot.connect().pull(want_people(hubspot), page.cursor, shelf):
        shelf.keep(rest)

    assert sorted(shelf.held) == sorted(ids)
    # 20 pages, each time the count, four stretches found, and of what was under way at the end at most eight again.
    assert before + hubspot.calls().total() <= 20 + 2 + 2 * 4 + 8
    assert page.cursor.after is not None
    assert rest.is_last
    assert rest.cursor.after is None
