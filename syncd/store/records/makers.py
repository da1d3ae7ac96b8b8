"""What records and values come from: the single integration, form, import or user, behind a number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select, update

from syncd.model import Maker, Stream
from syncd.store import schema
from syncd.store.rows.counts import Difference, origin_of
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, insert

_FINDINGS = schema.findings
_MAKERS = schema.makers
_RECORDS = schema.records
#: So many of one kind are told apart in an account; whatever comes later counts as its kind, without a name. A CRM may
#: give each of a million records a source of its own.
MOST_OF_A_KIND = 200
#: A mark is indexed, and longer ones are cut.
_LONGEST_MARK = 200

#: A maker's number, and its name as it is kept.
_Row = tuple[int, str]


class Makers(Room):
    """Makers by number; one keeps its number for ever."""

    def numbers(self, account: str, makers: Collection[Maker]) -> dict[Maker, int]:
        """Return the number of each, given to those that have none; a name that is new is remembered."""
        return numbers_of(self.connection, account, makers)

    def all(self, account: str) -> dict[int, Maker]:
        """Return every maker of an account by its number."""
        query = select(_MAKERS).where(_MAKERS.c.account == account)
        return {row.id: Maker(row.kind, row.mark, row.name) for row in self.connection.execute(query)}

    def untraced(self, stream: Stream, limit: int) -> list[tuple[str, str]]:
        """Return (record id, field) of wrong values of which the CRM is still to be asked what wrote them."""
        query = (
            select(_FINDINGS.c.record_id, _FINDINGS.c.field)
            .where(_FINDINGS.c.stream_id == self.streams.find(stream), _FINDINGS.c.is_untraced.is_not(None))
            .distinct()
            .order_by(_FINDINGS.c.record_id, _FINDINGS.c.field)
            .limit(limit)
        )
        return [(row.record_id, row.field) for row in self.connection.execute(query)]

    def trace(self, stream: Stream, writers: Mapping[tuple[str, str], Maker | None]) -> None:
        """Keep what wrote values, by (record id, field); None: the CRM does not tell. The counts follow."""
        number = self.streams.claim(stream)
        numbers = self.numbers(stream.account, {one for one in writers.values() if one is not None})
        difference = Difference()
        changes = []
        for row in self._to_trace(number, sorted({record_id for record_id, _ in writers})):
            place = (row.record_id, row.field)
            if place not in writers:
                continue
            maker = writers[place]
            writer = None if maker is None else numbers[maker]
            changes.append({"_record": row.record_id, "_field": row.field, "_writer": writer})
            if writer is not None:
                difference.moved(origin_of(row.created_source, row.made_by), str(writer), row.many)
        if changes:
            query = update(_FINDINGS).where(
                _FINDINGS.c.stream_id == number,
                _FINDINGS.c.record_id == bindparam("_record"),
                _FINDINGS.c.field == bindparam("_field"),
                _FINDINGS.c.is_untraced.is_not(None),
            )
            self.connection.execute(query.values(writer=bindparam("_writer"), is_untraced=None), changes)
        difference.keep(self.connection, number)

    def _to_trace(self, number: int, ids: Sequence[str]) -> list[Row[Any]]:
        """Return how many findings there are in values whose writers are not known, with what made their records."""
        of_record = and_(_RECORDS.c.stream_id == _FINDINGS.c.stream_id, _RECORDS.c.id == _FINDINGS.c.record_id)
        columns = (_FINDINGS.c.record_id, _FINDINGS.c.field, _RECORDS.c.created_source, _RECORDS.c.made_by)
        query = (
            select(*columns, func.count().label("many"))
            .join_from(_FINDINGS, _RECORDS, of_record)
            .where(_FINDINGS.c.stream_id == number, _FINDINGS.c.is_untraced.is_not(None))
            .group_by(*columns)
        )
        return [
            row
            for chunk in chunks(ids)
            for row in self.connection.execute(query.where(_FINDINGS.c.record_id.in_(chunk)))
        ]


def numbers_of(connection: Connection, account: str, makers: Collection[Maker]) -> dict[Maker, int]:
    """Return the number of each maker of an account, given to those that have none."""
    wanted = {maker: Maker(maker.kind, maker.mark[:_LONGEST_MARK], maker.name) for maker in makers}
    held = _held(connection, account, wanted.values())
    fresh = [one for one in sorted(set(wanted.values())) if one not in held]
    if fresh:
        held |= _add(connection, account, fresh)
    _rename(connection, held, wanted.values())
    return {maker: held[one][0] for maker, one in wanted.items()}


def _held(connection: Connection, account: str, makers: Iterable[Maker]) -> dict[Maker, _Row]:
    query = select(_MAKERS).where(_MAKERS.c.account == account)
    wanted = set(makers)
    rows = (
        row
        for chunk in chunks(sorted({one.mark for one in wanted}))
        for row in connection.execute(query.where(_MAKERS.c.mark.in_(chunk)))
    )
    return {maker: (row.id, row.name) for row in rows if (maker := Maker(row.kind, row.mark)) in wanted}


def _add(connection: Connection, account: str, makers: Iterable[Maker]) -> dict[Maker, _Row]:
    """Give numbers to makers that have none; those beyond what is told apart share that of their kind."""
    counting = (
        select(_MAKERS.c.kind, func.count().label("many")).where(_MAKERS.c.account == account).group_by(_MAKERS.c.kind)
    )
    many: dict[str, int] = {row.kind: row.many for row in connection.execute(counting)}
    known: list[Maker] = []
    surplus: list[Maker] = []
    for one in makers:
        is_surplus = bool(one.mark) and many.get(one.kind, 0) >= MOST_OF_A_KIND
        many[one.kind] = many.get(one.kind, 0) + 1
        (surplus if is_surplus else known).append(one)
    rows = [{"account": account, "kind": one.kind, "mark": one.mark, "name": one.name} for one in known]
    insert(connection, _MAKERS, rows)
    found = _held(connection, account, known)
    if surplus:
        kinds = numbers_of(connection, account, {Maker(one.kind) for one in surplus})
        # Their names are those that came with them, so that no row is renamed.
        found |= {one: (kinds[Maker(one.kind)], one.name) for one in surplus}
    return found


def _rename(connection: Connection, held: Mapping[Maker, _Row], told: Iterable[Maker]) -> None:
    for one in told:
        number, name = held[one]
        if one.name and one.name != name:
            connection.execute(update(_MAKERS).where(_MAKERS.c.id == number), {"name": one.name})
