"""Records that we make: what each is for, and that none is made twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select, update

from syncd.errors import StoreError
from syncd.model import CREATION_TOKEN, Action, Fix, FixState, Ref, Stream
from syncd.store import schema
from syncd.store.columns.packing import pack_names
from syncd.store.journal.fix_rows import digest_of, read_fixes
from syncd.store.journal.journal import Journal
from syncd.store.journal.life import OPEN
from syncd.store.journal.moves import Move, move
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks

_FIXES = schema.fixes
_CHANGES = schema.fix_changes


@dataclass(frozen=True, slots=True)
class Made:
    """What became of the wish for a record."""

    #: The latest fix of its key.
    fix: str
    state: FixState
    #: Whether it was wanted for the first time now.
    is_new: bool = False


class Creations(Room):
    """Fixes that make records, by the key that says what for."""

    def want(self, stream: Stream, fixes: Sequence[Fix], run: str, *, by: str = "") -> dict[str, Made]:
        """Put what is to be made in a stream into the journal, on the word of `by`; return what became of it, by key.

        Wanted and open with the same values already: kept, and approved where it was only proposed. With other values:
        the new ones take their place, unless a person has approved the others. Made before, undone or dismissed: never
        again under this key. Refused by the CRM: again as soon as something else is wanted. Sent without an answer: it
        waits for that. Twice is once.
        """
        wanted = {fix.key: fix for fix in fixes}
        if any(not fix.makes or not fix.key for fix in fixes):
            raise StoreError("A record is made under a key that says what it is for.")
        latest = {key: past[-1] for key, past in self.of_keys(wanted).items() if past}
        decided = {key: self._decided(fix, latest.get(key)) for key, fix in wanted.items()}
        moves = [step for steps, _, _ in decided.values() for step in steps]
        if moves:
            move(self.connection, [replace(one, by=by) for one in moves], self.now)
        adding = [wanted[key] for key, (_, _, is_added) in decided.items() if is_added]
        added = {fix.key: fix for fix in self._add(stream, adding, run, by)}
        return {
            key: Made(added[key].id, added[key].state, is_new=key not in latest)
            if key in added
            else Made(latest[key].id, state)
            for key, (_, state, _) in decided.items()
        }

    def drop(self, causes: Collection[Ref], stream: Stream, purpose: str, but: Collection[str], why: str) -> int:
        """Make stale what waits to be made in a stream for these records and this purpose, `but` for these keys.

        What a person has approved stays. Return how many.
        """
        open_ones = [
            fix
            for fix in self.waiting_for(causes)
            if fix.key.startswith(f"{purpose} ") and fix.key not in but
            if (fix.ref.account, fix.ref.object) == (stream.account, stream.object)
        ]
        approved = self._approved_by_person(open_ones)
        going = [Move(fix.id, FixState.STALE, why) for fix in open_ones if fix.id not in approved]
        if going:
            move(self.connection, going, self.now)
        return len(going)

    def waiting_for(self, causes: Collection[Ref]) -> list[Fix]:
        """Return what waits to be made for records, as a proposal or for its turn."""
        query = select(_FIXES).where(
            _FIXES.c.cause_id.is_not(None), _FIXES.c.settled_at.is_(None), _FIXES.c.undoes.is_(None)
        )
        wanted = set(causes)
        found = [
            fix
            for chunk in chunks(sorted({ref.id for ref in wanted}))
            for fix in self._read(query.where(_FIXES.c.cause_id.in_(chunk)))
        ]
        return [fix for fix in found if fix.cause in wanted and fix.state in OPEN]

    def waiting_in(self, stream: Stream, purpose: str) -> list[Fix]:
        """Return what waits to be made in a stream for a purpose."""
        query = select(_FIXES).where(
            _FIXES.c.stream_id == self.streams.find(stream),
            _FIXES.c.settled_at.is_(None),
            of_purpose(_FIXES, purpose),
            _FIXES.c.state.in_(sorted(state.value for state in OPEN)),
        )
        return self._read(query)

    def of_keys(self, keys: Iterable[str]) -> dict[str, list[Fix]]:
        """Return by key the fixes that were to make a record under it, oldest first."""
        found: dict[str, list[Fix]] = {key: [] for key in keys}
        query = select(_FIXES).where(_FIXES.c.made_key.is_not(None)).order_by(_FIXES.c.id)
        for chunk in chunks(found):
            for fix in self._read(query.where(_FIXES.c.made_key.in_(chunk))):
                found[fix.key].append(fix)
        return found

    def made_as(self, stream: Stream, ids: Collection[str]) -> dict[str, Fix]:
        """Return the fixes that made these records, by the ids of those."""
        query = select(_FIXES).where(
            _FIXES.c.stream_id == self.streams.find(stream),
            _FIXES.c.action == Action.CREATE.value,
            _FIXES.c.undoes.is_(None),
            _FIXES.c.state == FixState.APPLIED.value,
        )
        return {
            fix.ref.id: fix for chunk in chunks(ids) for fix in self._read(query.where(_FIXES.c.record_id.in_(chunk)))
        }

    def standing(self, stream: Stream, purpose: str, closed_by: str) -> list[Fix]:
        """Return the fixes that made something for records of a stream, for this purpose, which was not closed since:
        no rule of that name has changed it."""
        query = self._made_for(stream, purpose).where(
            _FIXES.c.state == FixState.APPLIED.value, ~is_closed(_FIXES, closed_by)
        )
        return self._read(query.order_by(_FIXES.c.id))

    def since(self, stream: Stream, purpose: str, moment: datetime) -> list[Fix]:
        """Return what was to be made for records of a stream, for this purpose, from a moment on."""
        return self._read(self._made_for(stream, purpose).where(_FIXES.c.decided_at >= moment).order_by(_FIXES.c.id))

    def count_closed(self, stream: Stream, purpose: str, closed_by: str, ids: Collection[str]) -> dict[str, int]:
        """Return how often something was made for records, for this purpose, and closed since."""
        mine = self._made_for(stream, purpose).subquery()
        query = select(_FIXES.c.cause_id, func.count()).where(
            _FIXES.c.id.in_(select(mine.c.id)), is_closed(_FIXES, closed_by)
        )
        return {
            record_id: count
            for chunk in chunks(ids)
            for record_id, count in self.connection.execute(
                query.where(_FIXES.c.cause_id.in_(chunk)).group_by(_FIXES.c.cause_id)
            )
        }

    def begun_at(self, fix_ids: Collection[str]) -> dict[str, datetime]:
        """Return when each fix was about to be sent for the last time."""
        events = schema.fix_events
        query = select(events.c.fix_id, events.c.at).where(events.c.became == FixState.INTENDED.value)
        return {
            row.fix_id: row.at
            for chunk in chunks(fix_ids)
            for row in self.connection.execute(query.where(events.c.fix_id.in_(chunk)).order_by(events.c.id))
        }

    def name(self, fix_id: str, record_id: str) -> None:
        """Say which record came of a fix: what it wrote is that record's from now on. Call it before `settle`."""
        self.connection.execute(update(_FIXES).where(_FIXES.c.id == fix_id), {"record_id": record_id})
        self.connection.execute(update(_CHANGES).where(_CHANGES.c.fix_id == fix_id), {"record_id": record_id})

    def _decided(self, fix: Fix, last: Fix | None) -> tuple[list[Move], FixState, bool]:
        """Return the moves of the fix that was there, the state of the key, and whether the new one is added."""
        if last is None or last.state in {FixState.STALE, FixState.ALREADY_TRUE}:
            return [], fix.state, True
        if last.state is FixState.REJECTED:
            return [], last.state, not _is_same(fix, last)
        if last.state not in OPEN:
            return [], last.state, False
        if _is_same(fix, last):
            is_approved = last.state is FixState.PROPOSED and fix.state is FixState.APPROVED
            return (
                ([Move(last.id, FixState.APPROVED)], FixState.APPROVED, False)
                if is_approved
                else ([], last.state, False)
            )
        if self._approved_by_person([last]):
            return [], last.state, False
        return [Move(last.id, FixState.STALE, "something else is wanted by now")], fix.state, True

    def _approved_by_person(self, fixes: Sequence[Fix]) -> frozenset[str]:
        query = select(_FIXES.c.id).where(_FIXES.c.approved_by != "", _FIXES.c.state == FixState.APPROVED.value)
        ids = [fix.id for fix in fixes]
        return frozenset(
            found
            for chunk in chunks(ids)
            for found in self.connection.execute(query.where(_FIXES.c.id.in_(chunk))).scalars()
        )

    def _made_for(self, stream: Stream, purpose: str) -> Any:
        return select(_FIXES).where(
            of_purpose(_FIXES, purpose),
            _FIXES.c.cause_stream == self.streams.find(stream),
            _FIXES.c.action == Action.CREATE.value,
        )

    def _add(self, stream: Stream, fixes: Sequence[Fix], run: str, by: str) -> list[Fix]:
        if not fixes:
            return []
        journal = Journal(self.connection, self.streams, self.now, self.make_id)
        return journal.insert(self.streams.claim(stream), fixes, run, by)

    def _read(self, query: Any) -> list[Fix]:
        rows = self.connection.execute(query).all()
        return read_fixes(self.connection, rows, self.streams.all()) if rows else []


def of_purpose(fixes: Any, purpose: str) -> ColumnElement[bool]:
    """Return the condition that a fix makes something for a purpose, which its key begins with."""
    key = fixes.c.made_key
    return and_(key.is_not(None), key >= f"{purpose} ", key < f"{purpose}!")


def is_closed(fixes: Any, rule: str) -> ColumnElement[bool]:
    """Return the condition that a rule has changed, or wanted to change, what a fix has made."""
    closing = schema.fixes.alias("closing")
    return exists().where(
        closing.c.stream_id == fixes.c.stream_id,
        closing.c.record_id == fixes.c.record_id,
        closing.c.action == Action.UPDATE.value,
        closing.c.rules == pack_names([rule]),
    )


def _is_same(fix: Fix, last: Fix) -> bool:
    """Return whether two fixes would make the same record, but for the mark by which it is found again."""
    return digest_of(_unmarked(fix)) == digest_of(_unmarked(last))


def _unmarked(fix: Fix) -> Fix:
    return replace(fix, changes=tuple(one for one in fix.changes if one.field != CREATION_TOKEN))
