"""What is to be told to people, and what of it has been."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from syncd.store.columns.types import Line, Moment
from syncd.store.schema.shapes import metadata

#: What calls for a person, by a key of its own: told once, however often it is met again.
conditions = Table(
    "conditions",
    metadata,
    #: `guard_tripped hubspot-main/contacts max_share email_format`; holds no value of a record.
    Column("key", Line, primary_key=True),
    Column("event", Line, nullable=False),
    Column("begun_at", Moment, nullable=False),
    #: None while it goes on.
    Column("ended_at", Moment),
    #: As what it was told; NULL once that was told to be over.
    Column("severity", Line),
    Column("about", Line),
    Column("subject", Line),
    sqlite_with_rowid=False,
)

#: One message to one channel. None holds a value of a record: only names, figures and sentences of ours.
messages = Table(
    "messages",
    metadata,
    Column("id", Line, primary_key=True),
    Column("channel", Line, nullable=False),
    Column("event", Line, nullable=False),
    Column("severity", Line, nullable=False),
    #: What it is about: a stream, an account or nothing.
    Column("about", Line, nullable=False),
    Column("subject", Line, nullable=False),
    Column("text", Line, nullable=False),
    Column("at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    #: Not before then; in the future for whoever sends it right now, so that nobody else does.
    Column("due_at", Moment, nullable=False),
    #: `waiting`, `sent` or `given_up`.
    Column("state", Line, nullable=False),
    #: Why the last try failed: the kind of failure, never an answer's words.
    Column("failure", Line, nullable=False),
    Column("settled_at", Moment),
    Index("ix_messages_state", "state", "channel", "due_at"),
    Index("ix_messages_settled_at", "settled_at"),
    sqlite_with_rowid=False,
)
