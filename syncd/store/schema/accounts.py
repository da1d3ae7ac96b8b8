"""Accounts, what is asked of their CRMs once in a while, and streams."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, UniqueConstraint

from syncd.store.columns.sealed import SealedLine, VeiledLine
from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata, of_stream

#: Who answers under the name of an account; guards against another portal's token under the same name.
accounts = Table(
    "accounts",
    metadata,
    Column("account", Line, primary_key=True),
    Column("identity", Line, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

#: When the owners of an account were asked for last, and whether the CRM told.
owner_lists = Table(
    "owner_lists",
    metadata,
    Column("account", Line, primary_key=True),
    Column("asked_at", Moment, nullable=False),
    Column("is_known", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

#: Who may own records, by the id that records name, and whether they still work there.
owners = Table(
    "owners",
    metadata,
    Column("account", Line, primary_key=True),
    Column("id", Line, primary_key=True),
    Column("is_active", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("name", SealedLine),
    #: The id of their login, where that is another one than records name.
    Column("login", Line),
    sqlite_with_rowid=False,
)

#: Domains of mail addresses. `is_dead` is NULL as long as nobody knows.
mail_domains = Table(
    "mail_domains",
    metadata,
    Column("domain", VeiledLine, primary_key=True),
    Column("is_dead", Boolean),
    #: When it is to be looked up, for the first time or again.
    Column("due_at", Moment, nullable=False),
    Index("ix_mail_domains_due_at", "due_at"),
    sqlite_with_rowid=False,
)

streams = Table(
    "streams",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Line, nullable=False),
    Column("object", Line, nullable=False),
    Column("kind", Line, nullable=False),
    Column("last_success_at", Moment),
    #: Records the last census found missing here.
    Column("missing_count", Integer, nullable=False),
    UniqueConstraint("account", "object"),
)

cursors = Table(
    "cursors",
    metadata,
    of_stream(),
    Column("since", Moment, nullable=False),
    Column("after", Line),
    Column("walked_at", Moment),
)
