"""A trend as a picture of its own on a page: a line over its area, with the scale written beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

#: Of the picture and of its frame, in units of the picture.
WIDTH, HEIGHT = 320, 96
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 6, 6, 18
#: The least that the scale spans, so that a trifle does not look like a fall.
_LEAST_SPAN = 0.1
_STEP = 0.05

Trend = Sequence[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is to be drawn."""

    #: As the points of an SVG polyline.
    line: str
    area: str
    #: Where the line ends.
    end: tuple[float, float]
    #: Shares, and at which height they stand.
    ticks: tuple[tuple[float, float], ...]
    first: datetime
    last: datetime
    #: Where the picture's frame begins and ends, from left to right.
    left: float = _LEFT
    right: float = WIDTH - _RIGHT


def chart_of(trend: Trend) -> Chart | None:
    """Return the picture of a trend of shares; None where there is no way to see yet."""
    if len(trend) < 2 or trend[0][0] == trend[-1][0]:
        return None
    low, high = _scale([share for _, share in trend])
    first, last = trend[0][0], trend[-1][0]
    span, wide, tall = (last - first).total_seconds(), WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def height(share: float) -> float:
        return round(_TOP + (high - share) / (high - low) * tall, 1)

    points = [
        (round(_LEFT + (moment - first).total_seconds() / span * wide, 1), height(share)) for moment, share in trend
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    floor = HEIGHT - _BOTTOM
    area = f"{_LEFT},{floor} {line} {WIDTH - _RIGHT},{floor}"
    ticks = tuple((share, height(share)) for share in (low, (low + high) / 2, high))
    return Chart(line, area, points[-1], ticks, first, last)


def _scale(shares: Sequence[float]) -> tuple[float, float]:
    """Return from where to where the scale goes: whole steps around the trend, never beyond 0 and 1."""
    low = max(0.0, math.floor(min(shares) / _STEP) * _STEP)
    high = min(1.0, math.ceil(max(shares) / _STEP) * _STEP)
    if high - low < _LEAST_SPAN:
        low = max(0.0, high - _LEAST_SPAN)
    return round(low, 4), round(max(high, low + _LEAST_SPAN), 4)
