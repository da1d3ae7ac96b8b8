"""What was known of a record goes on being known of the one that took its place."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, delete, select, update

from syncd.model import Action, FixState, Ref, Stream
from syncd.store import schema
from syncd.store.journal.fix_rows import digest_of, read_fixes
from syncd.store.journal.life import OPEN
from syncd.store.rows.room import Room

_FIXES = schema.fixes
_CHANGES = schema.fix_changes
_OVERRIDES = schema.overrides
_ALIASES = schema.aliases
_WAITING = sorted(state.value for state in OPEN)
#: A merge in such a state has led its records somewhere, or its undo has led them back.
_DONE = sorted(state.value for state in (FixState.APPLIED, FixState.UNDONE))


class Successors(Room):
    """Lets one id take the place of another."""

    def follow(self, stream: Stream, old: str, new: str) -> None:
        """Let `new`, a record without a past of its own, stand for `old` from now on.

        Fixes of `old` that wait become fixes of `new`, and merges into it such into `new`, with their approvals. What
        we wrote there still counts as ours, and what people set against rules as theirs: the values are the same.
        """
        number = self.streams.claim(stream)
        self._lead_fixes(number, old, new)
        self._lead_merges(stream, number, old, new)
        standing = update(_CHANGES).where(
            _CHANGES.c.stream_id == number, _CHANGES.c.record_id == old, _CHANGES.c.standing_since.is_not(None)
        )
        self.connection.execute(standing, {"record_id": new})
        mine = (_OVERRIDES.c.stream_id == number, _OVERRIDES.c.record_id == new)
        self.connection.execute(delete(_OVERRIDES).where(*mine))
        theirs = update(_OVERRIDES).where(_OVERRIDES.c.stream_id == number, _OVERRIDES.c.record_id == old)
        self.connection.execute(theirs, {"record_id": new})

    def same(self, stream: Stream, record_id: str) -> str:
        """Return the id under which a record of ours is the same one: where merges and undos of ours led it.

        Other than an alias it never leads from a record that was merged away to the one that stayed.
        """
        number = self.streams.find(stream)
        seen = [record_id]
        while (following := self._next(stream, number, seen[-1])) is not None and following not in seen:
            seen.append(following)
        return seen[-1]

    def _next(self, stream: Stream, number: int | None, record_id: str) -> str | None:
        query = select(_ALIASES.c.new).where(_ALIASES.c.stream_id == number, _ALIASES.c.old == record_id)
        following: str | None = self.connection.execute(query).scalar()
        if following is None:
            return None
        done = (_FIXES.c.action == Action.MERGE.value, _FIXES.c.state.in_(_DONE))
        stayed = select(_FIXES.c.id).where(
            *done, _FIXES.c.undoes.is_(None), _FIXES.c.link_object == stream.object, _FIXES.c.link_id == record_id
        )
        came_back = select(_FIXES.c.id).where(
            *done, _FIXES.c.undoes.is_not(None), _FIXES.c.stream_id == number, _FIXES.c.record_id == record_id
        )
        is_same = any(self.connection.execute(one.limit(1)).first() is not None for one in (stayed, came_back))
        return following if is_same else None

    def _lead_fixes(self, number: int, old: str, new: str) -> None:
        waiting = select(_FIXES.c.id).where(
            _FIXES.c.stream_id == number,
            _FIXES.c.record_id == old,
            _FIXES.c.action != Action.ARCHIVE.value,
            _FIXES.c.settled_at.is_(None),
            _FIXES.c.state.in_(_WAITING),
        )
        for fix_id in self.connection.execute(waiting).scalars().all():
            lead = update(_FIXES).where(_FIXES.c.id == fix_id)
            self.connection.execute(lead, {"record_id": new})
            changes = update(_CHANGES).where(_CHANGES.c.fix_id == fix_id, _CHANGES.c.record_id == old)
            self.connection.execute(changes, {"record_id": new})

    def _lead_merges(self, stream: Stream, number: int, old: str, new: str) -> None:
        waiting = select(_FIXES).where(
            _FIXES.c.stream_id == number,
            _FIXES.c.action == Action.MERGE.value,
            _FIXES.c.link_object == stream.object,
            _FIXES.c.link_id == old,
            _FIXES.c.undoes.is_(None),
            _FIXES.c.state.in_(_WAITING),
        )
        rows = self.connection.execute(waiting).all()
        into = Ref(stream.account, stream.object, new)
        fixes = [replace(fix, into=into) for fix in read_fixes(self.connection, rows, self.streams.all())]
        if not fixes:
            return
        lead = update(_FIXES).where(_FIXES.c.id == bindparam("_id"))
        self.connection.execute(lead, [{"_id": fix.id, "link_id": new, "digest": digest_of(fix)} for fix in fixes])
        change = update(_CHANGES).where(_CHANGES.c.fix_id == bindparam("_fix"))
        self.connection.execute(change, [{"_fix": fix.id, "record_id": new} for fix in fixes])
