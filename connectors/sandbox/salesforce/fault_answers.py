"""Answers Salesforce gives when something is wrong with it, and the wrong turns its good answers can take."""

from __future__ import annotations

import gzip
from typing import Any

import orjson

from connectors.sandbox.exchange import HTML, Answer, Request, json_answer
from connectors.sandbox.faults import Fault
from connectors.sandbox.salesforce.errors import SalesforceError

_ERRORS = {
    400: ("QUERY_TIMEOUT", "Your query request was running for too long."),
    401: ("INVALID_SESSION_ID", "Session expired or invalid"),
    403: ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    404: ("NOT_FOUND", "The requested resource does not exist"),
    429: ("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."),
    500: ("UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support"),
    503: ("SERVER_UNAVAILABLE", "The server is temporarily unavailable"),
}
#: Statuses the edge answers: with a page, or with nothing.
_PAGES = {414: "Bad Message 414", 431: "Bad Message 431", 502: "Bad Gateway", 504: "Gateway Timeout"}
_EMPTY = {406, 412, 420}
#: What a `throttle` means here, by its policy.
_THROTTLES = {
    "CONCURRENT": "ConcurrentPerOrgLongTxn Limit exceeded.",
    "DAILY": "TotalRequests Limit exceeded.",
}


def instead(fault: Fault) -> Answer:
    """Return what is answered instead of doing anything."""
    beside = fault.with_
    if fault.kind == "throttle":
        message = _THROTTLES.get(str(beside.get("policy", "DAILY")), _THROTTLES["DAILY"])
        answer = SalesforceError("REQUEST_LIMIT_EXCEEDED", message).answer()
    elif fault.kind == "expired_token":
        answer = SalesforceError("INVALID_SESSION_ID", "Session expired or invalid").answer()
    elif fault.kind == "invalid_json":
        answer = Answer(200, beside.get("body", '{"totalSize":1,"done":true,"reco').encode())
    else:
        answer = _status(fault)
    answer.headers.update({name: str(value) for name, value in (beside.get("headers") or {}).items()})
    if beside.get("retry_after") is not None:
        answer.headers["Retry-After"] = str(beside["retry_after"])
    return answer


def _status(fault: Fault) -> Answer:
    beside = fault.with_
    status = int(beside.get("status", 500))
    body = beside.get("body")
    if isinstance(body, str):
        return Answer(status, body.encode(), HTML if body.lstrip().startswith("<") else "text/plain")
    if body is not None:
        return json_answer(body, status)
    if status in _EMPTY and not beside.get("html"):
        return Answer(status, b"", HTML)
    if beside.get("html", status in _PAGES):
        return Answer(status, f"<h1>{_PAGES.get(status, 'Error')}</h1>".encode(), HTML)
    code, message = _ERRORS.get(status, ("UNKNOWN_EXCEPTION", "error"))
    given = str(beside.get("code") or code)
    return SalesforceError(given, str(beside.get("message") or message), http=status).answer()


def bend(fault: Fault, request: Request, answer: Answer) -> None:
    """Spoil a good answer: rows that are not sent, counts that are not true, a locator that leads nowhere new."""
    if fault.kind == "repeat_cursor" and "Sforce-Locator" in answer.headers:
        answer.headers["Sforce-Locator"] = request.parameter("locator") or "MA"
    if answer.status != 200 or not answer.body or "json" not in answer.content_type:
        return
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    body: Any = orjson.loads(gzip.decompress(answer.body) if is_packed else answer.body)
    if not isinstance(body, dict):
        return
    if fault.kind == "empty_page" and "records" in body:
        body["records"], body["done"] = [], True
        body.pop("nextRecordsUrl", None)
    elif fault.kind == "cut" and "records" in body:
        body["records"], body["done"] = body["records"][: int(fault.with_.get("rows", 0))], True
        body.pop("nextRecordsUrl", None)
        _tell_total(fault, body)
    elif fault.kind == "total":
        _tell_total(fault, body)
    elif fault.kind == "hide" and "records" in body:
        hidden = {str(one) for one in fault.with_.get("ids") or ()}
        body["records"] = [row for row in body["records"] if str(row.get("Id")) not in hidden]
    elif fault.kind == "repeat_cursor" and "nextRecordsUrl" in body:
        locator, _, _ = body["nextRecordsUrl"].rpartition("-")
        body["nextRecordsUrl"] = request.path if "-" in request.path.rpartition("/")[2] else f"{locator}-0"
    content = orjson.dumps(body)
    answer.body = gzip.compress(content, 1, mtime=0) if is_packed else content


def _tell_total(fault: Fault, body: dict[str, Any]) -> None:
    if "totalSize" not in body:
        return
    if "total" in fault.with_:
        body["totalSize"] = int(fault.with_["total"])
    elif "factor" in fault.with_:
        body["totalSize"] = round(body["totalSize"] * float(fault.with_["factor"]))
