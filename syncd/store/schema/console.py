"""Who may use the console and who does, and what people there have ordered from the daemon."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table

from syncd.store.columns.sealed import Sealed
from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata

users = Table(
    "users",
    metadata,
    Column("name", Line, primary_key=True),
    Column("role", Line, nullable=False),
    #: The argon2id hash; empty for who comes by way of the organisation's own login.
    Column("password", Line, nullable=False),
    #: By which provider and under which name there somebody is known; empty for users of our own.
    Column("subject", Line, nullable=False),
    #: Counts up whenever every session of the user has to end.
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Index("ix_users_subject", "subject"),
    sqlite_with_rowid=False,
)

#: One row a browser that is logged in. What the browser holds is not here, only a hash of it.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user", Line, nullable=False),
    #: The version of the user it was begun with.
    Column("version", Integer, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("ix_sessions_user", "user"),
    sqlite_with_rowid=False,
)

#: With what the console signs what it hands to browsers.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("name", Line, primary_key=True),
    Column("secret", Sealed, nullable=False),
    sqlite_with_rowid=False,
)

#: How often in a row a login failed, by user, address and both; a hash of each.
login_failures = Table(
    "login_failures",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_login_failures_at", "at"),
    sqlite_with_rowid=False,
)

#: What people ask of the daemon that works on an account: it alone writes to the CRM.
orders = Table(
    "orders",
    metadata,
    Column("id", Line, primary_key=True),
    Column("kind", Line, nullable=False),
    Column("account", Line, nullable=False),
    Column("by", Line, nullable=False),
    Column("at", Moment, nullable=False),
    #: waiting, working, done or failed.
    Column("state", Line, nullable=False),
    Column("request", Sealed, nullable=False),
    #: How often it was begun; more than once when a daemon died over it.
    Column("tries", Integer, nullable=False),
    Column("taken_at", Moment),
    Column("ended_at", Moment),
    Column("result", Sealed),
    Index("ix_orders_state", "state", "account", "id"),
    sqlite_with_rowid=False,
)
