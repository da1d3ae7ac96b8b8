"""What one pass over a stream came to, counted while it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from syncd.model import FixState


@dataclass(slots=True)
class Tally:
    """Counts of one pass over one stream."""

    pulled: int = 0
    repeated: int = 0
    #: Records that an earlier look should have shown: the CRM was late with them.
    late: int = 0
    unchanged: int = 0
    judged: int = 0
    gone: int = 0
    proposed: int = 0
    approved: int = 0
    #: Why a full pull was paused behind a page; empty: it was not.
    paused: str = ""
    #: HTTP exchanges, and seconds at work.
    calls: int = 0
    seconds: float = 0.0
    #: Approved fixes a guard holds back until a person has looked.
    held: int = 0
    #: Why nothing was written, or nothing more, whatever is approved; empty: nothing stood in the way of all.
    stopped: str = ""
    #: What is held until it is over or a person says go on, in sentences.
    holds: tuple[str, ...] = ()
    #: Fixes that came to a state in this pass.
    fixes: dict[FixState, int] = field(default_factory=dict)
    #: How many records got one and the same text, by our name of the field and a hash of the text.
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Records that others were merged into in this run.
    merged: set[str] = field(default_factory=set)

    def settled(self, state: FixState) -> None:
        """Count a fix that came to `state`."""
        self.fixes[state] = self.fixes.get(state, 0) + 1
