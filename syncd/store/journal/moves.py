"""Changing the state of fixes: the arrow is checked, an event is written, and everything that follows follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from syncd.errors import StoreError
from syncd.model import Action, FixState
from syncd.store import schema
from syncd.store.columns.packing import unpack_names
from syncd.store.journal.life import IN_FLIGHT, OPEN, check_arrow
from syncd.store.rows.statements import add_up, chunks, insert

_FIXES = schema.fixes
_CHANGES = schema.fix_changes
#: An undo that turns out to be true already has undone its fix all the same.
_TAKES_BACK = frozenset({FixState.APPLIED, FixState.ALREADY_TRUE})


@dataclass(frozen=True, slots=True)
class Move:
    """One fix, and what it becomes."""

    fix_id: str
    becomes: FixState
    detail: str = ""
    by: str = ""
    #: The run that moves it; empty leaves the fix's own.
    run: str = ""


def move(connection: Connection, moves: Sequence[Move], at: datetime) -> None:
    """Move fixes, all or none: StoreError for an unknown fix and for an arrow that does not exist.

    What an applied fix wrote stands from now on as our value; what an undone one wrote no longer does. An undo that
    is applied makes the fix it takes back `undone`, as soon as nothing of it stands any more.
    """
    held = _lock(connection, [one.fix_id for one in moves])
    states = {fix_id: FixState(row.state) for fix_id, row in held.items()}
    events = []
    for one in moves:
        check_arrow(one.fix_id, states[one.fix_id], one.becomes)
        events.append(_event(one, states[one.fix_id], at, one.run or held[one.fix_id].run))
        states[one.fix_id] = one.becomes
    _update(connection, moves, held, at)
    insert(connection, schema.fix_events, events)
    count_moves(connection, ((held[one.fix_id], one.becomes) for one in moves))
    _let_stand(connection, [one.fix_id for one in moves if one.becomes is FixState.APPLIED], at)
    _let_fall(connection, [one.fix_id for one in moves if one.becomes is FixState.UNDONE])
    undoing = {
        one.fix_id: held[one.fix_id].undoes
        for one in moves
        if held[one.fix_id].undoes is not None and one.becomes in _TAKES_BACK
    }
    if undoing:
        by = {one.fix_id: one.by for one in moves}
        left = _taken_back(connection, undoing)
        # One that was taken back in part only, as far as one rule has a part in it, is applied still.
        undone = [
            Move(fix_id, FixState.UNDONE, f"by fix {undo}", by[undo])
            for undo, fix_id in undoing.items()
            if fix_id not in left
        ]
        if undone:
            move(connection, undone, at)


def count_moves(connection: Connection, rows: Iterable[tuple[Any, FixState]]) -> None:
    """Count (fix with stream_id and rules, state it entered)."""
    counts: Counter[tuple[int, str, str]] = Counter()
    for row, state in rows:
        for rule in unpack_names(row.rules):
            counts[row.stream_id, rule, state.value] += 1
    add_up(
        connection,
        schema.fix_counts,
        [
            {"stream_id": stream_id, "rule": rule, "state": state, "count": count}
            for (stream_id, rule, state), count in sorted(counts.items())
        ],
    )


def first_events(connection: Connection, moves: Iterable[Move], at: datetime) -> None:
    """Write the events that begin the lives of new fixes."""
    insert(connection, schema.fix_events, [_event(one, None, at, one.run) for one in moves])


def _lock(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """Return the fixes, holding them against every other process until the transaction ends."""
    query = select(_FIXES.c.id, _FIXES.c.stream_id, _FIXES.c.state, _FIXES.c.rules, _FIXES.c.run, _FIXES.c.undoes)
    held: dict[str, Any] = {
        row.id: row
        for chunk in chunks(sorted(set(ids)))
        for row in connection.execute(query.where(_FIXES.c.id.in_(chunk)).order_by(_FIXES.c.id).with_for_update())
    }
    unknown = set(ids) - held.keys()
    if unknown:
        raise StoreError(f"The journal holds no fix {min(unknown)!r}.")
    return held


def _event(one: Move, was: FixState | None, at: datetime, run: str) -> dict[str, Any]:
    return {
        "fix_id": one.fix_id,
        "at": at,
        "was": was.value if was else None,
        "became": one.becomes.value,
        "by": one.by,
        "run": run,
        "detail": one.detail,
    }


def _update(connection: Connection, moves: Sequence[Move], held: dict[str, Any], at: datetime) -> None:
    rows = [
        {
            "_id": one.fix_id,
            "state": one.becomes.value,
            "detail": one.detail,
            "run": one.run or held[one.fix_id].run,
            "moved_at": at,
        }
        for one in moves
    ]
    by_id = update(_FIXES).where(_FIXES.c.id == bindparam("_id"))
    connection.execute(by_id, rows)
    settled = [{"_id": one.fix_id, "settled_at": at} for one in moves if one.becomes not in OPEN | IN_FLIGHT | _ENDED]
    if settled:
        connection.execute(by_id, settled)
    persons = [
        {"_id": one.fix_id, "approved_by": one.by} for one in moves if one.becomes is FixState.APPROVED and one.by
    ]
    if persons:
        connection.execute(by_id, persons)


#: A fix that is undone was settled when it was applied.
_ENDED = frozenset({FixState.UNDONE})


def _let_stand(connection: Connection, fix_ids: Sequence[str], at: datetime) -> None:
    """Make the changes of applied fixes the ones that stand, in place of older ones of the same fields."""
    newest: dict[tuple[int, str, str], tuple[str, int]] = {}
    rank = {fix_id: place for place, fix_id in enumerate(fix_ids)}
    columns = (_CHANGES.c.stream_id, _CHANGES.c.record_id, _CHANGES.c.property, _CHANGES.c.fix_id, _CHANGES.c.position)
    rows = [
        row
        for chunk in chunks(fix_ids)
        for row in connection.execute(select(*columns).where(_CHANGES.c.fix_id.in_(chunk)))
    ]
    for stream_id, record_id, name, fix_id, position in sorted(rows, key=lambda row: rank[row.fix_id]):
        newest[stream_id, record_id, name] = (fix_id, position)
    if newest:
        supersede(connection, newest)
        stand = update(_CHANGES).where(
            _CHANGES.c.fix_id == bindparam("_fix"), _CHANGES.c.position == bindparam("_position")
        )
        places = [{"_fix": fix_id, "_position": position, "standing_since": at} for fix_id, position in newest.values()]
        connection.execute(stand, places)


def supersede(connection: Connection, fields: Iterable[tuple[int, str, str]]) -> None:
    """Let no change of these (stream, record, property) stand any more."""
    fall = update(_CHANGES).where(
        _CHANGES.c.stream_id == bindparam("_stream"),
        _CHANGES.c.record_id == bindparam("_record"),
        _CHANGES.c.property == bindparam("_property"),
        _CHANGES.c.standing_since.is_not(None),
    )
    rows = [
        {"_stream": stream_id, "_record": record_id, "_property": name, "standing_since": None}
        for stream_id, record_id, name in sorted(fields)
    ]
    if rows:
        connection.execute(fall, rows)


def _taken_back(connection: Connection, undoing: Mapping[str, str]) -> frozenset[str]:
    """Let fall what undos took back, by the fix of each; return the fixes that still have something standing."""
    columns = (_CHANGES.c.fix_id, _CHANGES.c.property)
    for chunk in chunks(undoing):
        rows = connection.execute(select(*columns).where(_CHANGES.c.fix_id.in_(chunk))).all()
        fall = update(_CHANGES).where(
            _CHANGES.c.fix_id == bindparam("_fix"), _CHANGES.c.property == bindparam("_property")
        )
        places = [{"_fix": undoing[row.fix_id], "_property": row.property, "standing_since": None} for row in rows]
        if places:
            connection.execute(fall, places)
    query = (
        select(_CHANGES.c.fix_id)
        .join_from(_CHANGES, _FIXES, _FIXES.c.id == _CHANGES.c.fix_id)
        .where(_FIXES.c.action == Action.UPDATE.value, _CHANGES.c.standing_since.is_not(None))
        .distinct()
    )
    return frozenset(
        fix_id
        for chunk in chunks(undoing.values())
        for fix_id in connection.execute(query.where(_CHANGES.c.fix_id.in_(chunk))).scalars()
    )


def _let_fall(connection: Connection, fix_ids: Sequence[str]) -> None:
    for chunk in chunks(fix_ids):
        fall = update(_CHANGES).where(_CHANGES.c.fix_id.in_(chunk), _CHANGES.c.standing_since.is_not(None))
        connection.execute(fall, {"standing_since": None})
