"""The facts: each function logs and counts one thing that happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from syncd.clock import Clock
from syncd.errors import RetryableError, SyncdError
from syncd.model import Fix, FixState, Severity, Stream
from syncd.telemetry.announcements import Announcements
from syncd.telemetry.calls import CallFacts
from syncd.telemetry.heard import Fact, Heard
from syncd.telemetry.inbound import Inbound
from syncd.telemetry.metrics import UNKNOWN
from syncd.telemetry.notices import Notices
from syncd.telemetry.providing import Providing
from syncd.telemetry.redaction import Redaction
from syncd.telemetry.reports import Kpis, PassReport
from syncd.telemetry.series import StreamSeries
from syncd.telemetry.workload import Workload

#: What can become of a fix, as the `outcome` label says it.
OUTCOMES = (
    FixState.APPLIED,
    FixState.ALREADY_TRUE,
    FixState.STALE,
    FixState.REJECTED,
    FixState.UNKNOWN,
    FixState.UNDONE,
    FixState.DISMISSED,
)
#: Hears of a pull: the stream, records so far, records in all (when the CRM tells), seconds left (when foreseen).
Watcher = Callable[[Stream, int, int | None, float | None], None]
PROGRESS_EVERY_S = 30.0
#: Guards that only set a pace: the rest follows by itself.
PACES = frozenset(
    {"max_removals_per_run", "max_merges_per_run", "max_creates_per_run", "max_group", "canary_pause", "linked_wait"}
)


class Telemetry(CallFacts):
    """Everything syncd tells of itself. One per process, made by the wiring; safe to share between threads.

    It also is the connectors' observer. A stream that was never `expect`ed gets its series at its first fact.
    """

    def __init__(self, clock: Clock, redaction: Redaction | None = None) -> None:
        super().__init__(clock, redaction)
        #: What is told of changes that CRMs announce by themselves.
        self.announced = Announcements(self.metrics, self._log, clock)
        self.inbound = Inbound(self.metrics, self._log, clock)
        self.provided = Providing(self.metrics, self._log)
        self.workload = Workload(self.metrics, self._log)
        self._streams: dict[Stream, StreamSeries] = {}
        #: Streams that are failing now, with the kind of failure that was logged.
        self._failing: dict[Stream, str] = {}
        #: Accounts that are waited for since the start.
        self._unreached: set[str] = set()
        self._is_dns_silent = False
        self._watcher: Watcher | None = None
        #: What is told of telling people.
        self.notices = Notices(self.metrics, self._log)
        self._broken_rules: set[tuple[Stream, str]] = set()
        self._odd_fields: set[tuple[Stream, str]] = set()
        #: Guards that tripped in the pass under way, and in the one before it.
        self._tripped: dict[Stream, set[tuple[str, str]]] = {}
        self._tripped_before: dict[Stream, set[tuple[str, str]]] = {}

    # What there will be to count

    def expect(  # noqa: PLR0913 - one kind of label an argument
        self,
        stream: Stream,
        *,
        rules: Mapping[str, Severity],
        fields: Iterable[str] = (),
        signals: Iterable[str] = (),
        to: Iterable[str] = (),
        guards: Iterable[str] = (),
        holds: Iterable[str] = (),
        counterparts: Iterable[str] = (),
    ) -> None:
        """Let every series of a stream exist before its first fact. May be called again after a reload."""
        series = self._of(stream)
        series.findings_open.expect((rule, severity.name.lower()) for rule, severity in rules.items())
        series.fixes.expect((rule, outcome.value) for rule in rules for outcome in OUTCOMES)
        series.overrides.expect(rules)
        series.completeness.expect(fields, series.unmeasured)
        series.stale.expect(signals)
        series.unassociated.expect(to)
        series.guard_trips.expect(guards)
        series.guard_holds.expect(holds)
        series.counterparts.expect(counterparts, series.unmeasured)

    def expect_golden(self, stream: Stream, fields: Collection[str]) -> None:
        """Let the series of golden records exist before the first is known."""
        series = self._of(stream)
        series.golden_records.expect(("one", "several") if fields else (), series.unmeasured)
        for gauges in (series.golden_filled, series.golden_conflicts):
            gauges.expect(fields, series.unmeasured)

    def expect_sources(self, stream: Stream, sources: Collection[str]) -> None:
        """Let the series of the sources of defects exist before the first defect."""
        series = self._of(stream)
        for gauges in (series.defects_by_source, series.source_records, series.source_records_clean):
            gauges.expect(sources)

    def expect_account(self, account: str, endpoints: Iterable[str] = ()) -> None:
        """Let every series of an account exist before its first call."""
        self.metrics.throttled.labels(account)
        self.metrics.quota.labels(account).set(UNKNOWN)
        self.metrics.reached.labels(account)
        self.metrics.held.labels(account)
        self.metrics.maturity.labels(account).set(UNKNOWN)
        self.metrics.last_audit.labels(account).set(UNKNOWN)
        self.expect_calls(account, endpoints)

    def restored(self, counts: Iterable[tuple[str, str, str, str, int]]) -> None:
        """Continue from the store after a restart. `counts`: account, object, rule, state, count, cumulative."""
        by_name = {(stream.account, stream.object): series for stream, series in self._streams.items()}
        for account, object_name, rule, state, count in counts:
            series = by_name.get((account, object_name))
            if series is not None and state in set(OUTCOMES):
                series.fixes.raise_to((rule, str(state)), count)

    def watch(self, watcher: Watcher | None) -> None:
        """Let `watcher` hear of the progress of long pulls (a progress bar); None: lines in the log again."""
        self._watcher = watcher

    # A stream

    def records_pulled(self, stream: Stream, count: int) -> None:
        """Tell of a page read and kept. Counted only: the pass has the line."""
        self._moved()
        self._of(stream).pulled.inc(count)

    def progressed(self, stream: Stream, done: int, total: int | None, seconds_left: float | None = None) -> None:
        """Tell how far a pull is; in the log at most twice a minute."""
        self._moved()
        if self._watcher is not None:
            self._watcher(stream, done, total, seconds_left)
            return
        series = self._of(stream)
        now = self._clock.monotonic()
        if series.progress_told_at is None or done == 0:
            series.progress_told_at = now
        elif now - series.progress_told_at >= PROGRESS_EVERY_S:
            series.progress_told_at = now
            left = {} if seconds_left is None else {"seconds_left": round(seconds_left)}
            self._log.info("pull_progressed", stream=stream.name, done=done, total=total, **left)

    def pass_finished(self, stream: Stream, report: PassReport, *, paused: str = "") -> None:
        """Tell of a pass that ended well, or was paused for a reason, in one line."""
        self.pass_recovered(stream)
        with self._lock:
            tripped = self._tripped_before[stream] = self._tripped.pop(stream, set())
        self._listener(Heard(Fact.STREAM_PASSED, stream, tripped=frozenset(tripped)))
        series = self._of(stream)
        series.progress_told_at = None
        why = {"why": paused} if paused else {}
        self._log.info("pass_paused" if paused else "pass_finished", stream=stream.name, **why, **report.facts())

    def pass_failed(self, stream: Stream, error: BaseException) -> None:
        """Tell that a stream is failing: when it starts, and when it fails in another way. Not at every poll."""
        failure = type(error).__name__
        self._listener(Heard(Fact.STREAM_FAILED, stream, error=error))
        with self._lock:
            if self._failing.get(stream) == failure:
                return
            self._failing[stream] = failure
        hint = error.hint if isinstance(error, SyncdError) else ""
        is_expected = isinstance(error, SyncdError)
        self._log.error(
            "pass_failed",
            stream=stream.name,
            error=str(error),
            failure=failure,
            **({"hint": hint} if hint else {}),
            exc_info=None if is_expected else error,
        )

    def pass_recovered(self, stream: Stream) -> None:
        """Tell that a failing stream works again; says nothing of one that was not failing."""
        with self._lock:
            failure = self._failing.pop(stream, None)
        if failure is not None:
            self._log.info("pass_recovered", stream=stream.name, failure=failure)

    def synced_at(self, stream: Stream, moment: datetime) -> None:
        """Tell when the copy last was complete: the lag counts from there."""
        series = self._of(stream)
        series.last_success.set(moment.timestamp())
        series.lag_told((self._clock.now() - moment).total_seconds())

    def swept_before(self, stream: Stream, caught: Mapping[tuple[str, str], int], at: datetime | None) -> None:
        """Continue from the store after a restart: what was caught so far, and when all was last looked through."""
        series = self._of(stream)
        series.caught.expect(caught)
        for key, count in caught.items():
            series.caught.raise_to(key, count)
        if at is not None:
            series.last_census.set(at.timestamp())

    def records_caught(self, stream: Stream, by: str, caught: Mapping[str, int]) -> None:
        """Count records that plain reading had missed. Counted only: the pass or the census has the line."""
        series = self._of(stream)
        for kind, count in caught.items():
            series.caught.add((by, kind), count)

    def census_taken(
        self, stream: Stream, *, there: int, missing: int, calls: int, seconds: float, caught: Mapping[str, int]
    ) -> None:
        """Tell of a look through every record, and of what it caught, in one line."""
        self._moved()
        series = self._of(stream)
        series.missing.set(missing)
        series.last_census.set(self._clock.now().timestamp())
        tell = self._log.warning if missing else self._log.info
        tell(
            "census_taken",
            stream=stream.name,
            records=there,
            missing=missing,
            calls=calls,
            seconds=round(seconds, 1),
            **dict(caught),
        )

    def counts_differed(self, stream: Stream, there: int, here: int) -> None:
        """Tell that the CRM counts other than the store holds, for which nothing is known: all is looked through."""
        self._log.warning("counts_differed", stream=stream.name, there=there, here=here)

    def pull_fell_short(self, stream: Stream, count: int) -> None:
        """Tell of a pull that showed fewer records than the CRM itself counted."""
        self._of(stream).pulls_short.inc()
        self._log.warning(
            "pull_fell_short",
            stream=stream.name,
            records=count,
            hint="The CRM's index contradicts itself. Nothing is passed over: all records are looked through.",
        )

    def fix_settled(self, stream: Stream, fix: Fix, state: FixState) -> None:
        """Tell what became of a fix; counted under each of its rules."""
        self._moved()
        series = self._of(stream)
        for rule in fix.rules:
            series.fixes.add((rule, state.value))
        is_odd = state in {FixState.REJECTED, FixState.UNKNOWN}
        tell = self._log.warning if is_odd else self._log.debug
        tell(
            "fix_settled",
            fix=fix.id,
            record=str(fix.ref),
            rules=list(fix.rules),
            outcome=state.value,
            detail=fix.detail,
        )

    def override_seen(self, stream: Stream, rule: str) -> None:
        """Tell that a person changed back what a rule had written; the rule keeps off that value from now on."""
        series = self._of(stream)
        series.overrides.at(rule).inc()
        self._log.info("override_seen", stream=stream.name, rule=rule)

    def forgotten_returned(self, stream: Stream, count: int) -> None:
        """Tell that records of people who were forgotten came back: somebody has put them into the CRM again."""
        self._log.warning("forgotten_returned", stream=stream.name, count=count)

    def hold_begun(self, stream: Stream, guard: str, key: str, detail: str) -> None:
        """Tell that something is held from now on, until it is over or a person says go on."""
        self._of(stream).guard_holds.at(guard).inc()
        self._log.error("hold_begun", stream=stream.name, guard=guard, held=key, detail=detail)

    def guard_tripped(self, stream: Stream, guard: str, rule: str, detail: str) -> None:
        """Tell that a guard stopped a run: a person has to look. Counted every time, logged when it begins."""
        self._of(stream).guard_trips.add(guard)
        self._listener(Heard(Fact.GUARD_TRIPPED, stream, guard=guard, rule=rule, detail=detail))
        with self._lock:
            self._tripped.setdefault(stream, set()).add((guard, rule))
            is_known = (guard, rule) in self._tripped_before.get(stream, ())
        first = self._log.info if guard in PACES else self._log.error
        tell = self._log.debug if is_known else first
        tell("guard_tripped", stream=stream.name, guard=guard, rule=rule, detail=detail)

    def rule_failed(self, stream: Stream, rule: str, error: BaseException | None = None) -> None:
        """Tell that a rule raised instead of judging; once per rule and stream."""
        with self._lock:
            if (stream, rule) in self._broken_rules:
                return
            self._broken_rules.add((stream, rule))
        self._log.error("rule_failed", stream=stream.name, rule=rule, exc_info=error)

    def value_left_out(self, stream: Stream, record_id: str, field: str, why: str) -> None:
        """Tell that a value is not what its field can hold: nothing judges it. Counted, and logged once a field."""
        self._of(stream).left_out.inc()
        with self._lock:
            if (stream, field) in self._odd_fields:
                return
            self._odd_fields.add((stream, field))
        self._log.warning("value_left_out", stream=stream.name, record=record_id, field=field, why=why)

    def fields_missed(self, stream: Stream, sentences: Sequence[str]) -> None:
        """Tell that the account lacks properties the mapping names: their fields are not judged."""
        self._log.warning("fields_missed", stream=stream.name, missing=list(sentences))

    def owners_untold(self, account: str, error: SyncdError) -> None:
        """Tell that an account's owners could not be read: nobody knows who has left."""
        hint = {"hint": error.hint} if error.hint else {}
        self._log.info("owners_untold", account=account, error=error.message, **hint)

    def domains_looked_up(self, *, asked: int, told: int, dead: int, seconds: float) -> None:
        """Tell what the DNS said of mail domains; that it is silent altogether is told when it begins."""
        was_silent, self._is_dns_silent = self._is_dns_silent, told == 0
        tell = self._log.warning if self._is_dns_silent and not was_silent else self._log.info
        tell = self._log.debug if self._is_dns_silent and was_silent else tell
        tell("domains_looked_up", asked=asked, told=told, dead=dead, seconds=round(seconds, 3))

    def records_matched(self, account: str, kind: str, *, done: int, seconds: float) -> None:
        """Tell how far looking for twins is."""
        self._moved()
        self._log.debug("records_matched", account=account, kind=kind, done=done, seconds=round(seconds, 3))

    def kpis_measured(self, stream: Stream, kpis: Kpis) -> None:
        """Tell how clean a stream is."""
        self._of(stream).measured(kpis)
        self._log.debug(
            "kpis_measured",
            stream=stream.name,
            records=kpis.records,
            clean=kpis.clean,
            clean_ratio=round(kpis.clean_ratio, 4),
            missing=kpis.missing,
            review_pending=kpis.review_pending,
        )

    def upkeep_measured(self, account: str, *, stage: int, audited_at: datetime | None) -> None:
        """Tell how far the upkeep of an account has come, and when it was audited last."""
        self.metrics.maturity.labels(account).set(stage)
        self.metrics.last_audit.labels(account).set(0 if audited_at is None else audited_at.timestamp())

    # The process

    def account_unreached(self, account: str, error: SyncdError, pause_s: float) -> None:
        """Tell that an account cannot be worked on yet, and when it is tried again: each time, for the pauses grow."""
        self.metrics.reached.labels(account).set(0)
        self._unreached.add(account)
        self._listener(Heard(Fact.ACCOUNT_UNREACHED, account=account, error=error))
        tell = self._log.warning if isinstance(error, RetryableError) else self._log.error
        hint = {"hint": error.hint} if error.hint else {}
        failure, pause = type(error).__name__, round(pause_s, 1)
        tell("account_unreached", account=account, error=error.message, failure=failure, next_try_in_s=pause, **hint)

    def account_reached(self, account: str) -> None:
        """Tell that an account's CRM answered, and what it is made of; in the log where it was waited for."""
        self.metrics.reached.labels(account).set(1)
        self._listener(Heard(Fact.ACCOUNT_REACHED, account=account))
        if account in self._unreached:
            self._unreached.discard(account)
            self._log.info("account_reached", account=account)

    def account_taken(self, account: str) -> None:
        """Tell that this process is the one that works on an account from now on."""
        self.metrics.held.labels(account).set(1)
        self._log.info("account_taken", account=account)

    def account_left(self, account: str, reason: str = "") -> None:
        """Tell that an account is not ours to work on any more; its series are told by whoever has it now."""
        self.metrics.held.labels(account).set(0)
        self.metrics.reached.labels(account).set(0)
        self.metrics.quota.labels(account).set(UNKNOWN)
        self.metrics.maturity.labels(account).set(UNKNOWN)
        self.metrics.last_audit.labels(account).set(UNKNOWN)
        with self._lock:
            gone = [stream for stream in self._streams if stream.account == account]
            for stream in gone:
                del self._streams[stream]
                self.metrics.withdraw(stream.account, stream.object)
        self._listener(Heard(Fact.ACCOUNT_LEFT, account=account, detail="overtaken" if reason else ""))
        tell = self._log.warning if reason else self._log.info
        tell("account_left", account=account, **({"reason": reason} if reason else {}))

    # Series, found or made

    def _of(self, stream: Stream) -> StreamSeries:
        series = self._streams.get(stream)
        if series is None:
            with self._lock:
                series = self._streams.setdefault(stream, StreamSeries(self.metrics, stream, self._clock))
        return series
