"""What the daemon tells of its work: kept in the store, where `syncd status` finds it, and in the metrics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.purpose import Purpose
from syncd.daemon.account_work import AccountWork
from syncd.engine import Tools
from syncd.engine.calls_kept import day_of, keep_calls
from syncd.engine.figures.standing import TOLD_EVERY
from syncd.errors import StoreError
from syncd.model import Stream

#: Seconds between two times that it is kept. A process that is killed loses what it has counted since.
EVERY_S = 15.0


@dataclass(slots=True)
class Outlooks:
    """Keeps the books of calls and what there is to tell of each account, every now and then."""

    tools: Tools
    _kept_at: float = float("-inf")
    _told_at: float = float("-inf")
    #: What was told last, by account: the same again is a sign of life, and written less often.
    _told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, works: Iterable[AccountWork]) -> None:
        """Keep what is new, when it is time; StoreError when that cannot be done."""
        now = self.tools.clock.monotonic()
        if now - self._kept_at < EVERY_S:
            return
        self._kept_at = now
        self._keep(list(works))

    def close(self, works: Iterable[AccountWork]) -> None:
        """Keep everything before the end, if the store can be used."""
        try:
            self._keep(list(works), is_over=True)
        except StoreError as error:
            self.tools.telemetry.store_failed(error, 0.0)

    def _keep(self, works: list[AccountWork], *, is_over: bool = False) -> None:
        keep_calls(self.tools, [work.account for work in works])
        told = {work.account: {**self._told_of(work), "is_over": is_over} for work in works}
        is_time = self.tools.clock.monotonic() - self._told_at >= TOLD_EVERY.total_seconds()
        new = {account: one for account, one in told.items() if is_time or one != self._told.get(account)}
        if new:
            with self.tools.store.transaction() as tx:
                for account, one in new.items():
                    tx.calling.tell(account, one)
        self._told |= new
        if is_time:
            self._told_at = self.tools.clock.monotonic()

    def _told_of(self, work: AccountWork) -> dict[str, Any]:
        book = self.tools.books.get(work.account)
        if book is not None:
            left = {purpose.value: max(0.0, book.room(purpose)) for purpose in Purpose}
            self.tools.telemetry.workload.calls_left(work.account, left)
        return {
            "day": None if book is None else day_of(book),
            "doing": work.doing,
            "stretched": round(work.shared.schedule.stretched.get(work.account, 1.0), 2),
            "waiting": {
                stream.name: {"reason": reason.value, "until": None if until is None else until.isoformat()}
                for stream, (reason, until) in sorted(work.waiting.items())
            },
            "loads": {stream.name: self._load(stream) for stream in _loading(work)},
        }

    def _load(self, stream: Stream) -> dict[str, Any]:
        load = self.tools.loads[stream]
        forecast = load.forecast
        return {
            "total": load.total,
            "done": load.done,
            "seconds_left": None if forecast is None else round(forecast.seconds),
            "done_at": None if forecast is None else forecast.done_at.isoformat(),
            "limited_by": None if forecast is None else forecast.limited_by.value,
        }


def _loading(work: AccountWork) -> list[Stream]:
    return sorted(setup.stream for setup in work.setups if setup.stream in work.shared.tools.loads)
