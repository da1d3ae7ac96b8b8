"""When streams are looked through, beside their passes: on their own schedule, a slice at a time, one an account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from syncd.daemon.pauses import pause_after
from syncd.engine import StreamSetup, Sweep, Tools, in_order, sweep
from syncd.errors import ConnectorError
from syncd.model import Stream

#: How long a slice of a look through a stream lasts before passes have their turn, in seconds.
SLICE_S = 5.0


@dataclass(slots=True)
class Sweeping:
    """Knows when each stream was last looked through, and how much of its time an account has given to that."""

    tools: Tools
    swept_at: dict[tuple[Sweep, Stream], float] = field(default_factory=dict)
    #: When an account may be looked through again: its last slice has to be a small part of its time.
    not_before: dict[str, float] = field(default_factory=dict)
    failures: dict[Stream, int] = field(default_factory=dict)
    #: When a look was last made before its turn.
    brought_forward: dict[Stream, float] = field(default_factory=dict)
    #: Streams whose look was begun and is not at its end.
    under_way: set[Stream] = field(default_factory=set)

    def remember(self, setups: Iterable[StreamSetup]) -> None:
        """Go on where the last daemon left it; a stream never looked through waits its first turn."""
        started, now = self.tools.clock.monotonic(), self.tools.clock.now()
        with self.tools.store.reading() as tx:
            last = {kind: tx.runs.last_of(kind.value) for kind in Sweep}
            for setup in setups:
                for kind in Sweep:
                    ago = now - last[kind].get(setup.stream.name, now)
                    self.swept_at[kind, setup.stream] = started - ago.total_seconds()
                if tx.sweeps.of(setup.stream).under_way is not None:
                    self.under_way.add(setup.stream)

    def due(
        self, setups: Iterable[StreamSetup], failing: Collection[Stream], *, is_quiet: bool = True
    ) -> list[StreamSetup]:
        """Return the streams there is time for now; looks through everything are for quiet hours."""
        able = [one for one in setups if one.stream not in failing]
        return [one for one in in_order(able) if any(self._may(kind, is_quiet) for kind in self._due(one))]

    def turn(self, setups: Iterable[StreamSetup], failing: Collection[Stream], *, is_quiet: bool = True) -> None:
        """Work for a slice on each account that has a stream due; streams that fail otherwise are left alone."""
        for setup in in_order(list(setups)):
            if setup.stream in failing or self.tools.stop.is_set():
                continue
            try:
                for kind in self._due(setup):
                    if self._may(kind, is_quiet):
                        self._sweep(setup, kind)
            except ConnectorError as error:
                self._failed(setup, error)

    @staticmethod
    def _may(kind: Sweep, is_quiet: bool) -> bool:  # noqa: FBT001 - of one caller
        return is_quiet or kind is not Sweep.CENSUS

    def _due(self, setup: StreamSetup) -> Iterator[Sweep]:
        """Yield what there is time for now, counts first: they may ask for more."""
        now, stream = self.tools.clock.monotonic(), setup.stream
        if now < self.not_before.get(stream.account, now):
            return
        reconcile = setup.reconcile
        counted, swept = (self.swept_at.setdefault((kind, stream), now) for kind in Sweep)
        if now - counted >= reconcile.count_every.total_seconds():
            yield Sweep.REMOVALS
        is_due = stream in self.under_way or now - swept >= reconcile.every.total_seconds()
        if is_due or self._is_wanted(setup, now):
            yield Sweep.CENSUS

    def _is_wanted(self, setup: StreamSetup, now: float) -> bool:
        """Return whether a look is wanted before its turn: at once, but not again and again."""
        last = self.brought_forward.get(setup.stream)
        if last is not None and now - last < setup.reconcile.count_every.total_seconds():
            return False
        with self.tools.store.reading() as tx:
            return tx.sweeps.of(setup.stream).is_wanted

    def _sweep(self, setup: StreamSetup, kind: Sweep) -> None:
        begun, stream = self.tools.clock.monotonic(), setup.stream
        is_whole = sweep(self.tools, setup, kind, lambda: self.tools.clock.monotonic() - begun >= SLICE_S)
        now = self.tools.clock.monotonic()
        self.not_before[stream.account] = now + (now - begun) * (1 / setup.reconcile.share - 1)
        self.failures.pop(stream, None)
        if kind is Sweep.CENSUS and begun - self.swept_at[kind, stream] < setup.reconcile.every.total_seconds():
            self.brought_forward[stream] = begun
        if is_whole:
            self.swept_at[kind, stream] = begun
            self.under_way.discard(stream)
        else:
            self.under_way.add(stream)

    def _failed(self, setup: StreamSetup, error: ConnectorError) -> None:
        stream = setup.stream
        self.failures[stream] = self.failures.get(stream, 0) + 1
        self.not_before[stream.account] = self.tools.clock.monotonic() + pause_after(error, self.failures[stream])
        self.tools.telemetry.pass_failed(stream, error)
