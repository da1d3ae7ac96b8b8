"""What a declaration's levels count, so that pairs are ordered, grouped and asked about like those of people."""

from __future__ import annotations

from dataclasses import dataclass

from quality.declarations import Declaration
from quality.dedupe.calibration import Calibration
from quality.dedupe.declared.levels import AGREED, ALIKE, DIFFER, IDENTIFIED, OPEN, SAME, VERDICT
from quality.dedupe.points import Points

#: Natural log-odds. One field against what identifies leaves a pair sure; two leave it to a person.
_IDENTIFIED, _AGREED, _OPEN = 5.5, 0.5, -12.0
_FIELD = {SAME: 1.0, ALIKE: 0.6, DIFFER: -1.0}
_MERGE_FROM, _SAME_FROM, _ASK_FROM = 0.98, 0.8, 0.5


@dataclass(frozen=True, slots=True)
class DeclaredPoints(Points):
    """Points that follow from a declaration: nothing about them was learned."""

    declaration: Declaration


def declared_points(kind: str, declaration: Declaration) -> DeclaredPoints:
    """Return the points of records that are compared by a declaration; `kind` is what their pool is called."""
    fields = {
        one.field: {f"{one.way}_{level}": counted for level, counted in _FIELD.items()} for one in declaration.compared
    }
    verdicts = {AGREED: _AGREED, OPEN: _OPEN} | {f"{IDENTIFIED} {name}": _IDENTIFIED for name in declaration.identify}
    return DeclaredPoints(
        kind=kind,
        start=0.0,
        single={**fields, VERDICT: verdicts},
        crossed={},
        calibration=Calibration(),
        merge_from=_MERGE_FROM,
        same_from=_SAME_FROM,
        ask_from=_ASK_FROM,
        declaration=declaration,
    )
