"""Opening a database by its URL, SQLite or PostgreSQL, set up so that a commit is a promise."""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from syncd.errors import StoreError
from syncd.store.opening.trouble import to_store_error

#: Seconds a process waits for another one's transaction before it gives up.
BUSY_S = 30
#: Seconds to wait for a PostgreSQL server to answer at all.
CONNECT_S = 10
#: A server that vanished without a word is noticed within about half a minute.
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
#: Connections kept open, and how many more for a moment (threads of the daemon, console, metrics).
POOL_SIZE = 5
POOL_OVERFLOW = 15
#: The execution option that marks a transaction which only reads.
READS_ONLY = "syncd_reads_only"


def read_url(text: str) -> URL:
    """Return the URL of a store; StoreError with an example when it cannot be one."""
    example = "Use sqlite:///syncd.db or postgresql://user@host/database."
    try:
        url = make_url(text.replace("postgres://", "postgresql://", 1) if text.startswith("postgres://") else text)
    except ArgumentError as error:
        raise StoreError("The store's URL cannot be read.", hint=example) from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"A store cannot be kept in {url.get_backend_name()!r}.", hint=example)
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreError("The store has to be a file: the journal must outlive the process.", hint=example)
    return url


def place_of(url: URL) -> str:
    """Return how to name a store in a message: no password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def open_engine(url: URL) -> Engine:
    """Return an engine that has proved to work; StoreError with a hint otherwise."""
    try:
        engine = _open_sqlite(url) if url.get_backend_name() == "sqlite" else _open_postgresql(url)
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs the extra `postgres`.", hint="pip install 'syncd[postgres]'") from error
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        engine.dispose()
        raise to_store_error(error, place_of(url)) from None
    return engine


def _open_sqlite(url: URL) -> Engine:
    _make_private_file(Path(str(url.database)))
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_S},
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private_file(path: Path) -> None:
    """Create the file so that nobody else can read it: it holds personal data."""
    if path.parent.is_dir() and not path.exists():
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise StoreError(
                f"The store {path} cannot be created: {error.strerror}.",
                hint="Check that this user may write to the folder.",
            ) from error


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own idea of when a transaction begins is switched off; `_begin_sqlite` begins them.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # A commit is on the disk when it returns: an intent must not be lost with the power after its write was sent.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is overwritten or deleted leaves no copy on the pages that are written anyway.
    connection.execute("PRAGMA secure_delete = FAST")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -32768")


def sweep_log(engine: Engine) -> None:
    """Write what lies in SQLite's log into its file, over what was there, and empty the log."""
    without_transaction(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


def without_transaction(engine: Engine, statement: str) -> None:
    """Run a statement that SQLite takes outside of any transaction only."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute(statement)
    finally:
        raw.close()


def _begin_sqlite(connection: Connection) -> None:
    # Taking the writer's place at once waits its turn; taking it half-way through could only fail.
    is_reader = connection.get_execution_options().get(READS_ONLY, False)
    connection.exec_driver_sql("BEGIN DEFERRED" if is_reader else "BEGIN IMMEDIATE")


def _open_postgresql(url: URL) -> Engine:
    ours: dict[str, Any] = {"connect_timeout": CONNECT_S, **_KEEPALIVES}
    # Every process goes by a name of its own: whoever takes over from one that is silent has to tell its connections.
    process = f"{str(url.query.get('application_name', 'syncd'))[:40]} {secrets.token_hex(6)}"
    return create_engine(
        url,
        connect_args={name: value for name, value in ours.items() if name not in url.query}
        | {"application_name": process},
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_pre_ping=True,
        hide_parameters=True,
    )
