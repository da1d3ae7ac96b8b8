"""Follows the feeds of changes of the accounts that are worked on here, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from connectors import Connector, Feed, Heard
from syncd.daemon.hearing import Hearing
from syncd.daemon.pauses import pause_after
from syncd.engine import Tools
from syncd.errors import SyncdError
from syncd.settings import Settings


class Following:
    """The feeds that are followed now. To be brought up to date between passes, by the loop's thread alone."""

    def __init__(self, tools: Tools, hearing: Hearing) -> None:
        self._tools = tools
        self._hearing = hearing
        self._followers: dict[str, Follower] = {}

    def follow(self, accounts: frozenset[str], settings: Settings, connectors: Mapping[str, Connector]) -> None:
        """Follow the feeds of these accounts, where that is wanted, and no others."""
        wanted = {
            name: connector
            for name, connector in connectors.items()
            if name in accounts and settings.accounts[name].follows_changes and isinstance(connector, Feed)
        }
        for name, follower in list(self._followers.items()):
            if wanted.get(name) is not follower.connector or tuple(self._hearing.streams(name)) != follower.objects:
                del self._followers[name]
                follower.end()
        for name, connector in wanted.items():
            if name not in self._followers:
                objects = tuple(self._hearing.streams(name))
                self._followers[name] = Follower(name, connector, objects, self._tools, self._hearing)

    def close(self) -> None:
        """Follow nothing any more; wait for those under way to have kept what they heard."""
        for follower in self._followers.values():
            follower.end()
        for follower in self._followers.values():
            follower.join()
        self._followers.clear()


class Follower:
    """One account's feed, followed until `end`."""

    def __init__(self, account: str, connector: Feed, objects: Sequence[str], tools: Tools, hearing: Hearing) -> None:
        self._account = account
        self.connector = connector
        self.objects = tuple(objects)
        self._tools = tools
        self._hearing = hearing
        self._stop = threading.Event()
        self._is_connected = False
        self._thread = threading.Thread(target=self._run, name=f"syncd-feed-{account}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop following, soon."""
        self._stop.set()

    def join(self) -> None:
        """Wait a moment for the end."""
        self._thread.join(timeout=5)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                with self._tools.store.reading() as tx:
                    positions = tx.announced.positions(self._account)
                for heard in self.connector.follow(self.objects, positions, self._stop):
                    failures = 0
                    self._hear(heard)
            except SyncdError as error:
                failures += 1
                pause_s = pause_after(error, failures)
                self._is_connected = False
                if not self._stop.is_set():
                    self._tools.telemetry.announced.lost(self._account, error, pause_s)
                    self._tools.clock.wait(pause_s, self._stop)
        self._tools.telemetry.announced.ended(self._account)

    def _hear(self, heard: Heard) -> None:
        if not self._is_connected:
            self._is_connected = True
            self._tools.telemetry.announced.connected(self._account)
        if not heard.feed:
            return
        if heard.has_gap:
            self._tools.telemetry.announced.gap(self._account, heard.feed)
        place = (heard.feed, heard.position)
        self._hearing.keep(self._account, heard.feed, heard.announcements, heard.ignored, place)
