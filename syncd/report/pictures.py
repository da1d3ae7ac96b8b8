"""Trends as pictures: a line of SVG for a page, a few blocks for a terminal. The scale is told, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT, _EDGE = 320, 64, 4
#: So many blocks at most; more moments than that are thinned out, the last one stays.
_MOST_BLOCKS = 24

Trend = Sequence[tuple[datetime, float]]


def blocks_of(trend: Trend) -> str:
    """Return a trend of shares as blocks between its lowest and its highest; empty where there is none to see."""
    shares = [share for _, share in trend]
    if len(shares) < 2:
        return ""
    step = max(1, -(-len(shares) // _MOST_BLOCKS))
    kept = shares[::-1][::step][::-1]
    low, high = min(kept), max(kept)
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round((one - low) / (high - low) * steps) if high > low else steps // 2] for one in kept)


def points_of(trend: Trend) -> str:
    """Return a trend of shares as the points of an SVG polyline, by their moments; the scale goes from 0 to 1."""
    first, last = trend[0][0], trend[-1][0]
    span = (last - first).total_seconds()
    wide, high = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE
    found = []
    for moment, share in trend:
        along = (moment - first).total_seconds() / span if span else 1.0
        found.append(f"{_EDGE + along * wide:.1f},{_EDGE + (1 - share) * high:.1f}")
    return " ".join(found)


def size() -> tuple[int, int]:
    """Return how wide and high the picture of a trend is."""
    return _WIDTH, _HEIGHT
