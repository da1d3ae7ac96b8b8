"""How often somebody set back what a rule had written: by this a workflow is known that fights it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_SET_BACKS = schema.set_backs

#: A field of a record, and the rule that was set back there: (record id, field, rule).
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class SetBackCount:
    """How a rule fared."""

    #: Records on which somebody set it back.
    records: int
    #: How often in all, and how often on one and the same field.
    times: int
    most_times: int


class SetBacks(Room):
    """One count a (rule, record, field), until the rule is released."""

    def add(self, stream: Stream, places: Collection[Place], at: datetime) -> None:
        """Count that these were set back once more."""
        if not places:
            return
        number = self.streams.claim(stream)
        known = self._times(number, {record_id for record_id, _, _ in places})
        rows = [
            {
                "stream_id": number,
                "rule": rule,
                "record_id": record_id,
                "field": field,
                "times": known.get((record_id, field, rule), 0) + 1,
                "at": at,
            }
            for record_id, field, rule in sorted(set(places))
        ]
        upsert(self.connection, _SET_BACKS, rows)

    def counts(self, stream: Stream, since: datetime) -> dict[str, SetBackCount]:
        """Return how each rule fared at or after `since`, by rule."""
        query = (
            select(
                _SET_BACKS.c.rule,
                func.count(_SET_BACKS.c.record_id.distinct()),
                func.sum(_SET_BACKS.c.times),
                func.max(_SET_BACKS.c.times),
            )
            .where(_SET_BACKS.c.stream_id == self.streams.find(stream), _SET_BACKS.c.at >= since)
            .group_by(_SET_BACKS.c.rule)
        )
        return {
            rule: SetBackCount(records, int(times), most)
            for rule, records, times, most in self.connection.execute(query)
        }

    def latest(self, stream: Stream, rule: str, limit: int) -> list[tuple[str, str]]:
        """Return where a rule was set back last: (record id, field)."""
        query = (
            select(_SET_BACKS.c.record_id, _SET_BACKS.c.field)
            .where(_SET_BACKS.c.stream_id == self.streams.find(stream), _SET_BACKS.c.rule == rule)
            .order_by(_SET_BACKS.c.at.desc(), _SET_BACKS.c.record_id)
            .limit(limit)
        )
        return [(record_id, field) for record_id, field in self.connection.execute(query)]

    def clear(self, stream: Stream, rule: str) -> int:
        """Forget how a rule fared; return how many fields it was set back on."""
        query = delete(_SET_BACKS).where(
            and_(_SET_BACKS.c.stream_id == self.streams.find(stream), _SET_BACKS.c.rule == rule)
        )
        return self.connection.execute(query).rowcount

    def _times(self, number: int, ids: Collection[str]) -> Mapping[Place, int]:
        query = select(_SET_BACKS).where(_SET_BACKS.c.stream_id == number)
        return {
            (row.record_id, row.field, row.rule): row.times
            for chunk in chunks(sorted(ids))
            for row in self.connection.execute(query.where(_SET_BACKS.c.record_id.in_(chunk)))
        }
