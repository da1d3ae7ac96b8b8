"""What is usual in a stream: a few dozen figures, by which a sudden change is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import upsert

_NORMS = schema.norms

#: What a figure is of: (name, key).
NormKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Norm:
    """One figure that is usual."""

    level: float
    #: The fingerprint of the rules and the mapping it was found with.
    judged_with: str
    #: When it was last brought up to date.
    at: datetime


class Norms(Room):
    """One figure a (name, key)."""

    def of(self, stream: Stream) -> dict[NormKey, Norm]:
        """Return what is usual in a stream; nothing when nobody has looked yet."""
        query = select(_NORMS).where(_NORMS.c.stream_id == self.streams.find(stream))
        return {(row.name, row.key): Norm(row.level, row.judged_with, row.at) for row in self.connection.execute(query)}

    def keep(self, stream: Stream, norms: Mapping[NormKey, Norm]) -> None:
        """Remember figures; others stay."""
        number = self.streams.claim(stream)
        rows = [
            {
                "stream_id": number,
                "name": name,
                "key": key,
                "level": norm.level,
                "judged_with": norm.judged_with,
                "at": norm.at,
            }
            for (name, key), norm in sorted(norms.items())
        ]
        upsert(self.connection, _NORMS, rows)

    def forget(self, stream: Stream, keys: Collection[NormKey]) -> None:
        """Forget figures: what is there next becomes the usual."""
        if keys:
            query = delete(_NORMS).where(
                _NORMS.c.stream_id == self.streams.find(stream),
                _NORMS.c.name == bindparam("_name"),
                _NORMS.c.key == bindparam("_key"),
            )
            self.connection.execute(query, [{"_name": name, "_key": key} for name, key in sorted(keys)])
