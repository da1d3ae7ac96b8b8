from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from quality import catalog
from syncd.settings.shape import SettingsFile
from syncd.telemetry.metrics import Metrics

TABLES = ("rules", "metrics", "commands", "settings", "capabilities", "promises")

#: Names that people script against. They may grow in number, never change.
COMMANDS = {
    "demo",
    "sandbox",
    "init",
    "check",
    "run",
    "status",
    "sync",
    "plan",
    "review",
    "apply",
    "undo",
    "explain",
    "rules",
    "clean",
}
METRICS = {
    "syncd_announced_total": {"account", "object", "outcome"},
    "syncd_announced_waiting": {"account", "object"},
    "syncd_announced_lag_seconds": {"account", "object"},
    "syncd_webhook_requests_total": {"account", "outcome"},
    "syncd_inbound_received_total": {"door", "outcome"},
    "syncd_inbound_settled_total": {"door", "outcome"},
    "syncd_inbound_waiting": {"door", "state"},
    "syncd_inbound_waiting_since_timestamp_seconds": {"door"},
    "syncd_inbound_files_total": {"door", "outcome"},
    "syncd_feed_connected": {"account"},
    "syncd_records": {"account", "object"},
    "syncd_records_clean": {"account", "object"},
    "syncd_records_left_alone": {"account", "object"},
    "syncd_clean_ratio": {"account", "object"},
    "syncd_findings_open": {"account", "object", "rule", "severity"},
    "syncd_field_completeness_ratio": {"account", "object", "field"},
    "syncd_duplicate_groups": {"account", "object"},
    "syncd_duplicate_records": {"account", "object"},
    "syncd_counterparts": {"account", "object", "state"},
    "syncd_golden_records": {"account", "object", "known"},
    "syncd_golden_filled": {"account", "object", "field"},
    "syncd_golden_conflicts": {"account", "object", "field"},
    "syncd_records_stale": {"account", "object", "signal"},
    "syncd_records_unassociated": {"account", "object", "to"},
    "syncd_defects_by_source": {"account", "object", "source"},
    "syncd_source_records": {"account", "object", "source"},
    "syncd_source_records_clean": {"account", "object", "source"},
    "syncd_owner_records": {"account", "object", "owner"},
    "syncd_owner_records_clean": {"account", "object", "owner"},
    "syncd_baseline_clean_ratio": {"account", "object"},
    "syncd_baseline_timestamp_seconds": {"account", "object"},
    "syncd_target_goal_ratio": {"account", "object", "target"},
    "syncd_target_current_ratio": {"account", "object", "target"},
    "syncd_target_expected_ratio": {"account", "object", "target"},
    "syncd_target_on_track": {"account", "object", "target"},
    "syncd_target_deadline_timestamp_seconds": {"account", "object", "target"},
    "syncd_cost_at_risk": {"account", "object", "currency"},
    "syncd_field_stale_ratio": {"account", "object", "field"},
    "syncd_field_half_life_seconds": {"account", "object", "field"},
    "syncd_maturity_stage": {"account"},
    "syncd_last_audit_timestamp_seconds": {"account"},
    "syncd_fixes_total": {"account", "object", "rule", "outcome"},
    "syncd_review_pending": {"account", "object"},
    "syncd_review_waiting_since_timestamp_seconds": {"account", "object"},
    "syncd_writing_stopped": set(),
    "syncd_notifications_total": {"channel", "outcome"},
    "syncd_notifications_waiting": {"channel"},
    "syncd_overrides": {"account", "object", "rule"},
    "syncd_sync_lag_seconds": {"account", "object"},
    "syncd_last_success_timestamp_seconds": {"account", "object"},
    "syncd_records_missing": {"account", "object"},
    "syncd_records_pulled_total": {"account", "object"},
    "syncd_values_left_out_total": {"account", "object"},
    "syncd_records_caught_total": {"account", "object", "by", "kind"},
    "syncd_last_census_timestamp_seconds": {"account", "object"},
    "syncd_pulls_short_total": {"account", "object"},
    "syncd_account_held": {"account"},
    "syncd_account_reached": {"account"},
    "syncd_store_usable": set(),
    "syncd_api_requests_total": {"account", "endpoint", "status"},
    "syncd_api_quota_remaining": {"account"},
    "syncd_api_throttled_seconds_total": {"account"},
    "syncd_api_calls_total": {"account", "purpose"},
    "syncd_api_calls_left": {"account", "purpose"},
    "syncd_load_records_planned": {"account", "object"},
    "syncd_load_records_remaining": {"account", "object"},
    "syncd_load_seconds_left": {"account", "object"},
    "syncd_work_waiting": {"account", "object", "reason"},
    "syncd_guard_trips_total": {"account", "object", "guard"},
    "syncd_guard_holds": {"account", "object", "guard"},
    "syncd_provider_questions_total": {"provider", "outcome"},
    "syncd_provider_calls_total": {"provider"},
    "syncd_provider_cost_total": {"provider"},
    "syncd_provider_asking_seconds_total": {"provider"},
    "syncd_provider_budget_left": {"provider"},
    "syncd_provider_questions_waiting": {"provider"},
    "syncd_provider_oldest_answer_timestamp_seconds": {"provider"},
    "syncd_provider_failing": {"provider"},
    "syncd_config_reload_success": set(),
    "syncd_build_info": {"version", "python"},
}


def metrics_of_the_code():
    families = (family for family in vars(Metrics()).values() if hasattr(family, "_labelnames"))
    return {one._name + ("_total" if one._type == "counter" else ""): set(one._labelnames) for one in families}


@pytest.mark.parametrize("name", TABLES)
def test_table_in_a_document_is_what_the_code_says(tables, name):
    path, text = tables.with_table(name)

    kept = path.read_text()

    assert kept == text, f"docs/{path.name} is out of date: run `make docs`"


def test_every_rule_has_its_heading_and_says_what_is_right(root):
    text = (root / "docs/rules.md").read_text()

    sections = dict(re.findall(r"^## (\w+)\n\n(.+)", text, re.MULTILINE))

    assert set(catalog()) <= set(sections)
    assert all(sections[name].strip() for name in catalog())


def test_every_number_is_answered_once_and_every_rule_answers_something(root):
    asked = YAML(typ="safe").load((root / "docs/capabilities.yaml").read_text())
    entries = [entry for part in asked.values() for entry in part.items()]

    answering = {name for _, entry in entries for name in entry.get("rules", ())}

    assert [number for number, _ in entries] == [f"S{number}" for number in range(1, 109)]
    assert set(catalog()) == answering


def test_metrics_of_the_code_are_the_documented_ones_with_the_documented_labels(root):
    text = (root / "docs/metrics.md").read_text()

    written = metrics_of_the_code()

    assert written == METRICS
    assert all(f"`{name}`" in text for name in METRICS)


def test_every_promised_command_exists_and_is_documented(root, tables):
    text = (root / "docs/commands.md").read_text()

    headings = {line.split()[2] for line in text.splitlines() if line.startswith("## syncd ")}
    commands = {line.split()[2] for line in tables.commands().splitlines() if line.startswith("## syncd ")}

    assert headings >= COMMANDS
    assert commands == headings


def test_every_command_and_option_says_what_it_does(tables):
    text = tables.commands()

    silent = re.findall(r"^\| `[^`]+` \|  \|$", text, re.MULTILINE)
    without_text = re.findall(r"^(## syncd .+)\n\n```\n.+\n```\n\n(?=##|\|)", text, re.MULTILINE)

    assert silent == []
    assert without_text == []


def test_every_setting_says_what_it_means(tables):
    silent = [
        f"{path}.{name}"
        for path, model in tables._models(SettingsFile, "")
        for name, field in model.model_fields.items()
        if not field.description
    ]

    assert silent == []


def test_every_option_of_a_rule_says_what_it_means(tables):
    options = [(name, rule.options, option) for name, rule in catalog().items() for option in rule.options.model_fields]

    silent = [f"{name}.{option}" for name, model, option in options if not tables.meaning_of_option(model, option)]

    assert silent == []


def test_every_link_in_a_document_leads_somewhere(root, kept_files):
    documents = [path for path in kept_files if path.suffix == ".md"]

    links = [
        (path, target) for path in documents for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text())
    ]
    broken = [f"{path.relative_to(root)}: {target}" for path, target in links if not leads_somewhere(path, target)]

    assert broken == []


def leads_somewhere(path: Path, target: str) -> bool:
    return target.startswith(("https://", "http://")) or (path.parent / target).exists()


def test_every_file_named_in_the_readme_exists(root):
    text = (root / "README.md").read_text()

    named = re.findall(r"`((?:syncd|connectors|mappings|quality|docs|config)/[\w./-]*)`", text)

    assert named
    assert [name for name in named if not (root / name).exists()] == []


def test_readme_opens_with_one_sentence_and_the_two_commands(root):
    title, sentence, *rest = (root / "README.md").read_text().split("\n\n")

    commands = next(block for block in rest if block.startswith("```"))

    assert title == "# syncd"
    assert sentence.count(". ") == 0
    assert re.findall(r"^make (\w+)", commands, re.MULTILINE) == ["demo", "test"]


def test_changelog_has_the_usual_form_and_one_sentence_for_each_change(root):
    text = (root / "CHANGELOG.md").read_text()

    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    changes = re.findall(r"^- (.+(?:\n  .+)*)", text, re.MULTILINE)

    assert all(re.fullmatch(r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version) for version in versions)
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= {
        "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security",
    }  # fmt: skip
    assert [change for change in changes if not change.endswith(".") or ". " in change] == []


def test_decisions_are_numbered_short_and_say_what_would_change_them(root):
    entries = re.split(r"^## ", (root / "DECISIONS.md").read_text(), flags=re.MULTILINE)[1:]

    numbers = [int(entry.split(".")[0]) for entry in entries]

    assert numbers == list(range(1, len(entries) + 1))
    for entry in entries:
        assert len(entry.strip().splitlines()) <= 15, entry
        marks = re.findall(r"^\*(.+?)\.\*", entry, re.MULTILINE)
        assert marks == ["Forced by", "Chose", "Gave up", "Would change our mind"], entry
