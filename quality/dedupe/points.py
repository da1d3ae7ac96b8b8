"""The shipped points: what each level, and each crossing of two, says for or against two records being one.

Points are natural log-odds. Their sum is a pair's score, and the score a probability (`calibration`).
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quality.dedupe.calibration import Calibration

Levels = Mapping[str, str]
#: The most that speaks for two people who agree in nothing of their own and contradict each other in two such things,
#: as a birthday and an identifier: about one in four. Among labelled people they hardly occur, so nothing was learned.
_STRANGERS_AT_MOST = -1.2
#: How many sums are remembered at a time.
_MOST_SUMS = 65_536


@dataclass(frozen=True, slots=True)
class Points:
    """What is known of one kind of records before the first of a base is seen."""

    kind: str
    #: Points everybody starts with.
    start: float
    #: Points by kind of evidence and level.
    single: Mapping[str, Mapping[str, float]]
    #: Points by two kinds of evidence, and by their two levels as `one|other`.
    crossed: Mapping[tuple[str, str], Mapping[str, float]]
    calibration: Calibration
    #: From this probability on two records are merged without asking, if nothing forbids it.
    merge_from: float
    #: From this probability on two records are taken for one.
    same_from: float
    #: From this probability on a person is asked.
    ask_from: float
    #: Whether one may surely be the same as several records of another account that are not the same themselves.
    has_several: bool = field(default=False, kw_only=True)
    #: `crossed` as it is looked up fastest: two kinds of evidence, points by the level of one and that of the other.
    _tables: tuple[tuple[str, str, Mapping[str, Mapping[str, float]]], ...] = field(
        init=False, repr=False, compare=False
    )

    #: Sums found lately: most pairs that are compared are strangers, and strangers are all alike.
    _sums: dict[tuple[str, ...], float] = field(init=False, repr=False, compare=False, default_factory=dict)
    #: All kinds of evidence that count.
    _counted: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        counted = dict.fromkeys((*self.single, *(evidence for both in self.crossed for evidence in both)))
        object.__setattr__(self, "_counted", tuple(counted))
        object.__setattr__(self, "_tables", tuple((*both, _nested(points)) for both, points in self.crossed.items()))

    @property
    def link_from(self) -> float:
        """Return from which probability on two records are linked at all: to be grouped, or to be asked about."""
        return min(self.same_from, self.ask_from)

    def score(self, levels: Levels) -> float:
        """Return the sum of all points."""
        key = tuple([levels[evidence] for evidence in self._counted])
        known = self._sums.get(key)
        if known is None:
            if len(self._sums) >= _MOST_SUMS:
                self._sums.clear()
            known = self._sums[key] = self._summed(levels)
        return known

    def _summed(self, levels: Levels) -> float:
        total = self.start
        for evidence, points in self.single.items():
            total += points.get(levels[evidence], 0.0)
        for one, other, table in self._tables:
            row = table.get(levels[one])
            if row is not None:
                total += row.get(levels[other], 0.0)
        return min(total, _STRANGERS_AT_MOST) if self._are_strangers(levels) else total

    def _are_strangers(self, levels: Levels) -> bool:
        return self.kind == "person" and levels["own"] == "none" and levels["against"] in {"two", "several"}

    def parts(self, levels: Levels) -> dict[tuple[str, ...], float]:
        """Return the points by the evidence they are for: one kind, or two crossed."""
        found: dict[tuple[str, ...], float] = {
            (evidence,): points.get(levels[evidence], 0.0) for evidence, points in self.single.items()
        }
        for both, points in self.crossed.items():
            found[both] = points.get("|".join(levels[evidence] for evidence in both), 0.0)
        return {evidence: points for evidence, points in found.items() if points}


def _nested(points: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return points by two levels, `one|other`, as points by the one and by the other."""
    found: dict[str, dict[str, float]] = {}
    for levels, counted in points.items():
        one, _, other = levels.partition("|")
        found.setdefault(one, {})[other] = counted
    return found


@functools.cache
def shipped_points(kind: str) -> Points:
    """Return the points shipped for `person` or `company`."""
    path = importlib.resources.files("quality.dedupe") / "data" / f"points_{kind}.json"
    return points_from(json.loads(path.read_text(encoding="utf-8")))


def points_from(told: Mapping[str, object]) -> Points:
    """Return the points a file of them holds."""
    data: dict[str, dict] = dict(told)  # type: ignore[arg-type,type-arg]  # our own file, written by the training
    return Points(
        kind=str(data["kind"]),
        start=float(data["start"]),  # type: ignore[arg-type]  # likewise
        single=data["single"],
        crossed={(names.split("*")[0], names.split("*")[1]): points for names, points in data["crossed"].items()},
        calibration=_calibration(data["calibration"]),
        **data["answers"],
    )


def _calibration(told: Mapping[str, Any]) -> Calibration:
    return Calibration(**{**told, "knots": tuple((score, log_odds) for score, log_odds in told["knots"])})
