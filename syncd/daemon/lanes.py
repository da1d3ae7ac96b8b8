"""A lane for each account: accounts are worked on side by side, each by one thread at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import ContextVar, copy_context
from threading import Event

#: More accounts than this take turns.
MOST = 32
#: How often it is looked whether a lane is free, where that has to be waited for.
_LOOK_S = 0.05

#: Whose lane this is; empty outside of them. Threads that a lane starts belong to it.
lane_now: ContextVar[str] = ContextVar("lane", default="")


class Lanes:
    """The lanes that are busy. To be used by the loop's thread alone."""

    def __init__(self, bell: Event) -> None:
        self._threads = ThreadPoolExecutor(MOST, thread_name_prefix="syncd-account")
        self._busy: dict[str, Future[None]] = {}
        #: Rings when the loop has something to hear.
        self._bell = bell
        #: Set while every lane is asked to pause where it can.
        self.pause = Event()

    @property
    def busy(self) -> frozenset[str]:
        """Return the accounts that are worked on now."""
        return frozenset(self._busy)

    def begin(self, account: str, work: Callable[[], None]) -> None:
        """Work on an account that is not worked on."""
        self._busy[account] = self._threads.submit(copy_context().run, self._work, account, work)

    def collect(self) -> None:
        """Let go of lanes whose work is over; raise what one of them ended with."""
        over = {account: future for account, future in self._busy.items() if future.done()}
        for account in over:
            del self._busy[account]
        for future in over.values():
            future.result()

    def wait(self, seconds: float, stop: Event) -> None:
        """Wait until a lane is free, the bell rings or the daemon is to end; for so long at most."""
        for _ in range(max(1, round(seconds / _LOOK_S))):
            if stop.is_set() or wait(self._busy.values(), timeout=_LOOK_S, return_when=FIRST_COMPLETED).done:
                return
            if self._bell.is_set():
                return

    def stand_still(self, beat: Callable[[], None]) -> None:
        """Ask every lane to pause, and wait until all are free; what they ended with is dropped."""
        self.pause.set()
        while self._busy:
            wait(self._busy.values(), timeout=_LOOK_S)
            self._busy = {account: future for account, future in self._busy.items() if not future.done()}
            beat()
        self.pause.clear()

    def close(self) -> None:
        """Wait for every lane's end: each stops behind the page or batch that it is at."""
        self._threads.shutdown(wait=True)

    @staticmethod
    def _work(account: str, work: Callable[[], None]) -> None:
        lane_now.set(account)
        work()
