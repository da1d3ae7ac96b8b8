"""How clean each stream was, kept once a day: a report can tell from where to where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from syncd.engine.measure import count
from syncd.engine.setup import StreamSetup, Tools
from syncd.model import Severity
from syncd.telemetry import Kpis

_EVERY = timedelta(days=1)


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

    @property
    def judged(self) -> int:
        """Return how many records are clean or not."""
        return self.records - self.left_alone

    @classmethod
    def of(cls, kpis: Kpis) -> Figures:
        """Take from KPIs what is kept."""
        findings = Counter[str]()
        for (rule, severity), number in kpis.findings.items():
            findings[rule] += number if severity >= Severity.WARNING else 0
        weighty = {rule: number for rule, number in sorted(findings.items()) if number}
        return cls(kpis.records, kpis.left_alone, kpis.clean, weighty, kpis.duplicate_records)

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> Figures:
        """Return what `keep_snapshot` kept."""
        return cls(**data)


def keep_snapshot(tools: Tools, setups: Sequence[StreamSetup]) -> None:
    """Keep how clean streams are that were not kept within a day.

    Called before anything is written, so that the first of a stream is its baseline: what it was like without syncd.
    """
    now = tools.clock.now()
    with tools.store.reading() as tx:
        known = {name for one in tx.runs.snapshots(now - _EVERY) for name in one.kpis}
        due = [one for one in setups if one.stream.name not in known and tx.cursors.last_success(one.stream)]
        figures = {one.stream.name: asdict(Figures.of(count(tx, one))) for one in due}
    if figures:
        with tools.store.transaction() as tx:
            tx.runs.snapshot(now, figures)
