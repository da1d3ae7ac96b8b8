"""How far each stream was looked through, what the last look came to, and what was caught beside plain reading."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, Table

from syncd.store.columns.types import Counter, Line, Moment
from syncd.store.schema.shapes import metadata, of_stream

sweeps = Table(
    "sweeps",
    metadata,
    of_stream(),
    #: When the look under way was begun; NULL: none is.
    Column("began_at", Moment),
    #: Where it goes on, in the connector's own terms, and the last id that was compared.
    Column("place", Line, nullable=False),
    Column("behind", Line, nullable=False),
    #: The run it belongs to.
    Column("run", Line, nullable=False),
    #: Records seen, calls made, and what was caught so far; packed.
    Column("seen", Counter, nullable=False),
    Column("calls", Counter, nullable=False),
    Column("caught", LargeBinary, nullable=False),
    #: The last look that came to its end: when, records seen, calls made, what was caught; packed.
    Column("ended_at", Moment),
    Column("ended_seen", Counter, nullable=False),
    Column("ended_calls", Counter, nullable=False),
    Column("ended_caught", LargeBinary, nullable=False),
    #: By how many records the CRM counted more than were held then, and at the last comparison; NULL: not told.
    Column("gap", Counter),
    Column("last_gap", Counter),
    #: Whether a look is wanted before its turn.
    Column("is_wanted", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

#: How many records were caught by what, over all time.
catches = Table(
    "catches",
    metadata,
    of_stream(),
    Column("by", Line, primary_key=True),
    Column("kind", Line, primary_key=True),
    Column("count", Counter, nullable=False),
    sqlite_with_rowid=False,
)
