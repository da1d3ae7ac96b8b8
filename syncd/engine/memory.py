"""What a process remembers of its streams from pass to pass, and does without after a restart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from syncd.model import Stream

#: Records remembered to be looked at.
_MOST_FRESH = 5_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Moments by stream, by the CRM's clock."""

    #: When the last pull of changes began: what is older and comes only now was shown late.
    asked_at: dict[Stream, datetime] = field(default_factory=dict)
    #: When the last pull began whose rows did not add up to the CRM's own count.
    short_at: dict[Stream, datetime] = field(default_factory=dict)
    #: The same for streams that are looked through since: at the end, all from before then is held.
    settling: dict[Stream, datetime] = field(default_factory=dict)
    #: When it was last looked, by our clock, for records that a task is to be made for.
    tasks_at: dict[Stream, datetime] = field(default_factory=dict)
    #: Records that were judged since, of streams that others make counterparts of; by those others.
    fresh: dict[Stream, dict[Stream, set[str]]] = field(default_factory=dict)
    #: How far the others of such a stream were walked over, by the two streams, and until when that rests.
    walked: dict[tuple[Stream, Stream], tuple[str, datetime]] = field(default_factory=dict)

    #: How far the approved merges of a stream were looked at, whether they wait for others.
    planned: dict[Stream, str] = field(default_factory=dict)

    def note_fresh(self, stream: Stream, ids: Iterable[str]) -> None:
        """Have records that were judged just now looked at by those who make counterparts of them; the walk over all
        finds what is too much to be remembered."""
        for fresh in self.fresh.get(stream, {}).values():
            if len(fresh) < _MOST_FRESH:
                fresh.update(ids)
