"""How many golden records there are, how full they are, and where accounts disagree: kept up to date with the records.

A golden record counts with the record it is told with: that one's stream has it in its counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.rows.counts import Difference, read_golden
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_SHARES = schema.golden_shares


@dataclass(frozen=True, slots=True)
class GoldenShare:
    """What one golden record stands for."""

    #: Whether it is known in several accounts.
    is_shared: bool
    #: Fields that hold something, and those in which accounts hold different values.
    filled: Sequence[str] = ()
    conflicts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class GoldenCount:
    """What the golden records that are told with records of one stream come to."""

    #: Known in `one` account, or in `several`.
    records: Mapping[str, int] = field(default_factory=dict)
    #: By field.
    filled: Mapping[str, int] = field(default_factory=dict)
    conflicts: Mapping[str, int] = field(default_factory=dict)


class GoldenShares(Room):
    """Shares by stream and record."""

    def keep(self, stream: Stream, shares: Mapping[str, GoldenShare | None]) -> None:
        """Count records that are held: with None, their golden record is told with another one, or not at all."""
        number = self.streams.claim(stream)
        held = _held(self.connection, number, shares)
        packed = {record_id: _packed(share) for record_id, share in shares.items() if share is not None}
        changed = {one: share for one, share in packed.items() if held.get(one) != share}
        gone = [one for one in shares if one in held and one not in packed]
        if not changed and not gone:
            return
        difference = Difference()
        for one in (*changed, *gone):
            if one in held:
                _count(difference, held[one], -1)
        for share in changed.values():
            _count(difference, share, 1)
        upsert(
            self.connection,
            _SHARES,
            [{"stream_id": number, "record_id": one, "share": share} for one, share in sorted(changed.items())],
        )
        _drop(self.connection, number, gone)
        difference.keep(self.connection, number)

    def count(self, stream: Stream) -> GoldenCount:
        """Return what is counted of a stream; scans nothing."""
        number = self.streams.find(stream)
        return GoldenCount() if number is None else GoldenCount(*read_golden(self.connection, number))


def drop_shares(connection: Connection, stream_id: int, ids: Collection[str], difference: Difference) -> None:
    """Take records that are gone out of the counts."""
    held = _held(connection, stream_id, ids)
    for share in held.values():
        _count(difference, share, -1)
    _drop(connection, stream_id, held)


def _held(connection: Connection, stream_id: int, ids: Collection[str]) -> dict[str, bytes]:
    query = select(_SHARES.c.record_id, _SHARES.c.share).where(_SHARES.c.stream_id == stream_id)
    return {
        row.record_id: bytes(row.share)
        for chunk in chunks(ids)
        for row in connection.execute(query.where(_SHARES.c.record_id.in_(chunk)))
    }


def _drop(connection: Connection, stream_id: int, ids: Collection[str]) -> None:
    for chunk in chunks(ids):
        query = delete(_SHARES).where(_SHARES.c.stream_id == stream_id, _SHARES.c.record_id.in_(chunk))
        connection.execute(query)


def _packed(share: GoldenShare) -> bytes:
    return pack([share.is_shared, sorted(share.filled), sorted(share.conflicts)])


def _count(difference: Difference, packed: bytes, by: int) -> None:
    is_shared, filled, conflicts = unpack(packed)
    difference.golden(is_shared=is_shared, filled=filled, conflicts=conflicts, by=by)
