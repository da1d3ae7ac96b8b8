"""Bringing a database to the newest form of the tables, by Alembic, from the migrations in this package."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from syncd.errors import StoreError, StoreLockedError
from syncd.store.leases.advisory import holders, shut_out_others
from syncd.store.opening.trouble import to_store_error
from syncd.store.schema import HEAD

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
#: Two processes never migrate at once.
_KEY = 0x73796E64


def migrate(engine: Engine, place: str) -> None:
    """Migrate to the head, all or nothing; StoreError when the tables are newer than this program."""
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key, hashtext(current_schema()))"), {"key": _KEY})
        found = revision_of(connection)
        if found == HEAD:
            return
        if found is not None:
            _must_be_alone(connection, found)
        _upgrade(connection, found, place)


def revision_of(connection: Connection) -> str | None:
    """Return the revision a database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_due(engine: Engine) -> bool:
    """Return whether there are tables, and of another form than the newest."""
    with engine.connect() as connection:
        return revision_of(connection) not in {None, HEAD}


def _must_be_alone(connection: Connection, found: str) -> None:
    """Refuse to change tables that somebody works on. A SQLite file has a lock of its own, which the caller holds."""
    if connection.dialect.name == "postgresql" and not shut_out_others(connection):
        raise StoreLockedError(
            f"The tables are at {found} and have to come to {HEAD}, and {holders(connection)} works on them.",
            hint="Stop every daemon of the version before; it can be started again at once.",
        )


def _upgrade(connection: Connection, found: str | None, place: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"The store {place} was written by a newer syncd (its tables are at {found}, this program knows {HEAD}).",
            hint="Upgrade syncd, or restore the backup taken before the upgrade.",
        )
    try:
        command.upgrade(config, "head")
    except Exception as error:  # noqa: BLE001 - whatever a migration stumbles over, the transaction takes all of it back
        raise _failed(error, found, place) from None


def _failed(error: Exception, found: str | None, place: str) -> StoreError:
    """Return what to tell of an upgrade that failed."""
    if isinstance(error, SQLAlchemyError):
        told = to_store_error(error, place)
        why, hint = told.message, told.hint
    else:
        why, hint = f"{type(error).__name__}: {error}", "This is unexpected; please report it with the message."
    return StoreError(
        f"The tables of {place} could not be brought from {found or 'nothing'} to {HEAD}, and are as they were. {why}",
        hint=f"{hint} Until then the syncd of before can go on with them.",
    )
