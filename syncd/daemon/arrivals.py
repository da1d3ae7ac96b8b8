"""Accounts that are this daemon's to work on: taken, waited for until their CRM answers, set up, and left again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from connectors import Connector
from syncd.daemon.pauses import pause_after
from syncd.engine import Remembered, StreamSetup, recall
from syncd.engine.calls_kept import restore_calls
from syncd.errors import ConnectorError, OtherAccountError, RetryableError
from syncd.settings import Settings
from syncd.web import Health
from syncd.wiring import Parts, accounts_of, set_up_account


@dataclass(slots=True)
class _Wait:
    """One account that is waited for."""

    #: The monotonic moment of the next try.
    until: float
    failures: int = 0
    error: ConnectorError | OtherAccountError | None = None


class Arrivals:
    """Tries each account that is ours until its streams are set up, with growing pauses; knows the settings in force.

    A CRM that is down at the start is waited for, and holds no other one up.
    """

    def __init__(self, parts: Parts, health: Health) -> None:
        self.settings = parts.settings
        self.connectors: Mapping[str, Connector] = parts.connectors
        self._tools = parts.tools
        self._health = health
        self._waits: dict[str, _Wait] = {}
        #: The accounts that are ours to work on, as of the last look.
        self._ours: frozenset[str] = frozenset()
        self._has_arrived = False

    @property
    def absent(self) -> frozenset[str]:
        """Return the accounts that are not worked on here: not ours, or not reached yet."""
        return frozenset(accounts_of(self.settings)) - self._ours | frozenset(self._waits)

    def share(self, busy: Collection[str] = ()) -> frozenset[str]:
        """Take what is our part of the accounts, and give up the rest; return the accounts left since the last look.

        Those that are `busy` are kept until they are not any more.
        """
        linked = [group.accounts for group in self.settings.linked_accounts.values()]
        ours = self._tools.store.share(accounts_of(self.settings), busy, linked)
        left, new = self._ours - ours, ours - self._ours
        self._ours = ours
        for account in left:
            self._leave(account)
        for account in new:
            self._tools.telemetry.account_taken(account)
            streams = [one for one in self.settings.streams if one.stream.account == account]
            self._health.expect(one.stream for one in streams)
            # Whoever watches sees what is known of it, however long its CRM is away.
            figures = self.settings.figures_of
            recall(self._tools, [Remembered(one.stream, one.mapping, one.ruleset(), figures(one)) for one in streams])
        self._wait_for(sorted(new))
        return left

    def overtaken(self, reason: str) -> None:
        """Leave every account: somebody has taken one of them over, and the next look tells what still is ours."""
        for account in self._ours:
            self._leave(account, reason)
        self._ours = frozenset()

    def take(self, settings: Settings, connectors: Mapping[str, Connector]) -> None:
        """Go by other settings from now on; what is waited for is tried again at once."""
        self.settings, self.connectors = settings, connectors
        awaited = [account for account in accounts_of(settings) if account in self._waits]
        self._waits.clear()
        self._wait_for(awaited)

    @property
    def ours(self) -> frozenset[str]:
        """Return the accounts that are ours to work on, reached or not."""
        return self._ours

    def due(self) -> list[str]:
        """Return the accounts whose turn it is to be tried."""
        now = self._tools.clock.monotonic()
        return [account for account, wait in self._waits.items() if wait.until <= now]

    def arrived(self) -> tuple[StreamSetup, ...]:
        """Try the accounts whose turn it is; return the setups of those that were reached.

        ConnectorError when nothing could be worked on at all until a person acts.
        """
        setups = tuple(setup for account in self.due() for setup in self.reach(account))
        self.raise_if_hopeless()
        return setups

    def raise_if_hopeless(self) -> None:
        """Raise ConnectorError when nothing could be worked on at all until a person acts."""
        errors = [wait.error for wait in self._waits.values()]
        hopeless = [error for error in errors if error is not None and not isinstance(error, RetryableError)]
        if hopeless and not self._has_arrived and len(hopeless) == len(errors):
            raise hopeless[0]

    def renewed(self, account: str) -> tuple[StreamSetup, ...] | None:
        """Ask an account anew what its objects look like; None when it does not tell now."""
        try:
            return set_up_account(self.settings, account, self._tools, self.connectors[account]).setups
        except (ConnectorError, OtherAccountError):
            # Its streams meet the same trouble, and tell of it.
            return None

    def _leave(self, account: str, reason: str = "") -> None:
        self._waits.pop(account, None)
        self._health.withdraw(account)
        self._tools.telemetry.account_left(account, reason)

    def _wait_for(self, accounts: Iterable[str]) -> None:
        now = self._tools.clock.monotonic()
        for account in accounts:
            self._waits[account] = _Wait(now)
            self._health.unreached(account, "not asked yet")

    def reach(self, account: str) -> tuple[StreamSetup, ...]:
        """Try an account; return its setups when it was reached. In whichever thread works on the account."""
        if self._tools.stop.is_set():
            return ()
        try:
            restore_calls(self._tools, account)
            ready = set_up_account(self.settings, account, self._tools, self.connectors[account])
            if ready.refused and not ready.setups:
                raise next(iter(ready.refused.values()))
        except (ConnectorError, OtherAccountError) as error:
            self._failed(account, error)
            return ()
        self._waits.pop(account, None)
        self._has_arrived = True
        self._health.reached(account)
        for stream in ready.refused:
            self._health.pass_done(stream)
        recall(self._tools, ready.setups)
        return ready.setups

    def _failed(self, account: str, error: ConnectorError | OtherAccountError) -> None:
        if self._tools.stop.is_set():
            return
        wait = self._waits.setdefault(account, _Wait(0.0))
        wait.failures += 1
        wait.error = error
        pause_s = pause_after(error, wait.failures)
        wait.until = self._tools.clock.monotonic() + pause_s
        self._tools.telemetry.account_unreached(account, error, pause_s)
        told = self._tools.telemetry.redaction.secrets_only(error.message)
        self._health.unreached(account, f"{told}; tried again {pause_s:.0f} s after the last try")
