from __future__ import annotations

import logging
import math
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from syncd.clock import SystemClock
from syncd.errors import CredentialsError, RetryableError, StoreError
from syncd.model import Action, Fix, FixState, Ref, Severity, Stream
from syncd.telemetry import Kpis, LogFormat, PassReport, TargetState, Telemetry, configure_logs

CONTACTS = Stream("hubspot-main", "contacts", "person")
STREAM = {"account": "hubspot-main", "object": "contacts"}
#: Names and labels are a contract with dashboards and alerts.
CONTRACT = {
    "syncd_records": {"account", "object"},
    "syncd_records_clean": {"account", "object"},
    "syncd_records_left_alone": {"account", "object"},
    "syncd_values_left_out_total": {"account", "object"},
    "syncd_clean_ratio": {"account", "object"},
    "syncd_findings_open": {"account", "object", "rule", "severity"},
    "syncd_field_completeness_ratio": {"account", "object", "field"},
    "syncd_duplicate_groups": {"account", "object"},
    "syncd_duplicate_records": {"account", "object"},
    "syncd_records_stale": {"account", "object", "signal"},
    "syncd_records_unassociated": {"account", "object", "to"},
    "syncd_defects_by_source": {"account", "object", "source"},
    "syncd_source_records": {"account", "object", "source"},
    "syncd_source_records_clean": {"account", "object", "source"},
    "syncd_baseline_clean_ratio": {"account", "object"},
    "syncd_baseline_timestamp_seconds": {"account", "object"},
    "syncd_maturity_stage": {"account"},
    "syncd_last_audit_timestamp_seconds": {"account"},
    "syncd_fixes_total": {"account", "object", "rule", "outcome"},
    "syncd_review_pending": {"account", "object"},
    "syncd_review_waiting_since_timestamp_seconds": {"account", "object"},
    "syncd_writing_stopped": set(),
    "syncd_overrides": {"account", "object", "rule"},
    "syncd_sync_lag_seconds": {"account", "object"},
    "syncd_last_success_timestamp_seconds": {"account", "object"},
    "syncd_records_missing": {"account", "object"},
    "syncd_records_pulled_total": {"account", "object"},
    "syncd_records_caught_total": {"account", "object", "by", "kind"},
    "syncd_last_census_timestamp_seconds": {"account", "object"},
    "syncd_pulls_short_total": {"account", "object"},
    "syncd_account_reached": {"account"},
    "syncd_account_held": {"account"},
    "syncd_store_usable": set(),
    "syncd_api_requests_total": {"account", "endpoint", "status"},
    "syncd_api_quota_remaining": {"account"},
    "syncd_api_throttled_seconds_total": {"account"},
    "syncd_guard_trips_total": {"account", "object", "guard"},
    "syncd_config_reload_success": set(),
    "syncd_build_info": {"version", "python"},
}


def expect(telemetry: Telemetry) -> None:
    telemetry.expect(
        CONTACTS,
        rules={"email_form": Severity.WARNING, "phone_e164": Severity.ERROR},
        fields=["email"],
        signals=["bounced"],
        to=["company"],
        guards=["max_share"],
    )
    telemetry.expect_sources(CONTACTS, ["FORMS"])
    telemetry.swept_before(CONTACTS, {("sweep", "new"): 0}, None)
    telemetry.expect_account("hubspot-main", ["search"])


def series(telemetry: Telemetry) -> dict[str, set[str]]:
    text = telemetry.exposition()[0].decode()
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.startswith("process_")
    }


def value(telemetry: Telemetry, name: str, **labels: str) -> float:
    sample = telemetry.metrics.registry.get_sample_value(name, labels)
    assert sample is not None
    return sample


def fix(rules: tuple[str, ...]) -> Fix:
    return Fix("f1", Ref("hubspot-main", "contacts", "1"), Action.UPDATE, FixState.INTENDED, rules=rules)


def test_memory_and_processor_time_of_the_process_are_told_under_their_usual_names():
    told = Telemetry(SystemClock()).exposition()[0].decode()

    assert "process_resident_memory_bytes" in told
    assert "process_cpu_seconds_total" in told


def test_every_metric_of_the_contract_exists_before_the_first_fact(telemetry):
    expect(telemetry)

    assert series(telemetry) == CONTRACT


def test_defects_by_source_are_kept_to_a_closed_set(telemetry):
    sources = {f"source{n}": 1 for n in range(80)}

    telemetry.kpis_measured(CONTACTS, Kpis(records=80, defects_by_source=sources))

    shown = telemetry.metrics.defects_by_source.collect()[0].samples
    assert len(shown) == 51
    assert sum(sample.value for sample in shown) == 80
    assert set(shown[0].labels) == CONTRACT["syncd_defects_by_source"]


def test_ratio_is_unknown_until_it_was_measured(telemetry):
    expect(telemetry)

    before = value(telemetry, "syncd_clean_ratio", **STREAM)
    telemetry.kpis_measured(CONTACTS, Kpis(records=4, clean=3))

    assert math.isnan(before)
    assert value(telemetry, "syncd_clean_ratio", **STREAM) == 0.75


def test_records_that_are_left_alone_are_shown_and_are_no_part_of_the_ratio(telemetry):
    telemetry.kpis_measured(CONTACTS, Kpis(records=5, clean=3, left_alone=1))

    assert value(telemetry, "syncd_records", **STREAM) == 5
    assert value(telemetry, "syncd_records_left_alone", **STREAM) == 1
    assert value(telemetry, "syncd_clean_ratio", **STREAM) == 0.75


def test_duplicates_nobody_looked_for_are_not_none_found(telemetry):
    telemetry.kpis_measured(CONTACTS, Kpis(records=4))
    before = value(telemetry, "syncd_duplicate_groups", **STREAM)

    telemetry.kpis_measured(CONTACTS, Kpis(records=4, duplicate_groups=0))

    assert math.isnan(before)
    assert value(telemetry, "syncd_duplicate_groups", **STREAM) == 0


def test_finding_that_is_gone_falls_to_zero(telemetry):
    expect(telemetry)
    labels = {**STREAM, "rule": "email_form", "severity": "warning"}
    telemetry.kpis_measured(CONTACTS, Kpis(records=4, findings={("email_form", Severity.WARNING): 3}))
    assert value(telemetry, "syncd_findings_open", **labels) == 3

    telemetry.kpis_measured(CONTACTS, Kpis(records=4))

    assert value(telemetry, "syncd_findings_open", **labels) == 0


def test_fix_is_counted_under_each_of_its_rules(telemetry):
    telemetry.fix_settled(CONTACTS, fix(("email_form", "phone_e164")), FixState.APPLIED)

    for rule in ("email_form", "phone_e164"):
        assert value(telemetry, "syncd_fixes_total", **STREAM, rule=rule, outcome="applied") == 1


def test_counts_go_on_from_the_store_after_a_restart(telemetry):
    expect(telemetry)
    rows = [("hubspot-main", "contacts", "email_form", "applied", 40), ("gone", "contacts", "email_form", "applied", 9)]

    telemetry.restored(rows)
    telemetry.restored(rows)
    telemetry.fix_settled(CONTACTS, fix(("email_form",)), FixState.APPLIED)

    assert value(telemetry, "syncd_fixes_total", **STREAM, rule="email_form", outcome="applied") == 41


def test_lag_grows_until_it_is_told_again(telemetry, clock):
    telemetry.synced_at(CONTACTS, clock.now() - timedelta(seconds=5))
    clock.pass_by(60)

    assert value(telemetry, "syncd_sync_lag_seconds", **STREAM) == 65
    assert value(telemetry, "syncd_last_success_timestamp_seconds", **STREAM) == clock.now().timestamp() - 65


def test_failing_stream_is_logged_when_it_starts_and_when_it_recovers(telemetry, caplog):
    caplog.set_level(logging.INFO)
    error = CredentialsError(hint="Make a new token.")

    for _ in range(3):
        telemetry.pass_failed(CONTACTS, error)
    telemetry.pass_failed(CONTACTS, RetryableError())
    for _ in range(2):
        telemetry.pass_finished(CONTACTS, PassReport())

    events = [record.msg["event"] for record in caplog.records]
    assert events == ["pass_failed", "pass_failed", "pass_recovered", "pass_finished", "pass_finished"]
    assert caplog.records[0].msg["hint"] == "Make a new token."


def test_pass_is_one_line_with_all_its_counts(telemetry, caplog):
    caplog.set_level(logging.INFO)

    telemetry.pass_finished(CONTACTS, PassReport(pulled=12, judged=9, fixes_applied=3, seconds=1.23456))

    (record,) = caplog.records
    assert record.msg["stream"] == "hubspot-main/contacts"
    assert (record.msg["pulled"], record.msg["fixes_applied"], record.msg["seconds"]) == (12, 3, 1.235)


def test_status_label_is_from_a_closed_set(telemetry):
    for status in (200, 429, 0, 99_999):
        telemetry.request_answered("hubspot-main", "search", status, 0.1)

    for shown in ("200", "429", "none", "other"):
        labels = {"account": "hubspot-main", "endpoint": "search", "status": shown}
        assert value(telemetry, "syncd_api_requests_total", **labels) == 1


def test_quota_is_unknown_until_the_crm_told(telemetry):
    expect(telemetry)
    assert math.isnan(value(telemetry, "syncd_api_quota_remaining", account="hubspot-main"))

    telemetry.quota_told("hubspot-main", 1200)

    assert value(telemetry, "syncd_api_quota_remaining", account="hubspot-main") == 1200


@pytest.mark.parametrize(("is_good", "shown"), [(True, 1), (False, 0)])
def test_refused_configuration_shows_in_a_metric(telemetry, is_good, shown):
    telemetry.config_reloaded(ok=is_good)

    assert value(telemetry, "syncd_config_reload_success") == shown


@pytest.mark.parametrize(
    ("guard", "level"), [("max_share", logging.ERROR), ("linked_merge", logging.ERROR), ("linked_wait", logging.INFO)]
)
def test_guard_counts_and_asks_for_a_person_unless_it_only_waits(telemetry, caplog, guard, level):
    caplog.set_level(logging.INFO)

    telemetry.guard_tripped(CONTACTS, guard, "email_form", "900 of 1000 records")

    assert value(telemetry, "syncd_guard_trips_total", **STREAM, guard=guard) == 1
    assert caplog.records[0].levelno == level


def test_long_pull_is_told_of_at_most_twice_a_minute(telemetry, clock, caplog):
    caplog.set_level(logging.INFO)

    for done in range(100, 10_100, 100):
        telemetry.progressed(CONTACTS, done, 10_000)
        clock.pass_by(1)

    assert [record.msg["done"] for record in caplog.records] == [3100, 6100, 9100]


def test_watcher_hears_of_progress_instead_of_the_log(telemetry, clock, caplog):
    caplog.set_level(logging.INFO)
    heard = []
    telemetry.watch(lambda *told: heard.append(told))

    telemetry.progressed(CONTACTS, 100, None)

    assert heard == [(CONTACTS, 100, None, None)]
    assert not caplog.records


def test_calls_are_counted_by_account(telemetry):
    for account in ("hubspot-main", "hubspot-main", "other"):
        telemetry.request_answered(account, "search", 200, 0.1)

    assert (telemetry.calls_of("hubspot-main"), telemetry.calls_of("other"), telemetry.calls_of("new")) == (2, 1, 0)


def test_a_guard_that_holds_from_pass_to_pass_is_counted_each_time_and_logged_once(capsys):
    telemetry = Telemetry(SystemClock())
    configure_logs(telemetry.redaction, form=LogFormat.JSON)
    stream = Stream("main", "contacts", "person")

    for _ in range(3):
        telemetry.guard_tripped(stream, "max_share", "phone_form", "9 of 10 records")
        telemetry.pass_finished(stream, PassReport())

    exposed = telemetry.exposition()[0].decode()
    assert 'syncd_guard_trips_total{account="main",guard="max_share",object="contacts"} 3.0' in exposed
    assert capsys.readouterr().err.count("guard_tripped") == 1


def test_account_that_another_daemon_works_on_has_no_figures_here(telemetry):
    expect(telemetry)
    telemetry.account_taken("hubspot-main")
    telemetry.kpis_measured(CONTACTS, Kpis(records=3, clean=2))
    taken = value(telemetry, "syncd_account_held", account="hubspot-main"), value(telemetry, "syncd_records", **STREAM)

    telemetry.account_left("hubspot-main", "overtaken")

    left = series(telemetry)
    telemetry.kpis_measured(CONTACTS, Kpis(records=4, clean=2))
    assert list(taken) == [1, 3]
    assert value(telemetry, "syncd_account_held", account="hubspot-main") == 0
    assert not any("object" in labels for labels in left.values())
    assert value(telemetry, "syncd_records", **STREAM) == 4


def test_target_that_nobody_wants_any_more_has_no_series(telemetry):
    deadline = datetime(2027, 3, 31, tzinfo=UTC)
    reached, missed = TargetState(0.9, 0.95, 0.5, deadline), TargetState(0.9, 0.4, 0.5, deadline)
    telemetry.kpis_measured(CONTACTS, Kpis(records=4, targets={"old": missed, "kept": missed}))

    telemetry.kpis_measured(CONTACTS, Kpis(records=4, targets={"kept": reached}))

    shown = {sample.labels["target"]: sample.value for sample in telemetry.metrics.target_on_track.collect()[0].samples}
    assert shown == {"kept": 1}
    assert value(telemetry, "syncd_target_goal_ratio", **STREAM, target="kept") == 0.9


def test_store_that_fails_is_told_when_it_begins_and_when_it_is_over(telemetry, caplog):
    caplog.set_level(logging.INFO)
    for pause_s in (1.0, 2.0):
        telemetry.store_failed(StoreError("The store is away.", hint="Wait."), pause_s)
    during = value(telemetry, "syncd_store_usable")
    for _ in range(2):
        telemetry.store_recovered()

    assert (during, value(telemetry, "syncd_store_usable")) == (0, 1)
    assert [record.msg["event"] for record in caplog.records] == ["store_failed", "store_recovered"]


def test_account_that_is_waited_for_shows_in_a_metric_and_each_try_in_the_log(telemetry, caplog):
    caplog.set_level(logging.INFO)
    telemetry.account_unreached("hubspot-main", RetryableError("no connection", hint="Is it running?"), 5.0)
    telemetry.account_unreached("hubspot-main", RetryableError("no connection"), 10.0)
    waiting = value(telemetry, "syncd_account_reached", account="hubspot-main")

    telemetry.account_reached("hubspot-main")
    telemetry.account_reached("hubspot-main")

    assert waiting == 0
    assert value(telemetry, "syncd_account_reached", account="hubspot-main") == 1
    told = [(record.msg["event"], record.levelno, record.msg.get("next_try_in_s")) for record in caplog.records]
    assert told == [
        ("account_unreached", logging.WARNING, 5.0),
        ("account_unreached", logging.WARNING, 10.0),
        ("account_reached", logging.INFO, None),
    ]


def test_what_was_caught_goes_on_from_the_store(telemetry):
    caught = {"account": "hubspot-main", "object": "contacts", "by": "sweep", "kind": "new"}
    telemetry.swept_before(CONTACTS, {("sweep", "new"): 7}, None)

    telemetry.records_caught(CONTACTS, "sweep", {"new": 2})
    telemetry.census_taken(CONTACTS, there=10, missing=2, calls=3, seconds=1.04, caught={"new": 2})
    telemetry.pull_fell_short(CONTACTS, 4)

    assert value(telemetry, "syncd_records_caught_total", **caught) == 9
    assert value(telemetry, "syncd_records_missing", **STREAM) == 2
    assert value(telemetry, "syncd_pulls_short_total", **STREAM) == 1
