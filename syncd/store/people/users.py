"""Who may use the console, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from syncd.model import Role
from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert

_USERS = schema.users


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    name: str
    role: Role
    #: The argon2id hash of the password; empty when there is none.
    password: str
    #: By which provider and under which name there somebody is known; empty for a user of our own.
    subject: str
    #: Sessions of an earlier version have ended.
    version: int
    created_at: datetime
    seen_at: datetime | None


class Users(Room):
    """One row a user; names are kept in small letters."""

    def add(self, name: str, role: Role, *, password: str = "", subject: str = "") -> bool:
        """Add a user; False when there is one of this name."""
        if self.find(name) is not None:
            return False
        row = {"name": _spelled(name), "role": role.value, "password": password, "subject": subject, "version": 1}
        insert(self.connection, _USERS, [{**row, "created_at": self.now}])
        return True

    def find(self, name: str) -> User | None:
        """Return the user of this name."""
        row = self.connection.execute(select(_USERS).where(_USERS.c.name == _spelled(name))).one_or_none()
        return None if row is None else _to_user(row)

    def find_subject(self, subject: str) -> User | None:
        """Return who a provider knows under this name."""
        row = self.connection.execute(select(_USERS).where(_USERS.c.subject == subject).limit(1)).one_or_none()
        return None if row is None else _to_user(row)

    def all(self) -> list[User]:
        """Return every user, by name."""
        return [_to_user(row) for row in self.connection.execute(select(_USERS).order_by(_USERS.c.name))]

    def count(self) -> int:
        """Return how many there are."""
        number: int = self.connection.execute(select(func.count()).select_from(_USERS)).scalar_one()
        return number

    def change(self, name: str, *, role: Role | None = None, password: str | None = None) -> bool:
        """Change what is given and end every session of the user; False when there is none of this name."""
        row: dict[str, Any] = {} if role is None else {"role": role.value}
        row |= {} if password is None else {"password": password}
        mine = update(_USERS).where(_USERS.c.name == _spelled(name))
        return self.connection.execute(mine.values(version=_USERS.c.version + 1, **row)).rowcount > 0

    def rehash(self, name: str, password: str) -> None:
        """Keep a newer hash of the same password; sessions go on."""
        self.connection.execute(update(_USERS).where(_USERS.c.name == _spelled(name)), {"password": password})

    def seen(self, name: str) -> None:
        """Note that a user has logged in."""
        self.connection.execute(update(_USERS).where(_USERS.c.name == _spelled(name)), {"seen_at": self.now})

    def remove(self, name: str) -> bool:
        """Remove a user and every session of theirs; False when there is none of this name."""
        self.connection.execute(delete(schema.sessions).where(schema.sessions.c.user == _spelled(name)))
        return self.connection.execute(delete(_USERS).where(_USERS.c.name == _spelled(name))).rowcount > 0


def _spelled(name: str) -> str:
    return name.strip().lower()


def _to_user(row: Row[Any]) -> User:
    return User(row.name, Role(row.role), row.password, row.subject, row.version, row.created_at, row.seen_at)
