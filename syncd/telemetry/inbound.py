"""Facts about what comes in by forms and files."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from datetime import datetime

from structlog.stdlib import BoundLogger

from syncd.clock import Clock
from syncd.errors import SyncdError
from syncd.telemetry.metrics import Metrics

#: What can become of a submission, or of a row of a file, as it comes in.
ACCEPTED, REPEATED, REFUSED, TRAPPED, CONFLICT, LIMITED, MALFORMED = (
    "accepted", "repeated", "refused", "trapped", "conflict", "limited", "malformed",
)  # fmt: skip
TAKEN = (ACCEPTED, REPEATED, REFUSED, TRAPPED, CONFLICT, LIMITED, MALFORMED)
#: What can become of a request that is turned away at the door.
TURNED_AWAY = ("unsigned", "expired", "forged", "foreign", "too_large", "too_slow", "busy")
#: What can become of something that came in, of what waits, and of a file.
SETTLED = ("noted", "asked", "pending", "known", "created", "refused", "dropped")
WAITS = ("received", "asked", "pending", "refused")
FILES = ("done", "failed")
#: A reason to turn requests away is told so often: whoever sends forged ones shall not fill the log.
_TOLD_EVERY_S = 60.0


class Inbound:
    """What is told of what comes in. Safe to share between threads."""

    def __init__(self, metrics: Metrics, log: BoundLogger, clock: Clock) -> None:
        self._metrics = metrics
        self._log = log
        self._clock = clock
        self._lock = threading.Lock()
        self._told_at: dict[tuple[str, str], float] = {}

    def expect(self, forms: Collection[str], folders: Collection[str]) -> None:
        """Let every series of the ways in exist before its first fact."""
        for door in (*forms, *folders):
            for outcome in (*TAKEN, *(TURNED_AWAY if door in forms else ())):
                self._metrics.inbound_received.labels(door, outcome).inc(0)
            for outcome in SETTLED:
                self._metrics.inbound_settled.labels(door, outcome).inc(0)
            for outcome in FILES if door in folders else ():
                self._metrics.inbound_files.labels(door, outcome).inc(0)
        self.waiting((*forms, *folders), {}, {})

    def received(self, door: str, outcome: str, count: int = 1) -> None:
        """Count what came in by what became of it at once."""
        self._metrics.inbound_received.labels(door, outcome).inc(count)

    def turned_away(self, door: str, reason: str) -> None:
        """Count a request that was turned away at the door; that there are such is told once in a while."""
        self._metrics.inbound_received.labels(door, reason).inc()
        now = self._clock.monotonic()
        with self._lock:
            is_told = now - self._told_at.get((door, reason), -_TOLD_EVERY_S) < _TOLD_EVERY_S
            if not is_told:
                self._told_at[door, reason] = now
        if not is_told:
            self._log.warning("submission_turned_away", door=door, reason=reason)

    def settled(self, door: str, outcome: str) -> None:
        """Count what became of something that came in."""
        self._metrics.inbound_settled.labels(door, outcome).inc()
        self._log.debug("arrival_settled", door=door, outcome=outcome)

    def waiting(
        self, doors: Collection[str], counts: Mapping[str, Mapping[str, int]], since: Mapping[str, datetime]
    ) -> None:
        """Tell how much waits, and since when the oldest of it."""
        for door in doors:
            for state in WAITS:
                self._metrics.inbound_waiting.labels(door, state).set(counts.get(door, {}).get(state, 0))
            moment = since.get(door)
            self._metrics.inbound_since.labels(door).set(moment.timestamp() if moment is not None else 0)

    def file_taken(self, door: str, outcomes: Mapping[str, int]) -> None:
        """Tell that every row of a file was taken, and what became of them; not what it is called."""
        self._metrics.inbound_files.labels(door, "done").inc()
        self._log.info("file_taken", door=door, **outcomes)

    def file_failed(self, door: str, error: SyncdError) -> None:
        """Tell that a file could not be read, and why."""
        self._metrics.inbound_files.labels(door, "failed").inc()
        self._log.warning("file_failed", door=door, reason=type(error).__name__)

    def folder_failed(self, door: str, reason: str) -> None:
        """Tell that a folder cannot be worked with; once in a while."""
        now = self._clock.monotonic()
        with self._lock:
            is_told = now - self._told_at.get((door, "folder"), -_TOLD_EVERY_S) < _TOLD_EVERY_S
            if not is_told:
                self._told_at[door, "folder"] = now
        if not is_told:
            self._log.warning("folder_unusable", door=door, reason=reason)
