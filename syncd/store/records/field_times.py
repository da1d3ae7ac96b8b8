"""When single fields were last set: what tells a value of last week from one of years ago."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.columns.types import EPOCH, microseconds
from syncd.store.rows.counts import Difference, read_changed
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_TIMES = schema.field_times
_RECORDS = schema.records


class FieldTimes(Room):
    """Moments by record and field."""

    def of(self, stream: Stream, ids: Collection[str]) -> dict[str, dict[str, datetime]]:
        """Return what is known of records, by our names of their fields."""
        query = select(_TIMES.c.record_id, _TIMES.c.times).where(_TIMES.c.stream_id == self.streams.find(stream))
        return {
            row.record_id: _moments(row.times)
            for chunk in chunks(ids)
            for row in self.connection.execute(query.where(_TIMES.c.record_id.in_(chunk)))
        }

    def count_changes(self, stream: Stream, fields: Mapping[str, int]) -> None:
        """Count how often values of these fields were replaced by others."""
        if fields:
            difference = Difference()
            difference.changed(fields)
            difference.keep(self.connection, self.streams.claim(stream))

    def changes(self, stream: Stream) -> dict[str, int]:
        """Return by field how often a value was replaced by another since syncd looks."""
        number = self.streams.find(stream)
        return {} if number is None else read_changed(self.connection, number)

    def all(self, stream: Stream) -> Iterator[dict[str, datetime]]:
        """Yield what is known of each live record: a walk over all of them, for what happens once a day."""
        query = (
            select(_TIMES.c.times)
            .join(_RECORDS, and_(_RECORDS.c.stream_id == _TIMES.c.stream_id, _RECORDS.c.id == _TIMES.c.record_id))
            .where(_TIMES.c.stream_id == self.streams.find(stream), _RECORDS.c.gone_at.is_(None))
        )
        for times in self.connection.execute(query.execution_options(yield_per=1000)).scalars():
            yield _moments(times)

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


def _moments(times: bytes) -> dict[str, datetime]:
    return {name: EPOCH + timedelta(microseconds=one) for name, one in unpack(times).items()}
