"""Writes values and archives records, 100 a call, with one outcome for each.

A call that may have taken effect is never sent again: its rows are UNKNOWN. A call refused as a whole wrote nothing, so
it is halved until only the rows that cannot be written are left. HubSpot answers with what was written alone, and with
a version that also stands for what others wrote just before: whoever keeps that version has to read the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.errors import holder_in, message_of
from connectors.hubspot.reading import Reader
from connectors.hubspot.wire import record_of, results_of
from connectors.protocol import Want
from connectors.turns import in_turn
from syncd.errors import BrokenPromiseError, ConnectorError, RecordRejectedError
from syncd.model import FixState, Gone, Outcome, Raw, SourceRecord, Update

_NOT_FOUND = "OBJECT_NOT_FOUND"
_UNNAMED = "HubSpot's answer does not name this record"


class Writer:
    """Writes to one account."""

    def __init__(self, account: str, client: Client, reader: Reader) -> None:
        self._account = account
        self._client = client
        self._reader = reader

    def update(self, object_name: str, updates: Sequence[Update], fields: Sequence[str] = ()) -> list[Outcome]:
        """Write values; outcomes come in the order of the updates, with these fields of the records as they are now."""
        calls = list(_unique_batches(updates))
        outcomes = in_turn(calls, lambda batch: self._update(object_name, batch), lambda update: update.fix)
        by_fix = {outcome.fix: outcome for outcome in outcomes}
        outcomes = [by_fix[update.fix] for update in updates]
        return self._read_back(Want(object_name, tuple(fields)), outcomes) if fields else outcomes

    def _read_back(self, want: Want, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Give outcomes the whole records; where those cannot be read, the writes stand all the same."""
        ids = [one.record.ref.id for one in outcomes if one.state is FixState.APPLIED and one.record is not None]
        try:
            reading = self._reader.read(want, ids)
        except ConnectorError:
            return [replace(one, record=None) for one in outcomes]
        records = {one.ref.id: one for one in reading.records}
        gone = {one.ref.id: one for one in reading.gone}
        return [
            replace(one, record=records.get(one.record.ref.id), gone=gone.get(one.record.ref.id))
            if one.state is FixState.APPLIED and one.record is not None
            else one
            for one in outcomes
        ]

    def archive(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        """Archive records; HubSpot tells nothing of the single ones."""
        distinct = list(dict.fromkeys(ids))
        calls = [distinct[start : start + query.BATCH] for start in range(0, len(distinct), query.BATCH)]
        return in_turn(calls, lambda batch: self._archive(object_name, batch), lambda id_: id_)

    def _update(self, object_name: str, updates: Sequence[Update]) -> list[Outcome]:
        try:
            reply = self._client.batch_update(object_name, query.batch_update(updates))
        except RecordRejectedError as refusal:
            return self._halved(object_name, updates, refusal)
        try:
            rows = {record.ref.id: record for record in self._records(object_name, reply.body)}
        except BrokenPromiseError as problem:
            return [Outcome(update.fix, FixState.UNKNOWN, problem.message) for update in updates]
        errors = _errors_by_row(reply.body)
        return [self._outcome(update, rows.get(update.ref.id), errors) for update in updates]

    def _records(self, object_name: str, body: Any) -> Iterator[SourceRecord]:
        for row in results_of(body):
            yield record_of(self._account, object_name, row)

    def _halved(self, object_name: str, updates: Sequence[Update], refusal: RecordRejectedError) -> list[Outcome]:
        if len(updates) == 1:
            update = updates[0]
            if refusal.status == 404:
                return [Outcome(update.fix, FixState.STALE, refusal.message, gone=Gone(update.ref))]
            return [Outcome(update.fix, FixState.REJECTED, refusal.message, holder=holder_in(refusal.message))]
        middle = len(updates) // 2
        halves = [updates[:middle], updates[middle:]]
        return in_turn(halves, lambda half: self._update(object_name, half), lambda update: update.fix)

    def _outcome(self, update: Update, record: SourceRecord | None, errors: Mapping[str, Mapping[str, Any]]) -> Outcome:
        error = errors.get(f"trace {update.fix}") or errors.get(f"id {update.ref.id}")
        if error is not None:
            if error.get("category") == _NOT_FOUND:
                return Outcome(update.fix, FixState.STALE, message_of(error), gone=Gone(update.ref))
            reason = message_of(error)
            return Outcome(update.fix, FixState.REJECTED, reason, holder=holder_in(reason))
        if record is None:
            return Outcome(update.fix, FixState.UNKNOWN, _UNNAMED)
        kept = [name for name, value in update.values.items() if not is_kept(value, record.values, name)]
        if kept:
            return Outcome(update.fix, FixState.REJECTED, f"HubSpot kept another value of {', '.join(kept)}", record)
        return Outcome(update.fix, FixState.APPLIED, record=record)

    def _archive(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        try:
            self._client.batch_archive(object_name, query.ids(ids))
        except RecordRejectedError as refusal:
            if len(ids) == 1:
                return [Outcome(ids[0], FixState.REJECTED, refusal.message)]
            middle = len(ids) // 2
            return in_turn([ids[:middle], ids[middle:]], lambda half: self._archive(object_name, half), lambda id_: id_)
        return [Outcome(id_, FixState.APPLIED) for id_ in ids]


def _unique_batches(updates: Sequence[Update]) -> Iterator[list[Update]]:
    """Cut updates into calls in which no record comes twice: HubSpot refuses those as a whole."""
    waiting = list(updates)
    while waiting:
        batch: dict[str, Update] = {}
        later: list[Update] = []
        for update in waiting:
            if len(batch) < query.BATCH and update.ref.id not in batch:
                batch[update.ref.id] = update
            else:
                later.append(update)
        yield list(batch.values())
        waiting = later


def _errors_by_row(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the errors of a partial answer, by the trace or the id they name."""
    found: dict[str, Mapping[str, Any]] = {}
    for error in body.get("errors") or ():
        context = error.get("context") or {}
        found |= {f"trace {trace}": error for trace in context.get("objectWriteTraceId") or ()}
        found |= {f"id {id_}": error for id_ in context.get("ids") or ()}
    return found


def is_kept(sent: Raw, held: Mapping[str, Raw], name: str) -> bool:
    """Tell whether the answer agrees with what was sent, as far as it shows the property at all."""
    if name not in held:
        return True
    before, after = query.text_of(sent).strip(), query.text_of(held[name]).strip()
    return before == after or sorted(before.split(";")) == sorted(after.split(";")) or _is_same_number(before, after)


def _is_same_number(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False
