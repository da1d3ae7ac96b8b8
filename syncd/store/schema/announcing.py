"""What CRMs announced and is not read yet, and where their feeds stand."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata, of_stream

#: Records to be read again because the CRM said so; nothing of what it said about them is kept.
announced = Table(
    "announced",
    metadata,
    of_stream(),
    #: Empty: any record of the stream may have changed.
    Column("record_id", Line, primary_key=True),
    Column("news", Line, nullable=False),
    #: When it first changed by the CRM's clock, since it was last read; by ours where the CRM did not tell.
    Column("changed_at", Moment, nullable=False),
    #: When it was first and last announced since.
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    #: How often: what is announced while it is being read is read once more.
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: How far the feeds of changes of an account were followed, in the CRM's own terms.
feeds = Table(
    "feeds",
    metadata,
    Column("account", Line, primary_key=True),
    Column("feed", Line, primary_key=True),
    Column("position", Line, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
