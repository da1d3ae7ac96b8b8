"""What a dashboard consists of, and how Grafana wants it spelled.

Row by row, each panel with its width in twenty-fourths of the page. `$` stands for the chosen streams in a query, `$$`
for the chosen accounts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SOURCE = {"type": "prometheus", "uid": "prometheus"}
STREAMS, ACCOUNTS = 'account=~"$account",object=~"$object"', 'account=~"$account"'
RED, ORANGE, GREEN, BLUE = "#d44a3a", "#e0942f", "#3f9b5f", "#4a7fc1"
#: How a stat is coloured, from which value on.
RISING = ((None, RED), (0.65, ORANGE), (0.9, GREEN))
NONE_IS_GOOD = ((None, GREEN), (1, ORANGE))
ONE_IS_GOOD = ((None, RED), (1, GREEN))
PLAIN = ((None, BLUE),)
LAG = ((None, GREEN), (900, ORANGE), (3600, RED))
BY_STREAM = "{{account}}/{{object}}"

Steps = tuple[tuple[float | None, str], ...]


@dataclass(frozen=True)
class Panel:
    """One picture: what it shows, and how."""

    title: str
    #: stat, lines, bars or table.
    form: str
    width: int
    #: Queries with their legends.
    queries: Sequence[tuple[str, str]]
    says: str
    unit: str = "short"
    steps: Steps = PLAIN
    height: int = 8


@dataclass(frozen=True)
class Dashboard:
    """One page."""

    uid: str
    title: str
    says: str
    since: str
    rows: Sequence[tuple[str, Sequence[Panel]]]


def stat(title: str, query: str, says: str, unit: str = "short", steps: Steps = PLAIN, legend: str = "") -> Panel:
    """Return a figure; six of them fill a row."""
    return Panel(title, "stat", 4, [(query, legend)], says, unit, steps, 4)


def lines(title: str, queries: Sequence[tuple[str, str]], says: str, unit: str = "short", width: int = 12) -> Panel:
    """Return what changed over time."""
    return Panel(title, "lines", width, queries, says, unit)


def bars(title: str, query: str, legend: str, says: str, unit: str = "short", width: int = 8) -> Panel:
    """Return a ranking as it is now."""
    return Panel(title, "bars", width, [(query, legend)], says, unit)


_TYPES = {"stat": "stat", "lines": "timeseries", "bars": "bargauge", "table": "table"}


def build(board: Dashboard, others: Sequence[Dashboard] = ()) -> dict[str, Any]:
    """Return a dashboard as Grafana takes it."""
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.says,
        "tags": ["crm", "syncd"],
        "schemaVersion": 41,
        "editable": True,
        "refresh": "1m",
        "time": {"from": board.since, "to": "now"},
        "templating": {"list": [_variable("account", ""), _variable("object", '{account=~"$account"}')]},
        "links": [{"title": one.title, "type": "link", "url": f"/d/{one.uid}"} for one in others if one is not board],
        "panels": list(_panels(board)),
    }


def text_of(board: Dashboard, others: Sequence[Dashboard] = ()) -> str:
    """Return the file of a dashboard, with links to the others."""
    return json.dumps(build(board, others), indent=1) + "\n"


def _variable(name: str, within: str) -> dict[str, Any]:
    query = f"label_values(syncd_records{within}, {name})"
    return {
        "name": name,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "current": {"text": "All", "value": "$__all"},
    }


def _panels(board: Dashboard) -> Iterator[dict[str, Any]]:
    number, top = 0, 0
    for heading, panels in board.rows:
        number += 1
        yield {
            "id": number,
            "type": "row",
            "title": heading,
            "collapsed": False,
            "panels": [],
            "gridPos": {"x": 0, "y": top, "w": 24, "h": 1},
        }
        top, left, tallest = top + 1, 0, 0
        for panel in panels:
            if left + panel.width > 24:
                top, left, tallest = top + tallest, 0, 0
            number += 1
            yield _panel(panel, number, left, top)
            left, tallest = left + panel.width, max(tallest, panel.height)
        top += tallest


def _panel(panel: Panel, number: int, left: int, top: int) -> dict[str, Any]:
    steps = [{"value": value, "color": color} for value, color in panel.steps]
    defaults: dict[str, Any] = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.unit == "percentunit" and panel.form != "stat":
        defaults |= {"min": 0, "max": 1}
    made: dict[str, Any] = {
        "id": number,
        "title": panel.title,
        "description": panel.says,
        "type": _TYPES[panel.form],
        "datasource": SOURCE,
        "gridPos": {"x": left, "y": top, "w": panel.width, "h": panel.height},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _options(panel.form),
        "targets": [_target(panel, place, *query) for place, query in enumerate(panel.queries)],
    }
    if panel.form == "table":
        made["transformations"] = [
            {"id": "merge", "options": {}},
            {
                "id": "organize",
                "options": {
                    "excludeByName": {"Time": True},
                    "renameByName": {
                        f"Value #{chr(ord('A') + place)}": legend for place, (_, legend) in enumerate(panel.queries)
                    },
                },
            },
        ]
    return made


def _options(form: str) -> dict[str, Any]:
    last = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    if form == "stat":
        return {"reduceOptions": last, "colorMode": "background", "graphMode": "none", "textMode": "auto"}
    if form == "bars":
        return {"reduceOptions": last, "orientation": "horizontal", "displayMode": "basic", "valueMode": "color"}
    if form == "lines":
        # Each as it is at the end, the largest first.
        return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}
    return {"showHeader": True}


def _target(panel: Panel, place: int, query: str, legend: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "refId": chr(ord("A") + place),
        "datasource": SOURCE,
        "expr": query.replace("$$", ACCOUNTS).replace("{$", "{" + STREAMS),
        "legendFormat": legend,
    }
    if panel.form != "lines":
        made |= {"instant": True, "format": "table" if panel.form == "table" else "time_series"}
    return made
