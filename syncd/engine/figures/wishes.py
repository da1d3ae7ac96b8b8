"""What an admin wants to know of a stream beside how clean it is: targets, owners and teams, what dirt costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from syncd.engine.figures.figures import Figures, expected
from syncd.model import Owner, Stream
from syncd.settings import FigureSettings, MetricsSettings
from syncd.store import Transaction
from syncd.telemetry import Cost, Freshness, Share, TargetState

#: What owners without a name of their own, and records without an owner, count as.
OTHERS, NOBODY = "other", "nobody"
_DAY_S = 86_400.0


def targets_of(
    tx: Transaction, stream: Stream, wanted: FigureSettings, now: Figures, at: datetime
) -> dict[str, TargetState]:
    """Return where the targets of a stream stand; on their way from the first look on, or from the day they name."""
    told = {}
    for name, target in wanted.targets.items():
        kept = tx.runs.first_of(stream.name, target.starts_at)
        current = now.towards(target)
        begun = (at, current) if kept is None else (kept[0], Figures.kept(kept[1]).towards(target))
        told[name] = TargetState(target.at_least, current, expected(target, begun, at), target.deadline)
    return told


def owners_of(tx: Transaction, stream: Stream, wanted: MetricsSettings) -> dict[str, Share]:
    """Return how clean the records of the owners and teams are that metrics may name; nothing unless asked for.

    An owner counts once: with the team they are in, by themselves if they are among those with the most records, or
    with all others.
    """
    if not wanted.owners and not wanted.teams:
        return {}
    counts = tx.records.by_owner(stream)
    labels = _labels(wanted, counts, tx.owners.all(stream.account))
    judged, clean = Counter[str](), Counter[str]()
    for owner, (every, dirty) in counts.items():
        judged[labels[owner]] += every
        clean[labels[owner]] += every - dirty
    for team in wanted.teams:
        judged[team] += 0
    return {label: Share(count, clean[label]) for label, count in judged.items()}


def _labels(
    wanted: MetricsSettings, counts: Mapping[str, tuple[int, int]], owners: Mapping[str, Owner]
) -> dict[str, str]:
    teams = {member: team for team, members in wanted.teams.items() for member in members}
    labels = {"": NOBODY}
    alone: list[str] = []
    for owner in counts:
        name = owners[owner].name if owner in owners else ""
        team = teams.get(owner) or teams.get(name)
        if team:
            labels[owner] = team
        elif owner:
            alone.append(owner)
    # By the number of records, not of dirty ones: who is shown changes as seldom as can be.
    ranked = sorted(alone, key=lambda owner: (-counts[owner][0], owner))
    for place, owner in enumerate(ranked):
        known = owners[owner].name if wanted.owner_names and owner in owners else ""
        labels[owner] = (known or owner) if place < wanted.owners else OTHERS
    return labels


def cost_of(wanted: FigureSettings, now: Figures) -> Cost | None:
    """Return what the records that are not clean cost; None where nobody wants to know."""
    each = wanted.cost.per_record
    return Cost(each * (now.judged - now.clean), wanted.cost.currency) if each else None


def freshness_of(tx: Transaction, stream: Stream) -> dict[str, Freshness]:
    """Return how old values are, as of the last look of the day."""
    last = tx.runs.last_kept(stream.name)
    ages = {} if last is None else Figures.kept(last[1]).ages
    return {
        name: Freshness(float(one["stale"] or 0), None if half is None else half * _DAY_S)
        for name, one in ages.items()
        for half in (one["half_life_days"],)
    }
