"""Draws what pulling costs, by the number of changes and by the size of a base, as an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
_COLOURS = ("#0b6e4f", "#b5541c", "#3b5ba5", "#8a3f8f", "#6b6b6b")
_TICKS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 380, 230, 52, 50, 66


def drawn(curve: Sequence[Row], idle: Sequence[Row]) -> str:
    """Return the picture: calls by the number of changes, and calls of a pull that finds nothing by size."""
    names = list(dict.fromkeys(row["client"] for row in (*curve, *idle)))
    colours = dict(zip(names, _COLOURS, strict=False))
    right = _LEFT + _WIDTH + _GAP
    width, height = right + _WIDTH + 24, _TOP + _HEIGHT + 88
    size = max((row["contacts"] for row in curve), default=0)
    panels = [
        _panel(curve, "changes", f"Calls when some of {size:,} contacts have changed", _LEFT, colours),
        _panel(idle, "contacts", "Calls when nothing is new", right, colours),
    ]
    legend = [
        f'<rect x="{_LEFT + 205 * place}" y="{height - 23}" width="16" height="5" rx="2" fill="{colours[name]}"/>'
        f'<text x="{_LEFT + 205 * place + 23}" y="{height - 16}">{name}</text>'
        for place, name in enumerate(names)
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12" role="img"><title>What a pull costs in calls: syncd and public connectors</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    )
    return "\n".join([head, *panels, *legend, "</svg>", ""])


def _panel(rows: Sequence[Row], by: str, title: str, left: int, colours: Mapping[str, str]) -> str:
    """Return one pair of axes with a line for each client, both axes by the logarithm of one more."""
    calls, steps = max(row["calls"] for row in rows), sorted({row[by] for row in rows})
    most = next((tick for tick in _TICKS if tick >= calls), calls)
    across = _scale(steps[0], steps[-1], left, left + _WIDTH)
    up = _scale(0, most, _TOP + _HEIGHT, _TOP)
    parts = [f'<text x="{left}" y="{_TOP - 20}" font-size="14" font-weight="bold">{title}</text>']
    parts += [
        f'<line x1="{left}" x2="{left + _WIDTH}" y1="{up(tick):.1f}" y2="{up(tick):.1f}" stroke="#e2e2e2"/>'
        f'<text x="{left - 8}" y="{up(tick) + 4:.1f}" text-anchor="end" fill="#444">{tick}</text>'
        for tick in _TICKS
        if tick <= most
    ]
    parts += [
        f'<text x="{across(step):.1f}" y="{_TOP + _HEIGHT + 20}" text-anchor="middle" fill="#444">{step:,}</text>'
        for step in steps
    ]
    named = {"changes": "contacts that have changed", "contacts": "contacts in the base"}[by]
    parts.append(
        f'<text x="{left + _WIDTH / 2}" y="{_TOP + _HEIGHT + 40}" text-anchor="middle" fill="#444">{named}</text>'
    )
    for name, colour in colours.items():
        points = sorted((row[by], row["calls"]) for row in rows if row["client"] == name)
        line = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points)
        # The first line is the widest, so that it shows where another lies on it.
        width = 7 if colour == _COLOURS[0] else 2
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
    return "\n".join(parts)


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return what places a figure between `start` and `end`."""
    least, most = math.log1p(low), math.log1p(high)
    return lambda value: start + (end - start) * (math.log1p(value) - least) / ((most - least) or 1.0)
