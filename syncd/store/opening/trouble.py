"""What a database complains of, in words an operator can act on. Values of records never appear in it."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from syncd.errors import StoreError

#: Part of the driver's complaint → what it means, what to do. The first that fits counts.
_COMPLAINTS = (
    ("database is locked", "is busy: another process is writing to it", "Wait for the other process, or end it."),
    (
        "unable to open database file",
        "cannot be opened",
        "Check that its folder exists and that this user may write there.",
    ),
    ("readonly database", "may not be written", "Give this user write permission on the file and on its folder."),
    ("attempt to write a readonly", "may not be written", "Give this user write permission on it."),
    (
        "disk is full",
        "has no room left on its disk",
        "Free some space; syncd goes on where it stopped, nothing is written to the CRM until then.",
    ),
    (
        "no space left",
        "has no room left on its disk",
        "Free some space; syncd goes on where it stopped, nothing is written to the CRM until then.",
    ),
    ("disk i/o error", "could not be read or written", "Check the disk and the file system it lies on."),
    ("file is not a database", "is not a SQLite database", "Check the path in `store.url`."),
    ("is malformed", "is damaged", "Restore it from a backup, or begin a new one."),
    ("no such table", "has no tables yet, or is damaged", "Run any syncd command that opens it, or restore a backup."),
    ("undefinedtable", "has no tables yet", "Run any syncd command that opens it."),
    (
        "password authentication failed",
        "does not accept the user or the password",
        "Check the user and the password in `store.url`.",
    ),
    ("no password supplied", "asks for a password", "Put the password into `store.url`, by reference."),
    ("does not exist", "has no such database or user", "Create the database first: `createdb syncd`."),
    ("permission denied", "does not let this user do that", "Grant the user all rights on its own database."),
    ("too many clients", "takes no more connections", "Raise `max_connections` of the server, or end other clients."),
    ("connection refused", "does not answer", "Start the PostgreSQL server, or check host and port in `store.url`."),
    ("could not translate host", "cannot be found", "Check the host in `store.url`."),
    ("failed to resolve host", "cannot be found", "Check the host in `store.url`."),
    ("timeout", "did not answer in time", "Check that the PostgreSQL server is up and can be reached."),
    ("connection", "lost the connection", "The PostgreSQL server went away or was restarted; try again when it is up."),
)


def to_store_error(error: SQLAlchemyError, place: str) -> StoreError:
    """Return what to raise instead of a database's own error. `place` names the store, without secrets."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).strip().splitlines()
    first = lines[0] if lines else type(cause).__name__
    complaint = f"{type(cause).__name__} {cause}".lower()
    for part, meaning, hint in _COMPLAINTS:
        if part in complaint:
            return StoreError(f"The store {place} {meaning}.", hint=hint)
    return StoreError(
        f"The store {place} failed: {first}", hint="This is unexpected; please report it with the message."
    )
