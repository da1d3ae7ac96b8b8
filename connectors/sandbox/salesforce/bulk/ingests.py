"""`/jobs/ingest`: jobs that write many rows, uploaded as CSV."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.bulk.csv_text import Lines
from connectors.sandbox.salesforce.bulk.ingest_jobs import IngestJob, step, take_upload
from connectors.sandbox.salesforce.bulk.jobs import formats, jobs_of, named, wrong_state
from connectors.sandbox.salesforce.bulk.queries import CSV
from connectors.sandbox.salesforce.bulk.writing import OPERATIONS, key_of
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rowfaults import strike
from connectors.sandbox.salesforce.schema import ObjectSchema

LARGEST_UPLOAD = 150 * 1024 * 1024


def create(call: Call) -> Answer:
    """Take up an ingest job."""
    body = call.json()
    operation, name = str(body.get("operation") or ""), str(body.get("object") or "")
    flag = OPERATIONS.get(operation)
    if flag is None:
        raise SalesforceError("API_ERROR", f"Operation {operation} is not one of {', '.join(OPERATIONS)}")
    kind = call.org.object_named(name)
    if kind is None or not kind.may(flag):
        raise SalesforceError("INVALIDENTITY", f"Entity '{name}' is not supported by the Bulk API.")
    delimiter, ending = formats(body)
    extra = {name: body[name] for name in ("externalIdFieldName", "assignmentRuleId") if body.get(name)}
    # There are no headers about duplicates or assignment in Bulk API: a rule runs when the job names it.
    options = WriteOptions(auto_assign=str(body.get("assignmentRuleId") or "") or False)
    job = IngestJob(
        id=jobs_of(call.org).new_id(), operation=operation, object=kind.name, version=call.version,
        caller=call.org.user, created_ms=call.org.now_ms(), delimiter=delimiter, ending=ending, state="Open",
        extra=extra, cause=call.cause, options=options,
        key=_key(kind, str(body.get("externalIdFieldName") or "")) if operation == "upsert" else "",
    )  # fmt: skip
    jobs_of(call.org).add(job)
    place = f"services/data/v{call.version}/jobs/ingest/{job.id}/batches"
    return call.answer({**job.head(call.org), "contentUrl": place, "jobType": "V2Ingest"})


def list_jobs(call: Call) -> Answer:
    """Tell of every ingest job."""
    found = [job for job in jobs_of(call.org).all(call.org.now_ms()) if isinstance(job, IngestJob)]
    records = [{**job.head(call.org), "jobType": "V2Ingest"} for job in found]
    return call.answer({"done": True, "records": records, "nextRecordsUrl": None})


def info(call: Call) -> Answer:
    """Tell how a job is doing, and let it move on."""
    job = named(call, IngestJob)
    step(call.org, job, lambda record_id, values: strike(call, record_id, values))
    return call.answer(job.info(call.org))


def upload(call: Call) -> Answer:
    """Take the rows of a job, once."""
    job = named(call, IngestJob)
    if job.state != "Open":
        raise wrong_state(f"Uploading data to a Job in state {job.state} not allowed")
    if job.is_uploaded:
        raise wrong_state(f"Found multiple contents for job: {job.id}; a job takes one upload")
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/csv":
        raise SalesforceError("UNSUPPORTED_MEDIA_TYPE", f"Content-Type has to be text/csv, was {kind}", http=415)
    if len(call.request.body) * 4 // 3 > LARGEST_UPLOAD:
        raise SalesforceError("LIMIT_EXCEEDED", "The upload is larger than 150 MB after base64", http=413)
    try:
        text = call.request.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SalesforceError("API_ERROR", "The upload has to be UTF-8") from None
    take_upload(job, text)
    return Answer(201)


def change(call: Call) -> Answer:
    """Let a job begin, or abort it."""
    job = named(call, IngestJob)
    state = call.json().get("state")
    if state == "UploadComplete":
        if job.state != "Open":
            raise wrong_state(f"Closing already {job.state} Job not allowed")
    elif state == "Aborted":
        if job.state in {"JobComplete", "Failed"}:
            raise wrong_state("Aborting already Completed Job not allowed")
    else:
        raise SalesforceError("API_ERROR", "An ingest job can be set to UploadComplete or Aborted")
    job.move(state, call.org.now_ms())
    return call.answer(job.head(call.org))


def delete(call: Call) -> Answer:
    """Forget a job that is not at work, and its results."""
    job = named(call, IngestJob)
    if job.state in {"Open", "InProgress"}:
        raise wrong_state(f"Deleting a Job in state {job.state} not allowed")
    jobs_of(call.org).remove(job)
    return Answer(204)


def successful(call: Call) -> Answer:
    """Answer the rows that were written."""
    job = _over(call)
    rows = ([it.id, "true" if it.is_created else "false", *it.row] for it in job.outcomes if not it.error)
    return _lines(job, ["sf__Id", "sf__Created", *job.header], rows)


def failed(call: Call) -> Answer:
    """Answer the rows that were refused, and why."""
    job = _over(call)
    rows = ([it.id, it.error, *it.row] for it in job.outcomes if it.error)
    return _lines(job, ["sf__Id", "sf__Error", *job.header], rows)


def unprocessed(call: Call) -> Answer:
    """Answer the rows nobody came to: of a job that failed or was aborted."""
    job = _over(call)
    return _lines(job, job.header, reversed(job.waiting))


def _over(call: Call) -> IngestJob:
    job = named(call, IngestJob)
    if not job.is_over:
        raise wrong_state(f"The job is in state {job.state}: there are no results")
    return job


def _lines(job: IngestJob, header: list[str], rows: Iterable[list[str]]) -> Answer:
    lines = Lines(*job.marks)
    lines.add(header)
    for row in rows:
        lines.add(row)
    return Answer(200, lines.whole(), CSV)


def _key(kind: ObjectSchema, name: str) -> str:
    found = key_of(kind, name)
    if not found:
        raise SalesforceError("API_ERROR", f"externalIdFieldName has to be an external id field, was '{name}'")
    return found
