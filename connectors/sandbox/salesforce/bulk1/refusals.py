"""Refusals as Bulk API 1.0 spells them: an object with a code and a message, and nearly always with 400."""

from __future__ import annotations

import re

import orjson

from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.salesforce.bulk.jobs import jobs_of
from connectors.sandbox.salesforce.bulk1.classic import ClassicJob
from connectors.sandbox.salesforce.bulk1.wire import JSON, XML, document
from connectors.sandbox.salesforce.org import Org

PREFIX = "/services/async/"
_JOB = re.compile(r"/services/async/[^/]+/job/([^/]+)")
#: What REST calls it, and what it is called here.
_CODES = {
    "INVALID_SESSION_ID": ("InvalidSessionId", "Invalid session id"),
    "REQUEST_LIMIT_EXCEEDED": ("ExceededQuota", ""),
    "NOT_FOUND": ("InvalidUrl", "Destination URL not reset. The URL returned from login must be set"),
    "METHOD_NOT_ALLOWED": ("InvalidUrl", ""),
}
_FAILING = 500


def serves(path: str) -> bool:
    """Whether a path is one of Bulk API 1.0."""
    return path.startswith(PREFIX)


def refused(org: Org, request: Request, answer: Answer) -> Answer:
    """Return what REST answers with an array of errors as it is answered here; pages of the edge stay as they are."""
    if not answer.body.startswith(b"[{"):
        return answer
    error = orjson.loads(answer.body)[0]
    code, message = _CODES.get(error["errorCode"], (error["errorCode"], ""))
    told = {"exceptionCode": code, "exceptionMessage": message or error["message"]}
    status = answer.status if answer.status >= _FAILING else 400
    if _speaks_json(org, request):
        return Answer(status, orjson.dumps(told), JSON, answer.headers)
    return Answer(status, document("error", list(told.items())), XML, answer.headers)


def _speaks_json(org: Org, request: Request) -> bool:
    """The job decides; where there is none, the header of the request does."""
    named = _JOB.match(request.path)
    job = jobs_of(org).find(named[1], org.now_ms()) if named else None
    if isinstance(job, ClassicJob):
        return job.is_json
    return "json" in request.headers.get("content-type", "")
