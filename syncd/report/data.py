"""The report as data for a script."""

from __future__ import annotations

from typing import Any

from syncd.engine.figures.maturity import Maturity
from syncd.report.facts import AgeFacts, Report, StreamReport, TargetFacts, share
from syncd.report.grades import grade_of
from syncd.report.money import CostFacts
from syncd.report.origins import MakerFacts, OwnerFacts


def data_of(made: Report) -> dict[str, Any]:
    """Return the report as JSON data, whole."""
    return {
        "at": made.at,
        "grade": grade_of(made.share),
        "records": made.records,
        "clean_share": made.share,
        "clean_share_before": made.share_before,
        "since": made.since,
        "streams": [_stream(one) for one in made.streams],
        "rules": [
            {"stream": one.stream.name, "rule": one.rule, "open": one.open, "before": one.before} for one in made.rules
        ],
        "sources": [{"stream": at.name, "source": source, "not_clean": dirty} for at, source, dirty in made.sources],
        "owners": [_owner(one) for one in made.owners],
        "fields": [{"stream": at.name, "field": name, "filled": filled} for at, name, filled in made.fields],
        "makers": [_maker(one) for one in made.makers],
        "targets": [_target(one) for one in made.targets],
        "ages": [_age(one) for one in made.ages],
        "cost": None if made.cost is None else _cost(made.cost),
        "maturity": [_maturity(one) for one in made.maturity],
        "fixes": {state.value: number for state, number in made.fixes.items()},
    }


def _stream(one: StreamReport) -> dict[str, Any]:
    return {
        "stream": one.stream.name,
        "records": one.now.records,
        "judged": one.now.judged,
        "clean": one.now.clean,
        "clean_share": share(one.now),
        "gained": one.gain,
        "duplicate_groups": one.kpis.duplicate_groups,
        "duplicate_records": one.kpis.duplicate_records,
        "missing": one.kpis.missing,
        "stale": dict(one.kpis.stale),
        "unassociated": dict(one.kpis.unassociated),
        "overrides": dict(one.kpis.overrides),
        "held": dict(one.kpis.holds),
        "trend": [{"at": moment, "clean_share": clean} for moment, clean in one.trend],
    }


def _owner(one: OwnerFacts) -> dict[str, Any]:
    return {
        "stream": one.stream.name,
        "owner": one.owner,
        "name": one.name,
        "is_active": one.is_active,
        "not_clean": one.dirty,
        "of": one.judged,
    }


def _maker(one: MakerFacts) -> dict[str, Any]:
    return {
        "stream": one.stream.name,
        "kind": one.maker.kind,
        "mark": one.maker.mark,
        "name": one.name,
        "defects": one.defects,
        "not_clean": one.dirty,
        "of": one.judged,
    }


def _target(one: TargetFacts) -> dict[str, Any]:
    return {
        "stream": one.stream.name,
        "target": one.name,
        "goal": one.state.goal,
        "current": one.state.current,
        "expected": one.state.expected,
        "deadline": one.state.deadline,
        "on_track": one.state.is_on_track,
    }


def _age(one: AgeFacts) -> dict[str, Any]:
    return {
        "stream": one.stream.name,
        "field": one.field,
        "values": one.values,
        "stale_share": one.stale,
        "median_days": one.median_days,
        "half_life_days": one.half_life_days,
    }


def _maturity(one: Maturity) -> dict[str, Any]:
    return {
        "account": one.account,
        "stage": one.stage,
        "name": one.name,
        "audited_at": one.audited_at,
        "criteria": [{"stage": it.stage, "says": it.says, "is_met": it.is_met} for it in one.criteria],
    }


def _cost(cost: CostFacts) -> dict[str, Any]:
    return {
        "currency": cost.assumed.currency,
        "of_records": cost.of_records,
        "hours": cost.hours,
        "of_owners": cost.of_owners,
        "of_revenue": cost.of_revenue,
        "assumed": cost.assumed.model_dump(),
    }
