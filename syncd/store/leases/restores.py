"""Whether a store went back in time: whoever puts a backup in place brings back a journal that lacks writes of ours.

A rule would then make good again what a person has set back since, and nobody would know. So it is found out, and
nothing is written until somebody has looked. What a SQLite file had come to stands in the lock file beside it. Of
PostgreSQL's tables it is known by their numbers in the catalogue, which a restored dump does not keep, and by the
timeline of the server, which changes when a server goes on from an older state.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

#: Not a lock either: which tables these are.
_INCARNATION = "incarnation"
_SINCE = "what syncd wrote since, and what people set back, is not in its journal"
OLDER = f"the store is older than what syncd knew last: {_SINCE}"
COPIED = f"the store was copied to here without its lock file, or restored from a backup: if it was, {_SINCE}"
RESTORED = f"the store was restored from a backup: {_SINCE}"


def why_file_is_older(connection: Connection, mark: str, *, is_known_here: bool) -> str:
    """Return why a SQLite store cannot be trusted to know all that was written; empty when it can."""
    if not is_known_here:
        was_used = connection.execute(text("SELECT count(*) FROM runs")).scalar()
        return COPIED if was_used else ""
    return "" if _knows(connection, mark) else OLDER


def why_database_is_older(connection: Connection, mark: str) -> str:
    """Return why tables on a server cannot be trusted to know all that was written; empty when they can.

    `mark` is the newest run that this process knows of, if it does: then nothing else has to be guessed from.
    """
    found = connection.execute(
        text(
            "SELECT concat_ws('.', oid, 'locks'::regclass::oid, timeline_id)"
            " FROM pg_database, pg_control_checkpoint() WHERE datname = current_database()"
        )
    ).scalar_one()
    query = text("SELECT holder FROM locks WHERE name = :name")
    known = connection.execute(query, {"name": _INCARNATION}).scalar()
    if known != found:
        connection.execute(
            text(
                "INSERT INTO locks (name, holder, fence, taken_at) VALUES (:name, :found, 0, 0)"
                " ON CONFLICT (name) DO UPDATE SET holder = :found"
            ),
            {"name": _INCARNATION, "found": found},
        )
    if mark:
        return "" if _knows(connection, mark) else OLDER
    return RESTORED if known is not None and known != found else ""


def _knows(connection: Connection, run: str) -> bool:
    return not run or connection.execute(text("SELECT 1 FROM runs WHERE id = :run"), {"run": run}).scalar() is not None
