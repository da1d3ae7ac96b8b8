"""All parts together: telemetry, the store, connectors and setups, closed as one."""

from __future__ import annotations

import gc
import threading
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from connectors import Connector
from connectors.book import CallBook
from syncd.clock import Clock
from syncd.engine import DomainLookups, StreamSetup, Tools
from syncd.engine.calls_kept import keep_calls, restore_calls
from syncd.errors import ConnectorError, StoreError
from syncd.mail_domains import MailDomains
from syncd.model import Stream
from syncd.settings import DnsSettings, LogSettings, Settings
from syncd.store import Store, StoreKeys
from syncd.telemetry import LogFormat, Telemetry, configure_logs
from syncd.wiring.accounts import accounts_of, open_connectors, with_linked
from syncd.wiring.streams import set_up

#: How many more objects Python lets there be before it looks for garbage, of each age. Its own measure, 700, costs a
#: seventh of a pass: hardly anything of a record is garbage that only such a search could find.
GARBAGE = (20_000, 20, 20)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a pass needs, put together. Close it when done."""

    settings: Settings
    tools: Tools
    connectors: Mapping[str, Connector]
    setups: tuple[StreamSetup, ...]
    #: What the account lacks of what the mappings name, by stream.
    lacking: Mapping[str, tuple[str, ...]]
    #: Streams that the credentials may not even describe or whose account cannot be asked, and why; the others go on.
    refused: Mapping[Stream, ConnectorError]

    @property
    def store(self) -> Store:
        """Return the store."""
        return self.tools.store

    @property
    def telemetry(self) -> Telemetry:
        """Return the telemetry."""
        return self.tools.telemetry

    def close(self) -> None:
        """Let go of connections and of the store, having kept what was counted."""
        with suppress(StoreError):
            # The store may be what this ends for; then a few calls are not counted.
            keep_calls(self.tools, self.tools.books)
        for connector in self.connectors.values():
            connector.close()
        self.store.close()


def open_telemetry(clock: Clock, settings: LogSettings, *, level: str | None = None) -> Telemetry:
    """Return the telemetry of this process, with its log lines on the way to standard error."""
    telemetry = Telemetry(clock)
    configure_logs(telemetry.redaction, form=LogFormat(settings.format.value), level=level or settings.level.value)
    return telemetry


def open_store(settings: Settings, clock: Clock) -> Store:
    """Return the store, its tables up to date; StoreError says what is wrong with it."""
    with ExitStack() as on_trouble:
        store = Store.open(settings.store.url.reveal(), clock, StoreKeys.of(*settings.store.revealed_keys))
        on_trouble.callback(store.close)
        store.migrate()
        on_trouble.pop_all()
    return store


def build(
    settings: Settings,
    *,
    clock: Clock,
    telemetry: Telemetry,
    stop: threading.Event | None = None,
    holder: str = "",
    accounts: Collection[str] | None = None,
) -> Parts:
    """Put everything together; asks each CRM (that of `accounts`, if given) who it is and what its objects look like.

    With a `holder` the accounts are held in that name, as whatever writes must do. Raises what the parts raise.
    """
    wanted = frozenset(accounts_of(settings) if accounts is None else accounts)
    parts = lay_out(settings, clock=clock, telemetry=telemetry, stop=stop)
    with ExitStack() as on_trouble:
        on_trouble.callback(parts.close)
        if holder:
            # Who works on one of linked accounts holds all of them: their records are matched with each other.
            parts.store.hold(with_linked(settings, wanted), holder)
        for account in wanted:
            restore_calls(parts.tools, account)
        others = {*accounts_of(settings)} - wanted
        ready = set_up(settings, parts.tools, parts.connectors, without=others, over_failures=True)
        on_trouble.pop_all()
    return replace(parts, setups=ready.setups, lacking=ready.lacking, refused=ready.refused)


def lay_out(
    settings: Settings,
    *,
    clock: Clock,
    telemetry: Telemetry,
    stop: threading.Event | None = None,
    holder: str = "",
) -> Parts:
    """Open everything that needs no CRM: makes no call, so that no stream is set up yet.

    With a `holder` this process joins those that share the work on the store.
    """
    gc.set_threshold(*GARBAGE)
    stop = stop or threading.Event()
    with ExitStack() as on_trouble:
        store = open_store(settings, clock)
        on_trouble.callback(store.close)
        if holder:
            store.join(holder, silence_s=settings.store.silence / timedelta(seconds=1))
        books: dict[str, CallBook] = {}
        connectors = open_connectors(
            settings, clock=clock, telemetry=telemetry, stop=stop, confirm=store.confirm, books=books
        )
        on_trouble.pop_all()
    lookups = _lookups(settings.dns, clock, stop)
    tools = Tools(store=store, telemetry=telemetry, clock=clock, stop=stop, domains=lookups, books=books)
    return Parts(settings, tools, connectors, (), {}, {})


def _lookups(settings: DnsSettings, clock: Clock, stop: threading.Event) -> DomainLookups | None:
    """Return how mail domains are looked up; None where that is switched off."""
    if not settings.enabled:
        return None
    resolver = MailDomains(clock, timeout_s=settings.timeout.total_seconds(), stop=stop)
    return DomainLookups(resolver, settings.per_pass, settings.keep)
