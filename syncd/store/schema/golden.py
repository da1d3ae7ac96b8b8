"""When values were set, by whom, and where they are from, for records with counterparts in other accounts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, Table

from syncd.store.columns.sealed import Sealed
from syncd.store.columns.types import Line
from syncd.store.schema.shapes import metadata, number_of_stream, of_record, partial

#: What is known of values of a record, by field, packed; only of fields in which counterparts were found to differ, and
#: of what was carried over from one.
value_marks = Table(
    "value_marks",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("marks", Sealed, nullable=False),
    #: Whether the CRM is still to be asked about some of them; NULL when it is not.
    Column("is_wanting", Boolean),
    of_record(),
    partial("ix_value_marks_wanting", "stream_id", "record_id", where="is_wanting IS NOT NULL"),
    sqlite_with_rowid=False,
)

#: What a record that a golden record is told with stands for in the counts of its stream; packed names of fields.
golden_shares = Table(
    "golden_shares",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("share", LargeBinary, nullable=False),
    of_record(),
    sqlite_with_rowid=False,
)
