"""The counterparts of a batch of records, for the rules that ask about them: looked up in a handful of queries."""

from __future__ import annotations

from collections.abc import Sequence

from quality import Counterpart
from syncd.engine.setup import StreamSetup
from syncd.engine.twins import related
from syncd.model import Record, Ref
from syncd.store import Transaction


def counterparts_of(
    tx: Transaction, setup: StreamSetup, records: Sequence[Record]
) -> dict[Ref, tuple[Counterpart, ...]]:
    """Return the counterparts of those of `records` that have any, as they are kept: the sure ones first."""
    if setup.linked is None:
        return {}
    found = related(tx, setup, records, lambda ref: ref.account != setup.stream.account)
    return {
        ref: tuple(
            Counterpart(one.record, one.is_sure, one.probability, one.reasons)
            for one in sorted(ones, key=lambda one: not one.is_sure)
        )
        for ref, ones in found.items()
    }
