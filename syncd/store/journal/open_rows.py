"""What is open of the records judged now, and what people have said no to: what a new decision is held against."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from syncd.model import TURNED, Action, FixState
from syncd.store import schema
from syncd.store.columns.packing import unpack_names
from syncd.store.journal.deciding import WHOLE, Dismissed, OpenFix, dismissed_change
from syncd.store.journal.life import IN_FLIGHT
from syncd.store.journal.merge_rows import kept_apart
from syncd.store.rows.statements import chunks

_FIXES = schema.fixes
_CHANGES = schema.fix_changes


def open_fixes(connection: Connection, number: int | None, ids: Collection[str]) -> list[OpenFix]:
    """Return the fixes of records that are not settled; what they touch where it matters."""
    # What was wanted under a key is no rule's, and no rule's word ends it.
    is_of_rules = or_(_FIXES.c.made_key.is_(None), _FIXES.c.action != Action.UPDATE.value)
    query = select(_FIXES).where(_FIXES.c.stream_id == number, _FIXES.c.settled_at.is_(None), is_of_rules)
    into = query.where(_FIXES.c.action == Action.MERGE.value, _FIXES.c.undoes.is_(None))
    rows: list[Row[Any]] = []
    for chunk in chunks(ids):
        rows += connection.execute(query.where(_FIXES.c.record_id.in_(chunk))).all()
        coming = connection.execute(into.where(_FIXES.c.link_id.in_(chunk), _FIXES.c.record_id.not_in(chunk)))
        rows += [row for row in coming if _is_turned(row)]
    touched: dict[str, set[str]] = {row.id: set() for row in rows}
    blocking = [row.id for row in rows if row.undoes or FixState(row.state) in IN_FLIGHT]
    for chunk in chunks(blocking):
        properties = select(_CHANGES.c.fix_id, _CHANGES.c.property).where(_CHANGES.c.fix_id.in_(chunk))
        for fix_id, name in connection.execute(properties):
            touched[fix_id].add(name)
    return [
        OpenFix(
            row.id,
            row.record_id,
            FixState(row.state),
            row.digest,
            row.approved_by,
            row.undoes is not None,
            frozenset(touched[row.id]) | _touched_beside_values(row),
            row.link_id if row.action == Action.MERGE else "",
            is_turned=_is_turned(row),
        )
        for row in rows
    ]


def _is_turned(row: Row[Any]) -> bool:
    return bool(row.action == Action.MERGE and not row.undoes and TURNED in unpack_names(row.reasons))


def dismissed_of(connection: Connection, number: int, ids: Collection[str], *, are_merged: bool) -> Dismissed:
    """Return what people have said no to of fixes of records; of merges only where some are wanted."""
    found = Dismissed(apart=kept_apart(connection, number, ids) if are_merged else set())
    columns_of_fix = (_FIXES.c.record_id, _FIXES.c.action, _FIXES.c.link_object, _FIXES.c.link_id, _FIXES.c.id)
    fixes = select(*columns_of_fix).where(
        _FIXES.c.stream_id == number, _FIXES.c.state == FixState.DISMISSED.value, _FIXES.c.undoes.is_(None)
    )
    refused: dict[str, str] = {}
    for chunk in chunks(ids):
        for row in connection.execute(fixes.where(_FIXES.c.record_id.in_(chunk))):
            if row.action == Action.MERGE:
                continue
            refused[row.id] = row.record_id
            if row.link_id is not None:
                found.links.add((row.record_id, row.link_object, row.link_id))
            elif row.action == Action.ARCHIVE:
                found.kept.add(row.record_id)
    columns = (_CHANGES.c.fix_id, _CHANGES.c.property, _CHANGES.c.before, _CHANGES.c.after)
    for chunk in chunks(refused):
        for fix_id, name, before, after in connection.execute(select(*columns).where(_CHANGES.c.fix_id.in_(chunk))):
            found.changes.add(dismissed_change(refused[fix_id], name, before, after))
    return found


def _touched_beside_values(row: Row[Any]) -> frozenset[str]:
    if row.action in {Action.ARCHIVE, Action.MERGE, Action.CREATE}:
        return WHOLE
    return frozenset({f"/{row.link_object}"}) if row.action == Action.LINK else frozenset()
