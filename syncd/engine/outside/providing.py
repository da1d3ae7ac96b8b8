"""The providers that the settings name, opened and asked: each by a thread of its own, so that none delays another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from connectors.providers import Context, provider_types
from mappings import canonical_fields
from mappings.values import ValueType
from syncd.clock import Clock
from syncd.engine.outside.answers import OfferedField, Reading
from syncd.engine.outside.asking import Asking, Source
from syncd.engine.setup import Tools
from syncd.errors import StoreError
from syncd.settings import EnrichmentSettings, ProviderSettings, options_of
from syncd.store import Store

#: Seconds between two looks at whether the settings changed.
_LOOK_S = 1.0
_LET_GO_EVERY_S = 86_400.0
#: How long a thread waits for a store that cannot be used.
_STORE_AWAY_S = 5.0
#: How long a provider rests that broke in a way nobody foresaw.
_BROKEN_S = 900.0
#: How long it is waited for a thread's end: a call under way may take its time.
_JOIN_S = 2.0


def open_sources(
    settings: EnrichmentSettings, store: Store | None, clock: Clock, stop: threading.Event
) -> dict[str, Source]:
    """Return the providers that some field may be filled by, opened; makes no call. Without a store none is."""
    used = {name for fields in settings.fields.values() for fall in fields.values() for name in fall.providers}
    return {name: _source(name, one, store, clock, stop) for name, one in settings.providers.items() if name in used}


def _source(name: str, chosen: ProviderSettings, store: Store | None, clock: Clock, stop: threading.Event) -> Source:
    kind, options, reading = provider_types()[chosen.type], options_of(chosen), _reading(chosen)
    per_day = kind.per_day if chosen.calls_per_day is None else chosen.calls_per_day

    def may_call() -> bool:
        """Spend a call before it is made: a process that dies has spent it, whatever became of it."""
        if store is None:
            return False
        with store.transaction() as tx:
            return tx.provided.spend(name, chosen.cost_per_call, per_day)

    context = Context(
        name=name,
        by=tuple(chosen.by),
        places=reading.places,
        clock=clock,
        stop=stop,
        timeout_s=chosen.timeout.total_seconds(),
        per_minute=chosen.calls_per_minute or kind.per_minute,
        may_call=may_call,
    )
    return Source(
        name=name,
        provider=kind.open(options, context),
        by=tuple(chosen.by),
        reading=reading,
        keep=chosen.keep,
        keep_misses=chosen.keep_misses,
        per_day=per_day,
        cost=chosen.cost_per_call,
        goes_to=kind.goes_to(options),
    )


def _reading(chosen: ProviderSettings) -> Reading:
    known = canonical_fields(chosen.about)
    fields = {
        name: OfferedField(one.at, known[name].type if name in known else ValueType.TEXT, one.words, one.confidence)
        for name, one in chosen.values.items()
    }
    return Reading(chosen.about, fields, chosen.confidence, chosen.confidence_at or "", chosen.as_of or "")


class Providing:
    """The providers at work. They follow the settings in force; what a provider is at is finished, within its time."""

    def __init__(self, tools: Tools, settings: Callable[[], EnrichmentSettings]) -> None:
        self._tools = tools
        self._settings = settings
        self._held: EnrichmentSettings | None = None
        self._lanes: list[_Lane] = []
        self._let_go_at = float("-inf")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Have providers asked until the block ends."""
        over = threading.Event()
        thread = threading.Thread(target=self._run, args=(over,), name="syncd-providers", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(timeout=_JOIN_S)
            self._end()

    def _run(self, over: threading.Event) -> None:
        while not over.is_set():
            wanted = self._settings()
            if wanted != self._held:
                self._renew(wanted)
            with suppress(StoreError):  # tried again at the next look; the loop tells of it
                self._let_go(wanted)
            self._tools.clock.wait(_LOOK_S, over)

    def _let_go(self, wanted: EnrichmentSettings) -> None:
        """Forget, once a day, what is old of providers that nobody names any more."""
        now_s = self._tools.clock.monotonic()
        if now_s - self._let_go_at >= _LET_GO_EVERY_S:
            with self._tools.store.transaction() as tx:
                tx.provided.keep_only(wanted.providers)
            self._let_go_at = now_s

    def _renew(self, wanted: EnrichmentSettings) -> None:
        """Work by other settings."""
        self._end()
        self._lanes = [_Lane(self._tools, source) for source in _opened(self._tools, wanted)]
        self._held = wanted

    def _end(self) -> None:
        for lane in self._lanes:
            lane.stop.set()
        for lane in self._lanes:
            lane.end()
        self._lanes = []


def _opened(tools: Tools, wanted: EnrichmentSettings) -> Iterator[tuple[Source, threading.Event]]:
    for name, one in wanted.providers.items():
        stop = threading.Event()
        narrowed = wanted.model_copy(update={"providers": {name: one}})
        try:
            sources = open_sources(narrowed, tools.store, tools.clock, stop)
        except Exception as error:  # noqa: BLE001 - what somebody plugged in may break; others go on
            tools.telemetry.provided.broke(name, error)
            continue
        for source in sources.values():
            yield source, stop


class _Lane:
    """One provider and its thread."""

    def __init__(self, tools: Tools, opened: tuple[Source, threading.Event]) -> None:
        self.source, self.stop = opened
        self._tools = tools
        self._asking = Asking(self.source, tools.store, tools.telemetry, tools.clock, self.stop)
        tools.telemetry.provided.expect(self.source.name)
        self._thread = threading.Thread(target=self._run, name=f"syncd-provider-{self.source.name}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Wait a moment for the end."""
        self._thread.join(timeout=_JOIN_S)
        if not self._thread.is_alive():
            self.source.provider.close()
        self._tools.telemetry.provided.ended(self.source.name)

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                pause_s = self._asking.turn()
            except StoreError:
                # The loop meets the same and tells of it.
                pause_s = _STORE_AWAY_S
            except Exception as error:  # noqa: BLE001 - nobody would be asked any more, and nobody told
                self._tools.telemetry.provided.broke(self.source.name, error)
                pause_s = _BROKEN_S
            self._tools.clock.wait(pause_s, self.stop)


def ask_once(tools: Tools, settings: EnrichmentSettings, seconds: float) -> None:
    """Ask what is due, every provider in turn, and for so long at most: for a command that does one pass."""
    began = tools.clock.monotonic()
    for source in open_sources(settings, tools.store, tools.clock, tools.stop).values():
        asking = Asking(source, tools.store, tools.telemetry, tools.clock, tools.stop)
        tools.telemetry.provided.expect(source.name)
        while not tools.stop.is_set() and tools.clock.monotonic() - began < seconds:
            if asking.turn() > 0:
                break
        source.provider.close()
