"""Ingest jobs: rows of CSV, written one by one, each with an outcome of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce.bulk.csv_text import BadCsvError, read
from connectors.sandbox.salesforce.bulk.jobs import Job, Wire, acting
from connectors.sandbox.salesforce.bulk.writing import TOGETHER, Strike, cells, named_twice, spell_error, write
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import ObjectSchema

#: Rows written each time somebody asks how the job is doing.
STEP = 10_000
#: Rows of an internal batch, which count against the batches of the day.
BATCH = 10_000
_MOST_FIELDS = 5_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    row: list[str]
    id: str = ""
    is_created: bool = False
    error: str = ""


@dataclass(slots=True, kw_only=True)
class IngestJob(Job):
    """Rows to be written."""

    cause: Cause
    options: WriteOptions
    key: str = ""
    is_uploaded: bool = False
    #: What is wrong with the upload as a whole.
    refusal: str = ""
    header: list[str] = field(default_factory=list)
    #: Rows not yet written, the next one last.
    waiting: list[list[str]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def info(self, org: Org) -> Wire:
        """Return all there is to tell."""
        took = max(0, self.changed_ms - self.created_ms) if self.is_over else 0
        more: Wire = {
            "jobType": "V2Ingest", "contentUrl": f"services/data/v{self.version}/jobs/ingest/{self.id}/batches",
            "numberRecordsProcessed": self.processed, "numberRecordsFailed": self.failed, "retries": 0,
            "totalProcessingTime": took, "apiActiveProcessingTime": took, "apexProcessingTime": 0,
        }  # fmt: skip
        return {**self.head(org), **more, **({"errorMessage": self.error} if self.error else {})}


def step(org: Org, job: IngestJob, strike: Strike) -> None:
    """Do the next piece of a job's work: read the upload first, then write some rows at a time."""
    if job.is_over or job.state == "Open":
        return
    with acting(org, job):
        if job.state == "UploadComplete":
            _begin(org, job)
            return
        _write(org, job, strike)
        if not job.waiting:
            job.move("JobComplete", org.now_ms())


def take_upload(job: IngestJob, text: str) -> None:
    """Keep the rows of an upload; what is wrong with it is told when the job begins."""
    job.is_uploaded = True
    try:
        _check_ending(job, text)
        rows = list(read(text, job.marks[0]))
    except BadCsvError as problem:
        job.refusal = str(problem)
        return
    job.header, rows = (rows[0], rows[1:]) if rows else ([], [])
    job.waiting = rows[::-1]
    uneven = next((place for place, row in enumerate(rows, 2) if len(row) != len(job.header)), None)
    if uneven is not None:
        job.refusal = f"InvalidBatch : The number of columns in row {uneven} does not fit the header"


def _begin(org: Org, job: IngestJob) -> None:
    refusal = job.refusal or _wrong_header(org, job)
    if not refusal and not org.quota.use("DailyBulkApiBatches", -(-len(job.waiting) // BATCH)):
        refusal = "ExceededQuota : ApiBatchItems Limit exceeded."
    job.move("Failed" if refusal else "InProgress", org.now_ms(), refusal)


def _check_ending(job: IngestJob, text: str) -> None:
    """Lines have to end as the job says."""
    head, feed, _ = text.partition("\n")
    if feed and head.endswith("\r") != (job.ending == "CRLF"):
        setting = f"Current LineEnding setting is {job.ending}"
        raise BadCsvError(f"ClientInputError : LineEnding is invalid on user data. {setting}")


def _wrong_header(org: Org, job: IngestJob) -> str:
    """Return what is wrong with the first line; empty where nothing is."""
    kind = org.object_named(job.object)
    if kind is None:
        return f"InvalidBatch : Entity '{job.object}' is not supported by the Bulk API."
    if len(job.header) > _MOST_FIELDS:
        return f"InvalidBatch : more than {_MOST_FIELDS} fields in a record"
    if job.operation in {"delete", "hardDelete"} and [name.lower() for name in job.header] not in ([], ["id"]):
        return f"InvalidBatch : The '{job.operation}' batch must contain only ids"
    unknown = next((name for name in job.header if _is_unknown(kind, name)), None)
    return "" if unknown is None else f"InvalidBatch : Field name not found : {unknown}"


def _is_unknown(kind: ObjectSchema, name: str) -> bool:
    relationship, dot, _ = name.partition(".")
    return kind.parent(relationship) is None if dot else kind.find(name) is None


def _write(org: Org, job: IngestJob, strike: Strike) -> None:
    kind = org.schema[job.object]
    together = min(TOGETHER, STEP)
    for _ in range(0, min(STEP, len(job.waiting)), together):
        rows = [job.waiting.pop() for _ in range(min(together, len(job.waiting)))]
        given = [cells(kind, job.header, row) for row in rows]
        twice = named_twice(org, job, given)
        for row, values in zip(rows, given, strict=True):
            try:
                done = write(org, job, values, strike, twice)
                outcome = Outcome(row, done.id, done.is_created)
            except SalesforceError as problem:
                job.failed += 1
                outcome = Outcome(row, _id_in(job, row), error=spell_error(problem))
            job.processed += 1
            job.outcomes.append(outcome)


def _id_in(job: IngestJob, row: list[str]) -> str:
    """Return the id a row gives, whether or not there is such a record."""
    given = next((text for name, text in zip(job.header, row, strict=True) if name.lower() == "id"), "")
    return to_18(given) or given
