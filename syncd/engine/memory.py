"""What a process remembers of its streams from pass to pass, and does without after a restart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from syncd.model import Stream


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
