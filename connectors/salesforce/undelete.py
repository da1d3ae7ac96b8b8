"""Brings records back from the recycle bin. Only the SOAP API can, 200 at a time."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from connectors.salesforce.client import UNDELETE, Client
from connectors.salesforce.ids import in_batches
from connectors.salesforce.soap import is_success, refusal_of, results_of, wrap
from connectors.turns import in_turn
from syncd.errors import BrokenPromiseError, RecordRejectedError
from syncd.model import FixState, Outcome

_MOST = 200


def undelete(client: Client, ids: Sequence[str]) -> list[Outcome]:
    """Bring records back, with what went away with them; outcomes carry the id as `fix`."""
    return in_turn(list(in_batches(dict.fromkeys(ids), _MOST)), lambda batch: _undelete(client, batch), lambda id_: id_)


def _undelete(client: Client, ids: Sequence[str]) -> list[Outcome]:
    body = "<u:undelete>" + "".join(f"<u:ids>{escape(id_)}</u:ids>" for id_ in ids) + "</u:undelete>"
    try:
        results = results_of(client.soap(UNDELETE, lambda token: wrap(token, body)).body or b"")
    except RecordRejectedError as refusal:
        return [Outcome(id_, FixState.REJECTED, refusal.message) for id_ in ids]
    except BrokenPromiseError as problem:
        return [Outcome(id_, FixState.UNKNOWN, problem.message) for id_ in ids]
    if len(results) != len(ids):
        return [Outcome(id_, FixState.UNKNOWN, "Salesforce's answer has not one result for each record") for id_ in ids]
    return [_outcome(id_, result) for id_, result in zip(ids, results, strict=True)]


def _outcome(id_: str, result: ET.Element) -> Outcome:
    if is_success(result):
        return Outcome(id_, FixState.APPLIED)
    code, message = refusal_of(result)
    return Outcome(id_, FixState.REJECTED, f"{code}: {message}")
