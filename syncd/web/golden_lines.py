"""What the page of a record tells of the golden record it is part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quality.fields import is_empty
from quality.golden import GoldenValue
from syncd.engine.linked.golden_records import golden_of_record
from syncd.model import Ref, SourceRecord
from syncd.settings import StreamSettings
from syncd.store import Transaction


@dataclass(frozen=True, slots=True)
class GoldenLines:
    """The other records, and the values that are told, those that somebody gainsays first."""

    others: tuple[Ref, ...]
    values: tuple[GoldenValue, ...]

    @classmethod
    def of(
        cls,
        tx: Transaction,
        stream: StreamSettings,
        streams: Sequence[StreamSettings],
        source: SourceRecord,
        now: datetime,
    ) -> GoldenLines | None:
        """Return what there is to tell; None where the record surely has no counterpart in another account."""
        found = golden_of_record(tx, stream, streams, source, now)
        if found is None:
            return None
        golden, _ = found
        told = [one for one in golden.values.values() if not is_empty(one.value)]
        others = tuple(ref for ref in golden.members if ref != source.ref)
        return cls(others, tuple(sorted(told, key=lambda one: not one.losers)))
