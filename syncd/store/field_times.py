"""When single fields were last set: what tells a value of last week from one of years ago."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.columns import EPOCH, microseconds
from syncd.store.packing import pack, unpack
from syncd.store.room import Room
from syncd.store.statements import chunks, upsert

_TIMES = schema.field_times


class FieldTimes(Room):
    """Moments by record and field."""

    def of(self, stream: Stream, ids: Collection[str]) -> dict[str, dict[str, datetime]]:
        """Return what is known of records, by our names of their fields."""
        query = select(_TIMES.c.record_id, _TIMES.c.times).where(_TIMES.c.stream_id == self.streams.find(stream))
        return {
            row.record_id: {name: EPOCH + timedelta(microseconds=one) for name, one in unpack(row.times).items()}
            for chunk in chunks(ids)
            for row in self.connection.execute(query.where(_TIMES.c.record_id.in_(chunk)))
        }

    def keep(self, stream: Stream, times: Mapping[str, Mapping[str, datetime]]) -> None:
        """Keep the moments of records that are held."""
        number = self.streams.claim(stream)
        rows = [
            {
                "stream_id": number,
                "record_id": record_id,
                "times": pack({name: microseconds(one) for name, one in moments.items()}),
            }
            for record_id, moments in times.items()
        ]
        upsert(self.connection, _TIMES, rows)
