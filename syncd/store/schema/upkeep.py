"""Runs, figures of the past, who asked to be forgotten, who holds the store, who looked into it."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table

from syncd.store.columns.types import Counter, Line, Moment
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

#: The key under which the store's values are encrypted, itself encrypted with one of the settings; none: not encrypted.
seals = Table(
    "seals",
    metadata,
    #: By what the key of the settings is told from others.
    Column("key_name", Line, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: Who looked at records, took them out or changed something, by commands; without a value of a record. Only added to.
accesses = Table(
    "accesses",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("at", Moment, nullable=False),
    #: The user of the operating system.
    Column("by", Line, nullable=False),
    Column("command", Line, nullable=False),
    #: A stream, a record by its id, a fix, a run.
    Column("target", Line, nullable=False),
    #: How many records, fixes and the like; packed.
    Column("counts", LargeBinary, nullable=False),
    Index("ix_accesses_at", "at", "id"),
)
