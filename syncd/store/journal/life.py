"""The life of a fix: which state may follow which. There is no other place that knows."""

from __future__ import annotations

from types import MappingProxyType

from syncd.errors import StoreError
from syncd.model import FixState

#: Moves that are allowed. A state that is not named here is an end.
ARROWS = MappingProxyType(
    {
        FixState.PROPOSED: frozenset({FixState.APPROVED, FixState.DISMISSED, FixState.STALE}),
        # Already true and stale without being sent: the comparison before the write said so.
        FixState.APPROVED: frozenset({FixState.INTENDED, FixState.DISMISSED, FixState.STALE, FixState.ALREADY_TRUE}),
        # Back to approved when it was never sent: the CRM refused the call, or recovery found that out.
        FixState.INTENDED: frozenset(
            {
                FixState.APPLIED,
                FixState.ALREADY_TRUE,
                FixState.STALE,
                FixState.REJECTED,
                FixState.UNKNOWN,
                FixState.APPROVED,
            }
        ),
        # Settled by reading the record back; approved when that shows that nothing happened. Whether a record was made
        # that nobody can find is for a person to say.
        FixState.UNKNOWN: frozenset(
            {
                FixState.APPLIED,
                FixState.ALREADY_TRUE,
                FixState.STALE,
                FixState.REJECTED,
                FixState.APPROVED,
                FixState.DISMISSED,
            }
        ),
        FixState.APPLIED: frozenset({FixState.UNDONE}),
    }
)

#: Waiting for a decision or for its turn; nothing has been sent.
OPEN = frozenset({FixState.PROPOSED, FixState.APPROVED})
#: Perhaps sent: only reading the record back tells what became of it.
IN_FLIGHT = frozenset({FixState.INTENDED, FixState.UNKNOWN})


def check_arrow(fix_id: str, was: FixState, becomes: FixState) -> None:
    """Raise StoreError when a fix may not go from `was` to `becomes`."""
    if becomes not in ARROWS.get(was, frozenset()):
        raise StoreError(
            f"Fix {fix_id} is {was.value} and cannot become {becomes.value}.",
            hint="Another process may have worked on it; nothing was changed.",
        )
