"""What a report says, taken from the store: no call to a CRM, and nothing that a later reading could not repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mappings import RecordMapping
from quality import Ruleset
from syncd.engine.figures.figures import Figures
from syncd.engine.figures.maturity import Maturity, maturity_of
from syncd.engine.figures.measure import count
from syncd.model import FixState, Severity, Stream
from syncd.report.money import CostFacts
from syncd.report.origins import MakerFacts, OwnerFacts, makers_of, owners_of
from syncd.settings import FigureSettings, Settings
from syncd.store import Transaction
from syncd.telemetry import Kpis, TargetState

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Watched:
    """A stream, and by what it is judged."""

    stream: Stream
    mapping: RecordMapping
    ruleset: Ruleset
    figures: FigureSettings = field(default_factory=FigureSettings)


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What one rule has against the records of a stream."""

    stream: Stream
    rule: str
    open: int
    #: Open findings at the baseline; None where there is none.
    before: int | None


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """Where a target of a stream stands."""

    stream: Stream
    name: str
    state: TargetState

    @property
    def last_day(self) -> datetime:
        """Return the day at whose end it is to be reached."""
        return self.state.deadline - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AgeFacts:
    """How old the values of a field are, as of the last look of the day."""

    stream: Stream
    field: str
    values: int
    #: The share of the values that are older than the half-life, or than a year where that is not known.
    stale: float
    median_days: float
    half_life_days: float | None


@dataclass(frozen=True, slots=True)
class StreamReport:
    """How clean one stream is."""

    stream: Stream
    kpis: Kpis
    now: Figures
    #: What it was like before anything was written; None while it was never read.
    baseline: Figures | None
    since: datetime | None
    #: The share of clean records at each moment it was kept, oldest first, the last one now.
    trend: tuple[tuple[datetime, float], ...]

    @property
    def gain(self) -> float | None:
        """Return by how much the share of clean records has grown; None without a baseline."""
        return None if self.baseline is None else share(self.now) - share(self.baseline)


@dataclass(frozen=True, slots=True)
class Report:
    """How clean an installation's streams are, and what was done."""

    at: datetime
    streams: tuple[StreamReport, ...]
    #: Rules with open findings of severity warning or above, the most frequent first.
    rules: tuple[RuleFacts, ...]
    #: Owners of records that are not clean, the most first.
    owners: tuple[OwnerFacts, ...]
    #: Records that are not clean, by stream and what created them, the most first.
    sources: tuple[tuple[Stream, str, int], ...]
    #: Fields by the share of records in which they are filled, the emptiest first; those nobody uses are left out.
    fields: tuple[tuple[Stream, str, float], ...]
    #: Fixes by what became of them, over all time.
    fixes: Mapping[FixState, int]
    #: What made records that are not clean, or wrote values that are wrong, by name; the most first.
    makers: tuple[MakerFacts, ...] = ()
    #: Targets, those that are off track first.
    targets: tuple[TargetFacts, ...] = ()
    ages: tuple[AgeFacts, ...] = ()
    cost: CostFacts | None = None
    #: How far the upkeep of each account has come.
    maturity: tuple[Maturity, ...] = ()

    @property
    def records(self) -> int:
        """Return how many records are judged."""
        return sum(one.now.judged for one in self.streams)

    @property
    def share(self) -> float:
        """Return the share of judged records with no issue of weight, each counted once."""
        return _share(sum(one.now.clean for one in self.streams), self.records)

    @property
    def share_before(self) -> float | None:
        """Return the same at the baseline, of the streams that have one; None when none has."""
        before = [one.baseline for one in self.streams if one.baseline is not None]
        return _share(sum(one.clean for one in before), sum(one.judged for one in before)) if before else None

    @property
    def since(self) -> datetime | None:
        """Return when the first baseline was kept."""
        return min((one.since for one in self.streams if one.since is not None), default=None)


def watched_of(settings: Settings, wanted: Collection[Stream] = ()) -> list[Watched]:
    """Return all streams of the settings, or those wanted, with what they are judged by and held against."""
    return [
        Watched(one.stream, one.mapping, one.ruleset(), settings.figures_of(one))
        for one in settings.streams
        if not wanted or one.stream in wanted
    ]


def make_report(tx: Transaction, watched: Sequence[Watched], at: datetime) -> Report:
    """Return the report of these streams."""
    snapshots = tx.runs.snapshots(_EVER)
    streams = tuple(
        _stream(one.stream, count(tx, one), at, [(kept.at, kept.kpis) for kept in snapshots]) for one in watched
    )
    sources = [
        (one.stream, source, share.judged - share.clean)
        for one in streams
        for source, share in one.kpis.sources.items()
        if share.judged > share.clean
    ]
    fields = [
        (one.stream, name, filled)
        for one, seen in zip(streams, watched, strict=True)
        for name, filled in one.kpis.completeness.items()
        if one.now.judged and filled and seen.mapping.fields[name].is_writable
    ]
    return Report(
        at,
        streams,
        rules=tuple(sorted(_rules(streams), key=lambda one: (-one.open, one.rule, one.stream.name))),
        owners=owners_of(tx, [one.stream for one in watched]),
        sources=tuple(sorted(sources, key=lambda one: (-one[2], one[1], one[0].name))),
        fields=tuple(sorted(fields, key=lambda one: (one[2], one[1], one[0].name))),
        fixes=_fixes(tx, {one.stream for one in watched}),
        makers=makers_of(tx, [one.stream for one in watched]),
        targets=tuple(sorted(_targets(streams), key=lambda one: (one.state.is_on_track, one.name, one.stream.name))),
        ages=tuple(sorted(_ages(tx, watched), key=lambda one: (-one.stale, one.field, one.stream.name))),
        cost=_cost(tx, watched, streams),
        maturity=tuple(_maturity(tx, watched)),
    )


def share(figures: Figures) -> float:
    """Return the share of clean records among those that are judged; an empty object is clean."""
    return figures.share


def _share(clean: int, judged: int) -> float:
    return clean / judged if judged else 1.0


def _stream(
    stream: Stream, kpis: Kpis, at: datetime, snapshots: Iterable[tuple[datetime, Mapping[str, Mapping[str, object]]]]
) -> StreamReport:
    now = Figures.of(kpis)
    kept = [(moment, Figures.kept(figures[stream.name])) for moment, figures in snapshots if stream.name in figures]
    since, baseline = kept[0] if kept else (None, None)
    trend = (*((moment, share(figures)) for moment, figures in kept), (at, share(now)))
    return StreamReport(stream, kpis, now, baseline, since, trend)


def _rules(streams: Iterable[StreamReport]) -> Iterable[RuleFacts]:
    for one in streams:
        found = Counter[str]()
        for (rule, severity), number in one.kpis.findings.items():
            found[rule] += number if severity >= Severity.WARNING else 0
        for rule, number in found.items():
            if number:
                before = None if one.baseline is None else one.baseline.findings.get(rule, 0)
                yield RuleFacts(one.stream, rule, number, before)


def _targets(streams: Iterable[StreamReport]) -> Iterable[TargetFacts]:
    for one in streams:
        if one.since is not None:
            yield from (TargetFacts(one.stream, name, state) for name, state in one.kpis.targets.items())


def _ages(tx: Transaction, watched: Iterable[Watched]) -> Iterable[AgeFacts]:
    for one in watched:
        last = tx.runs.last_kept(one.stream.name)
        for name, age in ({} if last is None else Figures.kept(last[1]).ages).items():
            values, stale, median = int(age["values"] or 0), age["stale"] or 0.0, age["median_days"] or 0.0
            yield AgeFacts(one.stream, name, values, stale, median, age["half_life_days"])


def _cost(tx: Transaction, watched: Sequence[Watched], streams: Sequence[StreamReport]) -> CostFacts | None:
    if not watched:
        return None
    judged, clean = sum(one.now.judged for one in streams), sum(one.now.clean for one in streams)
    colleagues = {(one.stream.account, owner) for one in watched for owner in tx.records.by_owner(one.stream) if owner}
    left = {
        (account, owner)
        for account in {one.stream.account for one in watched}
        for owner, told in tx.owners.all(account).items()
        if not told.is_active
    }
    share = (judged - clean) / judged if judged else 0.0
    return CostFacts(watched[0].figures.cost, judged - clean, share, len(colleagues - left))


def _maturity(tx: Transaction, watched: Iterable[Watched]) -> Iterable[Maturity]:
    upkeeps = {one.stream.account: one.figures.upkeep for one in watched}
    for account, upkeep in sorted(upkeeps.items()):
        yield maturity_of(tx, account, upkeep)


def _fixes(tx: Transaction, streams: Iterable[Stream]) -> Mapping[FixState, int]:
    found = {state: sum(tx.journal.count(stream, state) for stream in streams) for state in FixState}
    return {state: number for state, number in found.items() if number}
