"""A store of any older version keeps everything when it is brought forward; one that cannot be stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Connection, Float, LargeBinary, MetaData, Table, create_engine, inspect, text
from sqlalchemy.types import Integer

from syncd.errors import StoreError, StoreLockedError
from syncd.store import Store, schema
from syncd.store.opening import migrate
from tests.store.given import CONTACTS, kept

MIGRATIONS = Path(migrate.__file__).parent.parent / "migrations"


@contextmanager
def changing(url: str) -> Iterator[tuple[Connection, Config]]:
    """A connection, and what Alembic needs to migrate over it."""
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        yield connection, config
    engine.dispose()


def value(column: Column[Any], number: int) -> Any:
    """Return a value of a column; of one that refers to another the value that stands there."""
    for key in column.foreign_keys:
        return value(key.column, number)
    match column.type:
        case Boolean():
            return bool(number % 2)
        case Integer():
            return number
        case Float():
            return number / 2
        case LargeBinary():
            return f"{column} {number}".encode()
        case _:
            return f"{column} {number}"


def fill(connection: Connection, number: int) -> dict[str, dict[str, Any]]:
    """Put a row into every table there is; return the rows by table."""
    tables = MetaData()
    tables.reflect(connection)
    rows = {}
    for table in tables.sorted_tables:
        if table.name != "alembic_version":
            rows[table.name] = {column.name: value(column, number) for column in table.columns}
            connection.execute(table.insert(), rows[table.name])
    return rows


def test_store_that_was_filled_at_every_version_there_was_has_it_all_at_the_newest(empty_store_url):
    filled: list[tuple[str, dict[str, Any]]] = []
    with changing(empty_store_url) as (connection, config):
        versions = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()][::-1]
        for number, version in enumerate(versions, 1):
            command.upgrade(config, version)
            filled += fill(connection, number).items()

    with changing(empty_store_url) as (connection, _):
        tables = MetaData()
        held = {name: Table(name, tables, autoload_with=connection) for name, _ in filled}
        rows = {
            name: [dict(row) for row in connection.execute(table.select()).mappings()] for name, table in held.items()
        }
        lost = [(name, row) for name, row in filled if not any(row.items() <= one.items() for one in rows[name])]

    assert versions[-1] == schema.HEAD
    assert len(filled) > len(versions) * 15
    assert lost == []


def test_upgrade_that_fails_half_way_leaves_the_tables_and_says_what_to_do(
    empty_store_url, clock, monkeypatch, tmp_path
):
    folder = shutil.copytree(MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = 'next', '{schema.HEAD}', None, None\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half (way INTEGER)')\n"
        "    op.execute('UPDATE runs SET trigger = 1, nothing = 2')\n"
    )
    store = Store.open(empty_store_url, clock)
    store.migrate()
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])
    monkeypatch.setattr(migrate, "_MIGRATIONS", folder)
    monkeypatch.setattr(migrate, "HEAD", "next")

    with pytest.raises(
        StoreError, match=f"could not be brought from {schema.HEAD} to next, and are as they were"
    ) as caught:
        store.migrate()

    monkeypatch.undo()
    store.migrate()
    with store.reading() as tx:
        assert tx.records.count(CONTACTS) == 1
    assert not inspect(store._engine).has_table("half")
    assert "the syncd of before can go on" in caught.value.hint
    store.close()


def test_tables_that_a_daemon_works_on_are_not_changed(empty_store_url, clock):
    daemon, newer = Store.open(empty_store_url, clock), Store.open(empty_store_url, clock)
    daemon.migrate()
    daemon.join("syncd 4711 on host-a")
    daemon.share(["main"])
    with changing(empty_store_url) as (connection, _):
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    with pytest.raises(StoreLockedError, match="syncd 4711 on host-a"):
        newer.migrate()

    daemon.close()
    newer.close()
