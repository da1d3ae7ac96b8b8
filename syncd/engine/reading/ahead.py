"""Pages read ahead: while one is judged and kept, the next is on its way.

A pull waits for the CRM, keeping a page waits for the processor and the disk; one after the other they would add up. A
thread of its own takes pages from the pull, never more than fit one transaction, and what has piled up is kept in one,
with the last one's cursor. Small pulls, which end with their first page, go without a thread.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace

from syncd.model import Page

#: Records that may wait to be kept, and that are kept together, at most; a single page may be larger.
MOST_RECORDS = 500


@contextmanager
def read_ahead(pages: Iterator[Page]) -> Iterator[Iterator[Page]]:
    """Hand on pages that are fetched ahead; whoever leaves early has the pull ended, and waits for that."""
    ahead = _Ahead(pages)
    try:
        yield ahead.pages()
    finally:
        ahead.end()


class _Ahead:
    """A thread that takes pages, and those it has taken."""

    def __init__(self, pages: Iterator[Page]) -> None:
        self._source = pages
        self._waiting: deque[Page] = deque()
        self._changed = threading.Condition()
        self._is_over = False
        self._is_left = False
        self._problem: BaseException | None = None
        # What the calls are for goes with the thread that makes them.
        self._thread = threading.Thread(target=copy_context().run, args=(self._fetch,), name="ahead", daemon=True)

    def pages(self) -> Iterator[Page]:
        """Yield pages in the order they came, several as one when they had to wait."""
        first = next(self._source, None)
        if first is None:
            return
        if first.is_last:
            yield first
            return
        self._thread.start()
        yield first
        while (page := self._next()) is not None:
            yield page

    def end(self) -> None:
        """Have nothing more fetched."""
        with self._changed:
            self._is_left = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()
        else:
            _close(self._source)

    def _fetch(self) -> None:
        try:
            for page in self._source:
                with self._changed:
                    self._changed.wait_for(lambda: self._is_left or self._has_room())
                    if self._is_left:
                        break
                    self._waiting.append(page)
                    self._changed.notify_all()
        except BaseException as problem:  # noqa: BLE001 - whoever takes the pages raises it
            self._problem = problem
        finally:
            _close(self._source)
            with self._changed:
                self._is_over = True
                self._changed.notify_all()

    def _has_room(self) -> bool:
        """Return whether one more page may wait; a page without records, too, is one to wait."""
        return sum(max(1, len(one.records)) for one in self._waiting) < MOST_RECORDS

    def _next(self) -> Page | None:
        """Return what waits, as one page; what went wrong comes after the pages that came before it."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_over)
            taken = [self._waiting.popleft()] if self._waiting else []
            while self._waiting and _may_join(taken, self._waiting[0]):
                taken.append(self._waiting.popleft())
            self._changed.notify_all()
        if taken:
            return joined(taken)
        if self._problem is not None:
            raise self._problem
        return None


def joined(pages: list[Page]) -> Page:
    """Return pages that follow each other as one, which ends where the last of them does.

    Of a record that stands on several of them the last one counts, as if they had been kept one by one.
    """
    if len(pages) == 1:
        return pages[0]
    records = {one.ref: one for page in pages for one in page.records}
    repeated = sum(page.repeated_count for page in pages)
    return replace(pages[-1], records=tuple(records.values()), repeated_count=repeated)


def _may_join(taken: list[Page], page: Page) -> bool:
    """Return whether a page may be kept together with those before it: not behind one that says what is gone."""
    count = sum(len(one.records) for one in taken) + len(page.records)
    return count <= MOST_RECORDS and not any(one.gone for one in taken)


def _close(source: Iterator[Page]) -> None:
    close = getattr(source, "close", None)
    if close is not None:
        close()
