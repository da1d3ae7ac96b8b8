"""Writes values and deletes records, 200 a call, with one outcome for each.

A call that may have taken effect is never sent again: its rows are UNKNOWN. A row that was locked was not touched, and
is tried again. What was written is read back in one call: Salesforce's answer to a write tells no values, and its own
automation may have changed them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.options import Options
from connectors.protocol import Want
from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.errors import code_of, holder_in, message_of
from connectors.salesforce.ids import in_batches, long_id
from connectors.salesforce.merges import Merges
from connectors.salesforce.objects import Objects
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of, is_deleted, record_of, version_of
from connectors.turns import in_turn
from syncd.clock import Clock
from syncd.errors import ConnectorError, MissingScopeError, RecordRejectedError
from syncd.model import FixState, Gone, Outcome, Raw, Ref, Update

_LOCKED = "UNABLE_TO_LOCK_ROW"
#: Codes of rows that are not there, as a rule.
_MISSING = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND", "MALFORMED_ID"})
#: Codes of rows that we may not change: this one, or any of the object.
_RIGHTS = frozenset({"INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"})
_RIGHTS_HINT = "Give the integration user a permission set that lets it edit the object and its fields."
_UNNAMED = "Salesforce's answer does not name this record"
#: Waits before locked rows are tried again; each a little different, so that two writers do not meet for ever.
_LOCK_WAITS = (1.0, 2.5, 5.5)


@dataclass(frozen=True, slots=True)
class Told:
    """What Salesforce said of one row; without an error it was written."""

    error: Mapping[str, Any] | None = None
    #: Whether the answer is about this row at all.
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Now:
    """Records as they are after a write. Those not read are in neither."""

    rows: Mapping[str, Mapping[str, Any]]
    gone: Mapping[str, Gone]
    #: What was asked for.
    names: Sequence[str]
    settled: datetime | None = None
    is_read: bool = True


class Writer:
    """Writes to one org."""

    def __init__(
        self, account: str, client: Client, objects: Objects, merges: Merges, options: Options, clock: Clock
    ) -> None:
        self._account = account
        self._client = client
        self._objects = objects
        self._merges = merges
        self._stop: threading.Event | None = options.stop
        self._clock = clock

    def update(self, object_name: str, updates: Sequence[Update], fields: Sequence[str] = ()) -> list[Outcome]:
        """Write values; outcomes come in the order of the updates, with these fields of the records as they are now."""
        calls = list(in_batches_of(updates))
        return in_turn(calls, lambda batch: self._update(object_name, batch, fields), lambda update: update.fix)

    def archive(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        """Delete records, into the recycle bin."""
        calls = list(in_batches(dict.fromkeys(ids), query.WRITE))
        return in_turn(calls, lambda batch: self._archive(object_name, batch), lambda id_: id_)

    def _update(self, object_name: str, updates: Sequence[Update], fields: Sequence[str]) -> list[Outcome]:
        try:
            told = self._written(object_name, updates)
        except RecordRejectedError as refusal:
            # Refused as a whole, as for a value of a type that cannot be read: halved until that row is alone.
            if len(updates) == 1:
                return [Outcome(updates[0].fix, FixState.REJECTED, refusal.message)]
            middle = len(updates) // 2
            halves = [updates[:middle], updates[middle:]]
            return in_turn(halves, lambda half: self._update(object_name, half, fields), lambda update: update.fix)
        self._check_rights(object_name, told)
        now = self._now(object_name, updates, fields)
        return [self._outcome(object_name, update, told[place], now) for place, update in enumerate(updates)]

    def _check_rights(self, object_name: str, told: Mapping[int, Told]) -> None:
        """Raise where no row of the object may be changed: that is no fault of the rows, and a person can cure it."""
        if all(one.error is not None and code_of(one.error) in _RIGHTS for one in told.values()):
            self.check_rights(object_name)

    def check_rights(self, object_name: str) -> None:
        """Raise MissingScopeError when the integration user may not edit the object."""
        if not self._objects.ask(object_name).is_updateable:
            raise MissingScopeError(f"Salesforce lets us see {object_name} and not change it", hint=_RIGHTS_HINT)

    def _written(self, object_name: str, updates: Sequence[Update]) -> dict[int, Told]:
        """Send the rows, those that were locked several times; return what was told of each by its place."""
        told: dict[int, Told] = {}
        due = list(range(len(updates)))
        for wait in (*_LOCK_WAITS, None):
            rows = [(updates[place].ref.id, dict(updates[place].values)) for place in due]
            try:
                answers = told_of(
                    [id_ for id_, _ in rows], self._client.update(query.update_body(object_name, rows)).body
                )
            except ConnectorError as problem:
                if not told:
                    raise
                # Rows answered before keep their outcomes; those sent again may or may not be written.
                told.update({place: Told({"message": problem.message}, is_named=False) for place in due})
                return told
            told.update(zip(due, answers, strict=True))
            due = [place for place in due if _is_locked(told[place])]
            if not due or wait is None or self._clock.wait(wait, self._stop):
                break
        return told

    def _now(self, object_name: str, updates: Sequence[Update], more: Sequence[str]) -> Now:
        """Read back what was written, and more. When that fails, the writes stand all the same."""
        names = tuple(dict.fromkeys([*(name for update in updates for name in update.values), *more]))
        fields = query.asked_fields(Want(object_name, names))
        rows: dict[str, Mapping[str, Any]] = {}
        settled: datetime | None = None
        try:
            for found in Rows(self._client, self._objects, object_name, fields).of([one.ref.id for one in updates]):
                rows.update({id_of(row): row for row in found.rows})
                settled = settled or found.settled
            gone = {one.ref.id: one for one in self._merges.gone(object_name, rows.values(), rows.values())}
        except ConnectorError:
            return Now({}, {}, names, is_read=False)
        return Now({id_: row for id_, row in rows.items() if not is_deleted(row)}, gone, names, settled)

    def _outcome(self, object_name: str, update: Update, told: Told, now: Now) -> Outcome:
        id_ = long_id(update.ref.id)
        row = now.rows.get(id_)
        if told.error is not None:
            return self._refused(update, told, now, is_there=row is not None)
        if not told.is_named:
            return Outcome(update.fix, FixState.UNKNOWN, _UNNAMED)
        if row is None:
            return Outcome(update.fix, FixState.APPLIED, gone=now.gone.get(id_))
        version = version_of(row, now.settled)
        record = record_of(Ref(self._account, object_name, id_), row, version, now.names)
        kept = [name for name, value in update.values.items() if not is_kept(value, record.values, name)]
        if not kept:
            return Outcome(update.fix, FixState.APPLIED, record=record)
        if not self._is_ours(row):
            # Somebody came after us, or may have: the write was done, and the next pull brings what is there now.
            return Outcome(update.fix, FixState.APPLIED)
        return Outcome(update.fix, FixState.REJECTED, f"Salesforce kept another value of {', '.join(kept)}", record)

    def _is_ours(self, row: Mapping[str, Any]) -> bool:
        """Tell whether we were the last to write a row; when there is no telling, we were not."""
        try:
            user = self._client.ask_user()
        except ConnectorError:
            return False
        return user != "" and long_id(str(row.get(query.WRITER) or "")) == long_id(user)

    def _refused(self, update: Update, told: Told, now: Now, *, is_there: bool) -> Outcome:
        error = told.error or {}
        reason = message_of(error)
        if not told.is_named or _is_locked(told):
            return Outcome(update.fix, FixState.UNKNOWN, reason)
        if code_of(error) in _MISSING and now.is_read and not is_there:
            gone = now.gone.get(long_id(update.ref.id), Gone(update.ref))
            return Outcome(update.fix, FixState.STALE, reason, gone=gone)
        return Outcome(update.fix, FixState.REJECTED, reason, holder=holder_in(error))

    def _archive(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        try:
            answers = told_of(ids, self._client.delete(list(ids)).body)
        except RecordRejectedError as refusal:
            if len(ids) == 1:
                return [Outcome(ids[0], FixState.REJECTED, refusal.message)]
            middle = len(ids) // 2
            return in_turn([ids[:middle], ids[middle:]], lambda half: self._archive(object_name, half), lambda id_: id_)
        return [self._archived(object_name, id_, told) for id_, told in zip(ids, answers, strict=True)]

    def _archived(self, object_name: str, id_: str, told: Told) -> Outcome:
        if not told.is_named:
            return Outcome(id_, FixState.UNKNOWN, _UNNAMED)
        if told.error is None:
            return Outcome(id_, FixState.APPLIED)
        if code_of(told.error) in _MISSING:
            return Outcome(id_, FixState.STALE, message_of(told.error), gone=Gone(Ref(self._account, object_name, id_)))
        return Outcome(id_, FixState.REJECTED, message_of(told.error))


def told_of(ids: Sequence[str], body: Any) -> list[Told]:
    """Return what was told of each row: by its place, and by its id where the answer has one."""
    if not isinstance(body, list) or len(body) != len(ids):
        return [Told(is_named=False) for _ in ids]
    return [_told(id_, row) for id_, row in zip(ids, body, strict=True)]


def in_batches_of(updates: Sequence[Update]) -> list[Sequence[Update]]:
    """Cut updates into calls."""
    return [updates[start : start + query.WRITE] for start in range(0, len(updates), query.WRITE)]


def is_kept(sent: Raw, held: Mapping[str, Raw], name: str) -> bool:
    """Tell whether the record holds what was sent, as far as it shows the field at all."""
    if name not in held:
        return True
    before, after = _comparable(sent), _comparable(held[name])
    return before == after


def _comparable(value: Raw) -> object:
    """Blanks at the ends are Salesforce's to take away; an empty text is none; the order of choices means nothing."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    text = value.strip().replace("\r\n", "\n")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return tuple(sorted(text.split(";")))


def _told(id_: str, row: Any) -> Told:
    if not isinstance(row, dict):
        return Told(is_named=False)
    named = long_id(str(row.get("id") or ""))
    if named and named != long_id(id_):
        return Told(is_named=False)
    if row.get("success") is True:
        return Told(is_named=bool(named))
    errors = row.get("errors") or ()
    return Told(next((error for error in errors if isinstance(error, dict)), {"message": "no reason given"}))


def _is_locked(told: Told) -> bool:
    return told.error is not None and code_of(told.error) == _LOCKED
