"""Who goes next among those who wait for a slot. Pure: it knows no clock and no threads.

The most urgent goes first, equals in the order they came. So that nobody waits for ever behind a stream of urgent ones,
after nine slots in a row that went past somebody who has waited for long, the tenth is theirs: what is urgent is held
up by what is not in one slot of ten at most, and by nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: One slot in so many goes to who has waited longest.
EVERY = 10
#: But only to somebody who has waited for so many seconds.
LONG_S = 30.0


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody who waits."""

    names: tuple[str, ...]
    rank: int
    since: float
    #: The order of arrival.
    number: int


@dataclass(slots=True)
class Queue:
    """Those who wait, in the order of their turns."""

    _waiting: list[Waiting] = field(default_factory=list)
    _arrived: int = 0
    #: Slots in a row that went past somebody who has waited for long.
    _passed: int = 0

    def join(self, names: tuple[str, ...], rank: int, now: float) -> Waiting:
        """Begin to wait."""
        self._arrived += 1
        entry = Waiting(names, rank, now, self._arrived)
        self._waiting.append(entry)
        return entry

    def leave(self, entry: Waiting) -> None:
        """Wait no longer, served or not."""
        if entry in self._waiting:
            self._waiting.remove(entry)

    def ahead_of(self, entry: Waiting, now: float) -> list[Waiting]:
        """Return those whose turn comes before that of `entry`, in the order of their turns."""
        order = self.order(now)
        return order[: order.index(entry)]

    def order(self, now: float) -> list[Waiting]:
        """Return everybody in the order of their turns."""
        order = sorted(self._waiting, key=lambda one: (one.rank, one.number))
        patient = self._patient(now)
        if patient is not None and self._passed >= EVERY - 1:
            order.remove(patient)
            order.insert(0, patient)
        return order

    def served(self, entry: Waiting, now: float) -> None:
        """Note that a slot was taken."""
        patient = self._patient(now)
        is_past = patient is not None and patient is not entry and patient.rank > entry.rank
        self._passed = self._passed + 1 if is_past else 0
        self.leave(entry)

    def _patient(self, now: float) -> Waiting | None:
        """Return who has waited longest, if that is long."""
        oldest = min(self._waiting, key=lambda one: one.number, default=None)
        return oldest if oldest is not None and now - oldest.since >= LONG_S else None
