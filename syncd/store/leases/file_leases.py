"""Who works on which accounts: one process on all of a SQLite file, several on the accounts of a PostgreSQL database.

An account is what is leased, not a stream: limits of calls, pacing, tokens and the pools of twins are its own. Linked
accounts, which have a pool together, are held together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine

from syncd.clock import Clock
from syncd.store.columns.types import microseconds
from syncd.store.leases import lock, restores


class Leases(Protocol):
    """What a process holds of a store, under fencing numbers."""

    def hold(self, accounts: Collection[str]) -> None:
        """Take all of `accounts`; StoreLockedError naming who has one of them."""

    #: Accounts that others wait for while we are busy with them.
    asked_back: frozenset[str]

    def share(
        self, accounts: Collection[str], busy: Collection[str] = (), together: Iterable[Collection[str]] = ()
    ) -> frozenset[str]:
        """Take (or give up) what is our part among all who would work on `accounts`; return what we hold then.

        What is `busy` is kept for now, and named in `asked_back` where it should be given up. Of accounts that belong
        `together` we hold all or none.
        """

    def confirm(self, account: str) -> None:
        """Raise StoreLockedError when the account is not ours any more: asked right before each write to its CRM."""

    def check(self, connection: Connection) -> str:
        """Raise StoreLockedError in a transaction of one who was overtaken; return why nothing may be written."""

    def note(self, run: str) -> None:
        """Remember outside the database that a run was begun, where that is possible."""

    def only_while(self, is_well: Callable[[], bool]) -> None:
        """Let others take over when `is_well` says that nobody works on what we hold any more."""

    def close(self) -> None:
        """Give everything up."""


class Undivided:
    """What holds for whoever has a whole store: each account is theirs, and nobody takes over."""

    asked_back: frozenset[str] = frozenset()

    def hold(self, accounts: Collection[str]) -> None:
        """Do nothing: all are ours."""

    def share(
        self,
        accounts: Collection[str],
        busy: Collection[str] = (),  # noqa: ARG002 - all are ours
        together: Iterable[Collection[str]] = (),  # noqa: ARG002 - likewise
    ) -> frozenset[str]:
        """Return all of them."""
        return frozenset(accounts)

    def only_while(self, is_well: Callable[[], bool]) -> None:
        """Do nothing: nobody can take over."""


class FileLeases(Undivided):
    """All of a SQLite file. Nobody can overtake us: the operating system takes the lock away from the dead only."""

    def __init__(self, engine: Engine, holder: str, clock: Clock) -> None:
        self._lock = lock.FileLock(file_of(engine), holder)
        try:
            with engine.connect() as connection, connection.begin():
                now_us = microseconds(clock.now())
                fence = lock.raise_fence(connection, lock.WHOLE, holder, now_us)
                why = restores.why_file_is_older(connection, self._lock.mark, is_known_here=self._lock.is_known_here)
                lock.stop(connection, why, now_us)
        except BaseException:
            self._lock.release()
            raise
        self._fences = {lock.WHOLE: fence}

    def confirm(self, account: str) -> None:
        """Do nothing: it is ours until we let go."""

    def check(self, connection: Connection) -> str:
        """Refuse somebody who took the file past the lock (on a disk that knows no locks)."""
        return lock.check_fences(connection, self._fences)

    def note(self, run: str) -> None:
        """Remember beside the database that a run was begun."""
        self._lock.note(run)

    def close(self) -> None:
        """Let the lock go."""
        self._lock.release()


def file_of(engine: Engine) -> Path:
    """Return the lock file of a SQLite store."""
    return Path(f"{engine.url.database}.lock")
