"""What a call is made for, and with it how urgent it is. Whoever starts a piece of work says so once; every call made
in its course, by whichever thread, goes by that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


class Purpose(StrEnum):
    """What calls are made for, the most urgent first."""

    #: Somebody waits for it: `syncd apply`, `syncd undo`, a fix that a person has approved, the console.
    PERSON = "person"
    #: Settling writes whose answer was lost.
    RECOVERY = "recovery"
    #: Changes of a stream that is behind its own rhythm.
    LATE = "late"
    #: Changes of a stream that is on time.
    CHANGES = "changes"
    #: Fixes that nobody waits for.
    FIXES = "fixes"
    #: Looking for removals, associations and what was missed.
    SWEEPS = "sweeps"
    #: First loads, and reading a whole base again.
    FIRST_LOADS = "first_loads"

    @property
    def rank(self) -> int:
        """Return the place in the order of urgency; 0 is the most urgent."""
        return _RANKS[self]

    @property
    def is_heavy(self) -> bool:
        """Return whether it may wait for quiet hours."""
        return self in {Purpose.SWEEPS, Purpose.FIRST_LOADS}


_RANKS = {purpose: rank for rank, purpose in enumerate(Purpose)}
_now: ContextVar[Purpose] = ContextVar("purpose", default=Purpose.CHANGES)


def purpose_now() -> Purpose:
    """Return what is called for in this thread at the moment."""
    return _now.get()


@contextmanager
def calling_for(purpose: Purpose) -> Iterator[None]:
    """Let every call of the block be made for this."""
    token = _now.set(purpose)
    try:
        yield
    finally:
        _now.reset(token)


class Carrying(Executor):
    """Threads that know what the work they are handed is for."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads

    def submit(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Let a thread work for what is called for here and now."""
        return self._threads.submit(copy_context().run, work, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as declared
        """Let go of the threads."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
