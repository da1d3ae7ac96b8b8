"""Is the store sound? By SQL alone: whole, its states legal, its counts true, and nothing without an owner."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, make_url, select, text

from syncd.model import FixState
from syncd.store import schema
from syncd.store.journal.life import ARROWS

if TYPE_CHECKING:
    from tests.simulation.checks import Verdicts
    from tests.simulation.run import Run


def check_store(run: Run, found: Verdicts) -> None:
    """Look at every table that has rules of its own."""
    url = make_url(run.store_url)
    driver = "postgresql+psycopg" if url.drivername.startswith("postgresql") else url.drivername
    engine = create_engine(url.set(drivername=driver))
    with engine.connect() as connection:
        if url.drivername == "sqlite":
            _check_file(connection, found)
        _check_lives_of_fixes(connection, found)
        _check_owners_of_rows(connection, found)
        _check_counts(connection, found)
        _check_nothing_is_due(connection, found)
    engine.dispose()


def _check_file(connection: Connection, found: Verdicts) -> None:
    said = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    if said != ["ok"]:
        found.add("store", f"SQLite finds its file broken: {said}")
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        found.add("store", f"rows refer to rows that are not there: {orphans}")


def _check_lives_of_fixes(connection: Connection, found: Verdicts) -> None:
    states = {row.id: row.state for row in connection.execute(select(schema.fixes.c.id, schema.fixes.c.state))}
    now: dict[str, str] = {}
    for row in connection.execute(select(schema.fix_events).order_by(schema.fix_events.c.id)):
        was = now.get(row.fix_id)
        if row.was != was:
            found.add("store", f"fix {row.fix_id} was {was}, and moved from {row.was} to {row.became}")
        if was is not None and FixState(row.became) not in ARROWS.get(FixState(was), frozenset()):
            found.add("store", f"fix {row.fix_id} moved from {was} to {row.became}")
        now[row.fix_id] = row.became
    for fix_id, state in states.items():
        if now.get(fix_id) != state:
            found.add("store", f"fix {fix_id} is {state}, its life ends as {now.get(fix_id)}")


def _check_owners_of_rows(connection: Connection, found: Verdicts) -> None:
    records = schema.records
    live = {
        (row.stream_id, row.id)
        for row in connection.execute(select(records.c.stream_id, records.c.id).where(records.c.gone_at.is_(None)))
    }
    for table in (schema.findings, schema.lookup_keys):
        for row in connection.execute(select(table.c.stream_id, table.c.record_id).distinct()):
            if tuple(row) not in live:
                found.add("store", f"{table.name} has rows of {tuple(row)}, which is gone")
    held = {tuple(row) for row in connection.execute(select(schema.record_values.c.stream_id,
                                                            schema.record_values.c.record_id))}  # fmt: skip
    for key in live - held:
        found.add("store", f"record {key} has no values")
    changes, fixes = schema.fix_changes, schema.fixes
    standing = select(fixes.c.state).join(changes, changes.c.fix_id == fixes.c.id).where(
        changes.c.standing_since.is_not(None), fixes.c.state != FixState.APPLIED.value
    )  # fmt: skip
    for state in connection.execute(standing).scalars():
        found.add("store", f"a value of a fix that is {state} counts as standing")


def _check_counts(connection: Connection, found: Verdicts) -> None:
    records, counts = schema.records, schema.kpi_counts
    counted: Counter[tuple[int, str]] = Counter()
    for row in connection.execute(select(records.c.stream_id, records.c.is_clean).where(records.c.gone_at.is_(None))):
        counted[row.stream_id, "records"] += 1
        counted[row.stream_id, "clean"] += bool(row.is_clean)
    findings = connection.execute(select(schema.findings.c.stream_id))
    counted.update((number, "finding") for number in findings.scalars())
    told: Counter[tuple[int, str]] = Counter()
    for row in connection.execute(select(counts).where(counts.c.name.in_(["records", "clean", "finding"]))):
        told[row.stream_id, row.name] += row._mapping["count"]
    for key in counted.keys() | told.keys():
        if counted[key] != told[key]:
            found.add("counts", f"{key}: kept as {told[key]}, counted {counted[key]}")


def _check_nothing_is_due(connection: Connection, found: Verdicts) -> None:
    for table in (schema.match_due, schema.twins_due):
        left = connection.execute(select(table)).all()
        if left:
            found.add("due", f"{table.name} still lists {[tuple(row) for row in left]}")
