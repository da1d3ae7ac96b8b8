"""A contact's further addresses, the old way: no newer endpoint writes them."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot import claims, writes
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import conflict
from connectors.sandbox.hubspot.records import Record


def add(call: Call) -> Answer:
    """Give a contact one more address; 409 when somebody has it."""
    record, email = _asked(call)
    account, kind = call.account, call.account.types["contacts"]
    holder = claims.holder_of(account, kind, "email", email)
    if holder is not None and holder != record.id:
        raise conflict(f"Contact already exists. Existing ID: {holder}")
    if holder is None:
        _write(call, record, [*_more(record), email])
    return _answer(call, record)


def remove(call: Call) -> Answer:
    """Take an address away; the first one stays."""
    record, email = _asked(call)
    if email in _more(record):
        _write(call, record, [one for one in _more(record) if one != email])
    return _answer(call, record)


def _asked(call: Call) -> tuple[Record, str]:
    record = writes.living(call.account, call.account.types["contacts"], call.parts["contact"])
    return record, call.parts["email"].strip().lower()


def _more(record: Record) -> list[str]:
    return [one for one in record.values.get("hs_additional_emails", "").split(";") if one]


def _write(call: Call, record: Record, emails: list[str]) -> None:
    values = {"hs_additional_emails": ";".join(emails)}
    writes.update(call.account, call.account.types["contacts"], record, values, call.cause)


def _answer(call: Call, record: Record) -> Answer:
    portal = call.account.portal
    return json_answer({"portalId": portal, "vid": record.id, "secondaryEmails": _more(record)})
