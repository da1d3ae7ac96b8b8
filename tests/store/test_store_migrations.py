"""The migrations make exactly the tables of the schema, on both databases, and never touch a newer store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from syncd.errors import StoreError
from syncd.store import Store, schema
from syncd.store.opening import migrate
from tests.store.given import CONTACTS, kept

MIGRATIONS = Path(migrate.__file__).parent.parent / "migrations"


@pytest.fixture
def migrated(empty_store_url, clock):
    """The URL of a store that was migrated just now."""
    store = Store.open(empty_store_url, clock)
    store.migrate()
    store.close()
    return empty_store_url


def described(url: str):
    """Return everything a database tells about its tables."""
    engine = create_engine(url)
    found = inspect(engine)
    told = {
        table: (
            [{**column, "type": repr(column["type"])} for column in found.get_columns(table)],
            found.get_pk_constraint(table),
            sorted(repr({**index, "dialect_options": _texts(index)}) for index in found.get_indexes(table)),
            sorted(map(repr, found.get_foreign_keys(table))),
            sorted(map(repr, found.get_unique_constraints(table))),
            found.get_table_options(table),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }
    engine.dispose()
    return told


def _texts(index) -> dict[str, str]:
    return {name: str(option) for name, option in index.get("dialect_options", {}).items()}


def test_migrations_make_exactly_the_tables_of_the_schema(migrated, backend, request, tmp_path):
    other = f"sqlite:///{tmp_path / 'other.db'}" if backend == "sqlite" else request.getfixturevalue("postgres").empty()
    engine = create_engine(other)
    schema.metadata.create_all(engine)
    engine.dispose()

    assert described(migrated) == described(other)
    if backend == "postgresql":
        request.getfixturevalue("postgres").drop(other)


def test_alembic_itself_finds_no_difference(migrated):
    engine = create_engine(migrated)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, schema.metadata)
    engine.dispose()

    assert differences == []


def test_copies_of_removed_records_outlive_the_change_of_their_key(empty_store_url, clock):
    engine = create_engine(empty_store_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for statement in ARCHIVED:
            connection.execute(text(statement), {"empty": b"{}"} if ":empty" in statement else {})
    engine.dispose()

    store = Store.open(empty_store_url, clock)
    store.migrate()
    with store.reading() as tx:
        copies = tx.archive.of(["f1"])
    store.close()

    assert copies["f1"].ref.id == "7"


#: A record that was removed, as a store of revision 0004 remembers it.
ARCHIVED = (
    "INSERT INTO streams (id, account, object, kind, missing_count) VALUES (1, 'main', 'contacts', 'person', 0)",
    (
        "INSERT INTO fixes (id, stream_id, record_id, action, state, digest, rules, reasons, run, decided_at, moved_at,"
        " approved_by, detail) VALUES ('f1', 1, '7', 'archive', 'applied', :empty, '[]', '[]', 'r', 1, 1, '', '')"
    ),
    (
        "INSERT INTO archive (fix_id, stream_id, record_id, at, modified_at, raw, links)"
        " VALUES ('f1', 1, '7', 1, 1, :empty, :empty)"
    ),
)


def test_migrating_twice_changes_nothing_and_keeps_the_rows(migrated, clock):
    store = Store.open(migrated, clock)
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])

    store.migrate()

    with store.transaction() as tx:
        assert tx.records.count(CONTACTS) == 1
    store.close()


def test_store_of_a_newer_program_is_left_alone(migrated, clock):
    engine = create_engine(migrated)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    store = Store.open(migrated, clock)

    with pytest.raises(StoreError, match="written by a newer syncd") as caught:
        store.migrate()

    assert "Upgrade syncd" in caught.value.hint
    store.close()


def test_migration_can_be_taken_back_to_nothing(migrated, backend):
    engine = create_engine(migrated)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with engine.connect() as connection:
        left = inspect(connection).get_table_names()
    engine.dispose()

    assert left == ["alembic_version"]


def test_head_of_the_code_is_the_head_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_failed_migration_leaves_nothing_behind(empty_store_url, clock, monkeypatch):
    store = Store.open(empty_store_url, clock)
    monkeypatch.setattr("alembic.op.create_index", _fail)

    with pytest.raises(StoreError, match="could not be brought from nothing to"):
        store.migrate()

    engine = create_engine(empty_store_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    monkeypatch.undo()
    store.migrate()
    store.close()


def _fail(*_arguments, **_options):
    raise RuntimeError


def test_opening_a_store_that_is_up_to_date_does_not_import_alembic(migrated):
    code = (
        "import sys; from syncd.clock import SystemClock; from syncd.store import Store;"
        "store = Store.open(sys.argv[1], SystemClock()); store.migrate(); sys.exit('alembic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code, migrated], cwd=MIGRATIONS.parents[2], check=False)

    assert done.returncode == 0
