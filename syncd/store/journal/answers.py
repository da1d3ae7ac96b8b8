"""What the journal answers: what deciding did, what was written last, how often, and when a fix changed its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.model import FixState, Raw, Stream


@dataclass(frozen=True, slots=True)
class Decided:
    """What `decide` did, in numbers."""

    #: New fixes, by the state they begin in.
    proposed: int = 0
    approved: int = 0
    #: Open already, and still wanted.
    kept: int = 0
    #: Proposed so far, approved now.
    upgraded: int = 0
    #: Open so far, and no longer wanted.
    dropped: int = 0
    #: Wanted, but a write to the same field is in flight.
    waiting: int = 0
    #: Wanted, but a person has said no.
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class WrittenChange:
    """What we last wrote into a field, as far as we know still there."""

    fix_id: str
    before: Raw
    after: Raw
    rules: tuple[str, ...]
    settled_at: datetime
    #: The fix that this write took back, when it was an undo.
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many fixes of a rule ever entered a state. Never goes down."""

    account: str
    object: str
    rule: str
    state: FixState
    count: int


@dataclass(frozen=True, slots=True)
class RunCount:
    """How many fixes of a rule are of a run, and in a state now."""

    stream: Stream
    rule: str
    state: FixState
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: a fix changed its state."""

    fix_id: str
    at: datetime
    #: None when it begins.
    was: FixState | None
    became: FixState
    #: The person; empty when syncd did.
    by: str
    run: str
    detail: str
