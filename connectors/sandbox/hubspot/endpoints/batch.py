"""Batches: up to a hundred records in one call, with rows that may fail alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.faults import Fault
from connectors.sandbox.hubspot import claims, writes
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.endpoints.objects import (
    LARGEST_PAGE_WITH_HISTORY,
    checked,
    create_one,
    known,
    named,
    properties_of,
    targets_of,
)
from connectors.sandbox.hubspot.errors import Refusal, missing_rows, unset, validation
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.hubspot.rendering import Renderer

LARGEST_BATCH = 100

Row = dict[str, Any]
Result = TypeVar("Result")


def read(call: Call) -> Answer:
    """Answer the records asked for; all that are missing are named in one error."""
    started_ms = call.account.now_ms()
    body = call.json()
    with_history = [str(name) for name in body.get("propertiesWithHistory") or ()]
    inputs = _inputs(body, LARGEST_PAGE_WITH_HISTORY if with_history else LARGEST_BATCH)
    render = Renderer(
        call.account,
        call.kind,
        properties=[str(name) for name in body.get("properties") or ()],
        with_history=with_history,
        with_url=call.is_dated,
    )
    results: dict[int, Row] = {}
    missing: list[str] = []
    by = body.get("idProperty") or ""
    is_archived = call.request.flag("archived")
    for wanted in dict.fromkeys(str(row.get("id")) for row in inputs):
        record = None if _struck(call, wanted, ()) else _found(call, wanted, by, is_archived=is_archived)
        if record is None:
            missing.append(wanted)
        else:
            results[record.id] = render(record)
    errors = [missing_rows(call.kind.singular, missing)] if missing else []
    return _answer(call, started_ms, list(results.values()), errors, 200)


def update(call: Call) -> Answer:
    """Change records; a merged-away id is passed over without a word."""
    started_ms = call.account.now_ms()
    inputs = _inputs(call.json(), LARGEST_BATCH)
    _refuse_duplicates(inputs)
    is_partial = _is_traced(inputs)
    table = call.account.tables[call.kind.name]
    errors: list[Row] = []
    missing: list[Row] = []
    ready: list[tuple[Row, Record, dict[str, str]]] = []
    reserved = claims.Reserved(call.kind)
    for row in inputs:
        wanted = str(row.get("id"))
        if wanted.isdecimal() and not row.get("idProperty") and int(wanted) in table.aliases:
            continue
        record = _found(call, wanted, row.get("idProperty") or "", is_archived=False)
        if record is None:
            missing.append(row)
        elif (fault := _struck(call, wanted, properties_of(row))) is not None:
            errors.append(_fault_row(fault, row))
        elif (
            values := _attempt(row, errors, _checker(call, row, record, reserved), is_partial=is_partial)
        ) is not None:
            ready.append((row, record, values))
    written: dict[str, Record] = {}
    for row, record, values in ready:
        writes.update(call.account, call.kind, record, values, call.cause)
        written[str(row["id"])] = record
    if missing:
        ids = [str(row.get("id")) for row in missing]
        traces = {"objectWriteTraceId": _traces(missing)} if _traces(missing) else {}
        errors.append(missing_rows(call.kind.singular, ids, **traces))
    render = _echo(call)
    results = [
        _traced(render(written[str(row["id"])], only=known(call.kind, row["properties"])), row)
        for row in inputs
        if str(row["id"]) in written
    ]
    return _answer(call, started_ms, results, errors, 200)


def create(call: Call) -> Answer:
    """Make records; with a trace id on every input the good ones are made even when others are refused."""
    started_ms = call.account.now_ms()
    inputs = _inputs(call.json(), LARGEST_BATCH, needs_ids=False)
    is_partial = _is_traced(inputs)
    if not is_partial:
        _refuse_any(call, inputs)
    errors: list[Row] = []
    results: list[Row] = []
    render = _echo(call)
    for row in inputs:
        if (fault := _struck(call, "", row.get("properties") or {})) is not None:
            errors.append(_fault_row(fault, row))
            continue
        record = _attempt(row, errors, partial(create_one, call, row), is_partial=is_partial)
        if record is not None:
            results.append(_traced(render(record, only=known(call.kind, row["properties"])), row))
    return _answer(call, started_ms, results, errors, 201)


def upsert(call: Call) -> Answer:
    """Change the records a unique value names, and make those there are not."""
    started_ms = call.account.now_ms()
    inputs = _inputs(call.json(), LARGEST_BATCH)
    _refuse_duplicates(inputs)
    # "Partial upserts are not supported when using email."
    is_partial = _is_traced(inputs) and all(row.get("idProperty") != "email" for row in inputs)
    errors: list[Row] = []
    results: list[Row] = []
    for row in inputs:
        by = row.get("idProperty") or ""
        if not claims.is_unique(call.kind, by):
            raise validation(f"idProperty {by} is not a unique property of {call.kind.type_id}")
    if not is_partial:
        reserved = claims.Reserved(call.kind)
        for row in inputs:
            _, record, values = _upserted(call, row)
            reserved.take(values, record)
    for row in inputs:
        done = _attempt(row, errors, partial(_upsert_one, call, row), is_partial=is_partial)
        if done is not None:
            results.append(_traced(done, row))
    return _answer(call, started_ms, results, errors, 200)


def archive(call: Call) -> Answer:
    """Move records to the recycle bin; there is no result per row."""
    table = call.account.tables[call.kind.name]
    for row in _inputs(call.json(), LARGEST_BATCH):
        wanted = str(row.get("id"))
        record = table.find(int(wanted)) if wanted.isdecimal() else None
        if record is not None and _struck(call, wanted, ()) is None:
            writes.archive(call.account, call.kind, record, call.cause)
    return Answer(204)


def _upserted(call: Call, row: Row) -> tuple[Row, Record | None, dict[str, str]]:
    """Return what a row asks for, the record there is, and the values that may be written."""
    wanted, by = str(row["id"]), row["idProperty"]
    given = {by: wanted, **properties_of(row)}
    record = _found(call, wanted, by, is_archived=False)
    values = checked(call, given, record)
    if record is None:
        writes.check_required(call.account, call.kind, values)
    return given, record, values


def _upsert_one(call: Call, row: Row) -> Row:
    given, record, values = _upserted(call, row)
    is_new = record is None
    if record is None:
        record = writes.create(call.account, call.kind, values, call.cause)
    else:
        values.pop(row["idProperty"], None)
        writes.update(call.account, call.kind, record, values, call.cause)
    return {**_echo(call)(record, only=known(call.kind, given)), "new": is_new}


def _checker(call: Call, row: Row, record: Record, reserved: claims.Reserved) -> Callable[[], dict[str, str]]:
    def check() -> dict[str, str]:
        values = checked(call, properties_of(row), record)
        reserved.take(values, record)
        return values

    return check


def _refuse_duplicates(inputs: list[Row]) -> None:
    ids = [str(row.get("id")) for row in inputs]
    twice = sorted({wanted for wanted in ids if ids.count(wanted) > 1})
    if twice:
        message = f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique"
        raise validation(message, context={"ids": twice})


def _refuse_any(call: Call, inputs: list[Row]) -> None:
    """Without trace ids one bad input refuses all of them, before anything is written."""
    reserved = claims.Reserved(call.kind)
    for row in inputs:
        values = checked(call, properties_of(row), None)
        writes.check_required(call.account, call.kind, values)
        targets_of(call.account, call.kind, row)
        reserved.take(values, None)


def _is_traced(inputs: list[Row]) -> bool:
    traces = _traces(inputs)
    return len(traces) == len(inputs) and len(set(traces)) == len(traces)


def _traces(inputs: list[Row]) -> list[str]:
    return [str(row["objectWriteTraceId"]) for row in inputs if row.get("objectWriteTraceId")]


def _traced(body: Row, row: Row) -> Row:
    return {**body, "objectWriteTraceId": row["objectWriteTraceId"]} if row.get("objectWriteTraceId") else body


def _echo(call: Call) -> Renderer:
    return Renderer(call.account, call.kind, with_url=call.is_dated)


def _struck(call: Call, wanted: str, properties: Iterable[str]) -> Fault | None:
    """Return the fault that hits this row."""
    names = set(properties)
    for fault in call.row_faults:
        beside = fault.with_
        is_listed = wanted in map(str, beside.get("ids", ())) or not names.isdisjoint(beside.get("properties", ()))
        if is_listed or ("share" in beside and fault.dice.random() < beside["share"]):
            return fault
    return None


def _fault_row(fault: Fault, row: Row) -> Row:
    code = fault.with_.get("code", "VALIDATION_ERROR")
    context: dict[str, list[str]] = {"ids": [str(row["id"])]} if row.get("id") else {}
    if row.get("objectWriteTraceId"):
        context["objectWriteTraceId"] = [str(row["objectWriteTraceId"])]
    message = fault.with_.get("message", "This record was refused.")
    return {"status": "error", "category": code, "message": message, "context": context}


def _answer(call: Call, started_ms: int, results: list[Row], errors: list[Row], status: int) -> Answer:
    body: Row = {"status": "COMPLETE", "results": results}
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = errors
    body["startedAt"] = iso(started_ms)
    body["completedAt"] = iso(max(started_ms, call.account.now_ms()))
    return json_answer(body, 207 if errors else status)


def _attempt(row: Row, errors: list[Row], work: Callable[[], Result], *, is_partial: bool) -> Result | None:
    """Do one row's work; a refusal becomes a row of its own, or stops the whole call where rows cannot fail alone."""
    try:
        return work()
    except Refusal as refusal:
        if not is_partial:
            raise
        errors.append(refusal.row(objectWriteTraceId=[str(row["objectWriteTraceId"])]))
        return None


def _inputs(body: Row, most: int, *, needs_ids: bool = True) -> list[Row]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(row, dict) for row in inputs):
        raise unset("inputs")
    if needs_ids and not all(row.get("id") for row in inputs):
        raise unset("id")
    if len(inputs) > most:
        raise validation(
            f"The maximum number of inputs supported in a batch request is {most}. Received {len(inputs)}."
        )
    return inputs


def _found(call: Call, wanted: str, by: str, *, is_archived: bool) -> Record | None:
    table = call.account.tables[call.kind.name]
    if is_archived:
        return table.find(int(wanted), archived=True) if wanted.isdecimal() else None
    if not call.account.readings.batch_read_follows_merges and wanted.isdecimal() and int(wanted) in table.aliases:
        return None
    try:
        return named(call.account, call.kind, wanted, by)
    except Refusal as refusal:
        if refusal.status == 404:
            return None
        raise
