"""What forms and files say of a batch of records, for the rule that asks about it: looked up in one query."""

from __future__ import annotations

from collections.abc import Sequence

from quality import Arrived
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref
from syncd.store import Transaction


def arrived_of(tx: Transaction, setup: StreamSetup, records: Sequence[Record]) -> dict[Ref, tuple[Arrived, ...]]:
    """Return what came in of these records, for the rule that asks."""
    found = tx.arrivals.of_records(setup.stream, [one.ref.id for one in records])
    return {
        one.ref: tuple(
            Arrived(came.said.values, came.told.seen, came.at, came.mode, has_evidence=came.said.has_evidence)
            for came in found[one.ref.id]
        )
        for one in records
        if one.ref.id in found
    }
