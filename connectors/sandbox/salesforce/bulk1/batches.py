"""`/services/async/<version>/job/<job>/batch`: rows or a query in, outcomes or rows out."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.bulk.csv_text import Lines
from connectors.sandbox.salesforce.bulk1.classic import READS, Batch, ClassicJob, Outcome
from connectors.sandbox.salesforce.bulk1.jobs import advance, named
from connectors.sandbox.salesforce.bulk1.wire import (
    CSV,
    JSON,
    XML,
    document,
    in_milliseconds,
    json,
    parts,
    records,
    told,
)
from connectors.sandbox.salesforce.bulk1.working import new_batch
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.soql import Result
from connectors.sandbox.salesforce.xml_text import Part

LARGEST = 10_000_000
_TYPES = {"CSV": CSV, "JSON": JSON, "XML": XML}
#: What stands in the file where a query found nothing.
_NOTHING = b"Records not found for this query"


def add(call: Call) -> Answer:
    """Take a batch."""
    job = named(call)
    if job.state != "Open":
        raise SalesforceError("InvalidJobState", f"Job is not in state Open: {job.state}")
    if len(call.request.body) > LARGEST:
        raise SalesforceError("ExceededQuota", f"A batch may hold up to {LARGEST} characters")
    if not call.org.quota.use("DailyBulkApiBatches"):
        raise SalesforceError("ExceededQuota", "ApiBatchItems Limit exceeded.")
    given = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = _TYPES[job.content_type]
    # A query is plain text, whatever the header calls it.
    if job.operation not in READS and given not in {wanted, wanted.replace("application", "text")}:
        raise SalesforceError("InvalidBatch", f"Content type {given} does not match that of the job, {wanted}")
    return _told(call, job, new_batch(call.org, job, call.request.body, given), 201)


def list_batches(call: Call) -> Answer:
    """Tell how all batches of a job are doing."""
    job = named(call)
    advance(call, job)
    if job.is_json:
        return json(call, {"batchInfo": [dict(sorted(batch.info().items())) for batch in job.batches]})
    listed: list[Part] = [("batchInfo", parts(batch.info())) for batch in job.batches]
    return Answer(200, document("batchInfoList", listed), XML)


def info(call: Call) -> Answer:
    """Tell how a batch is doing, and let it move on."""
    job = named(call)
    _batch(call, job)
    advance(call, job)
    return _told(call, job, _batch(call, job))


def request(call: Call) -> Answer:
    """Answer what was sent."""
    batch = _batch(call, named(call))
    return Answer(200, batch.content, batch.content_type or CSV)


def result(call: Call) -> Answer:
    """Answer the outcome of every row; of a query, the names of its results."""
    job = named(call)
    batch = _finished(call, job)
    if job.operation in READS:
        if job.is_json:
            return json(call, [batch.result_id])
        return Answer(200, document("result-list", [("result", batch.result_id)]), XML)
    if job.content_type == "CSV":
        lines = Lines(",", "\n")
        lines.add(["Id", "Success", "Created", "Error"])
        for it in batch.outcomes:
            lines.add([it.id, *(("true" if said else "false") for said in (it.error is None, it.is_created)), it.told])
        return Answer(200, lines.whole(), CSV)
    if job.is_json:
        return json(call, [_outcome(it) for it in batch.outcomes])
    return Answer(200, document("results", [("result", _parts(it)) for it in batch.outcomes]), XML)


def query_result(call: Call) -> Answer:
    """Answer the rows a query found."""
    job = named(call)
    batch = _finished(call, job)
    if batch.found is None or to_18(call.parts["result"]) != batch.result_id:
        raise SalesforceError("InvalidBatch", f"Invalid result id: {call.parts['result']}")
    if job.content_type == "CSV":
        header, rows = batch.table()
        lines = Lines(",", "\n")
        lines.add(header)
        for row in rows:
            lines.add(row)
        return Answer(200, lines.whole() if rows else _NOTHING, CSV)
    shown = [batch.found.render(row) for row in batch.rows]
    if job.is_json:
        moments = _moments(batch.found)
        return json(call, [in_milliseconds(record, moments) for record in shown])
    return Answer(200, records(shown), XML)


def _told(call: Call, job: ClassicJob, batch: Batch, status: int = 200) -> Answer:
    return told(call, "batchInfo", batch.info(), status, is_json=job.is_json)


def _batch(call: Call, job: ClassicJob) -> Batch:
    wanted = to_18(call.parts["batch"])
    found = next((batch for batch in job.batches if batch.id == wanted), None)
    if found is None:
        raise SalesforceError("InvalidBatch", f"Invalid batch id: {call.parts['batch']}")
    return found


def _finished(call: Call, job: ClassicJob) -> Batch:
    batch = _batch(call, job)
    if batch.state in {"Queued", "InProgress"}:
        raise SalesforceError("InvalidBatch", "Batch not completed")
    if batch.state != "Completed":
        raise SalesforceError("InvalidBatch", "Records not processed")
    return batch


def _outcome(it: Outcome) -> dict[str, Any]:
    errors = [] if it.error is None else [{**it.error, "extendedErrorDetails": None}]
    return {"success": it.error is None, "created": it.is_created, "id": it.id or None, "errors": errors}


def _parts(it: Outcome) -> list[Part]:
    if it.error is None:
        return [("id", it.id), ("success", True), ("created", it.is_created)]
    fields: list[Part] = [("fields", name) for name in it.error["fields"]]
    error: list[Part] = [*fields, ("message", it.error["message"]), ("statusCode", it.error["statusCode"])]
    return [("errors", error), ("success", False), ("created", False)]


def _moments(found: Result) -> dict[str, Any]:
    """Return which fields hold moments or days, parents' ones below their relationship."""
    tree: dict[str, Any] = {}
    for column in found.columns:
        if column.type in {"date", "datetime"}:
            place = tree
            for name in column.names[:-1]:
                place = place.setdefault(name, {})
            place[column.names[-1]] = True
    return tree
