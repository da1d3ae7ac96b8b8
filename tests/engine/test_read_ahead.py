"""Pages are fetched while others are kept, never too many, and a restart finds nothing skipped."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from connectors.purpose import Purpose, calling_for, purpose_now
from syncd.engine.reading.ahead import MOST_RECORDS, joined, read_ahead
from syncd.errors import RetryableError
from syncd.model import Cursor, Gone, Page, Ref, SourceRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATIENCE_S = 10.0
#: Pages of 100 records that may wait.
MOST_PAGES = MOST_RECORDS // 100


def page(number, *, ids=(), gone=(), is_last=False):
    records = tuple(SourceRecord(Ref("main", "contacts", id_), {"page": number}, NOW, NOW) for id_ in ids)
    lost = tuple(Gone(Ref("main", "contacts", id_)) for id_ in gone)
    return Page(records, Cursor(NOW, str(number)), is_last=is_last, gone=lost, repeated_count=1)


class Pull:
    """Pages made when they are asked for; remembers how far it came."""

    def __init__(self, *pages, then=None):
        self._pages, self._then = pages, then
        self.asked = 0
        self.threads = set()
        self.purposes = set()
        self.is_closed = False
        self.stands = threading.Event()

    def __iter__(self):
        try:
            for one in self._pages:
                self.asked += 1
                self.threads.add(threading.current_thread().name)
                self.purposes.add(purpose_now())
                if self.asked == MOST_PAGES + 2:
                    self.stands.set()
                yield one
            self.stands.set()
            if self._then is not None:
                raise self._then
        finally:
            self.is_closed = True


def test_the_next_pages_are_fetched_while_the_first_is_kept():
    pull = Pull(page(1, ids=["1"]), page(2, ids=["2"], is_last=True))

    with read_ahead(iter(pull)) as pages:
        next(pages)
        assert pull.stands.wait(PATIENCE_S)

        assert pull.asked == 2
        assert [one.cursor.after for one in pages] == ["2"]
    assert len(pull.threads) == 2


def test_a_pull_that_ends_with_its_first_page_needs_no_thread():
    pull = Pull(page(1, is_last=True))

    with read_ahead(iter(pull)) as pages:
        assert len(list(pages)) == 1

    assert pull.threads == {threading.current_thread().name}


def test_no_more_pages_are_fetched_ahead_than_may_wait():
    pull = Pull(*[page(one, ids=[f"{one}-{n}" for n in range(100)]) for one in range(50)])

    with read_ahead(iter(pull)) as pages:
        next(pages)
        assert pull.stands.wait(PATIENCE_S)

        # The first, those that wait, and the one that waits for its place.
        assert pull.asked == 1 + MOST_PAGES + 1

    assert pull.is_closed


def test_what_went_wrong_comes_after_the_pages_before_it():
    pull = Pull(page(1, ids=["1"]), page(2, ids=["2"]), then=RetryableError("later"))

    with read_ahead(iter(pull)) as pages:
        first = next(pages)
        assert pull.stands.wait(PATIENCE_S)
        second = next(pages)
        with pytest.raises(RetryableError):
            next(pages)

    assert [first.cursor.after, second.cursor.after] == ["1", "2"]


def test_whoever_leaves_early_ends_the_pull():
    pull = Pull(*[page(number, ids=[str(number) * 100]) for number in range(2_000)])

    with read_ahead(iter(pull)) as pages:
        next(pages)
        next(pages)

    assert pull.is_closed
    assert pull.asked < 2_000


def test_pages_that_had_to_wait_are_kept_together_up_to_a_size():
    pull = Pull(*[page(one, ids=[f"{one}-{n}" for n in range(100)]) for one in range(12)], page(12, is_last=True))

    with read_ahead(iter(pull)) as pages:
        next(pages)
        assert pull.stands.wait(PATIENCE_S)
        second = next(pages)
        kept = [second, *pages]

    assert len(second.records) == MOST_RECORDS
    assert sum(len(one.records) for one in kept) == 1100
    assert max(len(one.records) for one in kept) <= MOST_RECORDS
    assert kept[-1].is_last


def test_of_a_record_on_several_pages_the_last_one_counts():
    together = joined([page(1, ids=["a", "b"]), page(2, ids=["b", "c"], gone=["x"])])

    assert {one.ref.id: one.values["page"] for one in together.records} == {"a": 1, "b": 2, "c": 2}
    assert [one.ref.id for one in together.gone] == ["x"]
    assert together.cursor.after == "2"
    assert together.repeated_count == 2


def test_what_is_told_to_be_gone_is_gone_before_it_comes_back():
    pull = Pull(page(0), page(1, gone=["a"]), page(2, ids=["a"]), page(3, is_last=True))

    with read_ahead(iter(pull)) as pages:
        next(pages)
        assert pull.stands.wait(PATIENCE_S)
        kept = list(pages)

    assert [[gone.ref.id for gone in one.gone] for one in kept if one.gone] == [["a"]]
    assert not next(one for one in kept if one.gone).records


def test_pages_fetched_ahead_are_fetched_for_the_same_purpose():
    pull = Pull(page(1), page(2), page(3, is_last=True))

    with calling_for(Purpose.FIRST_LOADS), read_ahead(iter(pull)) as pages:
        list(pages)

    assert pull.purposes == {Purpose.FIRST_LOADS}
