"""Which streams are due. Durations only: what the wall clock says never decides when to work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from syncd.model import Stream


class Turn(Protocol):
    """What can be due."""

    @property
    def stream(self) -> Stream:
        """Return the stream whose turn it is."""

    @property
    def every_s(self) -> float:
        """Return the seconds between the starts of two passes."""


TurnT = TypeVar("TurnT", bound=Turn)


@dataclass(slots=True)
class Schedule:
    """When each stream was last begun, in monotonic seconds, and what it is waiting for."""

    begun_at: dict[Stream, float] = field(default_factory=dict)
    #: A stream that failed waits longer than its turn; the CRM may have said how long.
    not_before: dict[Stream, float] = field(default_factory=dict)
    #: By how much the turns of an account are longer, because its calls have to last for the day.
    stretched: dict[str, float] = field(default_factory=dict)

    def due(self, setups: Sequence[TurnT], now: float) -> list[TurnT]:
        """Return the setups whose turn it is; one never begun is always due."""
        return [setup for setup in setups if self.due_at(setup) <= now]

    def seconds_until_next(self, setups: Sequence[Turn], now: float) -> float:
        """Return how long nothing is due; 0 when something is."""
        return max(0.0, min((self.due_at(setup) for setup in setups), default=now) - now)

    def begin(self, setups: Sequence[Turn], now: float) -> None:
        """Note that these are begun now."""
        self.begun_at.update({setup.stream: now for setup in setups})

    def postpone(self, stream: Stream, until: float) -> None:
        """Leave a stream alone until that moment, whatever its turn."""
        self.not_before[stream] = until

    def release(self, stream: Stream) -> None:
        """Let a stream follow its turns again."""
        self.not_before.pop(stream, None)

    def forget(self, stream: Stream) -> None:
        """Know nothing of a stream any more: should it come back, it is due at once."""
        self.begun_at.pop(stream, None)
        self.not_before.pop(stream, None)

    def due_at(self, setup: Turn) -> float:
        """Return when a setup is due; minus infinity when it was never begun."""
        begun = self.begun_at.get(setup.stream)
        every_s = setup.every_s * self.stretched.get(setup.stream.account, 1.0)
        turn = float("-inf") if begun is None else begun + every_s
        return max(turn, self.not_before.get(setup.stream, float("-inf")))
