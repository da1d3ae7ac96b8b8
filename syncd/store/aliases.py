"""Ids that were merged away, and the ids that answer instead."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.match_words import inherit
from syncd.store.room import Room
from syncd.store.statements import upsert

_ALIASES = schema.aliases


class Aliases(Room):
    """Old id to new id, in chains that always end."""

    def keep(self, stream: Stream, old: str, new: str) -> None:
        """Remember that `new` answers for `old`. The latest word wins: it breaks a chain that would close a loop."""
        self.keep_all(stream, {old: new})

    def keep_all(self, stream: Stream, merged: Mapping[str, str]) -> None:
        """Remember several at once. What is known already writes nothing."""
        for old, new in merged.items():
            known = self._next(self.streams.find(stream), old)
            if new in {old, known}:
                continue
            number = self.streams.claim(stream)
            if old in self._chain(number, new):
                self.connection.execute(delete(_ALIASES).where(_ALIASES.c.stream_id == number, _ALIASES.c.old == new))
            row = {"stream_id": number, "old": old, "new": new, "at": self.now}
            upsert(self.connection, _ALIASES, [row])
            inherit(self.connection, number, old, new, self.now)

    def current(self, stream: Stream, record_id: str) -> str:
        """Return the id that answers for `record_id` now: itself, or the end of its chain."""
        return self._chain(self.streams.find(stream), record_id)[-1]

    def _chain(self, number: int | None, record_id: str) -> list[str]:
        chain = [record_id]
        while (following := self._next(number, chain[-1])) is not None and following not in chain:
            chain.append(following)
        return chain

    def _next(self, number: int | None, record_id: str) -> str | None:
        if number is None:
            return None
        query = select(_ALIASES.c.new).where(_ALIASES.c.stream_id == number, _ALIASES.c.old == record_id)
        return self.connection.execute(query).scalar()
