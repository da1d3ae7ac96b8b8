"""Ids that were merged away, and the ids that answer instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from syncd.model import Action, FixState, Stream
from syncd.store import schema
from syncd.store.matching.words import inherit
from syncd.store.rows.lookups import among
from syncd.store.rows.room import Room
from syncd.store.rows.statements import upsert

_ALIASES = schema.aliases
_FIXES = schema.fixes
#: An undo in such a state has brought its record back, or may have done so.
_BACK = sorted(one.value for one in (FixState.INTENDED, FixState.UNKNOWN, FixState.APPLIED, FixState.ALREADY_TRUE))


class Aliases(Room):
    """Old id to new id, in chains that always end."""

    def keep(self, stream: Stream, old: str, new: str) -> None:
        """Remember that `new` answers for `old`. The latest word wins: it breaks a chain that would close a loop."""
        self._keep(stream, old, new)

    def keep_all(self, stream: Stream, merged: Mapping[str, str]) -> None:
        """Remember what the CRM says of several. What is known already writes nothing.

        A CRM that cannot take a merge back says for ever that a record was merged away. One that an undo made anew is
        known better here, and so is what was merged into it before.
        """
        for old, new in merged.items():
            number = self.streams.find(stream)
            chain = self._chain(number, old)
            if new not in chain and not (chain[1:] and self._is_back(number, chain[:-1])):
                self._keep(stream, old, new)

    def forget(self, stream: Stream, old: str) -> None:
        """Forget that a record was merged away: it is back under its own id."""
        number = self.streams.find(stream)
        self.connection.execute(delete(_ALIASES).where(_ALIASES.c.stream_id == number, _ALIASES.c.old == old))

    def _keep(self, stream: Stream, old: str, new: str) -> None:
        number = self.streams.claim(stream)
        if new in {old, self._next(number, old)}:
            return
        if old in self._chain(number, new):
            self.connection.execute(delete(_ALIASES).where(_ALIASES.c.stream_id == number, _ALIASES.c.old == new))
        upsert(self.connection, _ALIASES, [{"stream_id": number, "old": old, "new": new, "at": self.now}])
        inherit(self.connection, number, old, new, self.now)

    def _is_back(self, number: int | None, ids: Collection[str]) -> bool:
        """Return whether one of the records was brought back by an undo of its merge."""
        query = select(_FIXES.c.id).where(
            _FIXES.c.stream_id == number,
            _FIXES.c.record_id.in_(ids),
            _FIXES.c.action == Action.MERGE.value,
            _FIXES.c.undoes.is_not(None),
            _FIXES.c.state.in_(_BACK),
        )
        return self.connection.execute(query.limit(1)).first() is not None

    def current(self, stream: Stream, record_id: str) -> str:
        """Return the id that answers for `record_id` now: itself, or the end of its chain."""
        return self._chain(self.streams.find(stream), record_id)[-1]

    def moved(self, stream: Stream, ids: Collection[str]) -> dict[str, str]:
        """Return the ids that answer now for those of `ids` that were merged away."""
        number = self.streams.find(stream)
        found = among(self.connection, (_ALIASES.c.old,), _ALIASES.c.old, ids, {"stream_id": number}) if number else ()
        return {old: self._chain(number, old)[-1] for (old,) in found}

    def old_ids(self, stream: Stream, record_id: str) -> tuple[str, ...]:
        """Return all ids that `record_id` answers for, the latest first."""
        number, found, wave = self.streams.find(stream), list[str](), [record_id]
        while wave:
            query = select(_ALIASES.c.old).where(_ALIASES.c.stream_id == number, _ALIASES.c.new.in_(wave))
            rows = self.connection.execute(query.order_by(_ALIASES.c.at.desc(), _ALIASES.c.old)).scalars()
            wave = [old for old in rows if old not in found and old != record_id]
            found += wave
        return tuple(found)

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
