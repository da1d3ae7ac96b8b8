"""Where dirt comes from, and the audits that looked for it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from syncd.store.columns.sealed import Sealed, SealedLine, VeiledLine
from syncd.store.columns.types import Counter, Line, Moment
from syncd.store.schema.shapes import metadata

#: What makes records and writes values: one row an integration, form, import or user.
makers = Table(
    "makers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Line, nullable=False),
    #: `IMPORT`, `FORMS` and the like.
    Column("kind", Line, nullable=False),
    #: Which one, as the CRM marks it; empty: nobody knows.
    Column("mark", VeiledLine, nullable=False),
    #: How people call it.
    Column("name", SealedLine, nullable=False),
    UniqueConstraint("account", "kind", "mark"),
)

#: Audits that were made, and what they found; only added to.
audits = Table(
    "audits",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("at", Moment, nullable=False),
    #: The user of the operating system.
    Column("by", Line, nullable=False),
    #: The accounts looked at, sorted, joined by `;`.
    Column("accounts", Line, nullable=False),
    Column("findings", Sealed, nullable=False),
    Index("ix_audits_at", "at", "id"),
)
