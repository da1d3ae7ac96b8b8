"""The local copy: records, what judging made of them, and what people set against it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table

from syncd.store.columns.sealed import Sealed, SealedLine, VeiledLine
from syncd.store.columns.types import Counter, Line, Moment
from syncd.store.schema.shapes import metadata, number_of_stream, of_record, of_stream, partial

#: One row a record that was ever kept; `gone_at` is set when the CRM has it no more.
records = Table(
    "records",
    metadata,
    of_stream(),
    Column("id", Line, primary_key=True),
    #: The engine's hash of what judging looks at.
    Column("content", BigInteger, nullable=False),
    Column("judged_with", Line, nullable=False),
    Column("created_at", Moment),
    Column("modified_at", Moment, nullable=False),
    Column("again_at", Moment),
    Column("kept_at", Moment, nullable=False),
    Column("gone_at", Moment),
    Column("owner", Line, nullable=False),
    Column("created_source", Line, nullable=False),
    #: Kinds it should be linked to and is not, sorted, joined by `;`.
    Column("unlinked_to", Line, nullable=False),
    Column("is_clean", Boolean, nullable=False),
    #: The number of what made it; NULL: not asked yet, then it counts by `created_source`.
    Column("made_by", Integer),
    partial("ix_records_modified", "stream_id", "modified_at", where="gone_at IS NULL"),
    partial("ix_records_again", "stream_id", "again_at", where="again_at IS NOT NULL"),
    partial("ix_records_judged", "stream_id", "judged_with", "id", where="gone_at IS NULL"),
    partial("ix_records_dirty", "stream_id", "owner", "created_source", "id", where="NOT is_clean"),
    sqlite_with_rowid=False,
)

#: The fat part of a record, as packed by `packing`.
record_values = Table(
    "record_values",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("raw", Sealed, nullable=False),
    Column("links", LargeBinary, nullable=False),
    of_record(),
)

#: When single fields of a record were last set, as far as that is known; packed. Kept only where a rule asks for it.
field_times = Table(
    "field_times",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("times", LargeBinary, nullable=False),
    of_record(),
    sqlite_with_rowid=False,
)

#: What live records can be looked up by.
lookup_keys = Table(
    "lookup_keys",
    metadata,
    number_of_stream(),
    Column("name", Line, primary_key=True),
    Column("value", VeiledLine, primary_key=True),
    Column("record_id", Line, primary_key=True),
    of_record(),
    Index("ix_lookup_keys_record", "stream_id", "record_id"),
    sqlite_with_rowid=False,
)

#: Open findings only: a finding that is gone leaves no row.
findings = Table(
    "findings",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("rule", Line, primary_key=True),
    Column("field", Line, primary_key=True),
    Column("severity", Integer, nullable=False),
    Column("message", SealedLine, nullable=False),
    Column("mode", Line, nullable=False),
    #: The packed proposal; NULL when there is none (a proposal to empty the field is a packed null).
    Column("proposal", Sealed),
    Column("opened_at", Moment, nullable=False),
    #: The number of what wrote the value, as the CRM told; NULL: nobody knows.
    Column("writer", Integer),
    #: Whether the CRM is still to be asked what wrote the value.
    Column("is_untraced", Boolean),
    of_record(),
    partial("ix_findings_untraced", "stream_id", "record_id", where="is_untraced IS NOT NULL"),
    Index("ix_findings_rule", "stream_id", "rule", "severity"),
    sqlite_with_rowid=False,
)

#: Values a person set against a rule: the rule leaves that field of that record alone.
overrides = Table(
    "overrides",
    metadata,
    of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("field", Line, primary_key=True),
    Column("rule", Line, primary_key=True),
    Column("value", Sealed, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_overrides_rule", "stream_id", "rule"),
    sqlite_with_rowid=False,
)

#: Ids that were merged away, and the id that answers instead.
aliases = Table(
    "aliases",
    metadata,
    of_stream(),
    Column("old", Line, primary_key=True),
    Column("new", Line, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: What is counted of a stream's live records, kept up to date with them: reading a KPI never scans a base.
kpi_counts = Table(
    "kpi_counts",
    metadata,
    of_stream(),
    #: `records`, `clean`, `filled` (by property), `unlinked` (by kind), `finding` (by rule), `twins` (`groups`,
    #: `records`); by what made them `made` (records), `dirty` (those not clean) and `defect` (findings of weight); by
    #: owner `owned` and `owned_dirty`; `changed` (by field): how often a value was replaced by another.
    Column("name", Line, primary_key=True),
    Column("key", Line, primary_key=True),
    #: The severity of findings, 0 for everything else.
    Column("grade", Integer, primary_key=True, autoincrement=False),
    Column("count", Counter, nullable=False),
    sqlite_with_rowid=False,
)
