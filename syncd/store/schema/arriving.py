"""What came in by forms and files, until the CRM holds it, and for some time after."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from syncd.store.columns.sealed import Sealed, SealedLine, VeiledLine
from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata, partial

#: One row a submission or a row of a file that was accepted.
arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Line, primary_key=True),
    #: Whose record it is to become.
    Column("stream_id", Integer, ForeignKey("streams.id"), nullable=False),
    Column("door", Line, nullable=False),
    #: By which it is known when it comes again: a hash.
    Column("mark", Line, nullable=False),
    Column("state", Line, nullable=False),
    Column("mode", Line, nullable=False),
    Column("at", Moment, nullable=False),
    #: When it last changed its state.
    Column("moved_at", Moment, nullable=False),
    #: What it says, after it was put right.
    Column("said", Sealed, nullable=False),
    #: The mailbox a person is known by.
    Column("mailbox", VeiledLine),
    #: The record that it is.
    Column("record_stream_id", Integer),
    Column("record_id", Line),
    #: The fix that makes the record.
    Column("fix_id", Line),
    #: What was found out about it: what the record held then, who else it may be, why it waits.
    Column("told", Sealed),
    UniqueConstraint("door", "mark"),
    Index("ix_arrivals_state", "state", "stream_id", "id"),
    partial("ix_arrivals_record", "record_stream_id", "record_id", where="record_id IS NOT NULL"),
    partial("ix_arrivals_mailbox", "mailbox", where="mailbox IS NOT NULL"),
    partial("ix_arrivals_fix", "fix_id", where="fix_id IS NOT NULL"),
    sqlite_with_rowid=False,
)

#: By what they find each other, as long as matching does not know their records.
arrival_keys = Table(
    "arrival_keys",
    metadata,
    Column("key", VeiledLine, primary_key=True),
    Column("arrival_id", Line, primary_key=True),
    Index("ix_arrival_keys_arrival", "arrival_id"),
    sqlite_with_rowid=False,
)

#: One row a file: how far it was taken, so that no row of it is taken twice.
arrival_files = Table(
    "arrival_files",
    metadata,
    Column("door", Line, primary_key=True),
    #: A hash of all that it holds.
    Column("digest", Line, primary_key=True),
    Column("name", SealedLine, nullable=False),
    Column("state", Line, nullable=False),
    #: Rows that were taken so far, and in all once that is known.
    Column("taken", Integer, nullable=False),
    Column("count", Integer),
    Column("began_at", Moment, nullable=False),
    Column("moved_at", Moment, nullable=False),
    #: JSON: how many rows came to what; nothing of what they say.
    Column("outcomes", Line, nullable=False),
    sqlite_with_rowid=False,
)
