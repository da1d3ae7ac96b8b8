"""Whatever is wrong with a database, the operator reads what it is and what to do."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, event, make_url, text

from syncd.errors import StoreError
from syncd.store import Store
from syncd.store.opening.database import place_of, read_url
from syncd.store.schema import record_values
from tests.store.given import CONTACTS, kept, source


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("nonsense", "URL cannot be read", "sqlite:///syncd.db"),
        ("mysql://u:secret@h/d", "kept in 'mysql'", "postgresql://"),
        ("sqlite://", "has to be a file", "sqlite:///syncd.db"),
        ("sqlite:///:memory:", "has to be a file", "sqlite:///syncd.db"),
        ("sqlite:////no/such/folder/syncd.db", "cannot be opened", "folder exists"),
        ("sqlite:////proc/syncd.db", "cannot be created", "may write to the folder"),
        ("postgresql://u:secret@127.0.0.1:1/d", "does not answer", "Start the PostgreSQL server"),
        ("postgres://u:secret@127.0.0.1:1/d", "does not answer", "Start the PostgreSQL server"),
        ("postgresql://u:secret@no-such-host.invalid/d", "cannot be found", "Check the host"),
    ],
)
def test_store_that_cannot_be_opened_says_why_and_what_to_do(clock, url, message, hint):
    with pytest.raises(StoreError, match=message) as caught:
        Store.open(url, clock)

    assert hint in caught.value.hint
    assert "secret" not in str(caught.value)


def test_folder_in_place_of_a_file_is_told(clock, tmp_path):
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(f"sqlite:///{tmp_path}", clock)


def test_file_that_is_no_database_is_told(clock, tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, but long enough to look at " * 50)

    with pytest.raises(StoreError, match="is not a SQLite database"):
        Store.open(f"sqlite:///{tmp_path / 'notes.txt'}", clock)


def test_unknown_database_of_a_server_is_told(postgres, clock):
    url = make_url(postgres.migrated()).set(database="never-made").render_as_string(hide_password=False)

    with pytest.raises(StoreError, match="no such database") as caught:
        Store.open(url, clock)

    assert "createdb" in caught.value.hint


def test_store_without_tables_is_told(empty_store_url, clock):
    store = Store.open(empty_store_url, clock)

    with pytest.raises(StoreError, match="has no tables yet"), store.transaction() as tx:
        tx.records.count(CONTACTS)
    store.close()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_locked_database_is_told_after_waiting(store, store_url):
    event.listen(store._engine, "begin", lambda connection: None)
    with store._engine.connect() as warm:
        warm.connection.cursor().execute("PRAGMA busy_timeout = 20")
        other = create_engine(store_url)
        with other.connect() as holder:
            holder.exec_driver_sql("BEGIN IMMEDIATE")
            warm.close()

            with pytest.raises(StoreError, match="is busy: another process") as caught, store.transaction():
                pass

            holder.rollback()
        other.dispose()

    assert "Wait for the other process" in caught.value.hint


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_full_disk_is_told_and_nothing_is_kept(store):
    event.listen(store._engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 80"))
    store._engine.dispose()
    rows = [kept(str(number), values={"note": "x" * 1000}) for number in range(500)]

    with pytest.raises(StoreError, match="no room left") as caught, store.transaction() as tx:
        tx.records.keep(CONTACTS, rows)

    assert "Free some space" in caught.value.hint
    with store.transaction() as tx:
        assert tx.records.count(CONTACTS) == 0


def test_lost_server_is_told_and_the_next_transaction_works(postgres, clock):
    url = postgres.migrated()
    store = Store.open(url, clock)

    with pytest.raises(StoreError, match="lost the connection"), store.transaction() as tx:  # noqa: PT012 - a transaction is a block
        tx.records.keep(CONTACTS, [kept()])
        engine = create_engine(url)
        with engine.begin() as connection:
            end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
            connection.execute(text(f"{end} AND pid <> pg_backend_pid()"))
        engine.dispose()
        tx.records.count(CONTACTS)

    with store.transaction() as tx:
        assert tx.records.count(CONTACTS) == 0
    store.close()
    postgres.wipe()


def test_values_of_records_never_show_in_an_error(store):
    secret = "ada.private@example.com"

    with pytest.raises(StoreError) as caught, store.transaction() as tx:  # noqa: PT012 - a transaction is a block
        tx.records.keep(CONTACTS, [kept(values={"email": secret})])
        row = {"stream_id": 999, "record_id": secret, "raw": secret.encode(), "links": b"{}"}
        tx.records.connection.execute(record_values.insert(), row)

    assert secret not in f"{caught.value}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_file_of_the_store_is_for_its_owner_only(clock, tmp_path):
    Store.open(f"sqlite:///{tmp_path / 'private.db'}", clock).close()

    assert (tmp_path / "private.db").stat().st_mode & 0o077 == 0


def test_password_never_shows_in_the_name_of_a_store():
    assert place_of(read_url("postgresql://u:secret@h/d")) == "postgresql://u:***@h/d"


def test_readers_see_one_state_and_keep_nobody_from_writing(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1")])

    with store.reading() as looking:
        assert looking.records.count(CONTACTS) == 1
        with store.transaction() as tx:
            tx.records.keep(CONTACTS, [kept("2")])
        assert looking.records.count(CONTACTS) == 1

    with store.reading() as looking:
        looking.records.keep(CONTACTS, [kept("discarded")])

    with store.reading() as looking:
        assert looking.records.read(CONTACTS, ["1"]) == {"1": source("1")}
        assert looking.records.count(CONTACTS) == 2


def test_commits_are_on_the_disk(store, backend):
    with store.transaction() as tx:
        name = "PRAGMA synchronous" if backend == "sqlite" else "SHOW wal_level"
        told = tx.records.connection.exec_driver_sql(name).scalar()

    assert told in {2, "replica"}
