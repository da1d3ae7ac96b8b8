"""What the store goes through never reaches the CRM twice, and never unjournalled."""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from connectors.sandbox import Sandbox
from syncd.clock import SystemClock
from syncd.errors import StoreError
from syncd.model import Cursor, FixState, Stream
from syncd.store import Store
from syncd.store.journal.journal import Journal
from syncd.store.reading.cursors import Cursors
from tests import postgres as server_programs
from tests.journeys.journey import Journey
from tests.journeys.running import Running

ON_BOTH = pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True
)
ON_A_FILE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def dirty(journey: Journey, number: int = 1) -> str:
    return journey.create(email=f"ada{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")


def once(journey: Journey) -> bool:
    effects = Counter((one["id"], one["property"]) for one in journey.written(kind="update"))
    return bool(effects) and set(effects.values()) == {1}


def cut_off(monkeypatch: pytest.MonkeyPatch, engine: Any, stream: Stream, *, at_commit: int) -> None:
    """Let a life end at a commit, which is not made any more, counted from where it keeps a stream's cursor."""
    commits: Iterator[int] | None = None
    keep = Cursors.keep

    def kept(cursors: Cursors, of: Stream, cursor: Cursor) -> None:
        nonlocal commits
        if of == stream and commits is None:
            commits = itertools.count(1)
        keep(cursors, of, cursor)

    def end(_connection: object) -> None:
        if commits is not None and next(commits) == at_commit:
            raise KeyboardInterrupt

    monkeypatch.setattr(Cursors, "keep", kept)
    event.listen(engine, "commit", end)


class Lost:
    """Loses the answer to the commit behind a step of the journal; the server has done it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
        self.is_due = False
        self.count = 0
        was = getattr(Journal, step)

        def taken(*given: Any, **named: Any) -> Any:
            self.is_due = True
            return was(*given, **named)

        monkeypatch.setattr(Journal, step, taken)

    def lose(self, engine: Any) -> None:
        commit = engine.dialect.do_commit

        def lost(connection: Any) -> None:
            commit(connection)
            if self.is_due:
                self.is_due, self.count = False, self.count + 1
                raise OperationalError("COMMIT", None, Exception("server closed the connection unexpectedly"))

        engine.dialect.do_commit = lost


@ON_A_FILE
@pytest.mark.parametrize(("commit", "expected"), [(1, (False, 0)), (2, (True, 3))])
def test_life_that_ends_at_the_commit_of_a_page_or_the_next_keeps_its_rows_and_its_cursor_or_neither(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, commit: int, expected: tuple[bool, int]
) -> None:
    for number in range(3):
        dirty(journey, number)

    with journey.life() as parts, monkeypatch.context() as meanwhile:
        cut_off(meanwhile, parts.store._engine, journey.stream(), at_commit=commit)
        with pytest.raises(KeyboardInterrupt):
            journey.live(parts)

    cursor = journey.with_store(lambda tx: tx.cursors.read(journey.stream()))
    assert (cursor is not None, journey.with_store(lambda tx: tx.records.count(journey.stream()))) == expected


@pytest.mark.parametrize("step", ["intend", "settle"])
@ON_BOTH
def test_commit_whose_answer_was_lost_is_found_out_by_reading(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    contact = dirty(journey)
    with journey.life() as parts, monkeypatch.context() as meanwhile:
        lost = Lost(meanwhile, step)
        lost.lose(parts.store._engine)

        with pytest.raises(StoreError, match="lost the connection"):
            journey.live(parts)

    written = len(journey.written(kind="update"))
    journey.pass_once()

    assert lost.count == 1
    assert bool(written) == (step == "settle")
    assert journey.value(contact, "country") == "DE"
    assert once(journey)
    assert {fix.state for fix in journey.fixes()} == {FixState.APPLIED}


@ON_A_FILE
def test_full_disk_stops_the_writing_first_and_everything_goes_on_when_there_is_room(journey: Journey) -> None:
    with journey.life() as parts:
        journey.live(parts)
        contacts = [dirty(journey, number) for number in range(40)]
        engine = parts.store._engine
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        event.listen(engine, "checkout", limit := lambda one, *_: one.execute(f"PRAGMA max_page_count = {pages}"))

        with pytest.raises(StoreError, match="no room left on its disk"):
            journey.live(parts)

        written = journey.written()
        event.remove(engine, "checkout", limit)
        event.listen(engine, "checkout", lambda one, *_: one.execute("PRAGMA max_page_count = 1000000"))
        journey.live(parts)

    assert written == []
    assert {journey.value(contact, "country") for contact in contacts} == {"DE"}
    assert once(journey)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    """A server of the test's own, that can be stopped and started; a commit outlives its process."""
    monkeypatch.setitem(server_programs.SETTINGS, "synchronous_commit", "on")
    one = _Server()
    yield one
    one.stop()
    shutil.rmtree(one.folder, ignore_errors=True)


class _Server:
    def __init__(self) -> None:
        programs = server_programs._programs()
        assert programs is not None, server_programs.MISSING
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="syncd-pg-"))
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://syncd@/postgres?host={self.folder}"

    def start(self) -> None:
        if self.process is None:
            self.process = server_programs._start(self.programs, self.folder)
        else:
            self.process = subprocess.Popen(self.process.args, user=server_programs._unprivileged_user(), cwd="/")
        databases = server_programs.Databases(self.url)
        server_programs._wait(self.process, databases, self.folder)
        databases.close()

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()


def test_daemon_outlives_a_restart_of_the_database_in_the_middle_of_a_pass(server: _Server, tmp_path: Path) -> None:
    with Sandbox.start(tier="off", crms=("hubspot",)) as sandbox:
        journey = Journey(sandbox.url, server.url, tmp_path)
        journey.extra = "every: 1s"
        first = dirty(journey, 1)
        # The answer to the write comes when there is no database any more.
        journey.fault("latency", endpoint=journey.crm.writes, seconds=1.5, count=1)
        daemon = Running(journey)
        daemon.until(lambda: journey.struck() == [1])

        server.stop()
        daemon.until(lambda: "store_failed" in daemon.said())
        unready = daemon.status("/healthz"), daemon.status("/readyz"), daemon.metric("syncd_store_usable")
        second = dirty(journey, 2)
        server.start()

        daemon.until(lambda: journey.value(second, "country") == "DE" and daemon.is_ready())
        # Said by the loop, which need not have come round when a lane has written.
        daemon.until(lambda: "store_recovered" in daemon.said())
        said = daemon.stop()[0], daemon.said()
        assert unready == (200, 503, 0.0)
        assert journey.value(first, "country") == "DE"
        assert once(journey)
        assert {fix.state for fix in journey.fixes()} == {FixState.APPLIED}
        assert said[0] == 0
        assert "Traceback" not in said[1]
        daemon.close()
        journey.close()


def _back_up(store_url: str, folder: Path) -> Any:
    """Copy the store as a person does; return what puts the copy back."""
    url = make_url(store_url)
    if url.get_backend_name() == "sqlite":
        file, copy = Path(str(url.database)), folder / "copy.db"
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
        engine.dispose()

        def put_back() -> None:
            for leftover in (file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
                leftover.unlink(missing_ok=True)
            shutil.copyfile(copy, file)

        return put_back
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def run(*statements: str) -> None:
        with admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        admin.dispose()

    run(f'CREATE DATABASE "{url.database}_copy" TEMPLATE "{url.database}"')
    return lambda: run(
        f'DROP DATABASE "{url.database}" WITH (FORCE)',
        f'CREATE DATABASE "{url.database}" TEMPLATE "{url.database}_copy"',
        f'DROP DATABASE "{url.database}_copy"',
    )


@ON_BOTH
def test_store_that_was_restored_from_a_backup_writes_over_nobody_before_a_person_has_looked(
    journey: Journey, tmp_path: Path
) -> None:
    journey.pass_once()
    put_back = _back_up(journey.store_url, tmp_path)
    contact = dirty(journey)
    journey.pass_once()
    # Somebody wants it as it was, and only the journal that is lost knows that we wrote it.
    journey.edit(contact, country="Germany")
    journey.pass_once()

    put_back()
    journey.pass_once()
    journey.pass_once()
    written = journey.changes(property="country")
    checked = journey.command("check")
    lifted = journey.command("stop", "--lift")
    journey.pass_once()

    assert written == [(contact, "country", "DE")]
    assert "nothing is written: the store" in " ".join(checked.out.split())
    assert "off in the store" in lifted.out
    assert journey.value(contact, "country") == "DE"


@ON_A_FILE
def test_store_that_comes_without_its_lock_file_is_taken_for_a_copy(journey: Journey) -> None:
    journey.pass_once()
    Path(f"{make_url(journey.store_url).database}.lock").unlink()
    dirty(journey)

    journey.pass_once()

    assert journey.written() == []
    store = Store.open(journey.store_url, SystemClock())
    assert "copied to here without its lock file" in store.stop_reason()
    store.close()
