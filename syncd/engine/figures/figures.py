"""What is kept of a stream's KPIs once a day, and how shares of then and now are held against what is wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from syncd.model import Severity
from syncd.settings import TargetSettings
from syncd.telemetry import Kpis


@dataclass(frozen=True, slots=True)
class Figures:
    """What is kept of a stream's KPIs."""

    records: int = 0
    left_alone: int = 0
    clean: int = 0
    #: Open findings of severity warning or above, by rule.
    findings: Mapping[str, int] = field(default_factory=dict)
    #: Records in a group of duplicates; None while nothing looks for them.
    duplicates: int | None = None
    #: The share of records that have a field filled, by field.
    filled: Mapping[str, float] = field(default_factory=dict)
    #: For how many days values of a field were watched, added up over all records.
    watched: Mapping[str, float] = field(default_factory=dict)
    #: How old the values of a field are: see `freshness.summed_up`.
    ages: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)

    @property
    def judged(self) -> int:
        """Return how many records are clean or not."""
        return self.records - self.left_alone

    @property
    def share(self) -> float:
        """Return the share of clean records among those that are judged; an empty object is clean."""
        return self.clean / self.judged if self.judged else 1.0

    @classmethod
    def of(cls, kpis: Kpis) -> Figures:
        """Take from KPIs what is kept."""
        findings = Counter[str]()
        for (rule, severity), number in kpis.findings.items():
            findings[rule] += number if severity >= Severity.WARNING else 0
        weighty = {rule: number for rule, number in sorted(findings.items()) if number}
        filled = {name: round(share, 6) for name, share in kpis.completeness.items() if share}
        return cls(kpis.records, kpis.left_alone, kpis.clean, weighty, kpis.duplicate_records, filled)

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> Figures:
        """Return what was kept, by this version or another."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})

    def towards(self, target: TargetSettings) -> float:
        """Return the share that a target is about."""
        if target.field is not None:
            return self.filled.get(target.field, 0.0 if self.records else 1.0)
        if target.rule is not None:
            return 1 - min(1.0, self.findings.get(target.rule, 0) / self.judged) if self.judged else 1.0
        return self.share


def expected(target: TargetSettings, begun: tuple[datetime, float], now: datetime) -> float:
    """Return where a straight way from `begun` to a target would be now."""
    at, share = begun
    span = (target.deadline - at).total_seconds()
    part = 1.0 if span <= 0 else min(1.0, max(0.0, (now - at).total_seconds() / span))
    return share + (target.at_least - share) * part
