"""`/jobs/query`: jobs for large results, fetched in pages of CSV."""

from __future__ import annotations

import base64
import binascii

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.bulk.csv_text import Lines
from connectors.sandbox.salesforce.bulk.jobs import Wire, formats, jobs_of, marks, named, wrong_state
from connectors.sandbox.salesforce.bulk.query_jobs import QueryJob, check, step
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.soql import SoqlError, parse

CSV = "text/csv;charset=UTF-8"
DEFAULT_PAGE = 50_000
_PAGES_AT_ONCE = 5


def create(call: Call) -> Answer:
    """Take up a query job."""
    body = call.json()
    operation = str(body.get("operation") or "")
    if operation not in {"query", "queryAll"}:
        raise SalesforceError("API_ERROR", f"Operation {operation} is not supported for query jobs")
    delimiter, ending = formats(body)
    try:
        query = parse(str(body.get("query") or ""))
    except SoqlError as problem:
        raise SalesforceError(problem.error_code, problem.message) from None
    result = check(call.org, query, call.version)
    if not call.org.quota.use("DailyBulkV2QueryJobs"):
        raise SalesforceError("LIMIT_EXCEEDED", "Maximum number of query jobs in 24 hours exceeded")
    job = QueryJob(
        id=jobs_of(call.org).new_id(), operation=operation, object=result.object, version=call.version,
        caller=call.org.user, created_ms=call.org.now_ms(), delimiter=delimiter, ending=ending,
        state="UploadComplete", query=query, result=result, lines=Lines(*marks(delimiter, ending)),
    )  # fmt: skip
    jobs_of(call.org).add(job)
    return call.answer(job.head(call.org))


def list_jobs(call: Call) -> Answer:
    """Tell of every query job."""
    found = [job for job in jobs_of(call.org).all(call.org.now_ms()) if isinstance(job, QueryJob)]
    records = [{**job.head(call.org), "jobType": "V2Query"} for job in found]
    return call.answer({"done": True, "records": records, "nextRecordsUrl": None})


def info(call: Call) -> Answer:
    """Tell how a job is doing, and let it move on."""
    job = named(call, QueryJob)
    step(call.org, job)
    return call.answer(job.info(call.org))


def change(call: Call) -> Answer:
    """Abort a job."""
    job = named(call, QueryJob)
    if call.json().get("state") != "Aborted":
        raise SalesforceError("API_ERROR", "The only state a query job can be set to is Aborted")
    if job.state in {"JobComplete", "Failed"}:
        raise wrong_state("Aborting already Completed Job not allowed")
    job.move("Aborted", call.org.now_ms())
    job.forget_rows()
    return call.answer(job.info(call.org))


def delete(call: Call) -> Answer:
    """Forget a job that is over, and its result."""
    job = named(call, QueryJob)
    if not job.is_over:
        raise wrong_state(f"Deleting a Job in state {job.state} not allowed")
    jobs_of(call.org).remove(job)
    return Answer(204)


def results(call: Call) -> Answer:
    """Answer a page of the result; the same page again as often as asked."""
    job = _finished(call)
    start = _start(call, job)
    end = min(start + _size(call), job.processed)
    headers = {
        "Sforce-Locator": locator(end) if end < job.processed else "null",
        "Sforce-NumberOfRecords": str(end - start),
    }
    return Answer(200, job.header() + job.lines.part(start, end), CSV, headers)


def result_pages(call: Call) -> Answer:
    """Answer where the next pages are, for those who fetch several at once."""
    job = _finished(call)
    size = _size(call)
    starts = list(range(_start(call, job), job.processed, size)) or [0]
    place = f"/services/data/v{call.version}/jobs/query/{job.id}"
    urls = [f"{place}/results?locator={locator(at)}&maxRecords={size}" for at in starts[:_PAGES_AT_ONCE]]
    body: Wire = {"resultPages": [{"resultUrl": url} for url in urls], "done": len(starts) <= _PAGES_AT_ONCE}
    if not body["done"]:
        following = locator(starts[_PAGES_AT_ONCE])
        body["nextRecordsUrl"] = f"{place}/resultPages?locator={following}&maxRecords={size}"
    return call.answer(body)


def locator(row: int) -> str:
    """Return what leads to the page that begins with a row."""
    return base64.urlsafe_b64encode(str(row).encode()).decode().rstrip("=")


def _finished(call: Call) -> QueryJob:
    job = named(call, QueryJob)
    if job.version != call.version:
        raise SalesforceError("CONFLICT", f"The job was made with API version {job.version}", http=409)
    if job.state != "JobComplete":
        raise wrong_state(f"The job is in state {job.state}: there are no results")
    return job


def _start(call: Call, job: QueryJob) -> int:
    text = call.request.parameter("locator")
    if not text or text == "null":
        return 0
    try:
        row = int(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        row = -1
    if not 0 <= row < max(1, job.processed):
        raise SalesforceError("INVALID_QUERY_LOCATOR", f"invalid query locator: {text}")
    return row


def _size(call: Call) -> int:
    text = call.request.parameter("maxRecords") or str(DEFAULT_PAGE)
    if not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise SalesforceError("API_ERROR", f"maxRecords has to be a positive number, was {text}")
    return int(text)
