"""One daemon a store."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from syncd.errors import StoreLockedError
from syncd.store import Store
from tests.store.given import CONTACTS, kept

HOLD = """
import sys, threading
from syncd.clock import SystemClock
from syncd.store import Store
store = Store.open(sys.argv[1], SystemClock())
store.lock("daemon 4711 on host-a")
print("held", flush=True)
threading.Event().wait()
"""


@pytest.fixture
def other_daemon(store_url):
    """Another process that holds the store."""
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", HOLD, store_url], stdout=subprocess.PIPE, text=True, cwd=root)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_second_daemon_is_refused_naming_the_holder(store, other_daemon):
    with pytest.raises(StoreLockedError, match="held by daemon 4711 on host-a") as caught:
        store.lock("daemon 4712")

    assert "Stop the other daemon" in caught.value.hint


def test_killed_holder_frees_the_store(store, other_daemon):
    other_daemon.send_signal(signal.SIGKILL)
    other_daemon.wait()

    taken = False
    for _ in range(100):  # PostgreSQL takes a moment to notice
        try:
            store.lock("daemon 4712")
            taken = True
            break
        except StoreLockedError:
            pass

    assert taken
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])


def test_commands_without_the_lock_work_beside_the_daemon(store, other_daemon):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])

    with store.reading() as tx:
        assert tx.records.count(CONTACTS) == 1


def test_lock_is_free_after_close(store, store_url, clock):
    store.lock("first")
    store.lock("first")  # asking twice is fine
    store.close()

    second = Store.open(store_url, clock)
    second.lock("second")

    with second.transaction() as tx:
        assert tx.records.count(CONTACTS) == 0
    second.close()


def test_store_can_be_locked_before_it_has_tables(empty_store_url, clock):
    first = Store.open(empty_store_url, clock)
    first.lock("first")
    first.migrate()

    second = Store.open(empty_store_url, clock)
    with pytest.raises(StoreLockedError, match="held by first"):
        second.lock("second")

    with first.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])
    first.close()
    second.close()


def test_overtaken_holder_writes_nothing_more(store, store_url):
    store.lock("paused")
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE locks SET fence = fence + 1, holder = 'the newcomer'"))
    engine.dispose()

    with pytest.raises(StoreLockedError, match="held by the newcomer"), store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])


def test_holder_takes_the_lock_again_when_only_its_connection_was_lost(postgres, clock):
    url = postgres.migrated()
    store = Store.open(url, clock)
    store.lock("holder")
    _end_connections(url)

    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])

    second = Store.open(url, clock)
    with pytest.raises(StoreLockedError, match="held by holder"):
        second.lock("second")
    second.close()
    store.close()
    postgres.wipe()


def test_holder_that_lost_its_connection_to_another_daemon_is_refused(postgres, clock):
    url = postgres.migrated()
    first, second = Store.open(url, clock), Store.open(url, clock)
    first.lock("first")
    _end_connections(url)
    second.lock("second")

    with pytest.raises(StoreLockedError, match="held by second"), first.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])

    second.close()
    first.close()
    postgres.wipe()


def _end_connections(url: str) -> None:
    """What a restart of the server does to its clients."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
