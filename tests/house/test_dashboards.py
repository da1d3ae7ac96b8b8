"""Dashboards: as their tables say, of metrics and labels that exist, in queries that Prometheus can read."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from syncd.telemetry.metrics import Metrics
from tests.house.test_alerts import FOREIGN, needs_promtool, rules_in, run

#: What a panel may group by or show that no metric of ours has: Prometheus gives it.
OF_PROMETHEUS = {"job", "instance", "alertname", "alertstate"}
VARIABLES = {"$account": ".*", "$object": ".*"}


@pytest.fixture
def boards(root, monkeypatch) -> dict[str, str]:
    """The files as their tables make them."""
    monkeypatch.syspath_prepend(str(root / "deploy/grafana"))
    built: dict[str, str] = importlib.import_module("build").texts()
    for name in ("build", "cleanliness", "operations", "panels"):
        sys.modules.pop(name)
    return built


def labels_of_metrics() -> Mapping[str, set[str]]:
    return {
        one._name + ("_total" if one._type == "counter" else ""): set(one._labelnames)
        for one in vars(Metrics()).values()
        if hasattr(one, "_labelnames")
    }


def queries(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for panel in json.loads(text)["panels"]:
        for target in panel.get("targets", ()):
            query = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            yield query, target


def test_dashboards_are_what_their_tables_say(root, boards):
    folder = root / "deploy/grafana/dashboards"

    kept = {file.name: file.read_text() for file in folder.glob("*.json")}

    assert kept == boards, "run `python deploy/grafana/build.py`"


def test_queries_ask_only_for_metrics_and_labels_that_exist(root, boards):
    families = labels_of_metrics()
    recorded = {rule["record"] for rule in rules_in(root) if "record" in rule}

    for query, target in (found for text in boards.values() for found in queries(text)):
        asked = set(re.findall(r"\b(?:syncd_\w+|syncd:[\w:]+|up|process_\w+|ALERTS)\b", query))
        assert asked, query
        assert asked - families.keys() - recorded - FOREIGN - {"ALERTS"} == set(), query
        known = set().union(*(families.get(name, {"account", "object"}) for name in asked)) | OF_PROMETHEUS
        for name, matchers in re.findall(r"\b(syncd_\w+)\{([^}]*)\}", query):
            assert set(re.findall(r"(\w+)(?:=~|!~|!=|=)", matchers)) <= families[name], query
        grouped = {one.strip() for group in re.findall(r"(?:by|on) \(([^)]*)\)", query) for one in group.split(",")}
        shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        assert (grouped | shown) <= known, query


@needs_promtool
def test_queries_are_spelled_as_prometheus_wants_them(tmp_path, boards):
    asked = [query for text in boards.values() for query, _ in queries(text)]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(asked)]
    file = tmp_path / "queries.json"
    file.write_text(json.dumps({"groups": [{"name": "dashboards", "rules": rules}]}))

    assert len(rules) > 50
    assert run("check", "rules", str(file)) == ""


def test_panels_lie_beside_each_other_and_each_says_what_it_shows(boards):
    for text in boards.values():
        made = json.loads(text)
        taken: set[tuple[int, int]] = set()
        for panel in made["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert place["x"] + place["w"] <= 24, panel["title"]
            assert not cells & taken, panel["title"]
            taken |= cells
            assert panel["type"] == "row" or panel["description"], panel["title"]
        assert [one["name"] for one in made["templating"]["list"]] == ["account", "object"]
        numbers = [panel["id"] for panel in made["panels"]]
        assert len(numbers) == len(set(numbers))
