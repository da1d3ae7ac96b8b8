"""`/services/async/<version>/job`: making, asking after, closing."""

from __future__ import annotations

from typing import Any

import orjson

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.bulk.jobs import jobs_of
from connectors.sandbox.salesforce.bulk.writing import OPERATIONS, key_of
from connectors.sandbox.salesforce.bulk1.classic import DONE, READS, ClassicJob
from connectors.sandbox.salesforce.bulk1.wire import told
from connectors.sandbox.salesforce.bulk1.working import step
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.calls import Call, pairs
from connectors.sandbox.salesforce.endpoints.limits import NEWEST, OLDEST
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rowfaults import strike
from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.xml_text import BadXmlError, element, parse

_TYPES = ("CSV", "JSON", "XML")
_CHUNK, _LARGEST_CHUNK = 100_000, 250_000


def create(call: Call) -> Answer:
    """Take up a job."""
    version = _version(call)
    body = _body(call)
    operation = str(body.get("operation") or "")
    content_type = str(body.get("contentType") or "XML")
    if operation not in READS | set(OPERATIONS):
        raise SalesforceError("InvalidJob", f"'{operation}' is not a valid operation")
    if content_type not in _TYPES:
        raise SalesforceError("InvalidJob", f"contentType {content_type} is not one of {', '.join(_TYPES)}")
    kind = _kind(call, str(body.get("object") or ""), operation)
    key = str(body.get("externalIdFieldName") or "")
    rule = str(body.get("assignmentRuleId") or "")
    job = ClassicJob(
        id=jobs_of(call.org).new_id(), operation=operation, object=kind.name, version=version, caller=call.org.user,
        created_ms=call.org.now_ms(), delimiter="COMMA", ending="LF", state="Open", cause=call.cause,
        options=WriteOptions(auto_assign=rule or False), content_type=content_type,
        key=_key(kind, key) if operation == "upsert" else "", concurrency=_concurrency(body),
        chunk=_chunk(call) if operation in READS else 0,
        extra={name: body[name] for name in ("assignmentRuleId", "externalIdFieldName") if body.get(name)},
    )  # fmt: skip
    jobs_of(call.org).add(job)
    # Nobody knows yet how the job is to be spoken with: the request says.
    is_json = "json" in call.headers.get("content-type", "")
    return told(call, "jobInfo", job.info(call.org), 201, is_json=is_json)


def info(call: Call) -> Answer:
    """Tell how a job is doing, and let it move on."""
    job = named(call)
    advance(call, job)
    return _told(call, job)


def change(call: Call) -> Answer:
    """Close or abort a job."""
    job = named(call)
    state = _body(call).get("state")
    if state not in {"Closed", "Aborted"}:
        raise SalesforceError("InvalidJobState", f"A job can be set to Closed or Aborted, not to {state}")
    if job.state == "Aborted":
        raise SalesforceError("InvalidJobState", "Job is already Aborted")
    if state == "Aborted":
        for batch in job.batches:
            if batch.state not in DONE:
                batch.move("NotProcessed", call.org.now_ms())
    job.move(state, call.org.now_ms())
    return _told(call, job)


def named(call: Call) -> ClassicJob:
    """Return the job the path names."""
    version = _version(call)
    job = jobs_of(call.org).find(call.parts["job"], call.org.now_ms())
    if not isinstance(job, ClassicJob):
        raise SalesforceError("InvalidJob", f"Invalid job id: {call.parts['job']}")
    if job.version != version:
        raise SalesforceError("InvalidVersion", f"The job was made with API version {job.version}")
    return job


def advance(call: Call, job: ClassicJob) -> None:
    """Let the batches of a job move on."""
    step(call.org, job, lambda record_id, values: strike(call, record_id, values))


def _told(call: Call, job: ClassicJob) -> Answer:
    return told(call, "jobInfo", job.info(call.org), is_json=job.is_json)


def _version(call: Call) -> str:
    number, _, minor = call.parts["version"].partition(".")
    if not number.isdigit() or minor != "0" or not OLDEST <= int(number) <= NEWEST:
        raise SalesforceError("InvalidUrl", f"unknown version: {call.parts['version']}")
    return call.parts["version"]


def _body(call: Call) -> dict[str, Any]:
    content = call.request.body
    if "json" in call.headers.get("content-type", ""):
        try:
            given = orjson.loads(content)
        except orjson.JSONDecodeError as problem:
            raise SalesforceError("InvalidJob", f"Unable to parse Job: {problem}") from None
        if not isinstance(given, dict):
            raise SalesforceError("InvalidJob", "Unable to parse Job")
        return given
    try:
        root = element(parse(content))
    except BadXmlError as problem:
        raise SalesforceError("InvalidJob", f"Unable to parse Job: {problem}") from None
    return {child.name: child.text for child in root.children}


def _kind(call: Call, name: str, operation: str) -> ObjectSchema:
    kind = call.org.object_named(name)
    if kind is None:
        raise SalesforceError("InvalidJob", f"Unable to find object: {name}")
    if not kind.may(OPERATIONS.get(operation, "queryable")):
        raise SalesforceError("InvalidEntity", f"Entity '{name}' is not supported by the Bulk API.")
    return kind


def _key(kind: ObjectSchema, name: str) -> str:
    found = key_of(kind, name)
    if not found:
        raise SalesforceError("InvalidJob", f"External ID was blank or is no external id for {kind.name}: '{name}'")
    return found


def _concurrency(body: dict[str, Any]) -> str:
    """Names, or their places, as clients send them."""
    return "Serial" if str(body.get("concurrencyMode")) in {"Serial", "1"} else "Parallel"


def _chunk(call: Call) -> int:
    """Return how many records a chunk is wide: `Sforce-Enable-PKChunking: chunkSize=100000; parent=Account`."""
    said = pairs(call.headers.get("sforce-enable-pkchunking", "false"))
    if "false" in said:
        return 0
    size = said.get("chunksize") or str(_CHUNK)
    if not size.isdigit() or not 1 <= int(size) <= _LARGEST_CHUNK:
        raise SalesforceError("InvalidJob", f"chunkSize has to be a number up to {_LARGEST_CHUNK}, was {size}")
    return int(size)
