"""What providers of values from outside said, what they are to be asked, and what that cost."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from syncd.store.columns.sealed import Sealed, VeiledLine
from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata

#: One question to a provider. `answer` is NULL until there is one; that a provider knows nothing is an answer.
provided = Table(
    "provided",
    metadata,
    Column("provider", Line, primary_key=True),
    Column("key", VeiledLine, primary_key=True),
    Column("answer", Sealed),
    Column("answered_at", Moment),
    #: When it is to be asked, for the first time or again.
    Column("due_at", Moment, nullable=False),
    #: How often in a row it could not be answered.
    Column("failures", Integer, nullable=False),
    Index("ix_provided_due_at", "provider", "due_at"),
    sqlite_with_rowid=False,
)

#: What each provider was asked in a day (UTC), what came of it, and what it cost, in millionths.
provider_days = Table(
    "provider_days",
    metadata,
    Column("provider", Line, primary_key=True),
    Column("day", Line, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("hits", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: Which edition of itself a provider was last asked in, and what keeps it from answering.
provider_states = Table(
    "provider_states",
    metadata,
    Column("provider", Line, primary_key=True),
    Column("edition", Line, nullable=False),
    Column("trouble", Line, nullable=False),
    Column("since", Moment),
    sqlite_with_rowid=False,
)
