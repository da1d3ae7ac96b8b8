"""The connector as a whole: switched on or off, when its next cycle is due, and what became of the last ones."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.native.changes import Changes
from connectors.sandbox.native.cycle import Cycle
from connectors.sandbox.native.hands import Hands
from connectors.sandbox.native.pairs import PAIRS, Pair
from connectors.sandbox.native.properties import install
from connectors.sandbox.native.settings import NativeSettings
from connectors.sandbox.salesforce.org import Org


class NativeConnector:
    """Keeps a simulated HubSpot account and a simulated Salesforce org in step, a cycle every 15 minutes."""

    def __init__(self, account: Account, org: Org) -> None:
        self._account = account
        self._org = org
        self.reset()

    def reset(self) -> None:
        """Be as if it had never been installed."""
        self.settings = NativeSettings()
        self._hands = Hands(self._account, self._org)
        self._seen = 0
        self._last_ms = 0
        self._cycles = 0
        self._account.keeps_companies_in_step = False

    def turn(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Change settings; switched on, it looks from now on. ValueError says what cannot be."""
        was_on, self.settings = self.settings.is_on, self.settings.turned(changes)
        if self.settings.is_on:
            install(self._account, self._org, ids_writable=self.settings.ids_writable)
            if not was_on:
                self._seen, self._last_ms = self._account.world.effects.last_seq, self._account.now_ms()
        self._account.keeps_companies_in_step = self.settings.is_on and "companies" in self.settings.objects
        return self.status()

    def tick(self) -> None:
        """Run a cycle where one is due."""
        if self.settings.is_on and self._account.now_ms() - self._last_ms >= self.settings.every_s * 1000:
            self.cycle()

    def cycle(self, *, everything: bool = False) -> dict[str, Any]:
        """Run one cycle now, over what changed since the last, or over `everything`; ValueError where it is off."""
        if not self.settings.is_on:
            raise ValueError("the native connector is switched off")
        self._hands.counts = {}
        changes = self._changes()
        self._last_ms = self._account.now_ms()
        self._cycles += 1
        for pair in PAIRS:
            if pair.hubspot in self.settings.objects:
                if everything:
                    self._touch_all(pair, changes)
                Cycle(self._account, self._org, pair, self.settings, self._hands).run(changes)
        # Whatever happened meanwhile was its own doing.
        self._seen = self._account.world.effects.last_seq
        return self.status()

    def status(self) -> dict[str, Any]:
        """Tell how it is set, what the last cycle did, and what stands in its way."""
        return {
            "settings": self.settings.state(),
            "cycles": self._cycles,
            "last": iso(self._last_ms) if self._cycles else None,
            "did": dict(self._hands.counts),
            "errors": list(self._hands.errors.values()),
        }

    def state(self) -> dict[str, Any]:
        """Return what a snapshot has to keep."""
        return {
            "settings": self.settings.state(), "seen": self._seen, "last_ms": self._last_ms, "cycles": self._cycles,
            "errors": list(self._hands.errors.values()),
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a kept state."""
        self.reset()
        self.settings = NativeSettings().turned(state["settings"])
        self._seen, self._last_ms, self._cycles = state["seen"], state["last_ms"], state["cycles"]
        self._hands.errors = {(row["object"], row["id"]): row for row in state["errors"]}
        self._account.keeps_companies_in_step = self.settings.is_on and "companies" in self.settings.objects

    def _changes(self) -> Changes:
        effects = self._account.world.effects
        if effects.last_seq < self._seen:
            # Somebody has emptied the log: numbering began anew.
            self._seen = 0
        return Changes.of(effects.since(self._seen))

    def _touch_all(self, pair: Pair, changes: Changes) -> None:
        for salesforce in pair.ids:
            for row in list(self._org.tables[salesforce].rows.values()):
                if not row.is_deleted:
                    changes.touch(salesforce, row.id)
        for record in list(self._account.tables[pair.hubspot].live_records()):
            changes.touch(pair.hubspot, str(record.id))
