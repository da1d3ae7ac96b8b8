"""What tests of every package may ask for: a store of each kind, a clock that stands still."""

from __future__ import annotations

import faulthandler
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest

from syncd.clock import SystemClock
from syncd.store import Store

pytest_plugins = ("tests.postgres",)

BACKENDS = ("sqlite", "postgresql")


class StillClock:
    """Moves only when told to, or when somebody waits on it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        """Return the moment it is."""
        return self.moment

    def monotonic(self) -> float:
        """Return seconds since the test began."""
        return self.seconds

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Let the time pass at once."""
        self.advance(max(0.0, seconds))
        return stop is not None and stop.is_set()

    def advance(self, seconds: float) -> datetime:
        """Let time pass; return the moment it is then."""
        self.seconds += seconds
        self.moment += timedelta(seconds=seconds)
        return self.moment


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let soaking tests take their time: nobody needs to be told where they are after minutes."""
    if item.get_closest_marker("soak") is not None:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands still."""
    return StillClock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """A SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    store = Store.open(f"sqlite:///{path}", SystemClock())
    store.migrate()
    store.close()
    return path


@pytest.fixture(params=BACKENDS)
def backend(request):
    """The kind of database: the test runs on each."""
    return request.param


@pytest.fixture
def empty_store_url(backend, request, tmp_path):
    """The URL of a database without tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    databases = request.getfixturevalue("postgres")
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def store_url(backend, request, tmp_path):
    """The URL of a database with all tables and nothing in them."""
    if backend == "sqlite":
        path = tmp_path / "store.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    databases = request.getfixturevalue("postgres")
    yield databases.migrated()
    databases.wipe()


@pytest.fixture
def store(store_url, clock):
    """An open store with nothing in it."""
    opened = Store.open(store_url, clock)
    yield opened
    opened.close()
