"""Who looked at records, took them out or changed something, by a command or in the console: when, who, how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.rows.room import Room

_ACCESSES = schema.accesses


@dataclass(frozen=True, slots=True)
class Access:
    """One command of one person."""

    at: datetime
    #: The user of the operating system, or of the console.
    by: str
    command: str
    #: What it was asked for: streams, ids, files; never a value of a record.
    target: str
    #: How much of what; empty when the command did not get so far.
    counts: Mapping[str, int]
    #: Its place among the notes.
    number: int = 0


class Accesses(Room):
    """Rows are only added, and let go of when they are old enough. No command changes or removes one."""

    def begin(self, by: str, command: str, target: str) -> int:
        """Note that a command has begun; return the number of the note. Commit this before anything is shown."""
        row = {"at": self.now, "by": by, "command": command, "target": target, "counts": pack({})}
        number: int = self.connection.execute(insert(_ACCESSES).returning(_ACCESSES.c.id), row).scalar_one()
        return number

    def complete(self, number: int, counts: Mapping[str, int]) -> None:
        """Note how much it was, once that is known."""
        self.connection.execute(update(_ACCESSES).where(_ACCESSES.c.id == number), {"counts": pack(dict(counts))})

    def since(self, moment: datetime, limit: int) -> list[Access]:
        """Return what was noted since `moment`, newest first."""
        return self.page(moment, limit)

    def page(self, moment: datetime, limit: int, *, by: str = "", before: int | None = None) -> list[Access]:
        """Return the same, of one user, or what was noted before the note of a number."""
        query = select(_ACCESSES).where(_ACCESSES.c.at >= moment).order_by(_ACCESSES.c.id.desc())
        if by:
            query = query.where(_ACCESSES.c.by == by)
        if before is not None:
            query = query.where(_ACCESSES.c.id < before)
        return [
            Access(row.at, row.by, row.command, row.target, unpack(row.counts), row.id)
            for row in self.connection.execute(query.limit(limit))
        ]

    def forget_before(self, moment: datetime) -> int:
        """Let go of what was noted before `moment`; return how much that was."""
        return self.connection.execute(delete(_ACCESSES).where(_ACCESSES.c.at < moment)).rowcount
