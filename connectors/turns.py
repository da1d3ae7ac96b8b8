"""Writes that take several calls: one after the other, and what becomes of the rest when one of them fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from syncd.errors import AnswerLostError, ConnectorError
from syncd.model import FixState, Outcome

Item = TypeVar("Item")

_UNSENT = "not sent, because the call before it got no answer or was refused"


def in_turn(
    calls: Sequence[Sequence[Item]], send: Callable[[Sequence[Item]], list[Outcome]], fix_of: Callable[[Item], str]
) -> list[Outcome]:
    """Send one call after the other. After a lost answer the rest is not sent: its rows are UNKNOWN like the lost ones.

    Any other trouble is raised when nothing was written before it; outcomes already known are never thrown away.
    """
    outcomes: list[Outcome] = []
    for position, call in enumerate(calls):
        try:
            outcomes += send(call)
        except ConnectorError as problem:
            is_lost = isinstance(problem, AnswerLostError)
            if not outcomes and not is_lost:
                raise
            detail = problem.message if is_lost else f"not sent: {problem.message}"
            outcomes += [Outcome(fix_of(item), FixState.UNKNOWN, detail) for item in call]
            rest = (item for later in calls[position + 1 :] for item in later)
            return outcomes + [Outcome(fix_of(item), FixState.UNKNOWN, _UNSENT) for item in rest]
    return outcomes
