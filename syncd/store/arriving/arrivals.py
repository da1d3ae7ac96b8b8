"""What came in by forms and files: kept before it is answered, until the CRM holds it, and for some time after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from syncd.model import FixState, Mode, Stream
from syncd.store import schema
from syncd.store.arriving.arrival_rows import (
    OVER,
    WAITING,
    Arrival,
    ArrivalState,
    Said,
    Told,
    pack_said,
    pack_told,
    to_arrival,
)
from syncd.store.journal.life import IN_FLIGHT, OPEN
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, insert

_ARRIVALS = schema.arrivals
_KEYS = schema.arrival_keys
#: A fix in such a state may still make its record.
_UNENDED = sorted(one.value for one in OPEN | IN_FLIGHT)


@dataclass(frozen=True, slots=True)
class Entrance:
    """One thing that comes in, and by which door."""

    door: str
    stream: Stream
    #: By which it is known when it comes again.
    mark: str
    mode: Mode
    said: Said
    #: The mailbox a person is known by; empty: none.
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class EndedFix:
    """What a record that was to be made has come to."""

    state: FixState
    record_id: str
    detail: str
    #: Under which it was made.
    key: str


class Arrivals(Room):
    """By id; and by door and mark, under which a thing comes in but once."""

    # Coming in

    def enter(self, wanted: Entrance, state: ArrivalState = ArrivalState.RECEIVED, told: Told | None = None) -> Arrival:
        """Keep something that comes in; what is known under its mark is returned as it is, and nothing is kept."""
        known = self.by_marks(wanted.door, [wanted.mark]).get(wanted.mark)
        if known is not None:
            return known
        made = Arrival(
            self.make_id(),
            wanted.stream,
            wanted.door,
            wanted.mark,
            state,
            wanted.mode,
            self.now,
            self.now,
            wanted.said,
            told or Told(),
        )
        row = {
            "id": made.id,
            "stream_id": self.streams.claim(wanted.stream),
            "door": wanted.door,
            "mark": wanted.mark,
            "state": state.value,
            "mode": wanted.mode.value,
            "at": self.now,
            "moved_at": self.now,
            "said": pack_said(wanted.said),
            "mailbox": wanted.mailbox.strip().lower() or None,
            "told": pack_told(made.told) if told is not None else None,
        }
        insert(self.connection, _ARRIVALS, [row])
        return made

    def by_marks(self, door: str, marks: Collection[str]) -> dict[str, Arrival]:
        """Return those of a door that came in under marks, by mark."""
        query = select(_ARRIVALS).where(_ARRIVALS.c.door == door)
        found = [one for chunk in chunks(marks) for one in self._read(query.where(_ARRIVALS.c.mark.in_(chunk)))]
        return {one.mark: one for one in found}

    # Going on

    def due(self, stream: Stream, states: Collection[ArrivalState], limit: int, after: str = "") -> list[Arrival]:
        """Return what is in one of some states, oldest first."""
        number = self.streams.find(stream)
        if number is None:
            return []
        query = select(_ARRIVALS).where(
            _ARRIVALS.c.stream_id == number,
            _ARRIVALS.c.state.in_([one.value for one in states]),
            _ARRIVALS.c.id > after,
        )
        return self._read(query.order_by(_ARRIVALS.c.id).limit(limit))

    def settle(self, arrival: Arrival, state: ArrivalState, told: Told | None = None, **more: Any) -> Arrival:
        """Let something that came in have come so far; `ref` and `fix` as they are known by then."""
        now = replace(arrival, state=state, moved_at=self.now, told=told or arrival.told, **more)
        values: dict[str, Any] = {
            "state": state.value,
            "mode": now.mode.value,
            "moved_at": self.now,
            "fix_id": now.fix or None,
            "told": pack_told(now.told),
            "record_id": None if now.ref is None else now.ref.id,
            "record_stream_id": None if now.ref is None else self.streams.find_object(now.ref.account, now.ref.object),
        }
        self.connection.execute(update(_ARRIVALS).where(_ARRIVALS.c.id == arrival.id), values)
        return now

    def put_under(self, arrival: str, keys: Collection[str]) -> None:
        """Let something that came in be found by keys, as long as matching does not know its record."""
        insert(self.connection, _KEYS, [{"key": one, "arrival_id": arrival} for one in sorted(set(keys))])

    def under(self, keys: Collection[str], limit: int = 100) -> list[Arrival]:
        """Return what is found by one of some keys, the oldest first."""
        ids = {
            found
            for chunk in chunks(keys)
            for found in self.connection.execute(
                select(_KEYS.c.arrival_id).where(_KEYS.c.key.in_(chunk)).distinct().limit(limit)
            ).scalars()
        }
        query = select(_ARRIVALS).order_by(_ARRIVALS.c.id)
        return self._read(query.where(_ARRIVALS.c.id.in_(sorted(ids)[:limit]))) if ids else []

    def take_out(self, ids: Collection[str]) -> None:
        """Let things be found by their keys no longer."""
        for chunk in chunks(ids):
            self.connection.execute(delete(_KEYS).where(_KEYS.c.arrival_id.in_(chunk)))

    # Looking

    def find(self, arrival: str) -> Arrival | None:
        """Return one."""
        return next(iter(self._read(select(_ARRIVALS).where(_ARRIVALS.c.id == arrival))), None)

    def of_records(self, stream: Stream, ids: Collection[str]) -> dict[str, list[Arrival]]:
        """Return what is known to be these records, by id of record, what came in first before the rest."""
        number = self.streams.find(stream)
        found: dict[str, list[Arrival]] = {}
        if number is None:
            return found
        query = select(_ARRIVALS).where(
            _ARRIVALS.c.record_id.is_not(None),
            _ARRIVALS.c.record_stream_id == number,
            _ARRIVALS.c.state == ArrivalState.KNOWN.value,
        )
        for chunk in chunks(ids):
            for one in self._read(query.where(_ARRIVALS.c.record_id.in_(chunk)).order_by(_ARRIVALS.c.id)):
                found.setdefault(one.ref.id if one.ref else "", []).append(one)
        return found

    def select(
        self, *, door: str = "", states: Collection[ArrivalState] = (), limit: int = 100, before: str = ""
    ) -> list[Arrival]:
        """Return what came in, the latest first."""
        query = select(_ARRIVALS).order_by(_ARRIVALS.c.id.desc()).limit(limit)
        if door:
            query = query.where(_ARRIVALS.c.door == door)
        if states:
            query = query.where(_ARRIVALS.c.state.in_([one.value for one in states]))
        if before:
            query = query.where(_ARRIVALS.c.id < before)
        return self._read(query)

    def ended(self, stream: Stream, limit: int) -> list[tuple[Arrival, EndedFix]]:
        """Return what a record was to be made of, where the fix that makes it has come to an end."""
        fixes, number = schema.fixes, self.streams.find(stream)
        query = (
            select(_ARRIVALS, fixes.c.state.label("fix_state"), fixes.c.record_id.label("made_id"), fixes.c.detail)
            .add_columns(fixes.c.made_key)
            .join_from(_ARRIVALS, fixes, fixes.c.id == _ARRIVALS.c.fix_id)
            .where(_ARRIVALS.c.fix_id.is_not(None), _ARRIVALS.c.stream_id == number)
            .where(_ARRIVALS.c.state == ArrivalState.PENDING.value, fixes.c.state.not_in(_UNENDED))
        )
        rows = self.connection.execute(query.order_by(_ARRIVALS.c.id).limit(limit)).all()
        streams = self.streams.all() if rows else {}
        return [
            (to_arrival(row, streams), EndedFix(FixState(row.fix_state), row.made_id, row.detail, row.made_key or ""))
            for row in rows
        ]

    def counts_of_file(self, door: str, digest: str) -> dict[ArrivalState, int]:
        """Return how many rows of a file there are in each state; its rows are marked by its hash."""
        table = _ARRIVALS.c
        mine = (table.door == door, table.mark >= f"{digest}/", table.mark < f"{digest}0")
        query = select(table.state, func.count().label("number")).where(*mine).group_by(table.state)
        return {ArrivalState(row.state): row.number for row in self.connection.execute(query)}

    def counts(self) -> dict[str, dict[ArrivalState, int]]:
        """Return how many there are in each state, by door."""
        table = _ARRIVALS.c
        found: dict[str, dict[ArrivalState, int]] = {}
        query = select(table.door, table.state, func.count().label("number")).group_by(table.door, table.state)
        for row in self.connection.execute(query):
            found.setdefault(row.door, {})[ArrivalState(row.state)] = row.number
        return found

    def waiting_since(self) -> dict[str, datetime]:
        """Return when the oldest came in that waits, by door."""
        query = select(_ARRIVALS.c.door, func.min(_ARRIVALS.c.at).label("since"))
        waiting = _ARRIVALS.c.state.in_([one.value for one in WAITING])
        return {row.door: row.since for row in self.connection.execute(query.where(waiting).group_by(_ARRIVALS.c.door))}

    # Letting go

    def empty(self, arrival: Arrival) -> None:
        """Let go of all that something says; only its mark stays, so that it does not come in again."""
        self.take_out([arrival.id])
        nothing = Said({}, digest=arrival.said.digest)
        values = {"said": pack_said(nothing), "told": None, "mailbox": None, "record_id": None, "fix_id": None}
        state = {"state": ArrivalState.DROPPED.value, "moved_at": self.now}
        self.connection.execute(update(_ARRIVALS).where(_ARRIVALS.c.id == arrival.id), {**values, **state})

    def drop(self, ids: Iterable[str]) -> None:
        """Let go of what came in, with every value of it."""
        for chunk in chunks(ids):
            self.connection.execute(delete(_KEYS).where(_KEYS.c.arrival_id.in_(chunk)))
            self.connection.execute(delete(_ARRIVALS).where(_ARRIVALS.c.id.in_(chunk)))

    def of_somebody(self, stream: Stream, ids: Collection[str], mailboxes: Collection[str]) -> list[Arrival]:
        """Return all that came in from somebody: what is one of these records, and what came from their mailboxes."""
        number = self.streams.find(stream)
        found: dict[str, Arrival] = {}
        for chunk in chunks(ids):
            mine = (_ARRIVALS.c.record_stream_id == number, _ARRIVALS.c.record_id.in_(chunk))
            query = select(_ARRIVALS).where(_ARRIVALS.c.record_id.is_not(None), *mine)
            found |= {one.id: one for one in self._read(query)}
        for chunk in chunks({one.strip().lower() for one in mailboxes}):
            query = select(_ARRIVALS).where(_ARRIVALS.c.mailbox.is_not(None), _ARRIVALS.c.mailbox.in_(chunk))
            found |= {one.id: one for one in self._read(query)}
        return list(found.values())

    def over_before(self, moment: datetime, limit: int = 1000) -> list[Arrival]:
        """Return what nothing came of any more since before `moment`."""
        over = (_ARRIVALS.c.state.in_([one.value for one in OVER]), _ARRIVALS.c.moved_at < moment)
        return self._read(select(_ARRIVALS).where(*over).order_by(_ARRIVALS.c.id).limit(limit))

    def _read(self, query: Select[Any]) -> list[Arrival]:
        rows = self.connection.execute(query).all()
        streams: Mapping[int, Stream] = self.streams.all() if rows else {}
        return [to_arrival(row, streams) for row in rows]
