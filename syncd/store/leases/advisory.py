"""PostgreSQL's advisory locks: one connection that holds them, and what it can see of those of other processes.

The server lets go of them the moment their connection ends, and knows of every connection when it last heard of it.
That is all that is needed to share accounts: no table is written to, and nothing is left behind by the dead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from syncd.store.leases.lock import locked

#: First half of the key that whoever works on the store shares, and whoever changes its tables has alone; the second
#: half is the schema.
KEY = 0x73796E63
#: Seconds until the server gives up a connection whose other end has vanished without a word.
_GONE_AFTER_S = 10


class Purpose(StrEnum):
    """What an account is locked for."""

    #: To work on it: one at a time.
    LEASE = "lease"
    #: To be counted among the daemons that could work on it.
    PART = "part"
    #: To be given it for a while by the daemon that has it.
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Seen:
    """One lock that somebody holds."""

    account: str
    purpose: Purpose
    #: The connection that holds it, and the name by which all connections of its process go.
    connection: int
    process: str
    #: How long it has said nothing, and how long it has been there; None when that may not be known.
    silent_s: float | None
    age_s: float | None


class Session:
    """A connection of its own. SQLAlchemyError says that it was lost, and every lock with it."""

    def __init__(self, engine: Engine, *, is_alone: bool = False) -> None:
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            kind = "pg_try_advisory_lock" if is_alone else "pg_try_advisory_lock_shared"
            query = text(
                f"SELECT {kind}(:key, hashtext(current_schema())) AS is_ours,"
                " current_schema() AS schema, pg_backend_pid() AS pid, current_setting('application_name') AS process,"
                f" set_config('tcp_keepalives_idle', '{_GONE_AFTER_S // 2}', false),"
                f" set_config('tcp_keepalives_interval', '{_GONE_AFTER_S // 4}', false),"
                " set_config('tcp_keepalives_count', '2', false)"
            )
            row = self._connection.execute(query, {"key": KEY}).one()
        except BaseException:
            self.close()
            raise
        if not row.is_ours:
            others = holders(self._connection)
            self.close()
            raise locked(others)
        self._schema: str = row.schema
        self.pid: int = row.pid
        self.process: str = row.process

    @property
    def connection(self) -> Connection:
        """Return the connection; each statement is a transaction of its own."""
        return self._connection

    def beat(self) -> None:
        """Let the server hear of us."""
        self._connection.execute(text("SELECT 1"))

    def take(self, account: str, purpose: Purpose) -> bool:
        """Take a lock if nobody else has it; return whether it is ours. To be given up once for each time."""
        kind = "pg_try_advisory_lock" if purpose is Purpose.LEASE else "pg_try_advisory_lock_shared"
        query = text(f"SELECT {kind}(:key)")
        return bool(self._connection.execute(query, {"key": self._key(account, purpose)}).scalar())

    def give_up(self, account: str, purpose: Purpose) -> None:
        """Let one go."""
        kind = "pg_advisory_unlock" if purpose is Purpose.LEASE else "pg_advisory_unlock_shared"
        self._connection.execute(
            text(f"SELECT {kind}(:key)"),
            {"key": self._key(account, purpose)},
        )

    def see(self, accounts: Iterable[str]) -> list[Seen]:
        """Return every lock that anybody, we too, holds on `accounts`."""
        keys = {self._key(account, purpose): (account, purpose) for account in accounts for purpose in Purpose}
        query = text(
            "SELECT held.key, held.pid, coalesce(activity.application_name, '') AS process,"
            " extract(epoch FROM clock_timestamp() - activity.state_change)::float8 AS silent_s,"
            " extract(epoch FROM clock_timestamp() - activity.backend_start)::float8 AS age_s"
            " FROM (SELECT pid, (classid::bigint << 32) | objid::bigint AS key FROM pg_locks"
            "  WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            "  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS held"
            " LEFT JOIN pg_stat_activity AS activity ON activity.pid = held.pid WHERE held.key = ANY(:keys)"
        )
        rows = self._connection.execute(query, {"keys": list(keys)})
        return [Seen(*keys[row.key], row.pid, row.process, row.silent_s, row.age_s) for row in rows]

    def end_process(self, process: str) -> None:
        """Have the server end every connection of a process that says nothing any more: all its locks are free then.

        Not only the connection with the leases: a transaction that stands still in the middle holds rows locked.
        """
        if not process:
            return
        query = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :process"
            " AND usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        self._connection.execute(query, {"process": process})

    def close(self) -> None:
        """Let go of everything: a connection must not go back to the pool with locks on it."""
        with suppress(SQLAlchemyError):
            self._connection.invalidate()
        with suppress(SQLAlchemyError):
            self._connection.close()

    def _key(self, account: str, purpose: Purpose) -> int:
        named = f"syncd/{self._schema}/{purpose}/{account}".encode()
        return int.from_bytes(hashlib.blake2b(named, digest_size=8).digest(), "big", signed=True)


def shut_out_others(connection: Connection) -> bool:
    """Keep everybody from working on the store until the transaction ends; return False when somebody does."""
    query = text("SELECT pg_try_advisory_xact_lock(:key, hashtext(current_schema()))")
    return bool(connection.execute(query, {"key": KEY}).scalar())


def holders(connection: Connection) -> str:
    """Return who works on the store, as far as its connections and the last names in the store tell."""
    count = connection.execute(
        text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid::bigint = :key"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"key": KEY},
    ).scalar_one()
    query = text("SELECT holder FROM locks WHERE name <> 'stop' AND fence > 0 ORDER BY taken_at DESC LIMIT 1")
    last = str(connection.execute(query).scalar() or "another process")
    return last if count <= 1 else f"{count} processes, the last of them {last}"
