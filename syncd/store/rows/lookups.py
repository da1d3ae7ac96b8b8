"""Reading and deleting rows by long lists of keys, in one statement each, on both databases.

The whole list is one parameter (JSON on SQLite, an array on PostgreSQL): the statement stays the same however long the
list is, and nothing has to be spelled or compiled anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from syncd.store.columns.sealed import Sealed, seal_of, unsealed
from syncd.store.columns.types import Line, storable

_PREPARERS = {
    "sqlite": SQLiteDialect().identifier_preparer,
    "postgresql": PGDialect().identifier_preparer,  # type: ignore[no-untyped-call]
}
#: What an array of a column's values is called by PostgreSQL.
_ARRAYS = {"line": "text[]", "number": "bigint[]"}


def among(
    connection: Connection,
    columns: Sequence[Column[Any]],
    key: Column[Any],
    keys: Collection[Any],
    fixed: Mapping[str, Any] | None = None,
) -> Sequence[Any]:
    """Return the rows whose `key` is one of `keys`, and which hold `fixed`."""
    if not keys:
        return ()
    said = fixed or {}
    text = _select(tuple(columns), key, tuple(said), connection.dialect.name)
    rows = connection.exec_driver_sql(text, (*said.values(), as_list(connection, keys))).all()
    seal = seal_of(connection.dialect)
    places = {place for place, column in enumerate(columns) if isinstance(column.type, Sealed)}
    if seal is None or not places:
        return rows
    return [tuple(unsealed(cell, seal) if place in places else cell for place, cell in enumerate(row)) for row in rows]


def delete_among(
    connection: Connection, key: Column[Any], keys: Collection[Any], fixed: Mapping[str, Any] | None = None
) -> None:
    """Delete the rows whose `key` is one of `keys`, and which hold `fixed`."""
    if keys:
        said = fixed or {}
        text = _delete_among(key, tuple(said), connection.dialect.name)
        connection.exec_driver_sql(text, (*said.values(), as_list(connection, keys)))


def delete_rows(connection: Connection, table: Table, names: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Delete the rows that hold one of `rows` in the columns `names`."""
    if not rows:
        return
    text = _delete_rows(table, tuple(names), connection.dialect.name)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(text, tuple(list(column) for column in zip(*rows, strict=True)))
    else:
        connection.exec_driver_sql(text, [tuple(row) for row in rows])


def holders(
    connection: Connection, pool_id: int, table: Table, keys: Collection[int], limit: int | None = None
) -> dict[int, list[int]]:
    """Return what stands behind each key of a pool in a table of three key columns, at most `limit` of each."""
    if not keys:
        return {}
    text = _holders(table, connection.dialect.name)
    if connection.dialect.name == "postgresql":
        rows: Iterable[Any] = connection.exec_driver_sql(text, (pool_id, limit, list(keys)))
        return {key: list(found) for key, found in rows if found}
    rows = connection.exec_driver_sql(text, (pool_id, -1 if limit is None else limit, as_list(connection, keys)))
    return {key: [int(one) for one in found.split(",")] for key, found in rows if found}


def as_list(connection: Connection, items: Iterable[Any]) -> Any:
    """Return a list as one parameter."""
    ready = [storable(item) if isinstance(item, str) else item for item in items]
    return ready if connection.dialect.name == "postgresql" else json.dumps(ready)


@cache
def _select(columns: tuple[Column[Any], ...], key: Column[Any], fixed: tuple[str, ...], dialect: str) -> str:
    names = ", ".join(_name(dialect, column.name) for column in columns)
    # Names of the schema only; values are parameters.
    return f"SELECT {names} FROM {key.table.name} WHERE {_where(key, fixed, dialect)}"  # noqa: S608


@cache
def _delete_among(key: Column[Any], fixed: tuple[str, ...], dialect: str) -> str:
    return f"DELETE FROM {key.table.name} WHERE {_where(key, fixed, dialect)}"  # noqa: S608 - as above


def _where(key: Column[Any], fixed: tuple[str, ...], dialect: str) -> str:
    mark = "%s" if dialect == "postgresql" else "?"
    parts = [f"{_name(dialect, name)} = {mark}" for name in fixed]
    array = _ARRAYS["line" if isinstance(key.type, Line) else "number"]
    listed = f"= ANY(%s::{array})" if dialect == "postgresql" else "IN (SELECT value FROM json_each(?))"
    return " AND ".join([*parts, f"{_name(dialect, key.name)} {listed}"])


@cache
def _delete_rows(table: Table, names: tuple[str, ...], dialect: str) -> str:
    quoted = [_name(dialect, name) for name in names]
    if dialect == "sqlite":
        where = " AND ".join(f"{name} = ?" for name in quoted)
        return f"DELETE FROM {table.name} WHERE {where}"  # noqa: S608 - as above
    arrays = ", ".join(
        f"%s::{_ARRAYS['line' if isinstance(table.columns[name].type, Line) else 'number']}" for name in names
    )
    where = " AND ".join(f"{table.name}.{name} = gone.{name}" for name in quoted)
    return f"DELETE FROM {table.name} USING unnest({arrays}) AS gone({', '.join(quoted)}) WHERE {where}"  # noqa: S608 - as above


@cache
def _holders(table: Table, dialect: str) -> str:
    pool, key, held = (_name(dialect, column.name) for column in table.primary_key.columns)
    if dialect == "postgresql":
        return (
            f"SELECT wanted.key, ARRAY(SELECT {held} FROM {table.name} AS own WHERE own.{pool} = %s"  # noqa: S608 - as above
            f" AND own.{key} = wanted.key LIMIT %s) FROM unnest(%s::bigint[]) AS wanted(key)"
        )
    return (
        f"SELECT wanted.value, (SELECT group_concat({held}) FROM (SELECT {held} FROM {table.name} AS own"  # noqa: S608 - as above
        f" WHERE own.{pool} = ? AND own.{key} = wanted.value LIMIT ?)) FROM json_each(?) AS wanted"
    )


def _name(dialect: str, name: str) -> str:
    return str(_PREPARERS[dialect].quote(name))
