"""Every figure equals a recount by other means: what the sandbox knows it has damaged, and the rows of the store.

What metrics show is kept up to date with each change. Here it is counted again from the beginning, by code that shares
nothing with syncd's: after the first pass, after others have worked in the CRM, after fixes, a change of the rules, and
a restart.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.sandbox import Sandbox
from connectors.sandbox.population import generate
from syncd.engine import recall
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

#: Rules that find exactly what the sandbox has damaged, and nothing else; by the kinds of damage that they find.
FOUND_BY = {
    "person": {
        "person_name_case": {"name_upper", "name_lower"},
        "country_form": {"country_spelled", "country_vague", "country_typo"},
        "email_form": {"email_mailto", "email_display_name", "email_upper", "email_spaces", "email_trailing"},
        "email_role": {"role_email"},
        "email_disposable": {"disposable_email"},
        "email_valid": {"email_malformed"},
        "email_typo": {"email_domain_typo"},
        "fake_entry": {"made_up"},
        "placeholder_empty": {"placeholder"},
    },
    "company": {
        "company_name_form": {"name_upper", "name_lower"},
        "country_form": {"country_spelled", "country_vague", "country_typo"},
        "domain_form": {"domain_form"},
        "website_form": {"website_form"},
        "placeholder_empty": {"placeholder"},
    },
}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Labels = frozenset[tuple[str, str]]


@pytest.fixture
def journey(crm, store_url, tmp_path) -> Iterator[Journey]:
    """A base of a few hundred records, dirty as bases are, and not read yet."""
    with Sandbox.start(population=generate(120, 45, now=NOW, seed=5), tier="off", crms=(crm.name,)) as sandbox:
        begun = Journey(sandbox.url, store_url, tmp_path, crm)
        begun.mode = "suggest"
        yield begun
        begun.close()


Metrics = dict[str, dict[Labels, float]]


def shown(journey: Journey, *, passing: bool) -> Metrics:
    """Return what a daemon shows after its first pass, or right after it has begun: by name and labels, no zeros."""
    with journey.life() as parts:
        if passing:
            journey.live(parts)
        else:
            recall(parts.tools, parts.setups)
        text = parts.telemetry.exposition()[0].decode()
    found: Metrics = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = frozenset((name, value) for name, value in sample.labels.items() if name != "account")
            if sample.value:
                found.setdefault(sample.name, {})[labels] = sample.value
    return found


class Recount:
    """Counts in the file of the store, without syncd."""

    def __init__(self, journey: Journey) -> None:
        self._file = journey.store_url.removeprefix("sqlite:///")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self._file)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def by(self, names: Collection[str], query: str) -> dict[Labels, float]:
        """Count the rows of a query by its columns."""
        return dict(Counter(frozenset(zip(names, row, strict=True)) for row in self.rows(query)))

    def all(self) -> dict[str, dict[Labels, float]]:
        """Return what metrics should show."""
        live = "FROM records r JOIN streams s ON s.id = r.stream_id WHERE r.gone_at IS NULL"
        judged = f"{live} AND r.created_source != 'left_alone'"
        weighty = "(SELECT 1 FROM findings f WHERE f.stream_id = s.id AND f.record_id = r.id AND f.severity >= 20)"
        severity = "CASE f.severity WHEN 10 THEN 'info' WHEN 20 THEN 'warning' ELSE 'error' END"
        findings = "findings f ON f.stream_id = r.stream_id AND f.record_id = r.id"
        joined = judged.replace(" WHERE", f" JOIN {findings} WHERE")
        clean = f"{judged} AND NOT EXISTS {weighty}"
        return {
            "syncd_records": self.by(["object"], f"SELECT s.object {live}"),
            "syncd_records_clean": self.by(["object"], f"SELECT s.object {clean}"),
            "syncd_findings_open": self.by(
                ["object", "rule", "severity"], f"SELECT s.object, f.rule, {severity} {joined}"
            ),
            "syncd_defects_by_source": self.by(
                ["object", "source"], f"SELECT s.object, {_WRITER} {joined} AND f.severity >= 20"
            ),
            "syncd_source_records": self.by(["object", "source"], f"SELECT s.object, r.created_source {judged}"),
            "syncd_source_records_clean": self.by(["object", "source"], f"SELECT s.object, r.created_source {clean}"),
            "syncd_owner_records": self.by(["object", "owner"], f"SELECT s.object, {_OWNER} {judged}"),
            "syncd_owner_records_clean": self.by(["object", "owner"], f"SELECT s.object, {_OWNER} {clean}"),
            "syncd_review_pending": self.by(
                ["object"],
                "SELECT s.object FROM fixes f JOIN streams s ON s.id = f.stream_id WHERE f.state = 'proposed'",
            ),
        }


_WRITER = "COALESCE((SELECT kind FROM makers WHERE makers.id = f.writer), r.created_source)"
_OWNER = "CASE r.owner WHEN '' THEN 'nobody' ELSE r.owner END"


def truth_of(journey: Journey, object_name: str) -> list[dict[str, Any]]:
    """Return what the sandbox knows of each record of an object."""
    place = f"truth?object={object_name}&crm={journey.crm.name}&format=json"
    rows: Any = journey.control("GET", place)
    return list(rows)


def check_against_truth(journey: Journey, metrics: Metrics) -> None:
    """Hold what rules find against what was damaged."""
    for name in journey.crm.objects:
        told = truth_of(journey, name)
        found = Counter[str]()
        for labels, count in metrics["syncd_findings_open"].items():
            by_name = dict(labels)
            found[by_name["rule"]] += int(count) if by_name["object"] == name else 0
        # What a CRM did not let in, as no address at all in a field for addresses, is not there to be found.
        defects = [(row, one) for row in told for one in row["defects"] if one["field"] in row["loaded"]]
        defects += [(row, {"field": "", "kind": "made_up"}) for row in told if not row.get("is_real", True)]
        rules = FOUND_BY["company" if name == journey.crm.companies else "person"]
        damaged = {
            rule: len({(row["id"], one["field"]) for row, one in defects if one["kind"] in kinds})
            for rule, kinds in rules.items()
        }
        assert metrics["syncd_records"][frozenset({("object", name)})] == len(told), name
        assert {rule: found[rule] for rule in rules} == damaged, name


@EACH_CRM_ONCE
def test_figures_equal_a_recount_whatever_has_happened(journey):
    journey.sections = "metrics: {owners: 200, trace: 1000}\n"
    metrics = shown(journey, passing=True)
    check_against_truth(journey, metrics)
    steps = (
        lambda: journey.control("POST", "live", {"events": 40, "crm": journey.crm.name}),
        lambda: setattr(journey, "rules", "{person_name_case: off, email_free: {severity: warning}}"),
        lambda: setattr(journey, "mode", "apply"),
    )

    for number, step in enumerate(steps):
        step()
        metrics, recounted = shown(journey, passing=True), Recount(journey).all()
        assert {name: metrics.get(name, {}) for name in recounted} == recounted, number

    restarted = shown(journey, passing=False)
    assert {name: restarted.get(name, {}) for name in recounted} == recounted
