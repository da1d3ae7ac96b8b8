"""Chance, seeded: the same name and seed always throw the same numbers."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice(Random):
    """A seeded source of chance with the few throws the generator needs."""

    @classmethod
    def named(cls, *names: object) -> Dice:
        """Return the dice that belong to `names`: other names, other throws."""
        return cls("/".join(map(str, names)))

    def chance(self, share: float) -> bool:
        """Return True in `share` of all throws."""
        return self.random() < share

    def pick(self, things: Sequence[T]) -> T:
        """Return one of `things`, each as likely as the other."""
        return things[int(self.random() * len(things))]

    def digits(self, count: int) -> str:
        """Return `count` digits, leading zeros included."""
        return str(int(self.random() * 10**count)).zfill(count) if count else ""


class Urn(Generic[T]):
    """Things of unequal weight, to be drawn again and again."""

    def __init__(self, things: Sequence[T], weights: Sequence[float]) -> None:
        self._things = things
        self._sums = list(accumulate(weights))

    def draw(self, dice: Dice) -> T:
        """Return one of the things, the heavier the more likely."""
        return self._things[min(bisect(self._sums, dice.random() * self._sums[-1]), len(self._things) - 1)]
