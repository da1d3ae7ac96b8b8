"""Fixes to rows and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from syncd.model import Action, Change, Ending, Fix, FixState, Link, Ref, Stream
from syncd.store import schema
from syncd.store.columns.packing import digest, pack_names, pack_raw, pack_ties, unpack_names, unpack_raw, unpack_ties
from syncd.store.journal.life import IN_FLIGHT
from syncd.store.rows.statements import chunks, insert

_FIXES = schema.fixes
_CHANGES = schema.fix_changes
#: What the label of a merge that preserves both records begins with; a property that marks the one that goes follows.
_PRESERVING = "preserving "


def digest_of(fix: Fix) -> bytes:
    """Return a hash of what a fix would do to its record: two fixes with one hash are the same."""
    link = None if fix.link is None else [fix.link.to.object, fix.link.to.id, fix.link.label]
    changes = [[change.property, change.before, change.after] for change in fix.changes]
    if fix.into is not None:
        link = [fix.into.object, fix.into.id, *filter(None, [_label(fix)])]
    parts = [fix.action.value, link, sorted(changes, key=lambda change: str(change[0])), fix.undoes]
    return digest([*parts, fix.key, pack_ties(fix.ties)] if fix.key else parts)


#: Actions whose fixes have changes.
_CHANGING = frozenset({Action.UPDATE, Action.MERGE, Action.CREATE})


def insert_fixes(
    connection: Connection, stream_id: int, fixes: Sequence[Fix], now: datetime, causes: Mapping[Ref, int] | None = None
) -> None:
    """Insert new fixes, which have their ids and runs by now, with changes and first events.

    `causes`: the streams, by number, of the records that others are made for.
    """
    known = causes or {}
    insert(
        connection,
        _FIXES,
        [_fix_row(stream_id, fix, now, known.get(fix.cause) if fix.cause else None) for fix in fixes],
    )
    insert(
        connection,
        _CHANGES,
        [_change_row(stream_id, fix, position, change) for fix in fixes for position, change in enumerate(fix.changes)],
    )


def replace_changes(connection: Connection, stream_id: int, fix: Fix) -> None:
    """Put the changes of `fix` in the place of those it had."""
    connection.execute(delete(_CHANGES).where(_CHANGES.c.fix_id == fix.id))
    rows = [_change_row(stream_id, fix, position, change) for position, change in enumerate(fix.changes)]
    insert(connection, _CHANGES, rows)
    said = {"digest": digest_of(fix), "link_label": _label(fix)}
    connection.execute(update(_FIXES).where(_FIXES.c.id == fix.id).values(said))


def read_fixes(connection: Connection, rows: Iterable[Row[Any]], streams: Mapping[int, Stream]) -> list[Fix]:
    """Return the fixes of rows of the table of fixes, in their order, with their changes."""
    held = list(rows)
    changes: dict[str, list[Change]] = {row.id: [] for row in held}
    for chunk in chunks(row.id for row in held if row.action in _CHANGING):
        query = select(_CHANGES).where(_CHANGES.c.fix_id.in_(chunk)).order_by(_CHANGES.c.fix_id, _CHANGES.c.position)
        for row in connection.execute(query):
            changes[row.fix_id].append(_to_change(row))
    return [_to_fix(row, streams, tuple(changes[row.id])) for row in held]


def _fix_row(stream_id: int, fix: Fix, now: datetime, cause_stream: int | None) -> dict[str, Any]:
    other = fix.link.to if fix.link else fix.into
    return {
        "id": fix.id,
        "stream_id": stream_id,
        "record_id": fix.ref.id,
        "action": fix.action.value,
        "state": fix.state.value,
        "digest": digest_of(fix),
        "link_object": other.object if other else None,
        "link_id": other.id if other else None,
        "link_label": _label(fix),
        "rules": pack_names(fix.rules),
        "reasons": pack_names(fix.reasons),
        "run": fix.run,
        "decided_at": now,
        "moved_at": now,
        "settled_at": None,
        "approved_by": "",
        "detail": fix.detail,
        "undoes": fix.undoes or None,
        "made_key": fix.key or None,
        "cause_stream": cause_stream,
        "cause_id": fix.cause.id if fix.cause is not None else None,
        "ties": pack_ties(fix.ties) if fix.ties else None,
    }


def _change_row(stream_id: int, fix: Fix, position: int, change: Change) -> dict[str, Any]:
    return {
        "fix_id": fix.id,
        "position": position,
        "stream_id": stream_id,
        "record_id": fix.changed.id,
        "property": change.property,
        "field": change.field,
        "before": pack_raw(change.before),
        "after": pack_raw(change.after),
        "rules": pack_names(change.rules),
        "reasons": pack_names(change.reasons),
        "standing_since": None,
    }


def _to_change(row: Row[Any]) -> Change:
    return Change(
        row.field,
        row.property,
        unpack_raw(row.before),
        unpack_raw(row.after),
        unpack_names(row.rules),
        unpack_names(row.reasons),
    )


def _to_fix(row: Row[Any], streams: Mapping[int, Stream], changes: tuple[Change, ...]) -> Fix:
    state, action, stream = FixState(row.state), Action(row.action), streams[row.stream_id]
    cause = streams.get(row.cause_stream) if row.cause_id is not None else None
    other = None if row.link_id is None else Ref(stream.account, row.link_object, row.link_id)
    return Fix(
        row.id,
        Ref(stream.account, stream.object, row.record_id),
        action,
        state,
        changes,
        Link(other, row.link_label) if other and action is Action.LINK else None,
        unpack_names(row.rules),
        unpack_names(row.reasons),
        row.run,
        row.decided_at,
        row.moved_at if state in IN_FLIGHT else row.settled_at,
        row.detail,
        row.undoes or "",
        other if action is Action.MERGE else None,
        ending_of(action, row.link_label),
        row.made_key or "",
        None if cause is None else Ref(cause.account, cause.object, row.cause_id),
        unpack_ties(row.ties) if row.ties else (),
    )


def ending_of(action: Action, label: str | None) -> Ending | None:
    """Return how a merge ends that preserves both records; None for any other fix."""
    return Ending(label.removeprefix(_PRESERVING)) if action is Action.MERGE and label else None


def _label(fix: Fix) -> str | None:
    """Return what a link is called, or how a merge that preserves both records ends."""
    if fix.link is not None:
        return fix.link.label
    return _PRESERVING + fix.ending.mark if fix.ending is not None else None
