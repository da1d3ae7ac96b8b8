"""Makes records, 200 a call, and finds those again whose answer was lost.

Duplicate rules that only warn refuse a new record here: what looks like another one is for a person to look at. A
query sees what was committed, so that what our own user has made since a moment tells what came of a lost call.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.likeness import Likeness, chosen
from connectors.options import Options
from connectors.protocol import Want
from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.errors import code_of, holder_in, message_of
from connectors.salesforce.ids import in_batches, is_id, long_id
from connectors.salesforce.objects import Objects
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of, modified_at, record_of
from connectors.salesforce.writes import is_kept
from connectors.turns import in_turn
from syncd.clock import Clock
from syncd.errors import ConnectorError, RecordRejectedError
from syncd.model import CreateWrite, FixState, Outcome, Raw, Ref, SourceRecord

#: What an activity is about stands in another field than the account of whom it is with, which Salesforce sets itself.
_ABOUT: Mapping[tuple[str, str], str] = {("Task", "Account"): "WhatId", ("Event", "Account"): "WhatId"}
_OWNER = "OwnerId"
_LOCKED = "UNABLE_TO_LOCK_ROW"
#: Codes of rows whose links lead nowhere.
_MISSING = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
_UNNAMED = "Salesforce's answer does not name this record"
#: Waits before locked rows are tried again: they were not made.
_LOCK_WAITS = (1.0, 2.5, 5.5)
#: Values named in one query.
_NAMED = 100


class Creator:
    """Makes records of one org."""

    def __init__(self, account: str, client: Client, objects: Objects, options: Options, clock: Clock) -> None:
        self._account = account
        self._client = client
        self._objects = objects
        self._stop: threading.Event | None = options.stop
        self._clock = clock

    def create(self, object_name: str, creates: Sequence[CreateWrite]) -> list[Outcome]:
        """Make records; outcomes come in the order of the creates. Those without an owner go by the org's rules."""
        holders = self._holders(object_name, creates)
        outcomes = {
            one.fix: Outcome(one.fix, FixState.STALE, f"a record of this {name} is there already", record)
            for one in creates
            if one.fix in holders
            for name, record in [holders[one.fix]]
        }
        due = [one for one in creates if one.fix not in holders]
        owned, ownerless = (
            [one for one in due if bool(one.values.get(_OWNER)) is is_owned] for is_owned in (True, False)
        )
        calls = [batch for group in (owned, ownerless) for batch in _cut(group)]
        made = in_turn(calls, lambda batch: self._create(object_name, batch), lambda one: one.fix)
        outcomes |= {outcome.fix: outcome for outcome in made}
        return [outcomes[one.fix] for one in creates]

    def made(
        self, object_name: str, creates: Sequence[CreateWrite], since: Mapping[str, datetime]
    ) -> Mapping[str, SourceRecord | None]:
        """Tell by unique values, and by what our user has made since, what came of creates."""
        told: dict[str, SourceRecord | None] = {}
        for one in creates:
            name, holder = self._holders(object_name, [one]).get(one.fix, ("", None)) if one.keys else ("", None)
            if one.token:
                told[one.fix] = holder if name == one.token else None
        rest = [one for one in creates if one.fix not in told]
        user = self._client.ask_user() if rest else ""
        if not user:
            return told
        names = tuple(dict.fromkeys(name for one in rest for name in self._row(object_name, one)))
        earliest = min(since[one.fix] for one in rest)
        where = f"{query.created(earliest)} AND CreatedById = {query.text_literal(user)}"
        records = list(self._records(object_name, names, where))
        taken: set[str] = {record.ref.id for record in told.values() if record is not None}
        for one in rest:
            likely = [
                (self._likeness(object_name, one, record, since), record)
                for record in records
                if record.ref.id not in taken
            ]
            is_told, found = chosen(likely)
            if is_told:
                told[one.fix] = found
            if found is not None:
                taken.add(found.ref.id)
        return told

    def _holders(self, object_name: str, creates: Sequence[CreateWrite]) -> dict[str, tuple[str, SourceRecord]]:
        """Return by fix who holds one of its unique values already, and which."""
        by_name: dict[str, list[CreateWrite]] = defaultdict(list)
        for one in creates:
            for name in one.keys:
                by_name[name].append(one)
        found: dict[str, tuple[str, SourceRecord]] = {}
        for name, sharing in by_name.items():
            values = dict.fromkeys(str(one.values[name]) for one in sharing)
            names = tuple(dict.fromkeys(field for one in sharing for field in self._row(object_name, one)))
            for batch in in_batches(values, _NAMED):
                records = {
                    str(record.values.get(name)).lower(): record
                    for record in self._records(
                        object_name, names, query.among(batch, query.name(name)), with_gone=False
                    )
                }
                for one in sharing:
                    holder = records.get(str(one.values[name]).lower())
                    if holder is not None:
                        found.setdefault(one.fix, (name, holder))
        return found

    def _records(
        self, object_name: str, names: Sequence[str], where: str, *, with_gone: bool = True
    ) -> Iterator[SourceRecord]:
        """Yield the rows that match as records, what was deleted since included where that is asked for."""
        fields = query.asked_fields(Want(object_name, tuple(names)))
        for found in Rows(self._client, self._objects, object_name, fields).matching(where, with_deleted=with_gone):
            for row in found.rows:
                ref = Ref(self._account, object_name, id_of(row))
                yield record_of(ref, row, modified_at(row), names)

    def _create(self, object_name: str, creates: Sequence[CreateWrite]) -> list[Outcome]:
        try:
            told = self._sent(object_name, creates)
        except RecordRejectedError as refusal:
            if len(creates) == 1:
                return [Outcome(creates[0].fix, FixState.REJECTED, refusal.message)]
            middle = len(creates) // 2
            halves = [creates[:middle], creates[middle:]]
            return in_turn(halves, lambda half: self._create(object_name, half), lambda one: one.fix)
        return [self._outcome(object_name, one, told[place]) for place, one in enumerate(creates)]

    def _sent(self, object_name: str, creates: Sequence[CreateWrite]) -> dict[int, Any]:
        """Send the rows, those that were locked several times; return the answer of each by its place."""
        told: dict[int, Any] = {}
        due = list(range(len(creates)))
        is_owned = bool(creates[0].values.get(_OWNER))
        for wait in (*_LOCK_WAITS, None):
            rows = [self._row(object_name, creates[place]) for place in due]
            try:
                body = self._client.create(query.create_body(object_name, rows), by_rules=not is_owned).body
            except ConnectorError as problem:
                if not told:
                    raise
                told.update({place: {"lost": problem.message} for place in due})
                return told
            is_whole = isinstance(body, list) and len(body) == len(due)
            told.update(zip(due, body if is_whole else [None] * len(due), strict=True))
            due = [place for place in due if _code(told[place]) == _LOCKED]
            if not due or wait is None or self._clock.wait(wait, self._stop):
                break
        return told

    def _row(self, object_name: str, one: CreateWrite) -> dict[str, Raw]:
        """Return the fields of a new record, those that hold its links among them."""
        links = {self._field(object_name, link.to.object): link.to.id for link in one.links}
        return {**{name: value for name, value in one.values.items() if value is not None}, **links}

    def _field(self, object_name: str, to_object: str) -> str:
        return _ABOUT.get((object_name, to_object)) or self._objects.reference(object_name, to_object)

    def _outcome(self, object_name: str, one: CreateWrite, row: Any) -> Outcome:
        if not isinstance(row, dict):
            return Outcome(one.fix, FixState.UNKNOWN, _UNNAMED)
        if "lost" in row:
            return Outcome(one.fix, FixState.UNKNOWN, str(row["lost"]))
        id_ = long_id(str(row.get("id") or ""))
        if row.get("success") is True:
            if not is_id(id_):
                return Outcome(one.fix, FixState.UNKNOWN, _UNNAMED)
            return Outcome(one.fix, FixState.APPLIED, record=self._named(object_name, id_, one))
        return self._refused(object_name, one, _error(row))

    def _refused(self, object_name: str, one: CreateWrite, error: Mapping[str, Any]) -> Outcome:
        code, reason = code_of(error), message_of(error) or "no reason given"
        if code == _LOCKED:
            return Outcome(one.fix, FixState.UNKNOWN, reason)
        if holder := holder_in(error):
            where = query.among([holder])
            found = next(self._records(object_name, tuple(self._row(object_name, one)), where), None)
            return Outcome(one.fix, FixState.STALE, reason, found)
        return Outcome(one.fix, FixState.STALE if code in _MISSING else FixState.REJECTED, reason)

    def _named(self, object_name: str, id_: str, one: CreateWrite) -> SourceRecord:
        """Return the record as it was sent: Salesforce answers with its id alone."""
        ref, now = Ref(self._account, object_name, id_), self._clock.now()
        return SourceRecord(ref, dict(one.values), None, now)

    def _likeness(
        self, object_name: str, one: CreateWrite, record: SourceRecord, since: Mapping[str, datetime]
    ) -> Likeness:
        """Say whether a record may have come of a create; one that is linked otherwise did not."""
        if record.created_at is None or record.created_at < since[one.fix].replace(microsecond=0):
            return Likeness.OTHER
        if any(not is_kept(link.to.id, record.values, self._field(object_name, link.to.object)) for link in one.links):
            return Likeness.OTHER
        sent = {name: value for name, value in one.values.items() if value not in {None, ""}}
        return Likeness.of([is_kept(value, record.values, name) for name, value in sent.items()])


def _cut(creates: Sequence[CreateWrite]) -> list[Sequence[CreateWrite]]:
    return [creates[start : start + query.WRITE] for start in range(0, len(creates), query.WRITE)]


def _error(row: Mapping[str, Any]) -> Mapping[str, Any]:
    errors = row.get("errors") or ()
    return next((error for error in errors if isinstance(error, dict)), {})


def _code(row: Any) -> str:
    return code_of(_error(row)) if isinstance(row, dict) else ""
