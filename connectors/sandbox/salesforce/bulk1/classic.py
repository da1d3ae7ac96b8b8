"""What a job and its batches are, and what they tell of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce.bulk.jobs import Job
from connectors.sandbox.salesforce.bulk.query_jobs import speller
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.soql import Result, Row

Wire = dict[str, Any]
READS = frozenset({"query", "queryAll"})
#: States in which a batch does nothing any more.
DONE = frozenset({"Completed", "Failed", "NotProcessed"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    id: str = ""
    is_created: bool = False
    #: Why it was refused, as the entries of a collection's answer.
    error: Wire | None = None
    #: The same in one line.
    told: str = ""


@dataclass(slots=True, kw_only=True)
class Batch:
    """Some rows to be written, or a query to be answered."""

    id: str
    job_id: str
    content: bytes
    content_type: str
    created_ms: int
    changed_ms: int
    state: str = "Queued"
    message: str = ""
    processed: int = 0
    failed: int = 0
    #: How often somebody asked how it is doing.
    asked: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    #: Of a query: the name of its result, what it found, and the rows as they were then.
    result_id: str = ""
    found: Result | None = None
    rows: Sequence[Row] = ()

    def move(self, state: str, now_ms: int, message: str = "") -> None:
        """Go over to another state."""
        self.state, self.changed_ms, self.message = state, now_ms, message

    def info(self) -> Wire:
        """Return all there is to tell."""
        took = max(0, self.changed_ms - self.created_ms) if self.state in DONE else 0
        told: Wire = {
            "id": self.id, "jobId": self.job_id, "state": self.state,
            "createdDate": moment(self.created_ms), "systemModstamp": moment(self.changed_ms),
            "numberRecordsProcessed": self.processed, "numberRecordsFailed": self.failed,
            "totalProcessingTime": took, "apiActiveProcessingTime": took, "apexProcessingTime": 0,
        }  # fmt: skip
        return told | ({"stateMessage": self.message} if self.message else {})

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return what a query found as the lines of CSV."""
        if self.found is None:
            return [], []
        spellers = [(column.read, speller(column.type)) for column in self.found.columns]
        header = [".".join(column.names) for column in self.found.columns]
        return header, [[spell(read(row)) for read, spell in spellers] for row in self.rows]


@dataclass(slots=True, kw_only=True)
class ClassicJob(Job):
    """A job of batches."""

    cause: Cause
    options: WriteOptions
    content_type: str
    key: str = ""
    concurrency: str = "Parallel"
    #: Rows of a chunk of ids; 0: queries are answered whole.
    chunk: int = 0
    batches: list[Batch] = field(default_factory=list)

    @property
    def is_json(self) -> bool:
        """Whether it speaks JSON; jobs of CSV and XML speak XML."""
        return self.content_type == "JSON"

    def info(self, org: Org) -> Wire:
        """Return all there is to tell."""
        states = [batch.state for batch in self.batches]
        told = [batch.info() for batch in self.batches]
        total: Wire = {
            name: sum(it[name] for it in told)
            for name in ("numberRecordsProcessed", "numberRecordsFailed", "totalProcessingTime")
        }
        return {
            "id": self.id, "operation": self.operation, "object": self.object,
            "createdById": self.caller.id if self.caller else org.automated_user,
            "createdDate": moment(self.created_ms), "systemModstamp": moment(self.changed_ms or self.created_ms),
            "state": self.state, **self.extra, "concurrencyMode": self.concurrency, "contentType": self.content_type,
            "numberBatchesQueued": states.count("Queued"), "numberBatchesInProgress": states.count("InProgress"),
            "numberBatchesCompleted": states.count("Completed"), "numberBatchesFailed": states.count("Failed"),
            "numberBatchesTotal": len(states), "numberRecordsProcessed": total["numberRecordsProcessed"],
            "numberRetries": 0, "apiVersion": float(self.version), "numberRecordsFailed": total["numberRecordsFailed"],
            "totalProcessingTime": total["totalProcessingTime"],
            "apiActiveProcessingTime": total["totalProcessingTime"], "apexProcessingTime": 0,
        }  # fmt: skip


def moment(at_ms: int) -> datetime:
    """Return when something happened, in whole seconds."""
    return datetime.fromtimestamp(at_ms // 1000, UTC)
