"""The merges of the journal, found from either of their records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from syncd.model import Action, FixState
from syncd.store import schema
from syncd.store.journal.deciding import WHOLE, OpenFix
from syncd.store.journal.life import IN_FLIGHT
from syncd.store.rows.statements import chunks

_FIXES = schema.fixes
_SAID = schema.match_decisions

#: Ends of merges after which the two are never to be merged again: somebody said no, or took the merge back.
_PARTING = (FixState.DISMISSED, FixState.APPLIED, FixState.UNDONE)


def parted(connection: Connection, number: int | None, ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Return with what these records are not to be merged: somebody said no, or they were merged and are two again."""
    found: dict[str, set[str]] = {}
    rows = merges_of(connection, number, ids, _is_in(_PARTING), _FIXES.c.undoes.is_(None))
    for row in _still_parted(connection, number, ids, rows):
        found.setdefault(row.record_id, set()).add(row.link_id)
        found.setdefault(row.link_id, set()).add(row.record_id)
    return {record_id: frozenset(others) for record_id, others in found.items()}


def kept_apart(connection: Connection, number: int | None, ids: Collection[str]) -> set[frozenset[str]]:
    """Return the pairs with one of these records that a person said are not one."""
    rows = merges_of(connection, number, ids, _is_in([FixState.DISMISSED]), _FIXES.c.undoes.is_(None))
    return {frozenset({row.record_id, row.link_id}) for row in _still_parted(connection, number, ids, rows)}


def _still_parted(
    connection: Connection, number: int | None, ids: Collection[str], rows: Iterator[Row[Any]]
) -> Iterator[Row[Any]]:
    """Yield merges but for those whose records a person has said to be one since."""
    held = list(rows)
    said: dict[frozenset[str], datetime] = {}
    for chunk in chunks(ids) if held else ():
        for column in (_SAID.c.record_id, _SAID.c.other_id):
            query = select(_SAID).where(_SAID.c.stream_id == number, _SAID.c.other_stream_id == number, _SAID.c.is_one)
            for row in connection.execute(query.where(column.in_(chunk))):
                said[frozenset({row.record_id, row.other_id})] = row.at
    for row in held:
        joined_at = said.get(frozenset({row.record_id, row.link_id}))
        if joined_at is None or joined_at < row.moved_at:
            yield row


def under_way(
    connection: Connection, number: int | None, wanted: Collection[str], stay: Collection[str]
) -> list[OpenFix]:
    """Return the merges under way into records that something is wanted of, or that shall `stay` of a merge.

    Of the latter whatever else is under way, too.
    """
    flying = (
        _FIXES.c.stream_id == number,
        _FIXES.c.settled_at.is_(None),
        or_(_is_in(IN_FLIGHT), _FIXES.c.undoes.is_not(None)),
    )
    into = select(_FIXES).where(*flying, _FIXES.c.action == Action.MERGE.value)
    rows: dict[str, Row[Any]] = {}
    for chunk in chunks({*wanted, *stay}):
        rows.update((row.id, row) for row in connection.execute(into.where(_FIXES.c.link_id.in_(chunk))))
    for chunk in chunks(stay):
        query = select(_FIXES).where(*flying, _FIXES.c.record_id.in_(chunk))
        rows.update((row.id, row) for row in connection.execute(query))
    return [
        OpenFix(
            row.id,
            row.record_id,
            FixState(row.state),
            row.digest,
            is_undo=row.undoes is not None,
            touches=WHOLE,
            into=row.link_id if row.action == Action.MERGE else "",
        )
        for row in rows.values()
    ]


def merges_of(connection: Connection, number: int | None, ids: Collection[str], *conditions: Any) -> Iterator[Row[Any]]:
    """Yield the merges that records go by, or stay in; one may come twice."""
    query = select(_FIXES).where(_FIXES.c.stream_id == number, _FIXES.c.action == Action.MERGE.value, *conditions)
    for chunk in chunks(ids):
        for column in (_FIXES.c.record_id, _FIXES.c.link_id):
            yield from connection.execute(query.where(column.in_(chunk)))


def _is_in(states: Collection[FixState]) -> Any:
    return _FIXES.c.state.in_(sorted(state.value for state in states))
