"""Merges records. Only the SOAP API can, at most three records at a time: the one that stays, and two that go into it.

The values that the one that stays shall hold go with the merge: it takes effect as a whole or not at all. Nothing is
sent twice: after a lost answer the rest is left alone, and reading the records tells what became of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from connectors.options import Options
from connectors.salesforce import query
from connectors.salesforce.client import MERGE, Client
from connectors.salesforce.ids import long_id
from connectors.salesforce.soap import is_success, refusal_of, results_of, wrap
from connectors.turns import in_turn
from syncd.clock import Clock
from syncd.errors import BrokenPromiseError, RecordRejectedError
from syncd.model import FixState, Gone, MergeWrite, Outcome, Raw, Ref

#: Records that go into another in one request.
_LOSERS = 2
_DELETED = "ENTITY_IS_DELETED"
_LOCKED = "UNABLE_TO_LOCK_ROW"
#: Waits before a merge of locked records is tried again: it was not carried out.
_LOCK_WAITS = (1.0, 2.5, 5.5)
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

    def __init__(self, account: str, client: Client, options: Options, clock: Clock) -> None:
        self._account = account
        self._client = client
        self._stop: threading.Event | None = options.stop
        self._clock = clock

    def merge(self, object_name: str, merges: Sequence[MergeWrite]) -> list[Outcome]:
        """Merge records into others, those that go into the same one together; outcomes come in no certain order."""
        requests = list(_requests(merges))
        return in_turn(requests, lambda request: self._merge(object_name, request), lambda one: one.fix)

    def _merge(self, object_name: str, request: Sequence[MergeWrite]) -> list[Outcome]:
        kept, others = long_id(request[0].into.id), [long_id(one.ref.id) for one in request]
        values = {name: value for one in request for name, value in one.values.items()}
        try:
            result = self._sent(object_name, kept, others, values)
        except RecordRejectedError as refusal:
            return [Outcome(one.fix, FixState.REJECTED, refusal.message) for one in request]
        except BrokenPromiseError as problem:
            return [Outcome(one.fix, FixState.UNKNOWN, problem.message) for one in request]
        return [self._outcome(object_name, kept, one, result) for one in request]

    def _sent(self, object_name: str, kept: str, others: Sequence[str], values: Mapping[str, Raw]) -> _Result:
        for wait in (*_LOCK_WAITS, None):
            reply = self._client.soap(MERGE, lambda token: envelope(token, object_name, kept, others, values))
            result = result_of(reply.body or b"")
            if result.code != _LOCKED or wait is None or self._clock.wait(wait, self._stop):
                break
        return result

    def _outcome(self, object_name: str, kept: str, one: MergeWrite, result: _Result) -> Outcome:
        id_ = long_id(one.ref.id)
        if result.is_success:
            if id_ not in result.merged:
                return Outcome(one.fix, FixState.UNKNOWN, "Salesforce's answer does not name this record")
            return Outcome(one.fix, FixState.APPLIED, gone=Gone(Ref(self._account, object_name, id_), kept))
        # Of a deleted one, only reading them tells which; one that was locked was not touched.
        states = {_DELETED: FixState.STALE, _LOCKED: FixState.UNKNOWN}
        return Outcome(one.fix, states.get(result.code, FixState.REJECTED), f"{result.code}: {result.message}")


def _requests(merges: Sequence[MergeWrite]) -> Iterator[list[MergeWrite]]:
    """Yield the merges that can travel together."""
    by_kept: dict[str, list[MergeWrite]] = {}
    for one in merges:
        by_kept.setdefault(long_id(one.into.id), []).append(one)
    for group in by_kept.values():
        yield from (group[start : start + _LOSERS] for start in range(0, len(group), _LOSERS))


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
