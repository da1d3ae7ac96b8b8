"""Merges records. Only the SOAP API can, at most three records at a time: the one that stays, and two that go into it.

A merge cannot be undone. Nothing is sent twice: after a lost answer the rest is left alone, and reading the records
tells what became of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from connectors.salesforce import query
from connectors.salesforce.client import MERGE, Client
from connectors.salesforce.ids import in_batches, long_id
from connectors.salesforce.soap import is_success, refusal_of, results_of, wrap
from connectors.turns import in_turn
from syncd.errors import BrokenPromiseError, RecordRejectedError
from syncd.model import FixState, Gone, Outcome, Raw, Ref

#: Records that go into another in one request.
_LOSERS = 2
_DELETED = "ENTITY_IS_DELETED"
_BODY = """<u:merge><u:request><u:masterRecord><s:type>{type}</s:type>{nulls}<s:Id>{id}</s:Id>{values}\
</u:masterRecord>{losers}</u:request></u:merge>"""


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of one request."""

    is_success: bool
    merged: frozenset[str]
    code: str
    message: str


class Merger:
    """Merges records of one org."""

    def __init__(self, account: str, client: Client) -> None:
        self._account = account
        self._client = client

    def merge(
        self, object_name: str, kept: str, others: Sequence[str], values: Mapping[str, Raw] | None = None
    ) -> list[Outcome]:
        """Merge others into one record, which gets `values` first; outcomes carry the other's id as `fix`."""
        kept = long_id(kept)
        distinct = [id_ for id_ in dict.fromkeys(long_id(other) for other in others) if id_ != kept]
        calls = list(in_batches(distinct, _LOSERS))
        first = calls[0] if calls else []

        def send(batch: Sequence[str]) -> list[Outcome]:
            return self._merge(object_name, kept, batch, (values or {}) if batch is first else {})

        return in_turn(calls, send, lambda id_: id_)

    def _merge(self, object_name: str, kept: str, others: Sequence[str], values: Mapping[str, Raw]) -> list[Outcome]:
        try:
            reply = self._client.soap(MERGE, lambda token: envelope(token, object_name, kept, others, values))
            result = result_of(reply.body or b"")
        except RecordRejectedError as refusal:
            return [Outcome(id_, FixState.REJECTED, refusal.message) for id_ in others]
        except BrokenPromiseError as problem:
            return [Outcome(id_, FixState.UNKNOWN, problem.message) for id_ in others]
        return [self._outcome(object_name, kept, id_, result) for id_ in others]

    def _outcome(self, object_name: str, kept: str, id_: str, result: _Result) -> Outcome:
        if result.is_success:
            if id_ not in result.merged:
                return Outcome(id_, FixState.UNKNOWN, "Salesforce's answer does not name this record")
            return Outcome(id_, FixState.APPLIED, gone=Gone(Ref(self._account, object_name, id_), kept))
        reason = f"{result.code}: {result.message}"
        # One of the records is gone; which, only reading them tells.
        return Outcome(id_, FixState.STALE if result.code == _DELETED else FixState.REJECTED, reason)


def envelope(token: str, object_name: str, kept: str, others: Sequence[str], values: Mapping[str, Raw]) -> bytes:
    """Write the request. Elements stand in the order the WSDL has them."""
    cleared = [name for name, value in values.items() if value is None or value == ""]
    written = {name: value for name, value in values.items() if name not in cleared}
    body = _BODY.format(
        type=escape(query.name(object_name)),
        nulls="".join(f"<s:fieldsToNull>{query.name(name)}</s:fieldsToNull>" for name in cleared),
        id=escape(kept),
        values="".join(f"<s:{query.name(name)}>{_text(value)}</s:{name}>" for name, value in written.items()),
        losers="".join(f"<u:recordToMergeIds>{escape(id_)}</u:recordToMergeIds>" for id_ in others),
    )
    return wrap(token, body)


def result_of(data: bytes) -> _Result:
    """Read the answer."""
    found = results_of(data)[0]
    code, message = refusal_of(found)
    merged = frozenset(long_id(one.text or "") for one in found.findall("{*}mergedRecordIds"))
    return _Result(is_success(found), merged, code, message)


def _text(value: Raw) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
