"""`merge()`: up to 200 requests in a call, each of them whole or not at all."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce import merging
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.rowfaults import strike
from connectors.sandbox.salesforce.soap.calling import SoapCall, errors, limits
from connectors.sandbox.salesforce.soap.envelope import Element, Part, SoapFault, answer

MOST_REQUESTS = 200


def merge(call: SoapCall) -> Answer:
    """Merge records into their masters."""
    # The second name is that of a well-known client, which the WSDL does not know.
    requests = call.envelope.body.all("request") or call.envelope.body.all("mergeRequests")
    if len(requests) > MOST_REQUESTS:
        reason = f"record limit reached. cannot submit more than {MOST_REQUESTS} records into this call"
        raise SoapFault("EXCEEDED_ID_LIMIT", reason)
    results: list[Part] = [("result", _merged(call, request)) for request in requests]
    return answer("merge", results, limits(call.org))


def _merged(call: SoapCall, request: Element) -> list[Part]:
    master = next(iter(request.all("masterRecord")), Element("masterRecord", "", ()))
    master_id = _master_id(master)
    try:
        name, values = _wanted(master)
        losers = [child.text for child in request.all("recordToMergeIds")]
        strike(call.call, master_id, values)
        touched = merging.merge(call.org, name, master_id, losers, values, call.cause, call.options)
    except SalesforceError as problem:
        return [errors(problem), ("id", to_18(master_id) or master_id), ("success", False)]
    merged: list[Part] = [("mergedRecordIds", to_18(loser) or loser) for loser in losers]
    related: list[Part] = [("updatedRelatedIds", one) for one in touched]
    return [("id", to_18(master_id) or master_id), *merged, ("success", True), *related]


def _master_id(master: Element) -> str:
    return master.one("Id") or master.one("id")


def _wanted(master: Element) -> tuple[str, dict[str, Any]]:
    """Return the object, and what is to be written to the master: values sent, and fields to empty."""
    name = master.one("type")
    if not name:
        raise SalesforceError("INVALID_TYPE", "Must send a concrete entity type.", [])
    values: dict[str, Any] = {}
    for child in master.children:
        if child.name in {"type", "fieldsToNull", "Id", "id"}:
            continue
        if child.children:
            raise SalesforceError("INVALID_FIELD", "records cannot be named by an external id in a merge", [child.name])
        # An empty element leaves the field alone: fieldsToNull is what empties it.
        if child.text and not child.is_nil:
            values[child.name] = child.text
    return name, {**values, **{child.text: None for child in master.all("fieldsToNull")}}
