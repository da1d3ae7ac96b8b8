"""Whether syncd is alive and ready. Alive means progress: a process that only sits there is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from syncd.clock import Clock
from syncd.errors import StoreError
from syncd.model import Stream

#: The longest any worker may go without moving on. One call to a CRM is bounded well below it.
LIMIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Condition:
    """An answer to a probe: fine or not, and why not."""

    is_fine: bool
    reasons: tuple[str, ...]
    #: Seconds since each worker last moved on.
    idle_s: dict[str, float]


class Health:
    """Collects the signs of life. Safe to share between threads."""

    def __init__(
        self,
        clock: Clock,
        *,
        limit_s: float = LIMIT_S,
        check_store: Callable[[], object] = lambda: None,
    ) -> None:
        self._clock = clock
        self._limit_s = limit_s
        self._check_store = check_store
        self._beats: dict[str, float] = {}
        self._waiting: set[Stream] = set()
        #: What first passes wait for.
        self._held_up: dict[Stream, str] = {}
        #: Why each account that was not reached yet was not.
        self._unreached: dict[str, str] = {}
        self._lock = threading.Lock()

    def beat(self, worker: str) -> None:
        """Hear that a worker moved on. From its first beat on it has to go on."""
        with self._lock:
            self._beats[worker] = self._clock.monotonic()

    def moved(self, worker: str) -> None:
        """Hear that a worker moved on, if it is at work: what comes in late from one that rests says nothing."""
        with self._lock:
            if worker in self._beats:
                self._beats[worker] = self._clock.monotonic()

    def rest(self, worker: str) -> None:
        """Hear that a worker has nothing to do: it need not move on until its next beat."""
        with self._lock:
            self._beats.pop(worker, None)

    def expect(self, streams: Iterable[Stream]) -> None:
        """Wait for a first pass over each of `streams` before saying "ready"."""
        with self._lock:
            self._waiting.update(streams)

    def pass_done(self, stream: Stream) -> None:
        """Hear that a stream has been read to its end (or had been, before a restart)."""
        with self._lock:
            self._waiting.discard(stream)

    def held_up(self, stream: Stream, reason: str) -> None:
        """Hear what a first pass waits for; empty: it goes on."""
        with self._lock:
            self._held_up[stream] = f", it waits: {reason}" if reason else ""

    def unreached(self, account: str, reason: str) -> None:
        """Hear that an account's CRM is waited for. That is no reason not to be alive."""
        with self._lock:
            self._unreached[account] = reason

    def reached(self, account: str) -> None:
        """Hear that an account is not waited for any more."""
        with self._lock:
            self._unreached.pop(account, None)

    def withdraw(self, account: str) -> None:
        """Hear that an account is another daemon's to work on: nothing is waited for."""
        with self._lock:
            self._unreached.pop(account, None)
            self._waiting = {stream for stream in self._waiting if stream.account != account}

    def liveness(self) -> Condition:
        """Return whether every worker has moved on lately."""
        now = self._clock.monotonic()
        with self._lock:
            idle_s = {worker: now - beat for worker, beat in self._beats.items()}
        stuck = tuple(f"{name}: no progress for {s:.0f} s" for name, s in sorted(idle_s.items()) if s > self._limit_s)
        return Condition(not stuck, stuck, idle_s)

    def readiness(self) -> Condition:
        """Return whether the store can be used, every CRM was reached and every stream has been read once."""
        alive = self.liveness()
        reasons = list(alive.reasons)
        try:
            self._check_store()
        except StoreError as error:
            reasons.append(f"store: {error.message}")
        with self._lock:
            waiting, unreached = sorted(self._waiting), sorted(self._unreached.items())
            held_up = dict(self._held_up)
        reasons += [f"{account}: not reached: {reason}" for account, reason in unreached]
        reasons += [f"{stream.name}: the first pass is not done{held_up.get(stream, '')}" for stream in waiting]
        return Condition(not reasons, tuple(reasons), alive.idle_s)
