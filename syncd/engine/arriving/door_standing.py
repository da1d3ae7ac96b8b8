"""How things stand with what comes in: what waits at each form and folder, and how far a file has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from syncd.settings import Settings
from syncd.store import WAITING, FileState, Transaction


@dataclass(frozen=True, slots=True)
class FileStanding:
    """A file that is being taken, or whose records are not all there yet."""

    name: str
    state: str
    #: Rows taken so far, and in all once that is known.
    taken: int
    count: int | None


@dataclass(frozen=True, slots=True)
class DoorStanding:
    """One way in."""

    door: str
    #: `form` or `folder`.
    kind: str
    stream: str
    #: What waits, by what for; and since when the oldest of it does.
    waiting: Mapping[str, int] = field(default_factory=dict)
    since: datetime | None = None
    files: tuple[FileStanding, ...] = ()


def door_standings(tx: Transaction, settings: Settings) -> tuple[DoorStanding, ...]:
    """Return how things stand with each way in."""
    inbound = settings.inbound
    if not inbound.doors:
        return ()
    counts, since = tx.arrivals.counts(), tx.arrivals.waiting_since()
    files = tx.arrival_files.in_state(FileState.TAKING, FileState.SETTLING)
    return tuple(
        DoorStanding(
            name,
            "form" if name in inbound.forms else "folder",
            door.stream,
            {state.value: counts[name][state] for state in WAITING if counts.get(name, {}).get(state)},
            since.get(name),
            tuple(FileStanding(one.name, one.state.value, one.taken, one.count) for one in files if one.door == name),
        )
        for name, door in inbound.doors.items()
    )
