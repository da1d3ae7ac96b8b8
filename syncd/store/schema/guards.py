"""What is held until a person has looked, what is usual, and what was set back."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, Table

from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata, of_stream

#: Guards that stay tripped until what they saw is over, or a person says go on.
holds = Table(
    "holds",
    metadata,
    of_stream(),
    Column("guard", Line, primary_key=True),
    #: The rule or the field that is held; empty when all of the stream is.
    Column("key", Line, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("detail", Line, nullable=False),
    sqlite_with_rowid=False,
)

#: What is usual in a stream: `records`, `filled` (by property), `rule` (the share of records it speaks of).
norms = Table(
    "norms",
    metadata,
    of_stream(),
    Column("name", Line, primary_key=True),
    Column("key", Line, primary_key=True),
    Column("level", Double, nullable=False),
    #: The fingerprint of the rules and the mapping it was found with.
    Column("judged_with", Line, nullable=False),
    #: When it was last brought up to date.
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: How often somebody has set back a field that a rule had written, since the rule was last released.
set_backs = Table(
    "set_backs",
    metadata,
    of_stream(),
    Column("rule", Line, primary_key=True),
    Column("record_id", Line, primary_key=True),
    Column("field", Line, primary_key=True),
    Column("times", Integer, nullable=False),
    #: The last time.
    Column("at", Moment, nullable=False),
    Index("ix_set_backs_at", "stream_id", "at"),
    sqlite_with_rowid=False,
)
