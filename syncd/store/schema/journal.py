"""The journal: every fix, what became of it, and the copies that were made before."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from syncd.store.columns.sealed import Sealed, SealedLine
from syncd.store.columns.types import Counter, Line, Moment
from syncd.store.schema.shapes import metadata, of_stream, partial

#: The journal. It has no foreign key to `records`: it outlives them. `settled_at IS NULL` means open or in flight.
fixes = Table(
    "fixes",
    metadata,
    Column("id", Line, primary_key=True),
    Column("stream_id", Integer, ForeignKey("streams.id"), nullable=False),
    Column("record_id", Line, nullable=False),
    Column("action", Line, nullable=False),
    Column("state", Line, nullable=False),
    #: Hash of what it would do; two fixes of a record that would do the same have the same.
    Column("digest", Sealed, nullable=False),
    #: Where a link leads, or what a merged record goes into, in the same account.
    Column("link_object", Line),
    Column("link_id", Line),
    Column("link_label", Line),
    #: JSON lists.
    Column("rules", Line, nullable=False),
    Column("reasons", SealedLine, nullable=False),
    #: The run that wrote it, or that decided it as long as none has.
    Column("run", Line, nullable=False),
    Column("decided_at", Moment, nullable=False),
    #: When it last changed its state.
    Column("moved_at", Moment, nullable=False),
    Column("settled_at", Moment),
    #: The person who approved it; empty when its rules' mode did.
    Column("approved_by", Line, nullable=False),
    Column("detail", SealedLine, nullable=False),
    Column("undoes", Line, ForeignKey("fixes.id")),
    #: What a record is made for, and the record it is made for, of whatever stream; what it is linked to, as JSON.
    Column("made_key", Line),
    Column("cause_stream", Integer),
    Column("cause_id", Line),
    Column("ties", Line),
    Index("ix_fixes_record", "stream_id", "record_id"),
    Index("ix_fixes_state", "stream_id", "state", "id"),
    Index("ix_fixes_run", "run", "id"),
    partial("ix_fixes_open", "stream_id", "record_id", where="settled_at IS NULL"),
    partial("ix_fixes_settled", "stream_id", "settled_at", where="settled_at IS NOT NULL"),
    partial("ix_fixes_link", "link_id", where="link_id IS NOT NULL"),
    partial("ix_fixes_key", "made_key", where="made_key IS NOT NULL"),
    partial("uq_fixes_key", "made_key", where="made_key IS NOT NULL AND settled_at IS NULL", unique=True),
    partial("ix_fixes_cause", "cause_id", where="cause_id IS NOT NULL"),
    partial("ix_fixes_undoes", "undoes", where="undoes IS NOT NULL"),
)

#: One row a field of a fix. `standing_since` is set while the field holds our value, as far as we know.
fix_changes = Table(
    "fix_changes",
    metadata,
    Column("fix_id", Line, ForeignKey("fixes.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("stream_id", Integer, nullable=False),
    Column("record_id", Line, nullable=False),
    Column("property", Line, nullable=False),
    Column("field", Line, nullable=False),
    Column("before", Sealed, nullable=False),
    Column("after", Sealed, nullable=False),
    Column("rules", Line, nullable=False),
    Column("reasons", SealedLine, nullable=False),
    Column("standing_since", Moment),
    partial(
        "uq_fix_changes_standing", "stream_id", "record_id", "property", where="standing_since IS NOT NULL", unique=True
    ),
)

#: One row a change of state of a fix, with who and when.
fix_events = Table(
    "fix_events",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("fix_id", Line, ForeignKey("fixes.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("was", Line),
    Column("became", Line, nullable=False),
    Column("by", Line, nullable=False),
    Column("run", Line, nullable=False),
    Column("detail", SealedLine, nullable=False),
    Index("ix_fix_events_fix", "fix_id", "id"),
)

#: How many fixes of a rule ever entered a state: it never goes down, and no scrape has to scan the journal.
fix_counts = Table(
    "fix_counts",
    metadata,
    of_stream(),
    Column("rule", Line, primary_key=True),
    Column("state", Line, primary_key=True),
    Column("count", Counter, nullable=False),
    sqlite_with_rowid=False,
)

#: Records as they were before we removed them from the CRM or merged them, with every property they had. A merge keeps
#: a copy of both.
archive = Table(
    "archive",
    metadata,
    Column("fix_id", Line, ForeignKey("fixes.id"), primary_key=True),
    Column("stream_id", Integer, ForeignKey("streams.id"), nullable=False),
    Column("record_id", Line, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("created_at", Moment),
    Column("modified_at", Moment, nullable=False),
    Column("raw", Sealed, nullable=False),
    Column("links", LargeBinary, nullable=False),
    Index("ix_archive_record", "stream_id", "record_id"),
    Index("ix_archive_at", "stream_id", "at"),
    sqlite_with_rowid=False,
)
