"""Merges of several accounts that are one plan: in which order they are done."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata

#: One row a merge. A plan is kept before the first of its merges is sent, and stays as long as they do.
merge_plans = Table(
    "merge_plans",
    metadata,
    Column("fix_id", Line, ForeignKey("fixes.id", ondelete="CASCADE"), primary_key=True),
    Column("plan", Line, nullable=False),
    Column("position", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    #: When all that can be done of it was done, one row as the other.
    Column("closed_at", Moment),
    Index("ix_merge_plans_plan", "plan", "position"),
    Index("ix_merge_plans_open", "closed_at"),
    sqlite_with_rowid=False,
)
