"""What the journal can tell in figures, without reading a fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from syncd.model import Action, Ending, FixState, Stream
from syncd.store import schema
from syncd.store.columns.packing import unpack_names, unpack_raw
from syncd.store.journal.answers import OutcomeCount, RunCount
from syncd.store.journal.fix_rows import ending_of
from syncd.store.rows.room import Room

_FIXES = schema.fixes
_CHANGES = schema.fix_changes


def is_in(states: Collection[FixState]) -> ColumnElement[bool]:
    """Return the condition that a fix is in one of some states."""
    return _FIXES.c.state.in_(sorted(state.value for state in states))


class JournalCounts(Room):
    """Fixes counted by what became of them."""

    def count_held(self, stream: Stream, until: str) -> int:
        """Return how many approved fixes up to one are left; what goes, merges or comes to be has turns, and is not
        counted."""
        query = select(func.count()).where(
            _FIXES.c.stream_id == self.streams.find(stream),
            is_in({FixState.APPROVED}),
            _FIXES.c.id <= until,
            _FIXES.c.action.not_in((Action.ARCHIVE.value, Action.MERGE.value, Action.CREATE.value)),
        )
        return self.connection.execute(query).scalar_one()

    def count(self, stream: Stream, state: FixState) -> int:
        """Return how many fixes of a stream are in a state now."""
        number = self.streams.find(stream)
        query = select(func.count()).where(_FIXES.c.stream_id == number, _FIXES.c.state == state.value)
        return self.connection.execute(query).scalar_one()

    def of_run(self, run: str) -> list[RunCount]:
        """Return how many fixes of each rule a run wrote or decided, and what has become of them."""
        columns = (_FIXES.c.stream_id, _FIXES.c.rules, _FIXES.c.state)
        query = select(*columns, func.count().label("many")).where(_FIXES.c.run == run).group_by(*columns)
        streams = self.streams.all()
        found = Counter[tuple[Stream, str, FixState]]()
        for row in self.connection.execute(query):
            for rule in unpack_names(row.rules):
                found[streams[row.stream_id], rule, FixState(row.state)] += row.many
        return [RunCount(stream, rule, state, many) for (stream, rule, state), many in sorted(found.items())]

    def oldest(self, stream: Stream, state: FixState) -> datetime | None:
        """Return when the fix that has been in a state for longest was decided; None when there is none."""
        query = select(_FIXES.c.decided_at).where(
            _FIXES.c.stream_id == self.streams.find(stream), _FIXES.c.state == state.value
        )
        # Ids follow the time they were made at: the first one of the index is the oldest.
        return self.connection.execute(query.order_by(_FIXES.c.id).limit(1)).scalar()

    def approved_at(self) -> dict[Stream, datetime]:
        """Return by stream when a person last approved one of the fixes that wait to be written."""
        query = select(_FIXES.c.stream_id, func.max(_FIXES.c.moved_at).label("at"))
        query = query.where(is_in({FixState.APPROVED}), _FIXES.c.approved_by != "").group_by(_FIXES.c.stream_id)
        streams = self.streams.all()
        return {streams[row.stream_id]: row.at for row in self.connection.execute(query)}

    def count_approved(self, stream: Stream) -> dict[tuple[Action, tuple[str, ...]], int]:
        """Return how many fixes wait to be written, by what they do and the rules behind them."""
        query = select(_FIXES.c.action, _FIXES.c.rules, func.count()).where(
            _FIXES.c.stream_id == self.streams.find(stream), is_in({FixState.APPROVED})
        )
        return {
            (Action(action), unpack_names(rules)): count
            for action, rules, count in self.connection.execute(query.group_by(_FIXES.c.action, _FIXES.c.rules))
        }

    def count_approved_updates(self, stream: Stream, notes: Collection[str]) -> dict[str, int]:
        """Return how many approved updates a rule has a part in, by rule; filling an empty one of `notes` is no part.

        A fix may count twice for a rule that changes several fields of it together with others.
        """
        waiting = and_(
            _FIXES.c.stream_id == self.streams.find(stream),
            is_in({FixState.APPROVED}),
            _FIXES.c.action == Action.UPDATE.value,
        )
        return dict(self._updates_by_rule(waiting, notes))

    def count_written_by_rule(self, stream: Stream, since: datetime, notes: Collection[str]) -> dict[str, int]:
        """Return how many fixes of each rule were written at or after `since`, undone later or not; undos left out.

        Filling an empty one of `notes` does not count.
        """
        written = and_(
            _FIXES.c.stream_id == self.streams.find(stream),
            is_in({FixState.APPLIED, FixState.UNDONE}),
            _FIXES.c.settled_at >= since,
            _FIXES.c.undoes.is_(None),
        )
        deeds = (
            select(_FIXES.c.rules, func.count())
            .where(written, _FIXES.c.action != Action.UPDATE.value)
            .group_by(_FIXES.c.rules)
        )
        counts = self._updates_by_rule(and_(written, _FIXES.c.action == Action.UPDATE.value), notes)
        for rules, count in self.connection.execute(deeds):
            counts.update(dict.fromkeys(unpack_names(rules), count))
        return dict(counts)

    def ever_applied(self, stream: Stream, rule: str) -> bool:
        """Return whether a rule has ever written to a stream."""
        table = schema.fix_counts
        query = select(table.c.count).where(
            table.c.stream_id == self.streams.find(stream),
            table.c.rule == rule,
            table.c.state == FixState.APPLIED.value,
        )
        return bool(self.connection.execute(query).scalar())

    def count_written_since(self, stream: Stream, since: datetime) -> int:
        """Return how many fixes were written at or after `since`, undos among them, whether undone later or not."""
        number = self.streams.find(stream)
        written = is_in({FixState.APPLIED, FixState.UNDONE})
        query = select(func.count()).where(_FIXES.c.stream_id == number, written, _FIXES.c.settled_at >= since)
        return self.connection.execute(query).scalar_one()

    def count_written_by_whom(self, stream: Stream, since: datetime) -> tuple[int, int]:
        """Return how many fixes were written at or after `since` by the rules' mode, and how many a person approved."""
        is_by_mode = _FIXES.c.approved_by == ""
        query = select(is_by_mode, func.count()).where(
            _FIXES.c.stream_id == self.streams.find(stream),
            is_in({FixState.APPLIED, FixState.UNDONE}),
            _FIXES.c.settled_at >= since,
            _FIXES.c.undoes.is_(None),
        )
        found = {bool(by_mode): count for by_mode, count in self.connection.execute(query.group_by(is_by_mode))}
        return found.get(True, 0), found.get(False, 0)

    def written_in(self, run: str) -> dict[tuple[Stream, Action | Ending], int]:
        """Return how many fixes a run wrote, by stream and by what they did; merges of our own by how they ended."""
        columns = (_FIXES.c.stream_id, _FIXES.c.action, _FIXES.c.link_label)
        query = select(*columns, func.count()).where(_FIXES.c.run == run, is_in({FixState.APPLIED, FixState.UNDONE}))
        streams, found = self.streams.all(), Counter[tuple[Stream, Action | Ending]]()
        for number, action, label, count in self.connection.execute(query.group_by(*columns)):
            found[streams[number], ending_of(Action(action), label) or Action(action)] += count
        return dict(found)

    def outcome_counts(self) -> list[OutcomeCount]:
        """Return how many fixes ever entered each state, by stream and rule."""
        table = schema.fix_counts
        streams = self.streams.all()
        return [
            OutcomeCount(streams[number].account, streams[number].object, rule, FixState(state), count)
            for number, rule, state, count in self.connection.execute(select(table).order_by(*table.primary_key))
        ]

    def _updates_by_rule(self, which: ColumnElement[bool], notes: Collection[str]) -> Counter[str]:
        """Return in how many updates each rule has a part, by rule; filling an empty one of `notes` is no part.

        What stood there before may be encrypted, so that only we can tell whether it was empty.
        """
        changes = select(_CHANGES.c.rules).join_from(_CHANGES, _FIXES, _FIXES.c.id == _CHANGES.c.fix_id).where(which)
        others = changes.add_columns(func.count(_CHANGES.c.fix_id.distinct())).where(_CHANGES.c.field.not_in(notes))
        counts: Counter[str] = Counter()
        for rules, count in self.connection.execute(others.group_by(_CHANGES.c.rules)):
            counts.update(dict.fromkeys(unpack_names(rules), count))
        noted = changes.add_columns(_CHANGES.c.before).where(_CHANGES.c.field.in_(notes))
        for rules, before in self.connection.execute(noted):
            if unpack_raw(before) not in (None, ""):
                counts.update(unpack_names(rules))
        return counts
