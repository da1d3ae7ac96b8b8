"""Several requests in one: composite, batch, graph, tree. Each counts as one call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.endpoints.shapes import an_object, objects
from connectors.sandbox.salesforce.errors import SalesforceError

Wire = dict[str, Any]
MOST_SUBREQUESTS = 25
MOST_GRAPHS = 75
MOST_NODES = 500
GIVES_UP_AFTER = 14
MOST_TREE_RECORDS = 200
_REFERENCE = re.compile(r"@\{([A-Za-z]\w*)((?:\.\w+|\[\d+\])*)\}")
_NAME = re.compile(r"[A-Za-z0-9_]+")
_HEADERS_OF_THE_WHOLE = {"accept", "authorization", "content-type"}
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_HALTED = "The transaction was rolled back since another operation in the same transaction failed."
_FAILED = 400


class _RolledBackError(Exception):
    """Takes a transaction back."""


class _MissingReferenceError(Exception):
    """A subrequest speaks of a result that is not there."""


def composite(call: Call) -> Answer:
    """Do up to 25 subrequests in order; later ones may speak of the results of earlier ones."""
    body = call.json()
    wishes = _wishes(body.get("compositeRequest"), MOST_SUBREQUESTS)
    heavy = sum(1 for wish in wishes if _is_heavy(str(wish.get("url", ""))))
    _check_references(wishes)
    if heavy > call.org.readings.composite_queries:
        most = call.org.readings.composite_queries
        raise SalesforceError("LIMIT_EXCEEDED", f"at most {most} query or collection subrequests in one composite")
    results, _ = _run(call, wishes, is_atomic=bool(body.get("allOrNone")))
    return call.answer({"compositeResponse": results})


def graph(call: Call) -> Answer:
    """Do graphs of subrequests, each of them whole or not at all."""
    graphs = objects(call.json().get("graphs"), "graphs")
    if not graphs:
        raise SalesforceError("INVALID_INPUT", "graphs is required")
    if len(graphs) > MOST_GRAPHS:
        raise SalesforceError("LIMIT_EXCEEDED", f"The number of graphs exceeds the limit of {MOST_GRAPHS}")
    parts = [_wishes(it.get("compositeRequest"), MOST_NODES) for it in graphs]
    for wishes in parts:
        _check_references(wishes)
    if sum(map(len, parts)) > MOST_NODES:
        raise SalesforceError("LIMIT_EXCEEDED", f"The number of nodes exceeds the limit of {MOST_NODES}")
    answers: list[Wire] = []
    failed = 0
    for it, wishes in zip(graphs, parts, strict=True):
        if failed >= GIVES_UP_AFTER:
            results, is_fine = [_halted(wish, "Too many graphs failed") for wish in wishes], False
        else:
            results, is_fine = _run(call, wishes, is_atomic=True)
        failed += not is_fine
        answers.append({
            "graphId": it.get("graphId"), "graphResponse": {"compositeResponse": results}, "isSuccessful": is_fine,
        })  # fmt: skip
    return call.answer({"graphs": answers})


def batch(call: Call) -> Answer:
    """Do up to 25 independent subrequests."""
    body = call.json()
    wishes = _wishes(body.get("batchRequests"), MOST_SUBREQUESTS)
    results: list[Wire] = []
    has_errors = False
    for wish in wishes:
        if has_errors and body.get("haltOnError"):
            error = {"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}
            results.append({"statusCode": 412, "result": [error]})
            continue
        url = str(wish.get("url", ""))
        place = url if url.startswith("/") else f"/services/data/{url}"
        answer = call.serve(_request(call, str(wish.get("method", "GET")), place, wish.get("richInput"), {}))
        has_errors = has_errors or answer.status >= _FAILED
        results.append({"statusCode": answer.status, "result": _json(answer)})
    return call.answer({"hasErrors": has_errors, "results": results})


def tree(call: Call) -> Answer:
    """Make records with their children, all or none."""
    records = objects(call.json().get("records"), "records")
    if not records:
        raise SalesforceError("INVALID_INPUT", "records is required")
    made: list[Wire] = []
    try:
        with call.org.transaction():
            for given in records:
                _plant(call, call.kind.name, given, {}, made)
    except _TreeError as problem:
        return call.answer({"hasErrors": True, "results": [problem.result]}, 400)
    return call.answer({"hasErrors": False, "results": made}, 201)


class _TreeError(Exception):
    def __init__(self, result: Wire) -> None:
        super().__init__()
        self.result = result


def _plant(call: Call, name: str, given: Wire, parent: Mapping[str, str], made: list[Wire]) -> None:
    kind = call.org.object_named(name)
    reference = an_object(given.get("attributes"), "attributes").get("referenceId")
    children = {key: value for key, value in given.items() if isinstance(value, dict) and "records" in value}
    values = {key: value for key, value in given.items() if key not in children}
    if len(made) >= MOST_TREE_RECORDS:
        error = SalesforceError("EXCEEDED_ID_LIMIT", f"at most {MOST_TREE_RECORDS} records", []).row()
        raise _TreeError({"referenceId": reference, "errors": [error]})
    try:
        made_id = call.org.create(name, {**values, **parent}, call.cause, call.options)
    except SalesforceError as problem:
        raise _TreeError({"referenceId": reference, "errors": [problem.row()]}) from problem
    made.append({"referenceId": reference, "id": made_id})
    for key, value in children.items():
        link = kind.child(key) if kind is not None else None
        if link is None:
            error = SalesforceError("INVALID_FIELD", f"No such relation '{key}' on {name}", []).row()
            raise _TreeError({"referenceId": reference, "errors": [error]})
        for child in objects(value["records"], f"{key}.records"):
            _plant(call, link.child, child, {link.field: made_id}, made)


def _run(call: Call, wishes: list[Wire], *, is_atomic: bool) -> tuple[list[Wire], bool]:
    """Do subrequests in order; return their results, and whether all of them succeeded."""
    results: list[Wire] = []
    if not is_atomic:
        for wish in wishes:
            results.append(_done(call, wish, results))
        return results, all(it["httpStatusCode"] < _FAILED for it in results)
    with suppress(_RolledBackError), call.org.transaction():
        for wish in wishes:
            results.append(_done(call, wish, results))
            if results[-1]["httpStatusCode"] >= _FAILED:
                raise _RolledBackError
        return results, True
    halted = [_halted(wish, _HALTED) for wish in wishes]
    halted[len(results) - 1] = results[-1]
    return halted, False


def _done(call: Call, wish: Wire, earlier: list[Wire]) -> Wire:
    known = {str(it["referenceId"]): it["body"] for it in earlier if it["httpStatusCode"] < _FAILED}
    try:
        url = str(_filled(str(wish.get("url", "")), known))
        body = _filled(wish.get("body"), known)
    except _MissingReferenceError as problem:
        return _halted(wish, f"Invalid reference specified. {problem}")
    headers = {name: str(value) for name, value in an_object(wish.get("httpHeaders"), "httpHeaders").items()}
    answer = call.serve(_request(call, str(wish.get("method", "GET")), url, body, headers))
    shown = {name: value for name, value in answer.headers.items() if name in {"Location", "ETag", "Last-Modified"}}
    return {
        "body": _json(answer), "httpHeaders": shown, "httpStatusCode": answer.status,
        "referenceId": wish.get("referenceId"),
    }  # fmt: skip


def _request(call: Call, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Request:
    parts = urlsplit(url)
    # What the outer request says of assignment and duplicate rules holds within.
    outer = {
        name: value for name, value in call.headers.items() if name.startswith("sforce-") or name == "authorization"
    }
    outer["host"] = call.headers.get("host", "")
    own = {name.lower(): value for name, value in headers.items()}
    content = b"" if body is None else orjson.dumps(body)
    # Queries inside are often written with bare blanks.
    query = parts.query.replace(" ", "%20")
    path = unquote(parts.path).rstrip("/")
    return Request(method.upper(), path, query, outer | own, content, call.request.id, 0)


def _wishes(given: Any, most: int) -> list[Wire]:
    if not isinstance(given, list) or not given or not all(isinstance(it, dict) for it in given):
        raise SalesforceError("INVALID_INPUT", "a list of subrequests is required")
    if len(given) > most:
        raise SalesforceError("LIMIT_EXCEEDED", f"The number of subrequests exceeds the limit of {most}")
    return given


def _check_references(wishes: list[Wire]) -> None:
    """Each subrequest has a name of its own, and leaves to the whole what belongs to the whole."""
    names = [wish.get("referenceId") for wish in wishes]
    wrong = next((name for name in names if not isinstance(name, str) or not _NAME.fullmatch(name)), None)
    if len([name for name in names if name]) < len(names):
        raise SalesforceError("INVALID_INPUT", "Each subrequest needs a referenceId")
    if wrong is not None:
        raise SalesforceError("INVALID_INPUT", f"referenceId may hold letters, digits and underscores only: {wrong}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SalesforceError("INVALID_INPUT", f"referenceId has to be unique: {twice}")
    for wish in wishes:
        if {name.lower() for name in an_object(wish.get("httpHeaders"), "httpHeaders")} & _HEADERS_OF_THE_WHOLE:
            raise SalesforceError("INVALID_INPUT", "Accept, Authorization and Content-Type belong to the whole request")


def _halted(wish: Wire, message: str) -> Wire:
    error = {"errorCode": "PROCESSING_HALTED", "message": message}
    return {"body": [error], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": wish.get("referenceId")}


def _is_heavy(url: str) -> bool:
    path = urlsplit(url).path
    return "/query" in path or "/composite/sobjects" in path


def _json(answer: Answer) -> Any:
    if not answer.body:
        return None
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return answer.body.decode("utf-8", "replace")


def _filled(given: Any, known: Mapping[str, Any]) -> Any:
    """Put results of earlier subrequests where `@{ref.field}` stands."""
    if isinstance(given, dict):
        return {name: _filled(value, known) for name, value in given.items()}
    if isinstance(given, list):
        return [_filled(value, known) for value in given]
    if not isinstance(given, str) or "@{" not in given:
        return given
    whole = _REFERENCE.fullmatch(given)
    if whole is not None:
        return _referred(whole, known)
    return _REFERENCE.sub(lambda match: str(_referred(match, known)), given)


def _referred(match: re.Match[str], known: Mapping[str, Any]) -> Any:
    if match[1] not in known:
        raise _MissingReferenceError(f"No value for {match[1]}{match[2]} found in {match[1]}")
    found = known[match[1]]
    for name, place in _STEP.findall(match[2]):
        try:
            found = found[name] if name else found[int(place)]
        except (KeyError, IndexError, TypeError):
            raise _MissingReferenceError(f"No value for {match[1]}{match[2]} found in {match[1]}") from None
    return found
