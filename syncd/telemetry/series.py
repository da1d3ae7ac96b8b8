"""The series of one stream: every child of every family, held."""

from __future__ import annotations

from collections.abc import Mapping

from syncd.clock import Clock
from syncd.model import Stream
from syncd.telemetry.children import Counters, Gauges
from syncd.telemetry.metrics import UNKNOWN, Metrics, bounded
from syncd.telemetry.reports import Kpis, TargetState


class TargetSeries:
    """The series of the targets of one stream: those that the settings name now, and no others."""

    def __init__(self, metrics: Metrics, labels: tuple[str, str]) -> None:
        self._goal: Gauges[str] = Gauges(metrics.target_goal, labels)
        self._current: Gauges[str] = Gauges(metrics.target_current, labels)
        self._expected: Gauges[str] = Gauges(metrics.target_expected, labels)
        self._on_track: Gauges[str] = Gauges(metrics.target_on_track, labels)
        self._deadline: Gauges[str] = Gauges(metrics.target_deadline, labels)

    def measured(self, targets: Mapping[str, TargetState]) -> None:
        """Show where the targets stand."""
        self._goal.be_only({name: one.goal for name, one in targets.items()})
        self._current.be_only({name: one.current for name, one in targets.items()})
        self._expected.be_only({name: one.expected for name, one in targets.items()})
        self._on_track.be_only({name: float(one.is_on_track) for name, one in targets.items()})
        self._deadline.be_only({name: one.deadline.timestamp() for name, one in targets.items()})


class StreamSeries:
    """What is measured of one stream. All of it exists from the moment this is made."""

    #: What is shown of what was not measured yet.
    unmeasured = UNKNOWN

    def __init__(self, metrics: Metrics, stream: Stream, clock: Clock) -> None:
        labels = (stream.account, stream.object)
        self._clock = clock
        self._lag: tuple[float, float] | None = None
        #: When the log last told how far a pull is; None between pulls.
        self.progress_told_at: float | None = None
        self.records = metrics.records.labels(*labels)
        self.records_clean = metrics.records_clean.labels(*labels)
        self.records_left_alone = metrics.records_left_alone.labels(*labels)
        self.clean_ratio = metrics.clean_ratio.labels(*labels)
        self.duplicate_groups = metrics.duplicate_groups.labels(*labels)
        self.duplicate_records = metrics.duplicate_records.labels(*labels)
        self.review_pending = metrics.review_pending.labels(*labels)
        self.review_since = metrics.review_since.labels(*labels)
        self.missing = metrics.missing.labels(*labels)
        self.last_success = metrics.last_success.labels(*labels)
        self.pulled = metrics.pulled.labels(*labels)
        self.left_out = metrics.left_out.labels(*labels)
        self.last_census = metrics.last_census.labels(*labels)
        self.pulls_short = metrics.pulls_short.labels(*labels)
        self.caught: Counters[tuple[str, str]] = Counters(metrics.caught, labels)
        self.findings_open: Gauges[tuple[str, str]] = Gauges(metrics.findings_open, labels)
        self.completeness: Gauges[str] = Gauges(metrics.completeness, labels)
        self.stale: Gauges[str] = Gauges(metrics.records_stale, labels)
        self.unassociated: Gauges[str] = Gauges(metrics.unassociated, labels)
        self.defects_by_source: Gauges[str] = Gauges(metrics.defects_by_source, labels)
        self.source_records: Gauges[str] = Gauges(metrics.source_records, labels)
        self.source_records_clean: Gauges[str] = Gauges(metrics.source_records_clean, labels)
        self.owner_records: Gauges[str] = Gauges(metrics.owner_records, labels)
        self.owner_records_clean: Gauges[str] = Gauges(metrics.owner_records_clean, labels)
        self.baseline_clean_ratio = metrics.baseline_clean_ratio.labels(*labels)
        self.baseline_at = metrics.baseline_at.labels(*labels)
        self.targets = TargetSeries(metrics, labels)
        self.cost_at_risk: Gauges[str] = Gauges(metrics.cost_at_risk, labels)
        self.field_stale: Gauges[str] = Gauges(metrics.field_stale, labels)
        self.field_half_life: Gauges[str] = Gauges(metrics.field_half_life, labels)
        self.overrides: Gauges[str] = Gauges(metrics.overrides, labels)
        self.counterparts: Gauges[str] = Gauges(metrics.counterparts, labels)
        self.golden_records: Gauges[str] = Gauges(metrics.golden_records, labels)
        self.golden_filled: Gauges[str] = Gauges(metrics.golden_filled, labels)
        self.golden_conflicts: Gauges[str] = Gauges(metrics.golden_conflicts, labels)
        self.fixes: Counters[tuple[str, str]] = Counters(metrics.fixes, labels)
        self.guard_trips: Counters[str] = Counters(metrics.guard_trips, labels)
        self.guard_holds: Gauges[str] = Gauges(metrics.guard_holds, labels)
        for gauge in (self.clean_ratio, self.duplicate_groups, self.duplicate_records, self.baseline_clean_ratio):
            gauge.set(self.unmeasured)
        metrics.lag.labels(*labels).set_function(self._lag_now)

    def lag_told(self, seconds: float) -> None:
        """Remember how far behind the copy was, and when that was."""
        self._lag = (seconds, self._clock.monotonic())

    def measured(self, kpis: Kpis) -> None:
        """Show a measurement; what it does not name is zero."""
        self.records.set(kpis.records)
        self.records_clean.set(kpis.clean)
        self.records_left_alone.set(kpis.left_alone)
        self.clean_ratio.set(kpis.clean_ratio)
        self.duplicate_groups.set(self._or_unmeasured(kpis.duplicate_groups))
        self.duplicate_records.set(self._or_unmeasured(kpis.duplicate_records))
        self.review_pending.set(kpis.review_pending)
        self.review_since.set(kpis.review_since.timestamp() if kpis.review_since else 0)
        self.missing.set(kpis.missing)
        by_rule = {(rule, severity.name.lower()): count for (rule, severity), count in kpis.findings.items()}
        self.findings_open.become(by_rule)
        self.completeness.become(kpis.completeness)
        self.stale.become(kpis.stale)
        self.unassociated.become(kpis.unassociated)
        self.defects_by_source.become(bounded(kpis.defects_by_source))
        self.overrides.become(kpis.overrides)
        self.counterparts.be_only(kpis.counterparts)
        self.golden_records.be_only(kpis.golden.records)
        self.golden_filled.be_only(kpis.golden.filled)
        self.golden_conflicts.be_only(kpis.golden.conflicts)
        self.guard_holds.become(kpis.holds)
        self._shares_measured(kpis)
        self._money_and_time_measured(kpis)

    def _shares_measured(self, kpis: Kpis) -> None:
        self.source_records.become({name: one.judged for name, one in kpis.sources.items()})
        self.source_records_clean.become({name: one.clean for name, one in kpis.sources.items()})
        self.owner_records.be_only({name: one.judged for name, one in kpis.owners.items()})
        self.owner_records_clean.be_only({name: one.clean for name, one in kpis.owners.items()})

    def _money_and_time_measured(self, kpis: Kpis) -> None:
        if kpis.baseline is not None:
            self.baseline_clean_ratio.set(kpis.baseline)
        if kpis.baseline_at is not None:
            self.baseline_at.set(kpis.baseline_at.timestamp())
        self.targets.measured(kpis.targets)
        self.cost_at_risk.be_only({} if kpis.cost is None else {kpis.cost.currency: kpis.cost.amount})
        self.field_stale.be_only({name: one.stale for name, one in kpis.freshness.items()})
        self.field_half_life.be_only(
            {name: self._or_unmeasured(one.half_life_s) for name, one in kpis.freshness.items()}
        )

    def _or_unmeasured(self, count: float | None) -> float:
        return self.unmeasured if count is None else count

    def _lag_now(self) -> float:
        if self._lag is None:
            return self.unmeasured
        seconds, told_at = self._lag
        return seconds + self._clock.monotonic() - told_at
