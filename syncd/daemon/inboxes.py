"""Watches folders beside everything else, in a thread of its own; and tells how much of what came in waits.

A folder is for whoever holds the account its rows are for: of several daemons only one takes a file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from syncd.engine import Tools
from syncd.engine.arriving.arrivals import let_old_go
from syncd.errors import StoreError
from syncd.inbound.doors import FolderDoor, doors_of
from syncd.inbound.inbox import Inbox
from syncd.settings import Settings
from syncd.web import Health

#: How long the thread sleeps at most; and how often it is told what waits, and what is old is let go.
_TICK_S = 1.0
_TELL_EVERY_S = 10.0
_LET_GO_EVERY_S = 3600.0
_NAME = "inboxes"


class Inboxes:
    """The folders of the settings in force. `wake` is called when something was kept."""

    def __init__(
        self, tools: Tools, settings: Callable[[], Settings], health: Health, wake: Callable[[], object]
    ) -> None:
        self._tools = tools
        self._settings = settings
        self._health = health
        self._wake = wake
        self._held: frozenset[str] = frozenset()
        self._made: tuple[Settings, dict[str, Inbox]] | None = None
        self._due: dict[str, float] = {}
        self._told_at = self._let_go_at = float("-inf")
        self._thread: threading.Thread | None = None

    def hold(self, accounts: Collection[str]) -> None:
        """Watch the folders of these accounts from now on; the thread begins when there is anything to watch."""
        self._held = frozenset(accounts)
        if self._thread is None and self._settings().inbound.doors:
            self._thread = threading.Thread(target=self._run, name=f"syncd-{_NAME}", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Wait for the end: it comes behind the rows that are being kept."""
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._tools.stop.is_set():
            self._health.beat(_NAME)
            try:
                self.turn()
            except StoreError:
                # The loop meets the same trouble, and tells of it; rows that were not kept are kept later.
                self._tools.clock.wait(_TICK_S, self._tools.stop)
            self._tools.clock.wait(_TICK_S, self._tools.stop)
        self._health.rest(_NAME)

    def turn(self) -> None:
        """Look into every folder whose turn it is."""
        now = self._tools.clock.monotonic()
        for name, inbox in self._inboxes().items():
            if inbox.door.stream.stream.account in self._held and now >= self._due.get(name, now):
                self._due[name] = now + inbox.door.every.total_seconds()
                inbox.look()
        if now - self._told_at >= _TELL_EVERY_S:
            self._told_at = now
            self._tell()
        if now - self._let_go_at >= _LET_GO_EVERY_S:
            self._let_go_at = now
            self._let_go()

    def _inboxes(self) -> dict[str, Inbox]:
        settings = self._settings()
        if self._made is None or self._made[0] is not settings:
            _, folders = doors_of(settings)
            self._made = (settings, {one.name: self._inbox(one) for one in folders})
        return self._made[1]

    def _inbox(self, door: FolderDoor) -> Inbox:
        return Inbox(door, self._tools, self._wake, lambda: self._health.beat(_NAME))

    def _tell(self) -> None:
        inbound = self._settings().inbound
        with self._tools.store.reading() as tx:
            counts = {
                door: {state.value: count for state, count in found.items()}
                for door, found in tx.arrivals.counts().items()
            }
            since = tx.arrivals.waiting_since()
        self._tools.telemetry.inbound.waiting(inbound.doors, counts, since)

    def _let_go(self) -> None:
        """Let go of what came in long ago, a piece at a time."""
        before = self._tools.clock.now() - self._settings().inbound.keep
        gone = 1
        while gone and not self._tools.stop.is_set():
            with self._tools.store.transaction() as tx:
                gone = let_old_go(tx, before)
        with self._tools.store.transaction() as tx:
            tx.arrival_files.forget_before(before)
