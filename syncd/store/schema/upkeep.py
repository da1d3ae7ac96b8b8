"""Runs, figures of the past, who asked to be forgotten, who holds the store."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table

from syncd.store.columns import Counter, Line, Moment
from syncd.store.schema.shapes import metadata

runs = Table(
    "runs",
    metadata,
    Column("id", Line, primary_key=True),
    Column("trigger", Line, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("report", LargeBinary),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kpis", LargeBinary, nullable=False),
    Index("ix_snapshots_at", "at", "id"),
)

#: The key of the hashes below; there is none as long as nobody has asked to be forgotten.
erasure_keys = Table(
    "erasure_keys",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

#: Who asked to be forgotten: keyed hashes of ids and mailboxes, by which they are known again.
erasures = Table(
    "erasures",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: Who works on the store, and the fencing number that tells an overtaken holder so.
locks = Table(
    "locks",
    metadata,
    Column("name", Line, primary_key=True),
    Column("holder", Line, nullable=False),
    Column("fence", Counter, nullable=False),
    Column("taken_at", Moment, nullable=False),
)
