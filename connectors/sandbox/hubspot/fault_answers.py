"""Answers HubSpot gives when something is wrong with it, and the wrong turns its good answers can take."""

from __future__ import annotations

from typing import Any

import orjson

from connectors.sandbox.exchange import HTML, JSON, Answer, Request, json_answer
from connectors.sandbox.faults import Fault
from connectors.sandbox.hubspot.errors import EDGE_TITLES, EdgeRefusal, Refusal, expired, throttled

_MESSAGES = {
    423: ("This resource is locked. Please try again later.", "LOCKED"),
    429: ("You have reached your ten_secondly_rolling limit.", ""),
    477: ("This account is being migrated between data centers.", "MIGRATION_IN_PROGRESS"),
    500: ("internal error", "INTERNAL_ERROR"),
}
_MOVING, _MOVING_S = 477, "60"
#: Statuses the edge answers with a page.
_PAGES = {414, 502, 503, 504, *range(520, 527), 530}


def instead(fault: Fault, request: Request, app: str, portal: int, now_ms: int) -> Answer:
    """Return what is answered instead of doing anything."""
    beside = fault.with_
    if fault.kind == "throttle":
        policy = beside.get("policy", "TEN_SECONDLY_ROLLING")
        answer = throttled(policy, app, portal, request.id).answer(request.id)
    elif fault.kind == "expired_token":
        answer = expired(now_ms - 75_000, now_ms).answer(request.id)
    elif fault.kind == "invalid_json":
        answer = Answer(200, beside.get("body", '{"results":[{"id":"1","prop').encode())
    else:
        answer = _status(fault, request)
    answer.headers.update({name: str(value) for name, value in (beside.get("headers") or {}).items()})
    if beside.get("retry_after") is not None:
        answer.headers["Retry-After"] = str(beside["retry_after"])
    elif answer.status == _MOVING:
        # Of an account that moves between data centres it is documented; of anything else it is not.
        answer.headers.setdefault("Retry-After", _MOVING_S)
    answer.headers.setdefault("X-HubSpot-Correlation-Id", request.id)
    return answer


def _status(fault: Fault, request: Request) -> Answer:
    beside = fault.with_
    status = int(beside.get("status", 500))
    body = beside.get("body")
    if isinstance(body, str):
        return Answer(status, body.encode(), HTML if body.lstrip().startswith("<") else JSON)
    if body is not None:
        return json_answer(body, status)
    if beside.get("html", status in _PAGES):
        return EdgeRefusal(status).answer(request.id)
    message, category = _MESSAGES.get(status, (EDGE_TITLES.get(status, "error"), "VALIDATION_ERROR"))
    return Refusal(status, message, category).answer(request.id)


def bend(fault: Fault, request: Request, answer: Answer) -> None:
    """Spoil a good answer: rows that are not sent, counts that are not true, a cursor that leads nowhere."""
    if answer.status != 200 or not answer.body:
        return
    body: dict[str, Any] = orjson.loads(answer.body)
    if fault.kind == "empty_page":
        body["results"] = []
        body.pop("paging", None)
    elif fault.kind == "cut":
        body["results"] = (body.get("results") or [])[: int(fault.with_.get("rows", 0))]
        body.pop("paging", None)
        _tell_total(fault, body)
    elif fault.kind == "total":
        _tell_total(fault, body)
    elif fault.kind == "hide":
        hidden = {str(one) for one in fault.with_.get("ids") or ()}
        body["results"] = [row for row in body.get("results") or () if str(row.get("id")) not in hidden]
    elif fault.kind == "repeat_cursor":
        _repeat(fault, request, body)
    answer.body = orjson.dumps(body)


def _tell_total(fault: Fault, body: dict[str, Any]) -> None:
    if "total" not in body:
        return
    if "total" in fault.with_:
        body["total"] = int(fault.with_["total"])
    elif "factor" in fault.with_:
        body["total"] = round(body["total"] * float(fault.with_["factor"]))


def _repeat(fault: Fault, request: Request, body: dict[str, Any]) -> None:
    if "paging" in body:
        asked = request.parameter("after")
        if not asked and request.body:
            asked = str(orjson.loads(request.body).get("after") or "")
        first = (body.get("results") or [{}])[0].get("id", "0")
        told = fault.with_.get("after") or asked or (first if request.method == "GET" else "0")
        body["paging"]["next"]["after"] = str(told)
    for row in body.get("results") or ():
        # The links of one record have pages of their own.
        if isinstance(row, dict) and "from" in row and "paging" in row:
            row["paging"]["next"]["after"] = str(fault.with_.get("after") or "1")
