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
store.join("daemon 4711 on host-a")
store.share(["main"])
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


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_second_daemon_on_a_file_is_refused_naming_the_holder(store, other_daemon):
    with pytest.raises(StoreLockedError, match="held by daemon 4711 on host-a") as caught:
        store.join("daemon 4712")

    assert "Stop the other one" in caught.value.hint


def test_what_changes_the_whole_store_is_refused_while_anybody_works_on_it(store, other_daemon):
    with pytest.raises(StoreLockedError, match="held by daemon 4711 on host-a"):
        store.lock("rekey 4712")


def test_killed_holder_frees_the_store(store, other_daemon):
    other_daemon.send_signal(signal.SIGKILL)
    other_daemon.wait()

    taken = False
    for _ in range(100):  # PostgreSQL takes a moment to notice
        try:
            store.lock("rekey 4712")
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


def test_overtaken_holder_writes_nothing_more(store, store_url):
    store.hold(["main"], "paused")
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE locks SET fence = fence + 1, holder = 'the newcomer' WHERE fence > 0"))
    engine.dispose()

    with pytest.raises(StoreLockedError, match="held by the newcomer"), store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])


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
