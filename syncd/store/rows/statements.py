"""Writing and naming many rows at once, on both databases.

Bulk writes are a tenth of the cost when the rows reach the driver without a detour: the statement is spelled once a
table from the schema, values are converted column by column. SQLite takes the rows one by one in a single call;
PostgreSQL takes a whole column as one array, so that a batch is one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Dialect, Table, TypeDecorator
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from syncd.store.columns.sealed import Sealed, SealedLine, VeiledLine, seal_of, sealed, sealed_text, unmarked, veiled
from syncd.store.columns.types import Line, Moment, microseconds, storable

T = TypeVar("T")

#: Items named in one statement; SQLite takes some 32,000 parameters, older ones 999.
CHUNK = 900

_DIALECTS: dict[str, Dialect] = {"sqlite": SQLiteDialect(), "postgresql": PGDialect()}  # type: ignore[no-untyped-call]


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; none is fine. All have the same columns."""
    _write(connection, table, rows, "")


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or overwrite those that have the same primary key. No key stands twice in `rows`."""
    _write(connection, table, rows, "{name} = excluded.{name}")


def add_up(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or add what they hold beside the primary key to those that have the same."""
    _write(connection, table, rows, "{name} = {table}.{name} + excluded.{name}")


@dataclass(frozen=True, slots=True)
class _Statement:
    """An INSERT of some columns."""

    text: str
    columns: tuple[Column[Any], ...]


def _write(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], on_conflict: str) -> None:
    if not rows:
        return
    names, dialect = tuple(rows[0]), connection.dialect.name
    statement = _statement(table, names, dialect, on_conflict)
    converters = [_converter(column, connection.dialect) for column in statement.columns]
    columns = [
        [row[name] for row in rows]
        if convert is None
        else [None if (value := row[name]) is None else convert(value) for row in rows]
        for name, convert in zip(names, converters, strict=True)
    ]
    if dialect == "postgresql":
        connection.exec_driver_sql(statement.text, tuple(columns))
    else:
        connection.exec_driver_sql(statement.text, list(zip(*columns, strict=True)))


@cache
def _statement(table: Table, names: tuple[str, ...], dialect: str, on_conflict: str) -> _Statement:
    quoted = {column.name: _DIALECTS[dialect].identifier_preparer.quote(column.name) for column in table.columns}
    columns = [table.columns[name] for name in names]
    into = f"INSERT INTO {table.name} ({', '.join(quoted[name] for name in names)})"
    if dialect == "postgresql":
        arrays = ", ".join(f"%s::{_array_of(column)}" for column in columns)
        values = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - names of the schema only; values are parameters
    else:
        values = f"VALUES ({', '.join('?' for _ in names)})"
    parts = [into, values]
    if on_conflict:
        key = [column.name for column in table.primary_key.columns]
        changes = [on_conflict.format(name=quoted[name], table=table.name) for name in names if name not in key]
        then = f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"
        parts.append(f"ON CONFLICT ({', '.join(quoted[name] for name in key)}) DO {then}")
    return _Statement(" ".join(parts), tuple(columns))


def _array_of(column: Column[Any]) -> str:
    """Return the name of PostgreSQL's array of a column's type, without its collation."""
    plain = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return plain.compile(dialect=_DIALECTS["postgresql"]) + "[]"


def _converter(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return how to convert the values of a column; None for those that need nothing."""
    seal = seal_of(dialect)
    match column.type:
        case Sealed():
            return None if seal is None else lambda value: sealed(value, seal)
        case SealedLine():
            return unmarked if seal is None else lambda value: sealed_text(value, seal)
        case VeiledLine():
            return unmarked if seal is None else lambda value: veiled(value, seal)
        case Line():
            return storable
        case Moment():
            return microseconds
        case _:
            return None
