"""Working batches off: each moves on when somebody asks after it or its job."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.sandbox.salesforce.bulk.jobs import acting, jobs_of
from connectors.sandbox.salesforce.bulk.query_jobs import check, evaluate
from connectors.sandbox.salesforce.bulk.writing import TOGETHER, Strike, Values, named_twice, spell_error, write
from connectors.sandbox.salesforce.bulk1.classic import DONE, READS, Batch, ClassicJob, Outcome
from connectors.sandbox.salesforce.bulk1.records import BadBatchError, rows_of
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.soql import Query, Result, Row, SoqlError, parse

MOST_ROWS = 10_000
BATCH_PREFIX, RESULT_PREFIX = "751", "752"


def new_batch(org: Org, job: ClassicJob, content: bytes, content_type: str) -> Batch:
    """Add a batch to a job."""
    now_ms = org.now_ms()
    batch = Batch(
        id=jobs_of(org).new_id(BATCH_PREFIX), job_id=job.id, content=content, content_type=content_type,
        created_ms=now_ms, changed_ms=now_ms,
    )  # fmt: skip
    job.batches.append(batch)
    return batch


def step(org: Org, job: ClassicJob, strike: Strike) -> None:
    """Let the batches of a job move on."""
    with acting(org, job):
        for batch in tuple(job.batches):
            if batch.state in DONE or job.state == "Aborted":
                continue
            batch.asked += 1
            if batch.asked <= org.readings.bulk1_questions:
                batch.move("InProgress", org.now_ms())
            elif job.operation in READS:
                _answer(org, job, batch, strike)
            else:
                _write(org, job, batch, strike)


def _write(org: Org, job: ClassicJob, batch: Batch, strike: Strike) -> None:
    try:
        rows = _rows(org, job, batch)
    except BadBatchError as problem:
        batch.move("Failed", org.now_ms(), f"InvalidBatch : {problem}")
        return
    for start in range(0, len(rows), TOGETHER):
        together = rows[start : start + TOGETHER]
        twice = named_twice(org, job, together)
        for values in together:
            try:
                done = write(org, job, values, strike, twice)
                batch.outcomes.append(Outcome(done.id, done.is_created))
            except SalesforceError as problem:
                batch.failed += 1
                batch.outcomes.append(Outcome(error=problem.row(), told=spell_error(problem)))
    batch.processed = len(rows)
    batch.move("Completed", org.now_ms())


def _rows(org: Org, job: ClassicJob, batch: Batch) -> list[Values]:
    kind = org.object_named(job.object)
    if kind is None:
        raise BadBatchError(f"Entity '{job.object}' is not supported by the Bulk API.")
    rows = rows_of(kind, job.content_type, batch.content, job.operation)
    if len(rows) > MOST_ROWS:
        raise BadBatchError(f"the batch holds more than {MOST_ROWS} records")
    return rows


def _answer(org: Org, job: ClassicJob, batch: Batch, strike: Strike) -> None:
    try:
        strike(None, {})
        query = parse(batch.content.decode("utf-8-sig"))
        _check(org, job, query)
        found = evaluate(org, query, job.version, include_deleted=job.operation == "queryAll")
    except (SoqlError, SalesforceError, UnicodeDecodeError) as problem:
        code = getattr(problem, "error_code", "") or getattr(problem, "status_code", "MALFORMED_QUERY")
        reason = getattr(problem, "message", str(problem))
        batch.move("Failed", org.now_ms(), f"InvalidBatch : Failed to process query: {code}: {reason}")
        return
    if not job.chunk:
        _keep(org, batch, found, found.rows)
        return
    # The batch that was sent is never worked off itself: its chunks are.
    batch.move("NotProcessed", org.now_ms())
    for chunk in _chunks(org, job, found):
        _keep(org, new_batch(org, job, batch.content, batch.content_type), found, chunk)


def _check(org: Org, job: ClassicJob, query: Query) -> None:
    result = check(org, query, job.version)
    if result.object != job.object:
        reason = f"The job is about {job.object}, the query about {result.object}"
        raise SalesforceError("INVALID_TYPE_FOR_OPERATION", reason)
    if job.chunk and (query.order or query.limit is not None):
        raise SalesforceError("FEATURENOTENABLED", "PK chunking takes no ORDER BY and no LIMIT")


def _chunks(org: Org, job: ClassicJob, found: Result) -> list[Sequence[Row]]:
    """Return what was found by stretches of ids, each as wide as so many records of the object."""
    every = [row.id for row in org.rows(job.object, include_deleted=True)]
    starts = every[:: job.chunk] or [""]
    rows = sorted(found.rows, key=lambda row: str(row["Id"]))
    parts: list[list[Row]] = [[] for _ in starts]
    place = 0
    for row in rows:
        while place + 1 < len(starts) and row["Id"] >= starts[place + 1]:
            place += 1
        parts[place].append(row)
    return list(parts)


def _keep(org: Org, batch: Batch, found: Result, rows: Sequence[Row]) -> None:
    batch.found, batch.rows, batch.processed = found, rows, len(rows)
    batch.result_id = jobs_of(org).new_id(RESULT_PREFIX)
    batch.move("Completed", org.now_ms())
