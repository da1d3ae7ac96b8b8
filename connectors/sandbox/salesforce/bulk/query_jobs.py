"""Query jobs: what they may ask, and how they are worked off in steps."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from connectors.sandbox.salesforce.bulk.csv_text import Lines
from connectors.sandbox.salesforce.bulk.jobs import Job, Wire, acting
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.querying import OrgSource
from connectors.sandbox.salesforce.soql import Query, Result, Row, SoqlError, run
from connectors.sandbox.salesforce.soql.nodes import Call, Children, Typeof

#: Rows worked out each time somebody asks how the job is doing.
STEP = 50_000
#: Rows of one chunk; without ORDER BY and LIMIT chunks come in any order.
CHUNK = 2_000
#: Objects only REST reads.
_NOT_IN_BULK = frozenset({
    "AggregateResult", "CaseStatus", "ContractStatus", "KnowledgeArticleVersion", "Name", "RecentlyViewed",
    "TaskPriority", "TaskStatus",
})  # fmt: skip


@dataclass(slots=True, kw_only=True)
class QueryJob(Job):
    """A query that is worked off in steps, each with the values of its moment: the result is no snapshot."""

    query: Query
    #: Before the job begins: what columns it will have.
    result: Result
    rows: Sequence[Row] = ()
    #: The rows that are done.
    lines: Lines

    def info(self, org: Org) -> Wire:
        """Return all there is to tell."""
        more: Wire = {
            "jobType": "V2Query", "numberRecordsProcessed": self.processed, "retries": 0,
            "totalProcessingTime": max(0, self.changed_ms - self.created_ms),
        }  # fmt: skip
        return {**self.head(org), **more, **({"errorMessage": self.error} if self.error else {})}

    def header(self) -> bytes:
        """Return the first line of every page."""
        head = Lines(*self.marks)
        head.add([".".join(column.names) for column in self.result.columns])
        return head.whole()

    def forget_rows(self) -> None:
        """Keep nothing of the result."""
        self.lines, self.rows, self.processed = Lines(*self.marks), (), 0


def check(org: Org, query: Query, version: str) -> Result:
    """Return an empty result of a query; SalesforceError where Bulk API does not take it."""
    refused = _refusal(query)
    if refused:
        raise SalesforceError("FEATURENOTENABLED", refused)
    result = evaluate(org, replace(query, limit=0), version, include_deleted=False)
    if result.object in _NOT_IN_BULK:
        raise SalesforceError("INVALIDENTITY", f"Entity '{result.object}' is not supported by the Bulk API.")
    if result.is_aggregate:
        raise SalesforceError("FEATURENOTENABLED", "Aggregate functions not supported in Bulk Query")
    if any(column.field.is_compound for column in result.columns):
        raise SalesforceError("FEATURENOTENABLED", "Selecting compound data not supported in Bulk Query")
    return result


def step(org: Org, job: QueryJob) -> None:
    """Do the next piece of a job's work: find the rows first, then write some of them at a time."""
    if job.is_over:
        return
    with acting(org, job):
        if job.state == "UploadComplete":
            if _begin(org, job):
                _write(job)
        else:
            _write(job)
            if job.processed >= len(job.rows):
                job.move("JobComplete", org.now_ms())
                job.rows = ()


def _refusal(query: Query) -> str:
    if query.groups:
        return "GROUP BY not supported in Bulk Query"
    if query.offset:
        return "OFFSET not supported in Bulk Query"
    for item in query.selected:
        if isinstance(item, Children):
            return "Nested queries not supported in Bulk Query"
        if isinstance(item, Typeof):
            return "TYPEOF not supported in Bulk Query"
        if isinstance(item.what, Call) and item.what.name == "COUNT":
            return "Aggregate functions not supported in Bulk Query"
    return ""


def evaluate(org: Org, query: Query, version: str, *, include_deleted: bool) -> Result:
    """Answer a query as whoever is served; SalesforceError where it cannot be answered."""
    zone = org.user.zone if org.user else ZoneInfo("UTC")
    try:
        return run(query, OrgSource(org), org.now(), zone, include_deleted=include_deleted, version=version)
    except SoqlError as problem:
        raise SalesforceError(problem.error_code, problem.message) from None


def _begin(org: Org, job: QueryJob) -> bool:
    try:
        job.result = evaluate(org, job.query, job.version, include_deleted=job.operation == "queryAll")
    except SalesforceError as problem:
        # A field or right went away since the job was made.
        job.move("Failed", org.now_ms(), f"{problem.status_code}: {problem.message}")
        return False
    is_chunked = not job.query.order and job.query.limit is None
    job.rows = _shuffled(job.result.rows, job.id) if is_chunked else job.result.rows
    job.move("InProgress", org.now_ms())
    return True


def _write(job: QueryJob) -> None:
    """Write the next rows, as they are now."""
    spellers = [(column.read, speller(column.type)) for column in job.result.columns]
    end = min(job.processed + STEP, len(job.rows))
    for row in job.rows[job.processed : end]:
        job.lines.add([spell(read(row)) for read, spell in spellers])
    job.processed = end


def _shuffled(rows: Sequence[Row], seed: str) -> list[Row]:
    chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
    random.Random(seed).shuffle(chunks)
    return [row for chunk in chunks for row in chunk]


def speller(kind: str) -> Callable[[Any], str]:
    """Return how values of a type are spelled in CSV."""
    return {"int": _whole, "double": _number, "currency": _number, "percent": _number}.get(kind, _text)


def _whole(value: Any) -> str:
    """Spell a whole number; zero is known to come with a fraction."""
    return "" if value is None else str(int(value)) if value else "0.0"


def _number(value: Any) -> str:
    return "" if value is None else str(float(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _moment(value)
    return value.isoformat() if isinstance(value, date) else str(value)


@lru_cache(maxsize=65_536)
def _moment(value: datetime) -> str:
    """Spell a moment as CSV does: with a Z where JSON has an offset."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
