"""How far each stream was looked through, and what was caught beside plain reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from syncd.model import Stream
from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.rows.room import Room
from syncd.store.rows.statements import add_up, upsert

_SWEEPS = schema.sweeps
_CATCHES = schema.catches


@dataclass(frozen=True, slots=True)
class Look:
    """One look at every record of a stream."""

    #: When it was begun, or, of one that came to its end, when that was.
    at: datetime
    #: Where it goes on, in the connector's own terms; empty: at the beginning.
    place: str = ""
    #: The last id that was compared.
    behind: str = ""
    #: The run it belongs to.
    run: str = ""
    #: Records seen, and calls made.
    seen: int = 0
    calls: int = 0
    #: What was caught, by kind.
    caught: Mapping[str, int] = field(default_factory=dict)

    def add(self, caught: Mapping[str, int]) -> Look:
        """Return the look with more that was caught."""
        kinds = self.caught.keys() | caught.keys()
        return replace(self, caught={kind: self.caught.get(kind, 0) + caught.get(kind, 0) for kind in kinds})


@dataclass(frozen=True, slots=True)
class SweepState:
    """How a stream stands with being looked through."""

    under_way: Look | None = None
    last: Look | None = None
    #: By how many records the CRM counted more than were held after the last look, and at the last comparison.
    gap: int | None = None
    last_gap: int | None = None
    #: Whether a look is wanted before its turn.
    is_wanted: bool = False


class Sweeps(Room):
    """One line a stream."""

    def of(self, stream: Stream) -> SweepState:
        """Return how a stream stands."""
        query = select(_SWEEPS).where(_SWEEPS.c.stream_id == self.streams.find(stream))
        row = self.connection.execute(query).one_or_none()
        if row is None:
            return SweepState()
        under_way = last = None
        if row.began_at is not None:
            under_way = Look(row.began_at, row.place, row.behind, row.run, row.seen, row.calls, unpack(row.caught))
        if row.ended_at is not None:
            last = Look(row.ended_at, seen=row.ended_seen, calls=row.ended_calls, caught=unpack(row.ended_caught))
        return SweepState(under_way, last, row.gap, row.last_gap, row.is_wanted)

    def go_on(self, stream: Stream, look: Look) -> None:
        """Remember how far the look under way is, the first time as ever."""
        begun = {"began_at": look.at, "place": look.place, "behind": look.behind, "run": look.run}
        so_far = {"seen": look.seen, "calls": look.calls, "caught": pack(dict(look.caught))}
        self._keep(stream, {**begun, **so_far})

    def end(self, stream: Stream, look: Look, gap: int | None) -> None:
        """Remember that the look under way came to its end, and what it came to."""
        nothing = {"began_at": None, "place": "", "behind": "", "run": "", "seen": 0, "calls": 0, "caught": pack({})}
        ended = {"ended_at": self.now, "ended_seen": look.seen, "ended_calls": look.calls}
        ended["ended_caught"] = pack(dict(look.caught))
        self._keep(stream, {**nothing, **ended, "gap": gap, "last_gap": gap, "is_wanted": False})

    def counted(self, stream: Stream, gap: int, *, is_settled: bool = False) -> None:
        """Remember by how many records the CRM counts more than are held; `is_settled`: and that this is right."""
        self._keep(stream, {"last_gap": gap, "gap": gap} if is_settled else {"last_gap": gap})

    def want(self, stream: Stream) -> None:
        """Ask for a look before its turn."""
        self._keep(stream, {"is_wanted": True})

    def forget(self, stream: Stream) -> None:
        """Begin anew: nothing was looked through yet."""
        self.connection.execute(delete(_SWEEPS).where(_SWEEPS.c.stream_id == self.streams.find(stream)))

    def catch(self, stream: Stream, by: str, caught: Mapping[str, int]) -> None:
        """Count what was caught; kinds of which there was nothing cost nothing."""
        number = self.streams.claim(stream)
        rows = [
            {"stream_id": number, "by": by, "kind": kind, "count": count}
            for kind, count in sorted(caught.items())
            if count
        ]
        add_up(self.connection, _CATCHES, rows)

    def caught(self, stream: Stream) -> dict[tuple[str, str], int]:
        """Return how many records were caught over all time, by (what caught them, kind)."""
        query = select(_CATCHES.c.by, _CATCHES.c.kind, _CATCHES.c.count)
        rows = self.connection.execute(query.where(_CATCHES.c.stream_id == self.streams.find(stream)))
        return {(by, kind): count for by, kind, count in rows}

    def _keep(self, stream: Stream, values: Mapping[str, Any]) -> None:
        number = self.streams.claim(stream)
        changed = self.connection.execute(update(_SWEEPS).where(_SWEEPS.c.stream_id == number), dict(values))
        if not changed.rowcount:
            upsert(self.connection, _SWEEPS, [{"stream_id": number, **_FRESH, **values}])


_FRESH: Mapping[str, Any] = {
    "began_at": None,
    "place": "",
    "behind": "",
    "run": "",
    "seen": 0,
    "calls": 0,
    "caught": pack({}),
    "ended_at": None,
    "ended_seen": 0,
    "ended_calls": 0,
    "ended_caught": pack({}),
    "gap": None,
    "last_gap": None,
    "is_wanted": False,
}
