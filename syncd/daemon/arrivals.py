"""Accounts whose CRM was not reached yet: one that is down at the start is waited for, and holds no other one up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors import Connector
from syncd.daemon.pauses import pause_after
from syncd.engine import StreamSetup, recall
from syncd.errors import ConnectorError, RetryableError
from syncd.settings import Settings
from syncd.web import Health
from syncd.wiring import Parts, accounts_of, set_up_account


@dataclass(slots=True)
class _Wait:
    """One account that is waited for."""

    #: The monotonic moment of the next try.
    until: float
    failures: int = 0
    error: ConnectorError | None = None


class Arrivals:
    """Tries each account until its streams are set up, with growing pauses; knows the settings in force."""

    def __init__(self, parts: Parts, health: Health) -> None:
        self.settings = parts.settings
        self.connectors: Mapping[str, Connector] = parts.connectors
        self._tools = parts.tools
        self._health = health
        self._waits: dict[str, _Wait] = {}
        here = {stream.account for stream in (*(one.stream for one in parts.setups), *parts.refused)}
        self._has_arrived = bool(here)
        health.expect(one.stream for one in parts.settings.streams if one.stream not in parts.refused)
        self._wait_for(account for account in accounts_of(parts.settings) if account not in here)

    @property
    def awaited(self) -> frozenset[str]:
        """Return the accounts that were not reached yet."""
        return frozenset(self._waits)

    def take(self, settings: Settings, connectors: Mapping[str, Connector]) -> None:
        """Go by other settings from now on; what is waited for is tried again at once."""
        self.settings, self.connectors = settings, connectors
        awaited = self.awaited
        for account in awaited:
            del self._waits[account]
            self._health.reached(account)
        self._wait_for(account for account in accounts_of(settings) if account in awaited)

    def arrived(self) -> tuple[StreamSetup, ...]:
        """Try the accounts whose turn it is; return the setups of those that were reached.

        ConnectorError when nothing could be worked on at all until a person acts.
        """
        now = self._tools.clock.monotonic()
        due = [account for account, wait in self._waits.items() if wait.until <= now]
        setups = tuple(setup for account in due for setup in self._try(account))
        errors = [wait.error for wait in self._waits.values()]
        hopeless = [error for error in errors if error is not None and not isinstance(error, RetryableError)]
        if hopeless and not self._has_arrived and len(hopeless) == len(errors):
            raise hopeless[0]
        return setups

    def _wait_for(self, accounts: Iterable[str]) -> None:
        now = self._tools.clock.monotonic()
        for account in accounts:
            self._waits[account] = _Wait(now)
            self._health.unreached(account, "not asked yet")

    def _try(self, account: str) -> tuple[StreamSetup, ...]:
        if self._tools.stop.is_set():
            return ()
        try:
            ready = set_up_account(self.settings, account, self._tools, self.connectors[account])
            if ready.refused and not ready.setups:
                raise next(iter(ready.refused.values()))
        except ConnectorError as error:
            self._failed(account, error)
            return ()
        del self._waits[account]
        self._has_arrived = True
        self._health.reached(account)
        for stream in ready.refused:
            self._health.pass_done(stream)
        recall(self._tools, ready.setups)
        return ready.setups

    def _failed(self, account: str, error: ConnectorError) -> None:
        if self._tools.stop.is_set():
            return
        wait = self._waits[account]
        wait.failures += 1
        wait.error = error
        pause_s = pause_after(error, wait.failures)
        wait.until = self._tools.clock.monotonic() + pause_s
        self._tools.telemetry.account_unreached(account, error, pause_s)
        told = self._tools.telemetry.redaction.secrets_only(error.message)
        self._health.unreached(account, f"{told}; tried again {pause_s:.0f} s after the last try")
