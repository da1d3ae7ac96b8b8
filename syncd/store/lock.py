"""One daemon a store: who holds it, and how an overtaken holder finds out.

SQLite: a lock of the operating system on a file beside the database. PostgreSQL: an advisory lock on a connection kept
for it. Both are let go when the process dies, however it dies. On top lies a fencing number in the store: whoever takes
the lock raises it, and a transaction of a holder that was overtaken in the meantime is refused.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from syncd.errors import StoreError, StoreLockedError

_HINT = "Stop the other daemon first; two of them on one store would write everything twice."
#: First half of the advisory lock's key; the second is the schema.
_KEY = 0x73796E63


class HeldLock(Protocol):
    """A lock on a store, held."""

    def is_alive(self, connection: Connection) -> bool:
        """Return whether it is still held; asked on the connection of a transaction."""

    def release(self) -> None:
        """Let it go."""


class FileLock:
    """A lock on `<database>.lock`, which also says who holds it."""

    def __init__(self, path: Path, holder: str) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(
                f"The lock file {path} cannot be created: {error.strerror}.",
                hint="Check that this user may write to the store's folder.",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            other = os.pread(self._file, 1000, 0).decode(errors="replace").strip()
            os.close(self._file)
            raise _locked(other) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, holder.encode(), 0)

    def is_alive(self, connection: Connection) -> bool:  # noqa: ARG002 - the database has no say in it
        """Return True: the operating system takes it away from the dead only."""
        return True

    def release(self) -> None:
        """Let it go; the file stays."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class AdvisoryLock:
    """A lock that lives as long as one connection to PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        query = text("SELECT pg_try_advisory_lock(:key, hashtext(current_schema())), pg_backend_pid()")
        is_ours, self._backend = self._connection.execute(query, {"key": _KEY}).one()
        if not is_ours:
            other = _holder_in(self._connection)
            self._connection.close()
            raise _locked(other)

    def is_alive(self, connection: Connection) -> bool:
        """Return whether the server still has the lock for our connection."""
        query = text(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = :pid"
            " AND classid::bigint = :key)"
        )
        return bool(connection.execute(query, {"pid": self._backend, "key": _KEY}).scalar())

    def release(self) -> None:
        """Let it go with its connection, which must not go back to the pool with the lock on it."""
        with suppress(SQLAlchemyError):
            self._connection.invalidate()
        with suppress(SQLAlchemyError):
            self._connection.close()


def take(engine: Engine, holder: str) -> HeldLock:
    """Take the lock; StoreLockedError naming the holder when another process has it."""
    if engine.dialect.name == "sqlite":
        return FileLock(Path(f"{engine.url.database}.lock"), holder)
    return AdvisoryLock(engine)


def raise_fence(connection: Connection, holder: str, now_us: int) -> int:
    """Write the holder's name and the next fencing number; return the number."""
    query = text(
        "INSERT INTO locks (name, holder, fence, taken_at) VALUES ('daemon', :holder, 1, :now)"
        " ON CONFLICT (name) DO UPDATE SET holder = :holder, fence = locks.fence + 1, taken_at = :now RETURNING fence"
    )
    return int(connection.execute(query, {"holder": holder, "now": now_us}).scalar_one())


def check_fence(connection: Connection, fence: int) -> None:
    """Raise StoreLockedError when somebody has taken the lock since; keep anybody from taking it before we commit."""
    # Held until the end of the transaction, where the database knows such a thing; SQLite has one writer anyway.
    share = " FOR SHARE" if connection.dialect.name == "postgresql" else ""
    query = text(f"SELECT holder, fence FROM locks WHERE name = 'daemon'{share}")  # noqa: S608 - one of two constants
    found = connection.execute(query).one_or_none()
    if found is None or found.fence != fence:
        raise _locked("" if found is None else found.holder)


def _holder_in(connection: Connection) -> str:
    with suppress(SQLAlchemyError):
        return str(connection.execute(text("SELECT holder FROM locks WHERE name = 'daemon'")).scalar() or "")
    return ""


def _locked(holder: str) -> StoreLockedError:
    return StoreLockedError(f"The store is held by {holder or 'another process'}.", hint=_HINT)
