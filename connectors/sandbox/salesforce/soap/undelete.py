"""`undelete()`: up to 200 records in a call, each for itself."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.soap.calling import SoapCall, errors, limits
from connectors.sandbox.salesforce.soap.envelope import Part, SoapFault, answer

MOST_IDS = 200


def undelete(call: SoapCall) -> Answer:
    """Bring records back from the recycle bin."""
    ids = [one.text for one in call.envelope.body.all("ids")]
    if len(ids) > MOST_IDS:
        reason = f"record limit reached. cannot submit more than {MOST_IDS} records into this call"
        raise SoapFault("EXCEEDED_ID_LIMIT", reason)
    results: list[Part] = [("result", _restored(call, one)) for one in ids]
    return answer("undelete", results, limits(call.org))


def _restored(call: SoapCall, record_id: str) -> list[Part]:
    whole = to_18(record_id) or ""
    try:
        call.org.undelete(_object_of(call, whole), whole, call.cause)
    except SalesforceError as problem:
        return [errors(problem), ("id", whole or record_id), ("success", False)]
    return [("id", whole), ("success", True)]


def _object_of(call: SoapCall, record_id: str) -> str:
    name = call.org.object_of(record_id)
    if not name:
        raise SalesforceError("MALFORMED_ID", f"bad id {record_id}", [])
    return name
