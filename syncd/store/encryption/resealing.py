"""Writing every value of a store anew: encrypted under a new key of its own, or in plain. All or nothing.

One transaction holds it all: whoever is killed in the middle has the store as it was. Memory stays bounded, and the
files grow by what is written until it is over. What matching knows by hashes is worked out anew in the next pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)

from syncd.store import schema
from syncd.store.columns.ciphers import Seal
from syncd.store.columns.sealed import (
    Sealed,
    SealedLine,
    VeiledLine,
    sealed,
    sealed_text,
    unsealed,
    unsealed_text,
    unveiled,
    veiled,
)
from syncd.store.encryption.sealing import StoreKeys, keep_seal, read_seal, sealed_tables
from syncd.store.opening.database import sweep_log, without_transaction
from syncd.store.rows.statements import chunks

#: Rows read and written at once.
_BATCH = 2_000


def write_anew(connection: Connection, keys: StoreKeys, place: str, at: datetime) -> int:
    """Write every value as the keys want it; return how many there were."""
    if connection.dialect.name == "postgresql":
        # Whoever has looked at the seal is waited for; whoever wants to look waits, and finds the new one.
        connection.execute(text("LOCK TABLE seals IN ACCESS EXCLUSIVE MODE"))
    before = read_seal(connection, keys, place).seal
    after = None if keys.first is None else Seal.after(before)
    count = _write(connection, before, after)
    keep_seal(connection, after, keys.first, at)
    return count


def _write(connection: Connection, before: Seal | None, after: Seal | None) -> int:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
    changes = _Changes(before, after)
    count = 0
    for table, columns in sealed_tables():
        is_key = any(isinstance(one.type, VeiledLine) and one.primary_key for one in columns)
        count += _put_anew(connection, table, changes) if is_key else _walk(connection, table, columns, changes)
    _match_anew(connection)
    return count


def sweep_out(engine: Engine) -> None:
    """Leave nothing of what was overwritten in the files of the database."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in (*(table for table, _ in sealed_tables()), schema.match_keys, schema.match_users):
                connection.exec_driver_sql(f"VACUUM FULL {table.name}")
    else:
        without_transaction(engine, "VACUUM")
        sweep_log(engine)


class _Changes:
    """How the cells of a column become what they shall be."""

    def __init__(self, before: Seal | None, after: Seal | None) -> None:
        self._before = before
        self._after = after

    def of(self, column: Column[Any]) -> Callable[[Any], Any]:
        before, after = self._before, self._after
        match column.type:
            case Sealed():
                return lambda held: sealed(unsealed(held, before), after)
            case SealedLine():
                return lambda held: sealed_text(unsealed_text(held, before), after)
            case VeiledLine():
                return lambda held: veiled(unveiled(held, before), after)
            case _:
                return lambda held: held


def _walk(connection: Connection, table: Table, columns: Sequence[Column[Any]], changes: _Changes) -> int:
    """Change columns of a table in place, in the order of its key."""
    count, key = 0, list(table.primary_key.columns)
    converters = [(one.name, changes.of(one)) for one in columns]
    query = select(*key, *(_bare(one) for one in columns)).order_by(*key).limit(_BATCH)
    put = (
        update(table)
        .where(*(one == bindparam(f"_{one.name}") for one in key))
        .values({one: type_coerce(bindparam(one.name), _bare_type(one)) for one in columns})
    )
    last: Row[Any] | None = None
    while True:
        behind = query if last is None else query.where(tuple_(*key) > tuple_(*last[: len(key)]))
        rows = connection.execute(behind).all()
        if not rows:
            return count
        said = [
            {
                **{f"_{one.name}": cell for one, cell in zip(key, row, strict=False)},
                **{name: convert(getattr(row, name)) for name, convert in converters},
            }
            for row in rows
        ]
        connection.execute(put, said)
        count, last = count + len(rows), rows[-1]


def _put_anew(connection: Connection, table: Table, changes: _Changes) -> int:
    """Change a table whose key holds what is changed: part by part it is emptied and filled again."""
    count = 0
    converters = {one.name: changes.of(one) for one in table.columns}
    columns = [_bare(one) for one in table.columns]
    values = {one.name: type_coerce(bindparam(one.name), _bare_type(one)) for one in table.columns}
    for part in _parts(connection, table):
        rows = connection.execute(select(*columns).where(part)).all()
        connection.execute(delete(table).where(part))
        said = [{name: convert(getattr(row, name)) for name, convert in converters.items()} for row in rows]
        for chunk in chunks(said, _BATCH):
            connection.execute(insert(table).values(values), chunk)
        count += len(rows)
    return count


def _parts(connection: Connection, table: Table) -> Iterator[Any]:
    """Yield conditions that take a table apart: by records, where it is about such, and otherwise not at all."""
    if "record_id" not in table.columns:
        yield from _parts_by_moment(connection, table) if "due_at" in table.columns else [text("1 = 1")]
        return
    stream, record = table.c.stream_id, table.c.record_id
    for number in connection.execute(select(schema.streams.c.id)).scalars().all():
        after = ""
        while True:
            query = select(record).distinct().where(stream == number, record > after).order_by(record).limit(_BATCH)
            ids = connection.execute(query).scalars().all()
            if not ids:
                break
            yield (stream == number) & (record > after) & (record <= ids[-1])
            after = ids[-1]


def _parts_by_moment(connection: Connection, table: Table) -> Iterator[Any]:
    """Yield conditions that take a table apart by when its rows are due: that stays as it is when their keys do not."""
    due, after = table.c.due_at, None
    while True:
        query = select(due).distinct().order_by(due).limit(_BATCH)
        moments = connection.execute(query if after is None else query.where(due > after)).scalars().all()
        if not moments:
            return
        yield (due <= moments[-1]) if after is None else (due > after) & (due <= moments[-1])
        after = moments[-1]


def _match_anew(connection: Connection) -> None:
    """Have all hashes of matching worked out anew, with the key or without."""
    for table in (schema.match_keys, schema.match_users):
        connection.execute(delete(table))
    connection.execute(update(schema.match_pools), {"version": ""})


def _bare(column: Column[Any]) -> Any:
    """Return a column as it lies in the database."""
    return type_coerce(column, _bare_type(column)).label(column.name)


def _bare_type(column: Column[Any]) -> Any:
    if isinstance(column.type, Sealed):
        return LargeBinary()
    return Text() if isinstance(column.type, SealedLine | VeiledLine) else column.type
