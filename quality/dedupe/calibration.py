"""From a score to a probability, at the size of this base, and corrected by what people decided."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

#: Fewer decisions than this say too little.
FEWEST_DECISIONS = 200
#: The shipped calibration counts as this many decisions against the base's own.
_WEIGHT_OF_SHIPPED = 200.0
_SIZE_STEP = 4.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """The way from scores to log-odds, learned at one size of base and moved for another.

    It runs along the knots, where there are any, and on straight beyond the outer ones. What people decide turns and
    moves it as a whole.
    """

    slope: float = 1.0
    offset: float = 0.0
    #: How many records the base had that the points were learned on.
    base_size: int = 10_000
    #: By how much the log-odds of a pair fall when the base grows e-fold: namesakes grow with it, twins do not.
    per_size: float = 0.0
    #: Scores and their log-odds as they were seen, both rising.
    knots: tuple[tuple[float, float], ...] = ()

    def probability(self, score: float, size: int) -> float:
        """Return how probable it is that a pair with this score is one, in a base of `size` records.

        A base smaller than the one learned on is taken to be as large: what misleads in it is no coincidence.
        """
        growth = math.log(max(size, self.base_size) / self.base_size)
        log_odds = self.slope * self._seen(score) + self.offset - self.per_size * growth
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, log_odds))))

    def _seen(self, score: float) -> float:
        """Return the log-odds seen at a score; the score itself where nothing was seen."""
        if len(self.knots) < 2:
            return score
        after = bisect_right(self.knots, (score, math.inf))
        (one, low), (other, high) = self.knots[max(0, min(after - 1, len(self.knots) - 2)) :][:2]
        return low + (score - one) * (high - low) / (other - one)

    def refined(self, decisions: Iterable[tuple[float, bool]]) -> Calibration:
        """Return the calibration after people's decisions on pairs: score, and whether the two were one.

        The same calibration when there are too few of them. The shipped one is only given up slowly.
        """
        told = [(self._seen(score), is_one) for score, is_one in decisions]
        if len(told) < FEWEST_DECISIONS or len({is_one for _, is_one in told}) < 2:
            return self
        slope, offset = self.slope, self.offset
        for _ in range(25):
            slope, offset = self._newton_step(slope, offset, told)
        return replace(self, slope=slope, offset=offset) if slope > 0 else self

    def _newton_step(self, slope: float, offset: float, told: list[tuple[float, bool]]) -> tuple[float, float]:
        """Return slope and offset one step nearer to the likeliest, held by the shipped ones."""
        by_slope, by_offset = (self.slope - slope) * _WEIGHT_OF_SHIPPED, (self.offset - offset) * _WEIGHT_OF_SHIPPED / 4
        slopes, mixed, offsets = _WEIGHT_OF_SHIPPED, 0.0, _WEIGHT_OF_SHIPPED / 4
        for score, is_one in told:
            chance = 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, slope * score + offset))))
            weight = chance * (1.0 - chance)
            by_slope += (is_one - chance) * score
            by_offset += is_one - chance
            slopes += weight * score * score
            mixed += weight * score
            offsets += weight
        determinant = slopes * offsets - mixed * mixed
        step_slope = (by_slope * offsets - by_offset * mixed) / determinant
        step_offset = (by_offset * slopes - by_slope * mixed) / determinant
        return slope + max(-1.0, min(1.0, step_slope)), offset + max(-2.0, min(2.0, step_offset))


def size_step(count: int) -> int:
    """Return the size a base of `count` records is taken to have: steps, so that one more record changes nothing."""
    return int(_SIZE_STEP ** round(math.log(max(count, 1), _SIZE_STEP)))
