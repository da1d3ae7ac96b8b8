"""Alert and recording rules: right by Prometheus' own tool, on metrics that exist, with a part of the runbook each."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from syncd.telemetry.metrics import Metrics

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not here: install Debian's package `prometheus` to have the alerts tested"
)
RULES = ("deploy/recording.yml", "deploy/alerts.yml")
#: Two streams of one account: it is always the contacts that are in trouble, never the companies.
ILL, WELL = '{account="main", object="contacts"%s}', '{account="main", object="companies"%s}'
#: Steps of an hour in a day, for what takes days.
DAY = 24
#: Of Prometheus and of the library, not ours.
FOREIGN = {"up", "process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"}


@dataclass(frozen=True)
class Case:
    """What is scraped at each step, and for whom an alert fires at one."""

    alert: str
    series: Mapping[str, str]
    at: int
    #: By labels of those for whom it fires.
    fires: Sequence[Mapping[str, str]]
    #: How long a step is, in minutes.
    step: int = 1


def of_streams(name: str, ill: str, well: str, more: str = "") -> dict[str, str]:
    return {name + ILL % more: ill, name + WELL % more: well}


def of_both(alert: str, name: str, ill: str, well: str, at: int, more: str = "", step: int = 1, **labels: str) -> Case:
    fires = [{"account": "main", "object": "contacts", **labels}]
    return Case(alert, of_streams(name, ill, well, more), at, fires, step)


def one(alert: str, series: str, values: str, at: int, *, fires: bool, step: int = 1, **labels: str) -> Case:
    return Case(alert, {series: values}, at, [labels] if fires else [], step)


def still(value: float, steps: int = 400) -> str:
    return f"{value:.0f}x{steps}" if value == int(value) else f"{value}x{steps}"


UP = 'up{job="syncd", instance="a"}'
HELD = 'syncd_account_held{account="main", instance="%s"}'
QUOTA = 'syncd_api_quota_remaining{account="main", instance="a"}'
LAG, SUCCESS = "syncd_sync_lag_seconds", "syncd_last_success_timestamp_seconds"
CAME_IN = 'syncd_inbound_waiting_since_timestamp_seconds{door="site"}'
FORGED, REFUSED, ACCEPTED = (
    f'syncd_inbound_received_total{{door="site", outcome="{one}"}}' for one in ("forged", "refused", "accepted")
)
LEFT, ASKED = (f'syncd_provider_{one}{{provider="erp"}}' for one in ("budget_left", "questions_waiting"))
#: Calls left, by the hour: each day they are used up.
DAILY = " ".join(["500 200 0x21"] * 6)
WAITING = "syncd_review_waiting_since_timestamp_seconds"
#: A stream whose copy is brought up to date every minute, and one that stopped to be after two.
ALWAYS_FRESH, STOPPED = "0+60x400", "0+60x2 120x390"
SENT, FAILED = (f'syncd_notifications_total{{channel="ops", outcome="{one}"}}' for one in ("sent", "failed"))
CASES = (
    one("SyncdDown", UP, "1x5 0x20", 12, fires=True, job="syncd", instance="a"),
    one("SyncdDown", UP, "1x5 0 0 1x20", 12, fires=False),
    one("SyncdDown", 'up{job="other"}', still(1), 6, fires=True, job="syncd"),
    Case("SyncdAccountUnheld", {HELD % "a": still(0), HELD % "b": still(0)}, 6, [{"account": "main"}]),
    Case("SyncdAccountUnheld", {HELD % "a": still(0), HELD % "b": still(1)}, 6, []),
    one("SyncdStoreUnusable", 'syncd_store_usable{instance="a"}', still(0), 6, fires=True, instance="a"),
    one("SyncdStoreUnusable", 'syncd_store_usable{instance="a"}', "0x3 1x20", 6, fires=False),
    Case(
        "SyncdLagBudgetBurnsFast",
        {**of_streams(LAG, "0+60x300", still(60)), **of_streams(SUCCESS, still(600), ALWAYS_FRESH)},
        40,
        [{"account": "main", "object": "contacts"}],
    ),
    # A stream that was never read is told by another alert; so is one that lagged and has caught up.
    Case(
        "SyncdLagBudgetBurnsFast",
        {**of_streams(LAG, "_x300", "0+60x40 0x260"), **of_streams(SUCCESS, still(0), ALWAYS_FRESH)},
        60,
        [],
    ),
    Case(
        "SyncdLagBudgetBurnsSlowly",
        {**of_streams(LAG, "0+60x300", "0x1000"), **of_streams(SUCCESS, still(600), ALWAYS_FRESH)},
        40,
        [{"account": "main", "object": "contacts"}],
    ),
    one("SyncdApiQuotaGone", QUOTA, still(0), 6, fires=True, account="main"),
    one("SyncdApiQuotaGone", QUOTA, "_x20", 12, fires=False),
    one("SyncdApiQuotaLow", QUOTA, still(900), 11, fires=True, account="main"),
    one("SyncdApiQuotaLow", QUOTA, "900x3 250000x20", 11, fires=False),
    of_both("SyncdStreamSilent", SUCCESS, STOPPED, ALWAYS_FRESH, 69),
    one("SyncdStreamSilent", SUCCESS + ILL % "", still(0), 66, fires=False),
    Case(
        "SyncdStreamNeverRead",
        {**of_streams(SUCCESS, still(0), still(0)), **of_streams("syncd_records_pulled_total", still(0), "0+100x400")},
        66,
        [{"account": "main", "object": "contacts"}],
    ),
    Case(
        "SyncdStreamNeverRead",
        {SUCCESS + ILL % "": still(0), "syncd_work_waiting" + ILL % ', reason="hours"': still(1)},
        66,
        [],
    ),
    Case(
        "SyncdAccountUnreached",
        {'syncd_account_reached{account="main", instance="a"}': still(0), HELD % "a": still(1)},
        16,
        [{"account": "main", "instance": "a"}],
    ),
    # Whoever stands by reaches nobody.
    Case(
        "SyncdAccountUnreached",
        {'syncd_account_reached{account="main", instance="a"}': still(0), HELD % "a": still(0)},
        16,
        [],
    ),
    one(
        "SyncdRestartsOften",
        'process_start_time_seconds{job="syncd"}',
        "0x5 300x5 600x5 900x5 1200x50",
        30,
        fires=True,
        job="syncd",
    ),
    one("SyncdRestartsOften", 'process_start_time_seconds{job="syncd"}', "0x5 300x50", 30, fires=False),
    one("SyncdMemoryHigh", 'process_resident_memory_bytes{job="syncd"}', still(3e9), 31, fires=True, job="syncd"),
    one("SyncdMemoryHigh", 'process_resident_memory_bytes{job="syncd"}', still(5e8), 31, fires=False),
    Case(
        "SyncdApiErrors",
        {
            'syncd_api_requests_total{account="main", endpoint="search", status="200"}': "0+10x300",
            'syncd_api_requests_total{account="main", endpoint="search", status="503"}': "0+10x300",
            'syncd_api_requests_total{account="other", endpoint="search", status="200"}': "0+10x300",
            'syncd_api_requests_total{account="other", endpoint="search", status="404"}': "0+10x300",
        },
        40,
        [{"account": "main"}],
    ),
    one("SyncdFeedLost", 'syncd_feed_connected{account="main"}', still(0), 31, fires=True, account="main"),
    one("SyncdFeedLost", 'syncd_feed_connected{account="main"}', still(1), 31, fires=False),
    one("SyncdProviderFailing", 'syncd_provider_failing{provider="erp"}', still(1), 361, fires=True, provider="erp"),
    one("SyncdProviderFailing", 'syncd_provider_failing{provider="erp"}', still(0), 361, fires=False),
    # A budget that is used up each day, with questions left over, and one with none.
    Case("SyncdProviderBudgetShort", {LEFT: DAILY, ASKED: still(7)}, 80, [{"provider": "erp"}], 60),
    Case("SyncdProviderBudgetShort", {LEFT: DAILY, ASKED: "7x70 0 7x400"}, 80, [], 60),
    one("SyncdWritingStopped", 'syncd_writing_stopped{instance="a"}', still(1), 16, fires=True, instance="a"),
    one(
        "SyncdWritingStopped",
        'syncd_guard_trips_total{instance="a", account="main", object="contacts", guard="stop_switch"}',
        "0+1x100",
        30,
        fires=True,
        instance="a",
    ),
    one("SyncdWritingStopped", 'syncd_writing_stopped{instance="a"}', still(0), 16, fires=False),
    of_both(
        "SyncdWritesRefused", "syncd_fixes_total", "5x9 6x90", still(5), 20, ', rule="r", outcome="rejected"', rule="r"
    ),
    # A restart begins at nothing and goes on where the store has it: nothing was refused meanwhile.
    one("SyncdWritesRefused", "syncd_fixes_total" + ILL % ', outcome="rejected"', "5x9 _x3 5x60", 30, fires=False),
    of_both(
        "SyncdGuardTripped",
        "syncd_guard_trips_total",
        "0x9 1x90",
        still(1),
        20,
        ', guard="max_share"',
        guard="max_share",
    ),
    # After a restart the count begins anew, and a trip before the first scrape counts.
    one(
        "SyncdGuardTripped",
        "syncd_guard_trips_total" + ILL % ', guard="max_share"',
        "7x9 _x3 1x60",
        20,
        fires=True,
        account="main",
        object="contacts",
        guard="max_share",
    ),
    one(
        "SyncdGuardTripped", "syncd_guard_trips_total" + ILL % ', guard="max_merges_per_run"', "0+1x90", 20, fires=False
    ),
    of_both("SyncdHeld", "syncd_guard_holds", still(1), still(0), 6, ', guard="rule_jump"', guard="rule_jump"),
    of_both("SyncdRuleParked", "syncd_guard_holds", still(1), still(0), 6, ', guard="fought"', guard="fought"),
    one("SyncdHeld", "syncd_guard_holds" + ILL % ', guard="fought"', still(1), 6, fires=False),
    of_both("SyncdRecordsMissing", "syncd_records_missing", still(3), "3x30 0x300", 61),
    of_both("SyncdPullsShort", "syncd_pulls_short_total", "0x9 1x90", still(1), 20),
    of_both("SyncdCensusOverdue", "syncd_last_census_timestamp_seconds", still(60), "0+3600x400", 3 * DAY + 3, step=60),
    one(
        "SyncdCensusOverdue",
        "syncd_last_census_timestamp_seconds" + ILL % "",
        still(0),
        3 * DAY + 3,
        fires=False,
        step=60,
    ),
    Case(
        "SyncdCounterpartsInQuestion",
        {
            **of_streams("syncd_counterparts", f"10x{DAY} 200x{DAY}", still(200), ', state="asked"'),
            **of_streams("syncd_records", still(10000), still(10000)),
        },
        DAY + 3,
        [{"account": "main", "object": "contacts", "state": "asked"}],
        60,
    ),
    Case(
        "SyncdDuplicatesGrow",
        {
            **of_streams("syncd_duplicate_records", f"10x{DAY} 200x{DAY}", still(200)),
            **of_streams("syncd_records", still(10000), still(10000)),
        },
        DAY + 3,
        [{"account": "main", "object": "contacts"}],
        step=60,
    ),
    Case(
        "SyncdCleanRatioFalls",
        {
            **of_streams("syncd_clean_ratio", f"0.9x{DAY} 0.8x{DAY}", f"0.9x{DAY} 0.88x{DAY}"),
            **of_streams("syncd_records", still(1000), still(1000)),
        },
        DAY + 3,
        [{"account": "main", "object": "contacts"}],
        step=60,
    ),
    of_both(
        "SyncdTargetOffTrack", "syncd_target_on_track", still(0), still(1), DAY + 1, ', target="t"', step=60, target="t"
    ),
    of_both("SyncdReviewQueueOld", WAITING, still(60), "0+3600x400", 7 * DAY + 3, step=60),
    one("SyncdInboundWaits", CAME_IN, still(60), 26, fires=True, step=60, door="site"),
    one("SyncdInboundWaits", CAME_IN, still(0), 26, fires=False, step=60),
    Case("SyncdInboundRefuses", {REFUSED: "0+1x400", ACCEPTED: "0+1x100 100x300"}, 300, [{"door": "site"}], 5),
    Case("SyncdInboundRefuses", {REFUSED: "0+1x400", ACCEPTED: "0+2x400"}, 300, [], 5),
    one("SyncdSubmissionsForged", FORGED, "0+1x400", 70, fires=True, door="site"),
    one("SyncdSubmissionsForged", FORGED, still(500), 70, fires=False),
    one("SyncdReviewQueueOld", WAITING + ILL % "", still(0), 7 * DAY + 3, fires=False, step=60),
    one("SyncdConfigRefused", "syncd_config_reload_success", still(0), 6, fires=True),
    one("SyncdConfigRefused", "syncd_config_reload_success", "0x3 1x20", 6, fires=False),
    Case("SyncdNotificationsFail", {FAILED: "0+1x100", SENT: still(4)}, 30, [{"channel": "ops"}]),
    Case("SyncdNotificationsFail", {FAILED: "0+1x100", SENT: "0+1x100"}, 30, []),
)
#: What is kept of series: expression, minute and value, by the series it is made of.
RECORDED = (
    (
        {
            **of_streams("syncd_records", still(100), still(300)),
            **of_streams("syncd_records_left_alone", still(0), still(100)),
            **of_streams("syncd_records_clean", still(50), still(200)),
        },
        "syncd:account_clean:ratio",
        5,
        '{account="main"}',
        250 / 300,
    ),
    (
        {
            **of_streams("syncd_clean_ratio", still(0.9), "_x20"),
            "syncd_baseline_clean_ratio" + ILL % "": still(0.6),
        },
        "syncd:clean_gain:ratio",
        5,
        ILL % "",
        0.3,
    ),
    ({QUOTA: "100000-600x100"}, "syncd:api_quota:hours_left", 60, '{account="main"}', 64000 / 36000),
    (
        {**of_streams(LAG, "0+60x300", "0x300"), **of_streams(SUCCESS, still(1), still(0))},
        "syncd:lag_missed:ratio1h",
        60,
        ILL % "",
        45 / 61,
    ),
    (
        {"syncd_fixes_total" + ILL % ', rule="r", outcome="applied"': "0+10x100"},
        "syncd:writes:increase1h",
        70,
        ILL % "",
        600,
    ),
)


def yaml_of(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text())


def rules_in(root: Path) -> list[dict[str, Any]]:
    return [rule for name in RULES for group in yaml_of(root / name)["groups"] for rule in group["rules"]]


def alerts_in(root: Path) -> list[dict[str, Any]]:
    return [rule for rule in rules_in(root) if "alert" in rule]


def run(*arguments: str) -> str:
    assert PROMTOOL is not None
    ended = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, check=False)
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def packed(cases: Sequence[Case]) -> list[list[Case]]:
    """Return cases that do not meet in any metric, together: each trial takes its time."""
    packs: list[list[Case]] = []
    for case in sorted(cases, key=lambda one: one.at):
        fitting = (pack for pack in packs if not any(_metrics_of(one) & _metrics_of(case) for one in pack))
        found = next(fitting, None)
        if found is None:
            packs.append([case])
        else:
            found.append(case)
    return packs


def _metrics_of(case: Case) -> set[str]:
    return {case.alert, *(name.partition("{")[0] for name in case.series)}


def trials_of(cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    for pack in packed(cases):
        series = {name: values for case in pack for name, values in case.series.items()}
        yield {
            "interval": f"{pack[0].step}m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "promql_expr_test": [_question_of(case) for case in pack],
        }


def _question_of(case: Case) -> dict[str, Any]:
    labels = [", ".join(f'{name}="{value}"' for name, value in sorted(one.items())) for one in case.fires]
    names = sorted({name for one in case.fires for name in one})
    return {
        "expr": f'max by ({", ".join(names)}) (ALERTS{{alertname="{case.alert}", alertstate="firing"}})',
        "eval_time": f"{case.at * case.step}m",
        "exp_samples": [{"labels": f"{{{told}}}", "value": 1} for told in labels],
    }


def recorded() -> Iterator[dict[str, Any]]:
    for series, name, minute, labels, value in RECORDED:
        yield {
            "interval": "1m",
            "input_series": [{"series": one, "values": values} for one, values in series.items()],
            "promql_expr_test": [
                {
                    # Rounded, for nobody wants to write sixteen digits; NaN is nothing to look at.
                    "expr": f"round({name} >= 0, 0.0001)",
                    "eval_time": f"{minute}m",
                    "exp_samples": [{"labels": labels, "value": round(value, 4)}],
                }
            ],
        }


@needs_promtool
@pytest.mark.parametrize("step", [1, 60])
def test_alerts_fire_when_they_should_and_not_when_they_should_not(root, tmp_path, step):
    file = tmp_path / "alerts.test.json"
    wanted = {"rule_files": [str(root / name) for name in RULES], "evaluation_interval": f"{step}m"}
    trials = [*trials_of([case for case in CASES if case.step == step]), *(recorded() if step == 1 else ())]
    file.write_text(json.dumps({**wanted, "tests": trials}))

    assert run("test", "rules", str(file)) == ""


@needs_promtool
def test_rules_are_spelled_as_prometheus_wants_them(root):
    assert run("check", "rules", *(str(root / name) for name in RULES)) == ""


def test_every_alert_has_a_case_in_which_it_fires(root):
    firing = {case.alert for case in CASES if case.fires}

    # A year is more than a test should evaluate.
    assert {rule["alert"] for rule in alerts_in(root)} - firing == {"SyncdAuditOverdue"}


def test_rules_ask_only_for_metrics_and_labels_that_exist(root):
    families = {
        one._name + ("_total" if one._type == "counter" else ""): set(one._labelnames)
        for one in vars(Metrics()).values()
        if hasattr(one, "_labelnames")
    }
    known = {rule["record"] for rule in rules_in(root) if "record" in rule}

    for rule in rules_in(root):
        asked = set(re.findall(r"\b(?:syncd[\w:]*|up|process_\w+)\b", rule["expr"])) - {"syncd"}
        assert asked, rule
        assert asked - families.keys() - known - FOREIGN == set(), rule
        for name, matchers in re.findall(r"(syncd_\w+)\{([^}]*)\}", rule["expr"]):
            assert set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers)) <= families[name], rule


def test_every_alert_says_in_plain_words_what_to_do_and_leads_to_its_part_of_the_runbook(root):
    headings = re.findall(r"^### (\w+)$", (root / "docs/runbook.md").read_text(), re.MULTILINE)

    assert [rule["alert"] for rule in alerts_in(root)] == headings
    for rule in alerts_in(root):
        told = rule["annotations"]
        assert told["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["for"], rule
        assert len(told["summary"]) > 15, rule
        assert told["description"].endswith("."), rule
