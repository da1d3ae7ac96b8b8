"""Files that came in by folders: how far each was taken, so that no row of one is taken twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, select, update

from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert

_FILES = schema.arrival_files


class FileState(StrEnum):
    """How far a file has come."""

    #: Its rows are being taken.
    TAKING = "taking"
    #: All were, and it lies in done/; the ids of some records are not known yet.
    SETTLING = "settling"
    DONE = "done"
    #: It could not be read; it lies in failed/.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ArrivalFile:
    """One file."""

    door: str
    #: A hash of all that it holds.
    digest: str
    name: str
    state: FileState
    #: Rows taken so far, and in all once that is known.
    taken: int
    count: int | None
    began_at: datetime
    moved_at: datetime
    #: How many rows came to what.
    outcomes: Mapping[str, int] = field(default_factory=dict)


class ArrivalFiles(Room):
    """By door and hash."""

    def begin(self, door: str, digest: str, name: str) -> ArrivalFile:
        """Return how far a file was taken; one that was never seen is begun."""
        known = self.find(door, digest)
        if known is not None:
            return known
        moments = {"began_at": self.now, "moved_at": self.now}
        row = {"door": door, "digest": digest, "name": name, "state": FileState.TAKING.value, "taken": 0}
        insert(self.connection, _FILES, [{**row, "count": None, **moments, "outcomes": "{}"}])
        return ArrivalFile(door, digest, name, FileState.TAKING, 0, None, self.now, self.now)

    def find(self, door: str, digest: str) -> ArrivalFile | None:
        """Return one."""
        query = select(_FILES).where(_FILES.c.door == door, _FILES.c.digest == digest)
        row = self.connection.execute(query).one_or_none()
        return None if row is None else _to_file(row)

    def move(self, door: str, digest: str, state: FileState, **more: Any) -> None:
        """Let a file have come so far; `taken`, `count`, `outcomes` and `name` where they changed."""
        if "outcomes" in more:
            more["outcomes"] = json.dumps(dict(more["outcomes"]), sort_keys=True)
        mine = (_FILES.c.door == door, _FILES.c.digest == digest)
        self.connection.execute(update(_FILES).where(*mine), {"state": state.value, "moved_at": self.now, **more})

    def in_state(self, *states: FileState, limit: int = 100) -> list[ArrivalFile]:
        """Return files in one of some states, the oldest first."""
        query = select(_FILES).where(_FILES.c.state.in_([one.value for one in states]))
        rows = self.connection.execute(query.order_by(_FILES.c.began_at, _FILES.c.digest).limit(limit))
        return [_to_file(row) for row in rows]

    def recent(self, limit: int = 20) -> list[ArrivalFile]:
        """Return the files that something happened to last, the latest first."""
        query = select(_FILES).order_by(_FILES.c.moved_at.desc(), _FILES.c.digest).limit(limit)
        return [_to_file(row) for row in self.connection.execute(query)]

    def forget_before(self, moment: datetime) -> int:
        """Let go of files that came to their end before `moment`; return how many."""
        over = [FileState.DONE.value, FileState.FAILED.value]
        query = delete(_FILES).where(_FILES.c.state.in_(over), _FILES.c.moved_at < moment)
        return self.connection.execute(query).rowcount


def _to_file(row: Row[Any]) -> ArrivalFile:
    # A row's own `count` is a method.
    held = row._mapping  # noqa: SLF001 - the library's own name for it
    return ArrivalFile(
        row.door,
        row.digest,
        row.name,
        FileState(row.state),
        row.taken,
        held["count"],
        row.began_at,
        row.moved_at,
        json.loads(row.outcomes),
    )
