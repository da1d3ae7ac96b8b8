"""Passes and what they did, and the KPIs as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update

from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert

_RUNS = schema.runs
_SNAPSHOTS = schema.snapshots


@dataclass(frozen=True, slots=True)
class Run:
    """One pass."""

    id: str
    trigger: str
    started_at: datetime
    #: None while it is under way, or when it was cut off.
    finished_at: datetime | None
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The KPIs at one moment."""

    at: datetime
    kpis: Mapping[str, Any]


@dataclass(slots=True)
class Runs(Room):
    """What happened when."""

    #: The run that this transaction began, if it did.
    started: str = field(default="", init=False)

    def start(self, trigger: str, at: datetime) -> str:
        """Begin a run; return its id."""
        run = self.make_id()
        insert(self.connection, _RUNS, [{"id": run, "trigger": trigger, "started_at": at}])
        self.started = run
        return run

    def finish(self, run: str, at: datetime, report: Mapping[str, Any]) -> None:
        """End a run with what it did, in words JSON knows."""
        row = {"finished_at": at, "report": pack(dict(report))}
        self.connection.execute(update(_RUNS).where(_RUNS.c.id == run), row)

    def find(self, run: str) -> Run | None:
        """Return one run."""
        row = self.connection.execute(select(_RUNS).where(_RUNS.c.id == run)).one_or_none()
        return None if row is None else _to_run(row)

    def recent(self, limit: int = 20) -> list[Run]:
        """Return the latest runs, newest first."""
        return [_to_run(row) for row in self.connection.execute(select(_RUNS).order_by(_RUNS.c.id.desc()).limit(limit))]

    def page(self, limit: int, before: str = "") -> list[Run]:
        """Return runs that began before another one, newest first."""
        query = select(_RUNS).order_by(_RUNS.c.id.desc()).limit(limit)
        return [_to_run(row) for row in self.connection.execute(query.where(_RUNS.c.id < before) if before else query)]

    def last_of(self, trigger: str, limit: int = 1000) -> dict[str, datetime]:
        """Return when each stream was last in a finished run of this trigger, looking back over `limit` of them."""
        query = select(_RUNS).where(_RUNS.c.trigger == trigger, _RUNS.c.finished_at.is_not(None))
        found: dict[str, datetime] = {}
        for row in self.connection.execute(query.order_by(_RUNS.c.id.desc()).limit(limit)):
            for stream in _to_run(row).report:
                found.setdefault(stream, row.started_at)
        return found

    def snapshot(self, at: datetime, kpis: Mapping[str, Any]) -> None:
        """Keep the KPIs of a moment, in words JSON knows."""
        insert(self.connection, _SNAPSHOTS, [{"at": at, "kpis": pack(dict(kpis))}])

    def baseline(self) -> Snapshot | None:
        """Return the first KPIs ever kept: what the base was like before syncd wrote anything."""
        query = select(_SNAPSHOTS.c.at, _SNAPSHOTS.c.kpis).order_by(_SNAPSHOTS.c.at, _SNAPSHOTS.c.id).limit(1)
        row = self.connection.execute(query).one_or_none()
        return None if row is None else Snapshot(row.at, unpack(row.kpis))

    def first_of(self, stream: str, since: datetime | None = None) -> tuple[datetime, Mapping[str, Any]] | None:
        """Return the first KPIs kept of a stream, at or after `since`, and when that was."""
        query = select(_SNAPSHOTS.c.at, _SNAPSHOTS.c.kpis).order_by(_SNAPSHOTS.c.at, _SNAPSHOTS.c.id)
        return self._one_of(stream, query if since is None else query.where(_SNAPSHOTS.c.at >= since))

    def last_kept(self, stream: str) -> tuple[datetime, Mapping[str, Any]] | None:
        """Return the last KPIs kept of a stream, and when that was."""
        query = select(_SNAPSHOTS.c.at, _SNAPSHOTS.c.kpis)
        return self._one_of(stream, query.order_by(_SNAPSHOTS.c.at.desc(), _SNAPSHOTS.c.id.desc()))

    def _one_of(self, stream: str, query: Select[Any]) -> tuple[datetime, Mapping[str, Any]] | None:
        rows = self.connection.execute(query.execution_options(yield_per=20))
        found = next(((row.at, kpis[stream]) for row in rows if stream in (kpis := unpack(row.kpis))), None)
        rows.close()
        return found

    def snapshots(self, since: datetime) -> list[Snapshot]:
        """Return the KPIs kept at or after `since`, oldest first."""
        query = select(_SNAPSHOTS.c.at, _SNAPSHOTS.c.kpis).order_by(_SNAPSHOTS.c.at, _SNAPSHOTS.c.id)
        rows = self.connection.execute(query.where(_SNAPSHOTS.c.at >= since))
        return [Snapshot(row.at, unpack(row.kpis)) for row in rows]


def _to_run(row: Row[Any]) -> Run:
    return Run(row.id, row.trigger, row.started_at, row.finished_at, unpack(row.report) if row.report else {})
