"""Locks on a store, and the fencing numbers that tell an overtaken holder so.

SQLite: a lock of the operating system on a file beside the database, for all accounts at once. PostgreSQL: advisory
locks, one an account (see `advisory`). Both are let go when the process dies, however it dies. On top lies a fencing
number in the store: whoever takes a lock raises it, and a transaction of a holder that was overtaken is refused.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, bindparam, text

from syncd.errors import StoreError, StoreLockedError

#: The fence of a whole store, where one process holds all of it.
WHOLE = "daemon"
#: Not a lock: why nothing may be written to any CRM, where somebody has said so.
STOP = "stop"
_ACCOUNT = "account/"

_HINT = "Stop the other one first, or let it end; two of them on one account would write everything twice."


class FileLock:
    """A lock on `<database>.lock`, which also says who holds it, and how far the store had come."""

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
            other = self._lines()[:1]
            os.close(self._file)
            raise locked("".join(other)) from error
        lines = self._lines()
        #: Whether there was such a file beside the store before.
        self.is_known_here = bool(lines)
        #: The newest run that it knows of; empty when none.
        self.mark = lines[1] if len(lines) > 1 else ""
        self._holder = holder
        if holder:
            self.note(self.mark)

    def note(self, mark: str) -> None:
        """Remember how far the store has come."""
        self.mark = mark
        # Longer than anything that stood there before, in one write: a reader never sees half of two.
        os.pwrite(self._file, f"{self._holder}\n{mark}\n".ljust(200).encode(), 0)

    def release(self) -> None:
        """Let it go; the file stays."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _lines(self) -> list[str]:
        return [line.strip() for line in os.pread(self._file, 1000, 0).decode(errors="replace").splitlines()]


def fence_name(account: str) -> str:
    """Return the name under which the fencing number of an account is kept."""
    return f"{_ACCOUNT}{account}"


def raise_fence(connection: Connection, name: str, holder: str, now_us: int) -> int:
    """Write the holder's name and the next fencing number; return the number."""
    query = text(
        "INSERT INTO locks (name, holder, fence, taken_at) VALUES (:name, :holder, 1, :now)"
        " ON CONFLICT (name) DO UPDATE SET holder = :holder, fence = locks.fence + 1, taken_at = :now RETURNING fence"
    )
    return int(connection.execute(query, {"name": name, "holder": holder, "now": now_us}).scalar_one())


def check_fences(connection: Connection, fences: Mapping[str, int]) -> str:
    """Raise StoreLockedError when somebody has overtaken us since; keep anybody from doing so before we commit.

    Returns why nothing may be written to any CRM; empty when nobody has said so.
    """
    overtaken, stopped = look(connection, fences)
    for name, holder in overtaken.items():
        raise locked(holder, account_of(name))
    return stopped


def look(connection: Connection, fences: Mapping[str, int]) -> tuple[dict[str, str], str]:
    """Return who has overtaken us on which fence, and why nothing may be written (empty: it may).

    Nobody can overtake us on the others before the transaction ends.
    """
    # Where the database knows such a thing; SQLite has one writer anyway.
    share = " FOR SHARE" if connection.dialect.name == "postgresql" else ""
    query = text(f"SELECT name, holder, fence FROM locks WHERE name IN :names{share}")  # noqa: S608 - two constants
    named = query.bindparams(bindparam("names", expanding=True))
    found = {row.name: row for row in connection.execute(named, {"names": [*fences, STOP]})}
    overtaken = {
        name: str(found[name].holder) if name in found else ""
        for name, fence in fences.items()
        if name not in found or found[name].fence != fence
    }
    return overtaken, str(found[STOP].holder) if STOP in found else ""


def stop(connection: Connection, why: str, now_us: int) -> None:
    """Let nothing be written to any CRM until somebody lifts it; does nothing without a reason."""
    if why:
        raise_fence(connection, STOP, why, now_us)


def lift(connection: Connection) -> str:
    """Let syncd write again; return why it might not."""
    return str(
        connection.execute(text("DELETE FROM locks WHERE name = :name RETURNING holder"), {"name": STOP}).scalar() or ""
    )


def holder_of(connection: Connection, name: str) -> str:
    """Return who took a lock last; empty when nobody is known."""
    query = text("SELECT holder FROM locks WHERE name = :name")
    return str(connection.execute(query, {"name": name}).scalar() or "")


def account_of(name: str) -> str:
    """Return the account of a fence's name; empty for the whole store."""
    return name.removeprefix(_ACCOUNT) if name.startswith(_ACCOUNT) else ""


def locked(holder: str, account: str = "") -> StoreLockedError:
    """Return what to raise when somebody else holds the store, or an account in it."""
    what = f"The account {account!r}" if account else "The store"
    return StoreLockedError(f"{what} is held by {holder or 'another process'}.", hint=_HINT)
