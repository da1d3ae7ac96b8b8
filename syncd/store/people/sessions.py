"""Browsers that are logged in, what they were handed is signed with, and logins that failed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from syncd.store import schema
from syncd.store.people.users import User, Users
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert, upsert

_SESSIONS = schema.sessions
_KEYS = schema.signing_keys
_FAILURES = schema.login_failures


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one user."""

    user: User
    began_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """How often in a row a login failed, and when it last did."""

    count: int
    at: datetime


class Sessions(Room):
    """A session is known by a hash of what the browser holds: whoever reads the store cannot take one over."""

    def begin(self, digest: bytes, user: User) -> None:
        """Begin a session of a user."""
        row = {"digest": digest, "user": user.name, "version": user.version, "began_at": self.now, "seen_at": self.now}
        insert(self.connection, _SESSIONS, [row])

    def find(self, digest: bytes) -> Session | None:
        """Return a session that has not ended: its user is there, and still of the version it was begun with."""
        row = self.connection.execute(select(_SESSIONS).where(_SESSIONS.c.digest == digest)).one_or_none()
        if row is None:
            return None
        user = Users(self.connection, self.streams, self.now, self.make_id).find(row.user)
        return None if user is None or user.version != row.version else Session(user, row.began_at, row.seen_at)

    def seen(self, digest: bytes) -> None:
        """Note that a session is in use."""
        self.connection.execute(update(_SESSIONS).where(_SESSIONS.c.digest == digest), {"seen_at": self.now})

    def end(self, digest: bytes) -> None:
        """End one session."""
        self.connection.execute(delete(_SESSIONS).where(_SESSIONS.c.digest == digest))

    def forget_before(self, seen: datetime, began: datetime) -> int:
        """Let go of sessions that were last used before `seen` or began before `began`; return how many."""
        over = (_SESSIONS.c.seen_at < seen) | (_SESSIONS.c.began_at < began)
        return self.connection.execute(delete(_SESSIONS).where(over)).rowcount

    def key(self, name: str) -> bytes:
        """Return the secret of this name; it is made when it is first asked for, in a transaction that writes."""
        query = select(_KEYS.c.secret).where(_KEYS.c.name == name)
        found = self.connection.execute(query).scalar()
        if found is None:
            found = secrets.token_bytes(32)
            insert(self.connection, _KEYS, [{"name": name, "secret": found}])
        return bytes(found)

    def failures(self, digest: bytes) -> Failures | None:
        """Return how often in a row a login failed."""
        row = self.connection.execute(select(_FAILURES).where(_FAILURES.c.digest == digest)).one_or_none()
        return None if row is None else Failures(row.failures, row.at)

    def count_failure(self, digest: bytes, count: int) -> None:
        """Keep that a login failed for the `count`th time in a row."""
        upsert(self.connection, _FAILURES, [{"digest": digest, "failures": count, "at": self.now}])

    def forgive(self, digest: bytes) -> None:
        """Forget failures: a login went well."""
        self.connection.execute(delete(_FAILURES).where(_FAILURES.c.digest == digest))

    def forget_failures_before(self, moment: datetime) -> int:
        """Let go of failures last seen before `moment`; return how many there were."""
        return self.connection.execute(delete(_FAILURES).where(_FAILURES.c.at < moment)).rowcount
