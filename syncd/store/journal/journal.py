"""Every fix, and what became of it, with the values before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from syncd.errors import StoreError
from syncd.model import Action, Fix, FixState, Ref, Stream
from syncd.store import schema
from syncd.store.columns.packing import pack_names, unpack_names, unpack_raw
from syncd.store.journal.answers import Decided, Entry, WrittenChange
from syncd.store.journal.counts import JournalCounts, is_in
from syncd.store.journal.deciding import WHOLE, decide
from syncd.store.journal.fix_rows import insert_fixes, read_fixes, replace_changes
from syncd.store.journal.life import IN_FLIGHT, OPEN
from syncd.store.journal.merge_rows import parted, under_way
from syncd.store.journal.moves import Move, count_moves, first_events, move, supersede
from syncd.store.journal.open_rows import dismissed_of, open_fixes
from syncd.store.rows.statements import chunks

#: What the id of a record begins with that is not made yet; the id of its fix follows.
UNMADE = "new-"

_FIXES = schema.fixes
_CHANGES = schema.fix_changes
_EVENTS = schema.fix_events


class Journal(JournalCounts):
    """Fixes by id. Ids grow with time, so that their order is the order of deciding."""

    def decide(self, stream: Stream, judged_ids: Collection[str], fixes: Sequence[Fix], run: str) -> Decided:
        """Bring the open fixes of the judged records in line with those wanted now (`fixes`, without ids).

        Wanted and open already: kept; approved if it was proposed and its rules now write by themselves; a person's
        approval is never taken back. Open and not wanted: stale. A change that a person dismissed is not proposed
        again as long as the values are the same. What touches a field of a fix in flight, or of an open undo, waits
        for the next judgement. Asking twice changes nothing the second time.
        """
        number = self.streams.find(stream)
        if number is None and not fixes:
            return Decided()
        number = self.streams.claim(stream)
        ids = set(judged_ids) | {fix.ref.id for fix in fixes}
        wanted, stay = {fix.ref.id for fix in fixes}, {fix.into.id for fix in fixes if fix.into is not None}
        unsettled = [*open_fixes(self.connection, number, ids), *under_way(self.connection, number, wanted, stay)]
        verdicts = decide(unsettled, fixes, dismissed_of(self.connection, number, wanted, are_merged=bool(stay)), ids)
        moves = [Move(fix_id, FixState.STALE, why) for fix_id, why in verdicts.drop]
        moves += [Move(fix_id, FixState.APPROVED) for fix_id in verdicts.approve]
        if moves:
            move(self.connection, moves, self.now)
        states = Counter(fix.state for fix in self.insert(number, verdicts.add, run))
        return Decided(
            states[FixState.PROPOSED],
            states[FixState.APPROVED],
            verdicts.kept,
            len(verdicts.approve),
            len(verdicts.drop),
            verdicts.waiting,
            verdicts.dismissed,
        )

    def add(self, stream: Stream, fixes: Sequence[Fix], run: str, *, by: str = "") -> list[str]:
        """Put undos (or other fixes that no rule wants) into the journal, on the word of `by`; return their ids.

        StoreError when the fix to take back is not applied. One that is being taken back already gives the id of that
        undo: twice is once.
        """
        taken: dict[str, str] = self._undos([fix for fix in fixes if fix.undoes])
        fresh = self.insert(
            self.streams.claim(stream), [fix for fix in fixes if not fix.undoes or fix.undoes not in taken], run, by
        )
        new = iter(fresh)
        return [taken[fix.undoes] if fix.undoes in taken else next(new).id for fix in fixes]

    def intend(self, fix_ids: Sequence[str], run: str, at: datetime) -> None:
        """Mark approved fixes as about to be sent. Commit this before sending anything."""
        self._move([Move(fix_id, FixState.INTENDED, run=run) for fix_id in fix_ids], at)

    def settle(self, outcomes: Sequence[tuple[str, FixState, str]], at: datetime) -> None:
        """Say what became of fixes: (id, state, detail). StoreError for a move that does not exist; nothing is done.

        What an applied fix wrote becomes our last value of those fields. An undo that is applied (or already true)
        makes the fix it takes back `undone` at the same time.
        """
        self._move([Move(fix_id, state, detail) for fix_id, state, detail in outcomes], at)

    def approve(self, fix_ids: Collection[str], by: str) -> int:
        """Approve the proposed ones among `fix_ids`; return how many there were. What has moved on is left alone."""
        return self._say(fix_ids, {FixState.PROPOSED}, FixState.APPROVED, by, "")

    def dismiss(self, fix_ids: Collection[str], by: str, why: str) -> int:
        """Dismiss the open ones among `fix_ids`, for good; return how many there were.

        So are records of which nobody can tell whether they were made: nobody looks for them any more.
        """
        makes = (_FIXES.c.action == Action.CREATE.value, _FIXES.c.undoes.is_(None))
        doubtful = self._say(fix_ids, {FixState.UNKNOWN}, FixState.DISMISSED, by, why, *makes)
        return doubtful + self._say(fix_ids, OPEN, FixState.DISMISSED, by, why)

    def drop_open(self, stream: Stream, ids: Collection[str], at: datetime) -> int:
        """Make open fixes of records that are gone stale, and those that would link to them; return how many."""
        number = self.streams.find(stream)
        waiting = [one for one in open_fixes(self.connection, number, ids) if one.state in OPEN]
        # What brings a record back waits for nothing else than that.
        why = {one.id: "the record is gone" for one in waiting if not (one.is_undo and one.touches >= WHOLE)}
        why |= self._made_for(number, ids)
        mine = {key for key, one in self.streams.all().items() if one.account == stream.account}
        query = select(_FIXES.c.id).where(
            _FIXES.c.stream_id.in_(mine), _FIXES.c.link_object == stream.object, is_in(OPEN)
        )
        for chunk in chunks(ids):
            for fix_id in self.connection.execute(query.where(_FIXES.c.link_id.in_(chunk))).scalars():
                why.setdefault(fix_id, "the record it would link to is gone")
        self._move([Move(fix_id, FixState.STALE, reason) for fix_id, reason in why.items()], at)
        return len(why)

    def find(self, fix_id: str) -> Fix | None:
        """Return one fix."""
        return next(iter(self._read(select(_FIXES).where(_FIXES.c.id == fix_id))), None)

    def merges(self, fix_ids: Collection[str]) -> list[Fix]:
        """Return those of `fix_ids` that merge two records, undos left out."""
        query = select(_FIXES).where(_FIXES.c.action == Action.MERGE.value, _FIXES.c.undoes.is_(None))
        return [fix for chunk in chunks(fix_ids) for fix in self._read(query.where(_FIXES.c.id.in_(chunk)))]

    def merges_of(self, stream: Stream, ids: Collection[str]) -> list[Fix]:
        """Return the fixes that merge one of these records, on either side, and their undos, oldest first."""
        query = select(_FIXES).where(
            _FIXES.c.stream_id == self.streams.find(stream), _FIXES.c.action == Action.MERGE.value
        )
        found: dict[str, Fix] = {}
        for chunk in chunks(ids):
            sides = (_FIXES.c.record_id.in_(chunk), _FIXES.c.link_id.in_(chunk))
            found |= {fix.id: fix for side in sides for fix in self._read(query.where(side))}
        return [found[fix_id] for fix_id in sorted(found)]

    def amend(self, fix: Fix) -> None:
        """Let a proposed fix change what `fix` says instead; StoreError when it is no longer proposed.

        As soon as its record is judged again, rules that want something else take its place.
        """
        query = select(_FIXES.c.stream_id).where(_FIXES.c.id == fix.id, is_in({FixState.PROPOSED})).with_for_update()
        number = self.connection.execute(query).scalar()
        if number is None:
            raise StoreError(f"The fix {fix.id!r} is not waiting for a decision any more.")
        replace_changes(self.connection, number, fix)

    def complete(self, fix: Fix) -> None:
        """Let an approved fix say all that is about to be sent; call it before `intend`."""
        query = select(_FIXES.c.stream_id).where(_FIXES.c.id == fix.id, is_in({FixState.APPROVED}))
        number = self.connection.execute(query).scalar()
        if number is None:
            raise StoreError(f"The fix {fix.id!r} is not waiting to be written any more.")
        replace_changes(self.connection, number, fix)

    def known(self, fix_ids: Collection[str]) -> frozenset[str]:
        """Return those of `fix_ids` that are fixes, whatever became of them."""
        query = select(_FIXES.c.id)
        return frozenset(
            found
            for chunk in chunks(fix_ids)
            for found in self.connection.execute(query.where(_FIXES.c.id.in_(chunk))).scalars()
        )

    def approved_among(self, fix_ids: Collection[str]) -> frozenset[str]:
        """Return those of `fix_ids` that are still approved: others were judged anew, or dismissed, in the meantime."""
        query = select(_FIXES.c.id).where(is_in({FixState.APPROVED}))
        return frozenset(
            found
            for chunk in chunks(fix_ids)
            for found in self.connection.execute(query.where(_FIXES.c.id.in_(chunk))).scalars()
        )

    def approved(self, stream: Stream, limit: int, after_id: str = "") -> list[Fix]:
        """Return approved fixes behind `after_id`, oldest first."""
        return self.select(stream=stream, states=(FixState.APPROVED,), limit=limit, after=after_id)

    def last_approved(self, stream: Stream) -> str:
        """Return the id of the approved fix that was decided last; empty when there is none."""
        query = select(func.max(_FIXES.c.id)).where(
            _FIXES.c.stream_id == self.streams.find(stream), is_in({FixState.APPROVED})
        )
        return self.connection.execute(query).scalar() or ""

    def unsettled(self, stream: Stream) -> list[Fix]:
        """Return what is intended or unknown, oldest first. `settled_at` is the moment it got that state."""
        number = self.streams.find(stream)
        query = select(_FIXES).where(_FIXES.c.stream_id == number, _FIXES.c.settled_at.is_(None), is_in(IN_FLIGHT))
        return self._read(query.order_by(_FIXES.c.id))

    def select(  # noqa: PLR0913 - one argument a way to narrow the list down
        self,
        *,
        stream: Stream | None = None,
        states: Collection[FixState] = (),
        rule: str | None = None,
        run: str | None = None,
        ref: Ref | None = None,
        actions: Collection[Action] = (),
        limit: int = 1000,
        after: str = "",
    ) -> list[Fix]:
        """Return fixes behind `after`, in the order of their ids. No states or actions means all.

        `run` wrote or decided them.
        """
        query = select(_FIXES).where(_FIXES.c.id > after).order_by(_FIXES.c.id).limit(limit)
        if stream is not None:
            query = query.where(_FIXES.c.stream_id == self.streams.find(stream))
        if ref is not None:
            number = self.streams.find_object(ref.account, ref.object)
            query = query.where(_FIXES.c.stream_id == number, _FIXES.c.record_id == ref.id)
        if states:
            query = query.where(is_in(states))
        if actions:
            query = query.where(_FIXES.c.action.in_([action.value for action in actions]))
        if rule is not None:
            query = query.where(_FIXES.c.rules.contains(pack_names([rule])[1:-1], autoescape=True))
        if run is not None:
            query = query.where(_FIXES.c.run == run)
        return self._read(query)

    def last_written(self, stream: Stream, ids: Collection[str]) -> dict[tuple[str, str], WrittenChange]:
        """Return our last value by (record id, property), where no person has changed it since and it is not undone.

        The value an undo put back is ours too: it must not look like a person's when it comes back.
        """
        number = self.streams.find(stream)
        if number is None:
            return {}
        query = (
            select(_CHANGES, _FIXES.c.undoes)
            .join_from(_CHANGES, _FIXES, _FIXES.c.id == _CHANGES.c.fix_id)
            .where(_CHANGES.c.stream_id == number, _CHANGES.c.standing_since.is_not(None))
        )
        return {
            (row.record_id, row.property): WrittenChange(
                row.fix_id,
                unpack_raw(row.before),
                unpack_raw(row.after),
                unpack_names(row.rules),
                row.standing_since,
                row.undoes or "",
            )
            for chunk in chunks(ids)
            for row in self.connection.execute(query.where(_CHANGES.c.record_id.in_(chunk)))
        }

    def links_made(self, stream: Stream, ids: Collection[str]) -> dict[str, frozenset[Ref]]:
        """Return where these records were ever linked to by us, undone or not, by record id."""
        number = self.streams.find(stream)
        query = select(_FIXES.c.record_id, _FIXES.c.link_object, _FIXES.c.link_id).where(
            _FIXES.c.stream_id == number,
            _FIXES.c.link_id.is_not(None),
            _FIXES.c.undoes.is_(None),
            is_in({FixState.APPLIED, FixState.UNDONE}),
        )
        made: dict[str, set[Ref]] = {}
        for chunk in chunks(ids):
            for row in self.connection.execute(query.where(_FIXES.c.record_id.in_(chunk))):
                made.setdefault(row.record_id, set()).add(Ref(stream.account, row.link_object, row.link_id))
        return {record_id: frozenset(refs) for record_id, refs in made.items()}

    def removed(self, stream: Stream, ids: Collection[str]) -> frozenset[str]:
        """Return those of `ids` that we ever removed from the CRM, whether they came back or not."""
        number = self.streams.find(stream)
        query = select(_FIXES.c.record_id).where(
            _FIXES.c.stream_id == number,
            _FIXES.c.action == Action.ARCHIVE.value,
            _FIXES.c.undoes.is_(None),
            is_in({FixState.APPLIED, FixState.UNDONE}),
        )
        return frozenset(
            found
            for chunk in chunks(ids)
            for found in self.connection.execute(query.where(_FIXES.c.record_id.in_(chunk))).scalars()
        )

    def parted(self, stream: Stream, ids: Collection[str]) -> dict[str, frozenset[str]]:
        """Return with what records these are not to be merged: a person said no, or took the merge back."""
        return parted(self.connection, self.streams.find(stream), ids)

    def supersede(self, stream: Stream, fields: Iterable[tuple[str, str]]) -> None:
        """Forget that we wrote (record id, property): a person has changed it since."""
        number = self.streams.find(stream)
        if number is not None:
            supersede(self.connection, [(number, record_id, name) for record_id, name in fields])

    def events(self, fix_id: str) -> list[Entry]:
        """Return the life of a fix, from its beginning."""
        query = select(_EVENTS).where(_EVENTS.c.fix_id == fix_id).order_by(_EVENTS.c.id)
        return [
            Entry(
                row.fix_id,
                row.at,
                FixState(row.was) if row.was else None,
                FixState(row.became),
                row.by,
                row.run,
                row.detail,
            )
            for row in self.connection.execute(query)
        ]

    def _move(self, moves: Sequence[Move], at: datetime) -> None:
        if moves:
            move(self.connection, moves, at)

    def _say(
        self,
        fix_ids: Collection[str],
        states: Collection[FixState],
        becomes: FixState,
        by: str,
        why: str,
        *conditions: ColumnElement[bool],
    ) -> int:
        """Move those of `fix_ids` that are in one of `states`, on a person's word."""
        query = select(_FIXES.c.id).where(is_in(states), *conditions).order_by(_FIXES.c.id).with_for_update()
        found = [
            fix_id
            for chunk in chunks(fix_ids)
            for fix_id in self.connection.execute(query.where(_FIXES.c.id.in_(chunk))).scalars()
        ]
        self._move([Move(fix_id, becomes, why, by) for fix_id in found], self.now)
        return len(found)

    def insert(self, number: int, fixes: Sequence[Fix], run: str, by: str = "") -> list[Fix]:
        """Begin the lives of new fixes of the stream of that number, on the word of `by`; return them with ids."""
        wrong = next((fix.state for fix in fixes if fix.state not in OPEN), None)
        if wrong is not None:
            raise StoreError(f"A fix begins as proposed or approved, not as {wrong.value}.")
        new = [_named(replace(fix, id=self.make_id(), run=run)) for fix in fixes]
        insert_fixes(self.connection, number, new, self.now, self._streams_of(fix.cause for fix in new))
        first_events(self.connection, (Move(fix.id, fix.state, by=by, run=run) for fix in new), self.now)
        count_moves(self.connection, ((_Counted(number, pack_names(fix.rules)), fix.state) for fix in new))
        return new

    def _made_for(self, number: int | None, ids: Collection[str]) -> dict[str, str]:
        """Return what waits to be made for records of a stream that are gone, and why it shall not."""
        query = select(_FIXES.c.id).where(_FIXES.c.cause_id.is_not(None), _FIXES.c.cause_stream == number, is_in(OPEN))
        return {
            fix_id: "the record it would be made for is gone"
            for chunk in chunks(ids)
            for fix_id in self.connection.execute(query.where(_FIXES.c.cause_id.in_(chunk))).scalars()
        }

    def _streams_of(self, causes: Iterable[Ref | None]) -> dict[Ref, int]:
        found = {ref: self.streams.find_object(ref.account, ref.object) for ref in causes if ref is not None}
        return {ref: number for ref, number in found.items() if number is not None}

    def _undos(self, undone: Sequence[Fix]) -> dict[str, str]:
        """Return the undo under way, or done, of each fix that has one; StoreError for a fix that cannot have one.

        One that took back a part only, of a fix that is applied still, stands in nobody's way.
        """
        wanted = {fix.undoes: {change.property for change in fix.changes} for fix in undone}
        taken: dict[str, str] = {}
        held: dict[str, str] = {}
        alive = is_in(OPEN | IN_FLIGHT | {FixState.APPLIED, FixState.ALREADY_TRUE})
        for chunk in chunks(wanted):
            states = select(_FIXES.c.id, _FIXES.c.state).where(_FIXES.c.id.in_(chunk))
            held.update((row.id, row.state) for row in self.connection.execute(states))
            for undo in self._read(select(_FIXES).where(_FIXES.c.undoes.in_(chunk), alive)):
                is_part = undo.action is Action.UPDATE and held.get(undo.undoes) == FixState.APPLIED
                is_over = undo.state not in OPEN | IN_FLIGHT
                touches = {change.property for change in undo.changes} & wanted[undo.undoes]
                if not (is_part and (is_over or not touches)):
                    taken[undo.undoes] = undo.id
        for fix_id in wanted:
            if fix_id not in taken and held.get(fix_id) != FixState.APPLIED:
                raise StoreError(f"Fix {fix_id} cannot be taken back: it is {held.get(fix_id, 'not in the journal')}.")
        return taken

    def _read(self, query: Select[Any]) -> list[Fix]:
        rows = self.connection.execute(query).all()
        return read_fixes(self.connection, rows, self.streams.all()) if rows else []


def _named(fix: Fix) -> Fix:
    """Give a record that is not made yet a name of its own, until the CRM gives it one."""
    return replace(fix, ref=replace(fix.ref, id=f"{UNMADE}{fix.id}")) if fix.makes else fix


@dataclass(frozen=True, slots=True)
class _Counted:
    stream_id: int
    rules: str
