"""How clean a stream is now, counted from the store, so that a restart forgets nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mappings import RecordMapping
from quality import TWINS, Ruleset
from quality.golden import Authority, Wins, block_of
from syncd.engine.figures.figures import Figures
from syncd.engine.figures.maturity import tell_upkeep
from syncd.engine.figures.wishes import cost_of, freshness_of, owners_of, targets_of
from syncd.engine.outside.origins import by_kind
from syncd.engine.setup import Tools
from syncd.model import FixState, Stream
from syncd.settings import FigureSettings
from syncd.store import Transaction
from syncd.telemetry import GoldenFigures, Kpis, Share

#: Rules whose findings say that a record has gone stale, and the signal they stand for.
STALE_SIGNALS = {"inactive_90_days": "inactive", "email_bounced": "bounced"}


#: Whether a record of a linked account has a counterpart in another one: surely, in question, or not.
COUNTERPART_STATES = ("sure", "asked", "none")


@dataclass(frozen=True, slots=True)
class Remembered:
    """A stream as the settings have it, before its CRM was asked what it is made of."""

    stream: Stream
    mapping: RecordMapping
    ruleset: Ruleset
    figures: FigureSettings


def measure(tools: Tools, setup: Counted) -> Kpis:
    """Count, tell the telemetry, and return."""
    with tools.store.reading() as tx:
        kpis = count(tx, setup)
        if isinstance(setup, Remembered):
            # Of a field that is filled nowhere nobody knows yet whether the account has it.
            kpis = replace(kpis, completeness={name: share for name, share in kpis.completeness.items() if share})
        lag_from = tx.cursors.last_success(setup.stream)
    tools.telemetry.kpis_measured(setup.stream, kpis)
    if lag_from is not None:
        tools.telemetry.synced_at(setup.stream, lag_from)
    return kpis


def recall(tools: Tools, setups: Sequence[Counted]) -> None:
    """Tell what the store knows of the streams that were read before: a restart is no empty base to a monitor."""
    for setup in setups:
        with tools.store.reading() as tx:
            was_read = tx.cursors.last_success(setup.stream) is not None
        if was_read:
            measure(tools, setup)
    tell_upkeep(tools, ((setup.stream.account, setup.figures.upkeep) for setup in setups))


class Counted(Protocol):
    """What has to be known of a stream to count it; nothing of its CRM."""

    @property
    def stream(self) -> Stream:
        """Return the stream."""

    @property
    def mapping(self) -> RecordMapping:
        """Return its mapping."""

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules that judge it."""

    @property
    def figures(self) -> FigureSettings:
        """Return what is wanted of its figures."""


def count(tx: Transaction, setup: Counted) -> Kpis:
    """Count one stream, and hold it against what it was and what is wanted."""
    kpis = _count_now(tx, setup)
    now, first = Figures.of(kpis), tx.runs.first_of(setup.stream.name)
    return replace(
        kpis,
        baseline=None if first is None else Figures.kept(first[1]).share,
        baseline_at=None if first is None else first[0],
        targets=targets_of(tx, setup.stream, setup.figures, now, tx.runs.now),
        owners=owners_of(tx, setup.stream, setup.figures.metrics),
        cost=cost_of(setup.figures, now),
        freshness=freshness_of(tx, setup.stream),
    )


def _count_now(tx: Transaction, setup: Counted) -> Kpis:
    tally = tx.findings.tally(setup.stream)
    twins = tx.twins.group_counts(setup.stream) if TWINS in setup.ruleset.asks else None
    filled = tx.findings.tally_of_fields(
        setup.stream, [field.property for name, field in setup.mapping.fields.items() if name in setup.ruleset.fields]
    )
    stale: Counter[str] = Counter()
    for (rule, _), number in tally.findings.items():
        if rule in STALE_SIGNALS:
            stale[STALE_SIGNALS[rule]] += number
    return Kpis(
        records=tally.records,
        clean=tally.clean,
        left_alone=tally.left_alone,
        findings=tally.findings,
        completeness={
            name: filled.get(field.property, 0) / tally.records if tally.records else 1.0
            for name, field in setup.mapping.fields.items()
            if name in setup.ruleset.fields
        },
        stale=stale,
        unassociated=tally.unlinked,
        defects_by_source=by_kind(tally.defects),
        sources=shares(by_kind(tally.made), by_kind(tally.dirty)),
        review_pending=tx.journal.count(setup.stream, FixState.PROPOSED),
        review_since=tx.journal.oldest(setup.stream, FixState.PROPOSED),
        overrides=tx.overrides.counts(setup.stream),
        missing=tx.cursors.missing(setup.stream),
        holds=tx.holds.counts(setup.stream),
        counterparts=_counterparts(tx, setup.stream, tally.records - tally.left_alone)
        if setup.figures.is_linked
        else {},
        golden=_golden(tx, setup),
        duplicate_groups=None if twins is None else twins.groups,
        duplicate_records=None if twins is None else twins.records,
    )


def golden_fields(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the fields that golden records have; none where no account is linked."""
    options = next((step.options for step in ruleset.steps if isinstance(step.options, Authority)), Authority())
    heads = (name for name, wish in options.fields.items() if wish.policy is not Wins.NEVER)
    return tuple(name for head in heads for name in block_of(head))


def _golden(tx: Transaction, setup: Counted) -> GoldenFigures:
    names = golden_fields(setup.ruleset)
    if not names:
        return GoldenFigures()
    found = tx.golden_shares.count(setup.stream)
    return GoldenFigures(
        {known: found.records.get(known, 0) for known in ("one", "several")},
        {name: found.filled.get(name, 0) for name in names},
        {name: found.conflicts.get(name, 0) for name in names},
    )


def _counterparts(tx: Transaction, stream: Stream, judged: int) -> dict[str, int]:
    """Return how many records surely have a counterpart, of how many that is in question, and how many have none."""
    found = tx.counterparts.counts(stream)
    states = (found.sure, found.asked, max(0, judged - found.sure - found.asked))
    return dict(zip(COUNTERPART_STATES, states, strict=True))


def shares(judged: Mapping[str, int], dirty: Mapping[str, int]) -> dict[str, Share]:
    """Return how many of some records are clean, by what they are told apart by."""
    return {name: Share(count, count - dirty.get(name, 0)) for name, count in judged.items()}
