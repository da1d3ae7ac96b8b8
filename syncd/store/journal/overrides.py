"""People win: values that a person set against a rule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from syncd.model import Raw, Ref, Stream
from syncd.store import schema
from syncd.store.columns.packing import pack_raw, unpack_raw
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_OVERRIDES = schema.overrides


@dataclass(frozen=True, slots=True)
class Override:
    """A field of a record that a rule leaves alone, as long as it holds `value`."""

    ref: Ref
    field: str
    rule: str
    value: Raw
    at: datetime


class Overrides(Room):
    """One value a (record, field, rule)."""

    def keep(self, stream: Stream, record_id: str, field: str, rule: str, value: Raw, at: datetime) -> None:
        """Remember the value a person left; a newer one takes the place of an older one."""
        key = {"stream_id": self.streams.claim(stream), "record_id": record_id, "field": field, "rule": rule}
        upsert(self.connection, _OVERRIDES, [{**key, "value": pack_raw(value), "at": at}])

    def of(self, stream: Stream, ids: Collection[str]) -> dict[tuple[str, str, str], Raw]:
        """Return the values of these records by (record id, field, rule)."""
        number = self.streams.find(stream)
        found: dict[tuple[str, str, str], Raw] = {}
        if number is None:
            return found
        query = select(_OVERRIDES.c.record_id, _OVERRIDES.c.field, _OVERRIDES.c.rule, _OVERRIDES.c.value)
        for chunk in chunks(ids):
            mine = query.where(_OVERRIDES.c.stream_id == number, _OVERRIDES.c.record_id.in_(chunk))
            for record_id, field, rule, value in self.connection.execute(mine):
                found[record_id, field, rule] = unpack_raw(value)
        return found

    def counts(self, stream: Stream) -> dict[str, int]:
        """Return how many there are, by rule."""
        query = (
            select(_OVERRIDES.c.rule, func.count())
            .where(_OVERRIDES.c.stream_id == self.streams.find(stream))
            .group_by(_OVERRIDES.c.rule)
        )
        return dict(self.connection.execute(query).all())

    def select(
        self, *, stream: Stream | None = None, rule: str | None = None, ref: Ref | None = None, limit: int = 1000
    ) -> list[Override]:
        """Return what is kept, newest first."""
        query = select(_OVERRIDES).order_by(_OVERRIDES.c.at.desc(), _OVERRIDES.c.record_id).limit(limit)
        if stream is not None:
            query = query.where(_OVERRIDES.c.stream_id == self.streams.find(stream))
        if ref is not None:
            number = self.streams.find_object(ref.account, ref.object)
            query = query.where(_OVERRIDES.c.stream_id == number, _OVERRIDES.c.record_id == ref.id)
        if rule is not None:
            query = query.where(_OVERRIDES.c.rule == rule)
        streams = self.streams.all()
        return [
            Override(
                Ref(streams[row.stream_id].account, streams[row.stream_id].object, row.record_id),
                row.field,
                row.rule,
                unpack_raw(row.value),
                row.at,
            )
            for row in self.connection.execute(query)
        ]

    def clear(
        self, stream: Stream, *, record_id: str | None = None, field: str | None = None, rule: str | None = None
    ) -> int:
        """Let the rules look afresh at what matches; return how many were forgotten."""
        query = delete(_OVERRIDES).where(_OVERRIDES.c.stream_id == self.streams.find(stream))
        for column, wanted in (("record_id", record_id), ("field", field), ("rule", rule)):
            if wanted is not None:
                query = query.where(_OVERRIDES.c[column] == wanted)
        return self.connection.execute(query).rowcount
