"""Guards that stay tripped: what is held, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert

_HOLDS = schema.holds


@dataclass(frozen=True, slots=True)
class Hold:
    """One guard that holds a rule, a field or all of a stream."""

    stream: Stream
    guard: str
    #: The rule or the field; empty when it is about the stream as a whole.
    key: str
    at: datetime
    #: What was seen, in words and figures; holds no value of a record.
    detail: str


class Holds(Room):
    """One line a (guard, what it holds). The first one stays as it was until it is released."""

    def keep(self, stream: Stream, guard: str, key: str, detail: str) -> bool:
        """Hold; return whether it was not held so far."""
        if any((one.guard, one.key) == (guard, key) for one in self.of(stream)):
            return False
        row = {"stream_id": self.streams.claim(stream), "guard": guard, "key": key, "at": self.now, "detail": detail}
        insert(self.connection, _HOLDS, [row])
        return True

    def of(self, stream: Stream) -> list[Hold]:
        """Return what holds in a stream, oldest first."""
        return self._read(stream.account, stream.object)

    def of_kind(self, account: str, kind: str) -> list[Hold]:
        """Return what holds in any stream of an account with records of a kind."""
        return [
            one
            for stream in self.streams.of_kind(account, kind).values()
            for one in self._read(stream.account, stream.object)
        ]

    def counts(self, stream: Stream) -> dict[str, int]:
        """Return how many there are, by guard."""
        query = select(_HOLDS.c.guard, func.count()).where(_HOLDS.c.stream_id == self.streams.find(stream))
        return dict(self.connection.execute(query.group_by(_HOLDS.c.guard)).all())

    def release(self, stream: Stream, guard: str, key: str | None = None) -> int:
        """Let go of what a guard holds, all of it or one key; return how many there were."""
        query = delete(_HOLDS).where(_HOLDS.c.stream_id == self.streams.find(stream), _HOLDS.c.guard == guard)
        return self.connection.execute(query if key is None else query.where(_HOLDS.c.key == key)).rowcount

    def _read(self, account: str, object_name: str) -> list[Hold]:
        number = self.streams.find_object(account, object_name)
        if number is None:
            return []
        stream = self.streams.all()[number]
        query = select(_HOLDS).where(_HOLDS.c.stream_id == number).order_by(_HOLDS.c.at, _HOLDS.c.guard, _HOLDS.c.key)
        return [Hold(stream, row.guard, row.key, row.at, row.detail) for row in self.connection.execute(query)]
