"""Calls to CRMs by what they were for, and the daemon's last word on what it is doing and what waits."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table

from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata

#: Calls by the quarter of an hour that they were made in.
calls_made = Table(
    "calls_made",
    metadata,
    Column("account", Line, primary_key=True),
    Column("quarter", Moment, primary_key=True),
    Column("purpose", Line, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: What the daemon that works on an account last told of it: the day's calls, forecasts, what waits and why. Holds no
#: value of a record.
outlooks = Table(
    "outlooks",
    metadata,
    Column("account", Line, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("told", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
