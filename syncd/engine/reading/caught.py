"""What is caught beside plain reading, and by what: the report of how much would have been missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from syncd.engine.setup import StreamPass
from syncd.model import Stream
from syncd.store import Look, Transaction


class By(StrEnum):
    """What caught it."""

    #: Reading again what lies a little behind the cursor.
    OVERLAP = "overlap"
    #: Looking through every record.
    SWEEP = "sweep"
    #: The CRM's own list of what was removed.
    REMOVALS = "removals"


class Kind(StrEnum):
    """What was caught."""

    #: A record, or a change, that was shown only after reading had gone past it.
    NEW = "new"
    CHANGE = "change"
    #: A record that had been gone, and is there again without a new version.
    RESTORED = "restored"
    #: Links that are others, without a new version.
    LINK = "link"
    #: A value that the CRM works out of others, and one that it does not: both without a new version.
    CALCULATED = "calculated"
    VALUE = "value"
    #: Records that are gone.
    DELETED = "deleted"
    MERGED = "merged"
    #: Records that are not shown any more, too many at once to be believed: they stay as they were.
    VANISHED = "vanished"


#: Everything that can be told, by (what caught it, kind).
CATCHES: tuple[tuple[By, Kind], ...] = (
    (By.OVERLAP, Kind.NEW),
    (By.OVERLAP, Kind.CHANGE),
    *((By.SWEEP, kind) for kind in Kind),
    (By.REMOVALS, Kind.DELETED),
    (By.REMOVALS, Kind.MERGED),
)
#: Two versions that lie no further apart are one: where a CRM's stamps are coarse, a young one counts as older.
ONE_VERSION = timedelta(milliseconds=1)
#: What a look through everything finds that the CRM has and the store lacked.
MISSING = (Kind.NEW, Kind.RESTORED)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete the copy of a stream is, as far as is known."""

    stream: Stream
    #: The last look through everything that came to its end; None: there was none.
    last: Look | None
    is_under_way: bool
    #: Records the CRM had then and the store lacked; they were read.
    missing: int
    #: Records caught over all time, by (what caught them, kind).
    caught: Mapping[tuple[str, str], int]

    @property
    def vanished(self) -> int:
        """Return how many records were not shown any more, too many to be believed."""
        return 0 if self.last is None else self.last.caught.get(Kind.VANISHED, 0)


def completeness(tx: Transaction, stream: Stream) -> Completeness:
    """Return how complete the copy of a stream is; makes no call."""
    state = tx.sweeps.of(stream)
    caught, missing = tx.sweeps.caught(stream), tx.cursors.missing(stream)
    return Completeness(stream, state.last, state.under_way is not None, missing, caught)


def note_caught(tx: Transaction, work: StreamPass, by: By, caught: Mapping[str, int]) -> None:
    """Count what was caught, in the transaction that keeps it and in the metrics."""
    found = {str(kind): count for kind, count in caught.items() if count}
    if found:
        tx.sweeps.catch(work.stream, by, found)
        work.tools.telemetry.records_caught(work.stream, by, found)
