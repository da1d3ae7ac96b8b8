"""The metric families, exactly as documented: names and labels.

Each `Telemetry` has its own registry, so that a process (or a test) may have several.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, disable_created_metrics

from syncd.version import version

# A counter would otherwise come with a second, undocumented series that tells when it was made.
disable_created_metrics()  # type: ignore[no-untyped-call]

_STREAM = ("account", "object")
_DOOR = ("door", "outcome")
#: More creators than this are added up under `other`, so that a label set stays closed.
SOURCES_AT_MOST = 50


#: What is told of records of linked accounts, and by what.
_LINKED = {
    "syncd_counterparts": (
        "Records of linked accounts, by whether they have a counterpart: sure, asked (a person should say), none",
        "state",
    ),
    "syncd_golden_records": (
        "Golden records told with a record of the stream, by whether one account knows them or several",
        "known",
    ),
    "syncd_golden_filled": ("Golden records that hold a value, by field", "field"),
    "syncd_golden_conflicts": ("Golden records of which accounts hold different values, by field", "field"),
}


class Metrics:
    """Every metric family of syncd, in one registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        # Memory, processor time and open files of the process, under the names every dashboard knows.
        ProcessCollector(registry=self.registry)
        self._of_records()
        self._of_sources()
        self._of_goals()
        self._of_fixes()
        self._of_reading()
        self._of_calls()
        self._of_work()
        self._of_outside()
        self._of_the_process()

    def _of_records(self) -> None:
        """Make what tells of what is held, and how clean it is."""
        gauge, counter = self._gauge, self._counter
        self.records = gauge("syncd_records", "Records held", *_STREAM)
        self.records_clean = gauge(
            "syncd_records_clean", "Records without an open finding of warning or above", *_STREAM
        )
        self.records_left_alone = gauge(
            "syncd_records_left_alone", "Records that a mapping has nobody judge: neither clean nor not", *_STREAM
        )
        self.clean_ratio = gauge("syncd_clean_ratio", "Share of the judged records that are clean", *_STREAM)
        self.findings_open = gauge("syncd_findings_open", "Open findings", *_STREAM, "rule", "severity")
        self.completeness = gauge(
            "syncd_field_completeness_ratio", "Share of records with the field filled", *_STREAM, "field"
        )
        self.duplicate_groups, self.duplicate_records = (
            gauge("syncd_duplicate_groups", "Groups of duplicates", *_STREAM),
            gauge("syncd_duplicate_records", "Records that are in a group of duplicates", *_STREAM),
        )
        self.counterparts, self.golden_records, self.golden_filled, self.golden_conflicts = (
            gauge(name, told, *_STREAM, label) for name, (told, label) in _LINKED.items()
        )
        self.records_stale = gauge("syncd_records_stale", "Records gone stale, by signal", *_STREAM, "signal")
        self.unassociated = gauge("syncd_records_unassociated", "Records linked to no record of a kind", *_STREAM, "to")
        self.field_stale = gauge(
            "syncd_field_stale_ratio", "Share of a field's values that are older than its half-life", *_STREAM, "field"
        )
        self.field_half_life = gauge(
            "syncd_field_half_life_seconds", "In which time half of a field's values change", *_STREAM, "field"
        )
        self.left_out = counter(
            "syncd_values_left_out_total", "Values that are not what their field can hold, met while judging", *_STREAM
        )

    def _of_sources(self) -> None:
        """Make what tells of whom the defects come from, and whose they are."""
        gauge = self._gauge
        self.defects_by_source = gauge(
            "syncd_defects_by_source",
            "Open findings of warning or above, by what wrote the value, or else created the record",
            *_STREAM,
            "source",
        )
        self.source_records = gauge("syncd_source_records", "Judged records, by what created them", *_STREAM, "source")
        self.source_records_clean = gauge(
            "syncd_source_records_clean", "Clean records, by what created them", *_STREAM, "source"
        )
        self.owner_records = gauge(
            "syncd_owner_records", "Judged records, by the owners and teams the settings name", *_STREAM, "owner"
        )
        self.owner_records_clean = gauge(
            "syncd_owner_records_clean", "Clean records, by the owners and teams the settings name", *_STREAM, "owner"
        )

    def _of_goals(self) -> None:
        """Make what tells of how it was, how it should be, and what it costs."""
        gauge = self._gauge
        self.baseline_clean_ratio = gauge(
            "syncd_baseline_clean_ratio", "Share of clean records before syncd wrote anything", *_STREAM
        )
        self.baseline_at = gauge(
            "syncd_baseline_timestamp_seconds", "When the baseline was taken; 0 is not yet", *_STREAM
        )
        self.target_goal = gauge("syncd_target_goal_ratio", "The share a target wants", *_STREAM, "target")
        self.target_current = gauge("syncd_target_current_ratio", "The share a target has", *_STREAM, "target")
        self.target_expected = gauge(
            "syncd_target_expected_ratio",
            "The share a target should have now, on a straight way from the baseline",
            *_STREAM,
            "target",
        )
        self.target_on_track = gauge(
            "syncd_target_on_track", "Whether a target is where it should be by now", *_STREAM, "target"
        )
        self.target_deadline = gauge(
            "syncd_target_deadline_timestamp_seconds", "When a target is to be reached", *_STREAM, "target"
        )
        self.cost_at_risk = gauge(
            "syncd_cost_at_risk",
            "What the records that are not clean cost, by the settings' figure",
            *_STREAM,
            "currency",
        )
        self.maturity = gauge("syncd_maturity_stage", "How far the upkeep has come, 1 to 4", "account")
        self.last_audit = gauge(
            "syncd_last_audit_timestamp_seconds", "When an audit was last made; 0 is never", "account"
        )

    def _of_fixes(self) -> None:
        """Make what tells of what is written, what waits for people, and what guards hold."""
        gauge, counter = self._gauge, self._counter
        self.fixes = counter(
            "syncd_fixes_total", "Fixes settled, counted under each of their rules", *_STREAM, "rule", "outcome"
        )
        self.review_pending = gauge("syncd_review_pending", "Fixes waiting for a person", *_STREAM)
        self.review_since = gauge(
            "syncd_review_waiting_since_timestamp_seconds",
            "Since when the oldest fix waits for a person; 0 is none waits",
            *_STREAM,
        )
        self.overrides = gauge("syncd_overrides", "Values a person changed back", *_STREAM, "rule")
        self.guard_trips = counter("syncd_guard_trips_total", "Times a guard stopped a run", *_STREAM, "guard")
        self.guard_holds = gauge(
            "syncd_guard_holds",
            "Rules, fields or streams held until it is over or a person says go on",
            *_STREAM,
            "guard",
        )
        self.writing_stopped = gauge("syncd_writing_stopped", "Whether the stop switch of the store is on")

    def _of_reading(self) -> None:
        """Make what tells of how complete and how fresh the copy is."""
        gauge, counter = self._gauge, self._counter
        self.lag = gauge("syncd_sync_lag_seconds", "How far the local copy is behind the CRM", *_STREAM)
        self.last_success = gauge(
            "syncd_last_success_timestamp_seconds", "When a pass last ended well; 0 is never", *_STREAM
        )
        self.missing = gauge("syncd_records_missing", "Records the CRM has and the store lacks", *_STREAM)
        self.caught = counter(
            "syncd_records_caught_total",
            "Records that plain reading had missed, by what caught them and what they were",
            *_STREAM,
            "by",
            "kind",
        )
        self.last_census = gauge(
            "syncd_last_census_timestamp_seconds", "When every record was last looked through; 0 is never", *_STREAM
        )
        self.pulls_short = counter(
            "syncd_pulls_short_total", "Pulls that showed fewer records than the CRM itself counted", *_STREAM
        )
        self.pulled = counter("syncd_records_pulled_total", "Records read from the CRM", *_STREAM)
        self.announced = counter(
            "syncd_announced_total", "Changes the CRM announced by itself, by what became of that", *_STREAM, "outcome"
        )
        self.announced_waiting = gauge(
            "syncd_announced_waiting", "Records announced as changed that were not read yet", *_STREAM
        )
        self.announced_lag = gauge(
            "syncd_announced_lag_seconds", "From a change to our copy of it, in the last announced batch read", *_STREAM
        )
        self.hook_requests = counter(
            "syncd_webhook_requests_total", "Requests that claim to come from the CRM", "account", "outcome"
        )
        self.feed_connected = gauge(
            "syncd_feed_connected", "Whether the CRM's own feed of changes is followed now", "account"
        )

    def _of_calls(self) -> None:
        """Make what tells of calls to a CRM, and what they are left for."""
        gauge, counter = self._gauge, self._counter
        self.reached = gauge(
            "syncd_account_reached", "Whether the CRM of an account was reached since the start", "account"
        )
        self.held = gauge("syncd_account_held", "Whether this daemon is the one that works on the account", "account")
        self.requests = counter(
            "syncd_api_requests_total", "HTTP exchanges with the CRM", "account", "endpoint", "status"
        )
        self.quota = gauge("syncd_api_quota_remaining", "Calls left today", "account")
        self.throttled = counter(
            "syncd_api_throttled_seconds_total", "Time spent waiting for the CRM's limits", "account"
        )
        self.calls = counter("syncd_api_calls_total", "Calls by what they were made for", "account", "purpose")
        self.calls_left = gauge(
            "syncd_api_calls_left", "Calls that may be made today, by what for", "account", "purpose"
        )

    def _of_work(self) -> None:
        """Make what tells of the work ahead."""
        gauge = self._gauge
        self.load_planned = gauge(
            "syncd_load_records_planned",
            "Records of the first load or whole reading under way; 0 without one",
            *_STREAM,
        )
        self.load_remaining = gauge("syncd_load_records_remaining", "Records left of it", *_STREAM)
        self.load_seconds_left = gauge(
            "syncd_load_seconds_left", "Seconds until its foreseen end, pauses included", *_STREAM
        )
        self.waiting = gauge("syncd_work_waiting", "Whether work on a stream waits, and what for", *_STREAM, "reason")

    def _of_outside(self) -> None:
        """Make what tells of providers, and what comes in by forms and files."""
        gauge, counter = self._gauge, self._counter
        self.provider_questions = counter(
            "syncd_provider_questions_total", "Questions to a provider, by what came of them", "provider", "outcome"
        )
        self.provider_calls = counter("syncd_provider_calls_total", "Calls made to a provider outside", "provider")
        self.provider_cost = counter(
            "syncd_provider_cost_total", "What calls to a provider cost, in your own currency", "provider"
        )
        self.provider_seconds = counter(
            "syncd_provider_asking_seconds_total", "Seconds spent asking a provider, its limits included", "provider"
        )
        self.provider_left = gauge(
            "syncd_provider_budget_left", "Calls to a provider that the day has left", "provider"
        )
        self.provider_waiting = gauge(
            "syncd_provider_questions_waiting", "Questions a provider has not answered yet", "provider"
        )
        self.provider_oldest = gauge(
            "syncd_provider_oldest_answer_timestamp_seconds", "When the oldest answer held was given", "provider"
        )
        self.provider_failing = gauge("syncd_provider_failing", "1 while a provider cannot be asked", "provider")
        self.inbound_received = counter(
            "syncd_inbound_received_total", "What came in by forms and files, by what became of it at once", *_DOOR
        )
        self.inbound_settled = counter(
            "syncd_inbound_settled_total", "What came in, by what it was found to be, or became", *_DOOR
        )
        self.inbound_waiting = gauge("syncd_inbound_waiting", "What came in and waits", "door", "state")
        self.inbound_since = gauge(
            "syncd_inbound_waiting_since_timestamp_seconds",
            "When the oldest came in that waits; 0 is none does",
            "door",
        )
        self.inbound_files = counter("syncd_inbound_files_total", "Files that came in, by what became of them", *_DOOR)

    def _of_the_process(self) -> None:
        """Make what tells of the process, its store and settings, and telling people."""
        gauge, counter = self._gauge, self._counter
        self.store_usable = gauge("syncd_store_usable", "Whether the last use of the store succeeded")
        self.reload_success = gauge(
            "syncd_config_reload_success", "Whether the last reading of the configuration succeeded"
        )
        self.notifications = counter(
            "syncd_notifications_total", "Messages to people, by what became of them", "channel", "outcome"
        )
        self.notifications_waiting = gauge(
            "syncd_notifications_waiting", "Messages that have not arrived yet", "channel"
        )
        self.build_info = gauge("syncd_build_info", "Which syncd this is; always 1", "version", "python")
        self.build_info.labels(version(), platform.python_version()).set(1)
        self.reload_success.set(1)
        self.store_usable.set(1)

    def withdraw(self, account: str, object_name: str) -> None:
        """Drop every series of a stream: another process tells them."""
        for family in (value for value in vars(self).values() if isinstance(value, Gauge | Counter)):
            if family._labelnames[:2] == _STREAM:  # noqa: SLF001 - the library tells it nowhere else
                family.remove_by_labels({"account": account, "object": object_name})

    def _gauge(self, name: str, documentation: str, *labels: str) -> Gauge:
        return Gauge(name, documentation, labels, registry=self.registry)

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name.removesuffix("_total"), documentation, labels, registry=self.registry)


def bounded(sources: Mapping[str, int]) -> dict[str, int]:
    """Return the largest of `sources`, the rest added up under `other`."""
    ranked = sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))
    kept = {name or "unknown": count for name, count in ranked[:SOURCES_AT_MOST]}
    rest = sum(count for _, count in ranked[SOURCES_AT_MOST:])
    if rest:
        kept["other"] = kept.get("other", 0) + rest
    return kept


#: What a ratio is before it was measured: compares false with everything, so it raises no alert.
UNKNOWN = math.nan
