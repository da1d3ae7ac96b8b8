"""One pass over streams: read and judge each, match, judge again whom that concerns, write what is approved, measure.

All streams are read before anything is written, so that a decision that spans streams sees all of them. A stream that
fails never stops the others: its cursor stays where it was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from connectors.purpose import Purpose, calling_for
from quality import MAIL_DOMAINS
from syncd.engine.arriving.arrivals import follow, take_in
from syncd.engine.figures.maturity import tell_upkeep
from syncd.engine.figures.measure import measure
from syncd.engine.figures.snapshots import keep_snapshot
from syncd.engine.guarding.watch import watch
from syncd.engine.holds import sentence_of
from syncd.engine.judging.value_times import ask_times
from syncd.engine.linked.made_counterparts import make_counterparts
from syncd.engine.linked.writing import write_linked
from syncd.engine.matching.match import match
from syncd.engine.outside.trace import trace
from syncd.engine.reading.announced import answered, read_announced
from syncd.engine.reading.sync import judge_again, judge_woken, read_changes
from syncd.engine.setup import AT_ONCE, Pace, StreamPass, StreamSetup, Tools
from syncd.engine.tally import Tally
from syncd.engine.writing.recover import recover
from syncd.engine.writing.tasks import tend_tasks
from syncd.engine.writing.write import write_fixes
from syncd.errors import ConnectorError
from syncd.model import FixState, Stream
from syncd.telemetry import Kpis, PassReport

#: Held while mail domains are looked up.
_looking_up = threading.Lock()
#: Companies are read before the people who may belong to them, what hangs on both after them.
ORDER = ("company", "person", "deal", "ticket", "activity")


@dataclass(frozen=True, slots=True)
class PassResult:
    """What became of one stream in a pass."""

    setup: StreamSetup
    tally: Tally
    report: PassReport
    kpis: Kpis
    #: Why the stream failed; None when it did not.
    error: ConnectorError | None = None


@dataclass(slots=True)
class _Pass:
    """A pass under way: the streams with their tallies, and what failed so far."""

    tools: Tools
    works: list[StreamPass]
    errors: dict[str, ConnectorError] = field(default_factory=dict)

    def over_all(self, step: Callable[[StreamPass], None]) -> None:
        """Take a step for every stream that has not failed."""
        for work in self.works:
            if work.stream.name in self.errors or work.tally.paused or self.tools.stop.is_set():
                continue
            started, calls = self.tools.clock.monotonic(), self.tools.telemetry.calls_of(work.stream.account)
            try:
                step(work)
            except ConnectorError as error:
                self.errors[work.stream.name] = error
            work.tally.seconds += self.tools.clock.monotonic() - started
            work.tally.calls += self.tools.telemetry.calls_of(work.stream.account) - calls

    def linked_merges(self, *, over_guards: bool) -> None:
        """Write what linked accounts merge together; a stream that has failed takes no part in it."""
        sound = [work for work in self.works if work.stream.name not in self.errors]
        self.errors |= write_linked(sound, over_guards=over_guards)


def run_pass(
    tools: Tools,
    setups: Sequence[StreamSetup],
    *,
    trigger: str,
    may_write: bool,
    over_guards: bool = False,
    announced_only: Collection[Stream] = (),
    pace: Pace = AT_ONCE,
) -> tuple[str, list[PassResult]]:
    """Pass once over `setups`; return the run's id and what became of each stream.

    Of those in `announced_only` nothing is read but what the CRM announced, unless that may be anything. A stream whose
    full pull is paused is left behind the page it is at: nothing else is done with it in this pass.
    """

    def read(work: StreamPass) -> None:
        with calling_for(Purpose.RECOVERY):
            recover(work)
        anything = read_announced(work)
        if anything or work.stream not in announced_only:
            read_changes(work)
            answered(work, anything)

    run, under_way = _begin(tools, setups, trigger, pace)
    with calling_for(pace.purpose):
        under_way.over_all(read)
        match(under_way.works)
        under_way.over_all(take_in)
        under_way.over_all(judge_again)
        under_way.over_all(ask_times)
        under_way.over_all(judge_woken)
        under_way.over_all(make_counterparts)
    under_way.over_all(trace)
    under_way.over_all(watch)
    _look_up_domains(tools, setups)
    keep_snapshot(tools, [work.setup for work in under_way.works if work.stream.name not in under_way.errors])
    # What is read to its end is written when the others are: decisions span streams.
    if may_write and not any(work.tally.paused for work in under_way.works):
        with calling_for(Purpose.FIXES):
            under_way.over_all(lambda work: write_fixes(work, over_guards=over_guards))
            under_way.linked_merges(over_guards=over_guards)
            under_way.over_all(tend_tasks)
    under_way.over_all(follow)
    return run, _end(under_way, run)


def apply_approved(
    tools: Tools, setups: Sequence[StreamSetup], *, trigger: str, over_guards: bool = False
) -> tuple[str, list[PassResult]]:
    """Write what is approved already, without reading for changes first: for `syncd apply` and `syncd undo`."""

    def write(work: StreamPass) -> None:
        recover(work)
        write_fixes(work, over_guards=over_guards)

    run, under_way = _begin(tools, setups, trigger, Pace(Purpose.PERSON))
    with calling_for(Purpose.PERSON):
        under_way.over_all(write)
        under_way.linked_merges(over_guards=over_guards)
        under_way.over_all(follow)
    return run, _end(under_way, run)


def in_order(setups: Sequence[StreamSetup]) -> list[StreamSetup]:
    """Return the streams in the order they have to be read."""
    rank = {kind: place for place, kind in enumerate(ORDER)}
    return sorted(setups, key=lambda setup: (rank.get(setup.stream.kind, len(ORDER)), setup.stream.name))


def _look_up_domains(tools: Tools, setups: Sequence[StreamSetup]) -> None:
    """Learn which mail domains are dead; whoever writes from them is judged in the next pass."""
    if tools.domains is None or tools.stop.is_set() or not any(MAIL_DOMAINS in one.ruleset.asks for one in setups):
        return
    # Another account's pass may be at it: once is enough.
    if _looking_up.acquire(blocking=False):
        try:
            tools.domains.work(tools.store, tools.telemetry, tools.clock)
        finally:
            _looking_up.release()


def _begin(tools: Tools, setups: Sequence[StreamSetup], trigger: str, pace: Pace) -> tuple[str, _Pass]:
    with tools.store.transaction() as tx:
        run = tx.runs.start(trigger, tools.clock.now())
    works = [StreamPass(tools, setup, run, Tally(), pace) for setup in in_order(setups)]
    return run, _Pass(tools, works)


def _end(under_way: _Pass, run: str) -> list[PassResult]:
    tools = under_way.tools
    results = [_close(work, under_way.errors.get(work.stream.name)) for work in under_way.works]
    tell_upkeep(tools, ((work.stream.account, work.setup.figures.upkeep) for work in under_way.works))
    with tools.store.transaction() as tx:
        tx.runs.finish(run, tools.clock.now(), {one.setup.stream.name: _summary(one) for one in results})
    return results


def _close(work: StreamPass, error: ConnectorError | None) -> PassResult:
    kpis = measure(work.tools, work.setup)
    tally = work.tally
    with work.tools.store.reading() as tx:
        tally.holds = tuple(sentence_of(one) for one in tx.holds.of(work.stream))
    report = PassReport(
        run=work.run,
        pulled=tally.pulled,
        repeated=tally.repeated,
        late=tally.late,
        judged=tally.judged,
        unchanged=tally.unchanged,
        fixes_proposed=tally.proposed,
        fixes_approved=tally.approved,
        fixes_applied=tally.fixes.get(FixState.APPLIED, 0),
        fixes_already_true=tally.fixes.get(FixState.ALREADY_TRUE, 0),
        fixes_stale=tally.fixes.get(FixState.STALE, 0),
        fixes_rejected=tally.fixes.get(FixState.REJECTED, 0),
        fixes_unknown=tally.fixes.get(FixState.UNKNOWN, 0),
        gone=tally.gone,
        calls=tally.calls,
        seconds=tally.seconds,
        clean_ratio=kpis.clean_ratio,
    )
    if error is None:
        work.tools.telemetry.pass_finished(work.stream, report, paused=tally.paused)
    else:
        work.tools.telemetry.pass_failed(work.stream, error)
    return PassResult(work.setup, tally, report, kpis, error)


def _summary(result: PassResult) -> dict[str, object]:
    summary: dict[str, object] = dict(result.report.facts())
    if result.error is not None:
        summary["error"] = result.error.message
    if result.tally.paused:
        summary["paused"] = result.tally.paused
    return summary
