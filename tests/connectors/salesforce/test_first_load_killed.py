"""A first load that was killed goes on at the page it was on, by queries and in a bulk job; the calls are counted."""

from __future__ import annotations

import pytest

from connectors.salesforce import bulk, full, query
from tests.connectors.rigs import SalesforceRig, Shelf, want_people

CONTACTS = 1_000
#: Rows of a page, and of a piece of a job's results.
PAGE, PIECE = 50, 200


@pytest.fixture(scope="module")
def org():
    rig = SalesforceRig()
    rig.create(rig.people, CONTACTS)
    yield rig
    rig.close()


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(query, "ROWS", PAGE)
    monkeypatch.setattr(query, "PAGE", PAGE)
    monkeypatch.setattr(bulk, "FETCHED", PIECE)


def killed_and_resumed(org, pages_before):
    """Pull so many pages, drop everything but the last cursor, and pull the rest; return both counts of calls."""
    shelf = Shelf()
    org.calls()
    pull = org.connect().pull(want_people(org), None, shelf)
    for _ in range(pages_before):
        page = next(pull)
        shelf.keep(page)
    pull.close()
    before = org.calls().total()
    for rest in org.connect().pull(want_people(org), page.cursor, shelf):
        shelf.keep(rest)
    assert rest.is_last
    assert len(shelf.held) == CONTACTS
    assert set(shelf.seen.values()) == {1}
    return before, org.calls().total()


@pytest.mark.parametrize("pages_before", [1, 9, 19])
def test_by_queries_no_page_is_read_twice(org, pages_before):
    before, after = killed_and_resumed(org, pages_before)

    # Each time the count and the description besides; a walk ends with a page that is not full.
    assert before <= pages_before + 2
    assert after <= CONTACTS // PAGE - pages_before + 3


@pytest.mark.parametrize("pages_before", [1, 9, 19])
def test_in_a_bulk_job_only_the_piece_it_was_in_is_read_again(org, monkeypatch, pages_before):
    monkeypatch.setattr(full, "BULK_FROM", 0)

    before, after = killed_and_resumed(org, pages_before)

    pieces, begun = CONTACTS // PIECE, -(-pages_before * PAGE // PIECE)
    # The count, the description, the job's making and the looks at its state, which are not made again.
    assert before <= begun + 6
    assert after <= pieces - begun + 1 + 2
