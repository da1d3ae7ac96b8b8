"""Turns at writing, for threads that share a database with one writer: in the order they came, nobody in between."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from syncd.errors import StoreError


class Turns:
    """One at a time. A lock alone would let a thread that writes page after page keep all others waiting."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._holder: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for our turn, and have it until the end of the block."""
        us = threading.get_ident()
        if self._holder == us:
            raise StoreError("A transaction was begun within another one.", hint="Please report it: it is a mistake.")
        go = threading.Event()
        with self._guard:
            is_first = self._holder is None
            if is_first:
                self._holder = us
            else:
                self._waiting.append(go)
        if not is_first:
            go.wait()
        self._holder = us
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    # Held for whoever is next, so that nobody slips in before they have woken up.
                    self._holder = 0
                    self._waiting.popleft().set()
                else:
                    self._holder = None
