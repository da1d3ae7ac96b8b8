"""What the tables have in common: one metadata, and columns and constraints that many of them share."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over some rows; `where` is `IS [NOT] NULL`, or `NOT` something: both databases prove that alike,
    when a query says it in the same words."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def of_stream() -> Column[int]:
    """Return the column that names the stream, checked."""
    return Column("stream_id", Integer, ForeignKey("streams.id"), primary_key=True, autoincrement=False)


def number_of_stream() -> Column[int]:
    """Return the same for rows of a record."""
    # The key to `records` covers it: a second one to `streams` would double the price of every insert.
    return Column("stream_id", Integer, primary_key=True, autoincrement=False)


def of_record() -> ForeignKeyConstraint:
    """Return what ties rows to their record."""
    return ForeignKeyConstraint(["stream_id", "record_id"], ["records.stream_id", "records.id"], ondelete="CASCADE")
