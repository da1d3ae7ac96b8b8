"""Tells whether a write whose answer was lost took effect, also when somebody has set it back since.

A row that still is in the version the write was based on was not written. Of any other, the history of its fields
tells, where the org tracks one of the fields that were sent. Where it tracks none, nothing can be told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.ids import in_batches, long_id
from connectors.salesforce.objects import Objects
from connectors.salesforce.rows import Rows, the_rest
from connectors.salesforce.wire import found_of, id_of, is_version, moment_of
from connectors.salesforce.writes import is_kept
from syncd.errors import RefusedError
from syncd.model import Maker, Raw, Update, Version

#: The history of an object, and its reference to the record, where they do not follow the rule.
_OTHERWISE = {"Opportunity": ("OpportunityFieldHistory", "OpportunityId")}
#: A field is tracked that shows in anybody's history so shortly before: no call tells it without further permissions.
_TRACKED_WITHIN = timedelta(days=1)
#: Records asked for in one query: each can have a row for every change of every field.
_RECORDS = 100
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one field."""

    #: In small letters.
    field: str
    at: datetime | None
    by: str
    before: Raw
    after: Raw

    @property
    def is_blind(self) -> bool:
        """Whether only this is told, that there was a change; as for long texts."""
        return self.before is None and self.after is None


class History:
    """Reads what fields have been: after an answer was lost, and where it matters when values were set."""

    def __init__(self, client: Client, objects: Objects) -> None:
        self._client = client
        self._objects = objects

    def arrived(self, object_name: str, updates: Sequence[Update], since: Mapping[str, datetime]) -> Mapping[str, bool]:
        """Tell of each update whether the record came to hold it: one query, two more for rows that have changed."""
        user = self._client.ask_user()
        rows = self._rows(object_name, [update.ref.id for update in updates])
        told: dict[str, bool] = {}
        changed: list[Update] = []
        for update in updates:
            row, version = rows.get(long_id(update.ref.id)), since.get(update.ref.id)
            if row is None or version is None:
                continue
            if is_version(row, version, user):
                told[update.fix] = False
            else:
                changed.append(update)
        return {**told, **self._remembered(object_name, changed, since, user)} if changed else told

    def written_by(self, object_name: str, places: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Maker]:
        """Tell the user who changed fields last, of records by id, where that is remembered; 100 records a query."""
        try:
            entries = self._entries(object_name, [record_id for record_id, _ in places], _EVER)
        except RefusedError:
            return {}
        told: dict[tuple[str, str], Maker] = {}
        for record_id, name in places:
            mine = [one for one in entries.get(long_id(record_id), ()) if one.field == name.lower() and one.by]
            if mine:
                told[record_id, name] = Maker("", max(mine, key=lambda one: one.at or _EVER).by)
        return told

    def versions(
        self, object_name: str, places: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[Version, ...]]:
        """Tell the values of (record id, field), the newest first, where they are remembered; 100 records a query."""
        try:
            entries = self._entries(object_name, [record_id for record_id, _ in places], _EVER)
        except RefusedError:
            return {}
        told = {
            (record_id, name): tuple(_versions_in(entries.get(long_id(record_id), ()), name.lower()))
            for record_id, name in places
        }
        return {place: versions for place, versions in told.items() if versions}

    def _rows(self, object_name: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        pages = Rows(self._client, self._objects, object_name, query.system_fields(object_name)).of(ids)
        return {id_of(row): row for page in pages for row in page.rows}

    def _remembered(
        self, object_name: str, updates: Sequence[Update], since: Mapping[str, datetime], user: str
    ) -> dict[str, bool]:
        begin = min(since[update.ref.id] for update in updates)
        try:
            entries = self._entries(object_name, [update.ref.id for update in updates], begin)
            tracked = self._tracked(object_name, begin - _TRACKED_WITHIN)
        except RefusedError:
            # Not every object has a history, and not everybody may read it.
            return {}
        verdicts = {
            update.fix: _verdict(update, entries.get(long_id(update.ref.id), ()), since[update.ref.id], tracked, user)
            for update in updates
        }
        return {fix: verdict for fix, verdict in verdicts.items() if verdict is not None}

    def _entries(self, object_name: str, ids: Iterable[str], begin: datetime) -> dict[str, list[Entry]]:
        """Return what was changed in records from a moment on."""
        history, parent = _history_of(object_name)
        fields = (parent, "Field", "OldValue", "NewValue", query.CREATED, "CreatedById")
        found: dict[str, list[Entry]] = {}
        for batch in in_batches(dict.fromkeys(map(long_id, ids)), _RECORDS):
            where = f"{query.among(batch, parent)} AND {query.created(begin)}"
            for row in self._all(query.select(history, fields, where)):
                found.setdefault(long_id(str(row.get(parent) or "")), []).append(_entry_of(row))
        return found

    def _tracked(self, object_name: str, begin: datetime) -> frozenset[str]:
        """Return the fields that have shown in anybody's history from a moment on, in small letters."""
        history, _ = _history_of(object_name)
        rows = self._all(query.select(history, ("Field",), query.created(begin), group="Field"))
        return frozenset(str(row.get("Field") or "").lower() for row in rows)

    def _all(self, soql: str) -> Iterator[Mapping[str, Any]]:
        found = found_of(self._client.query(soql))
        yield from found.rows
        for more in the_rest(self._client, found):
            yield from more.rows


def _history_of(object_name: str) -> tuple[str, str]:
    if object_name.lower().endswith("__c"):
        return f"{object_name[:-3]}__History", "ParentId"
    return _OTHERWISE.get(object_name, (f"{object_name}History", f"{object_name}Id"))


def _entry_of(row: Mapping[str, Any]) -> Entry:
    return Entry(
        str(row.get("Field") or "").lower(),
        moment_of(row.get(query.CREATED)),
        long_id(str(row.get("CreatedById") or "")),
        row.get("OldValue"),
        row.get("NewValue"),
    )


def _versions_in(entries: Iterable[Entry], field: str) -> Iterator[Version]:
    """Yield what a field held, the newest first; what it held before all that is told was set before that."""
    mine = [(one.at, one) for one in entries if one.field == field and one.at is not None]
    mine.sort(key=lambda told: told[0], reverse=True)
    if any(one.is_blind for _, one in mine):
        return
    yield from (Version(one.after, at, Maker("", one.by) if one.by else None) for at, one in mine)
    if mine:
        at, first = mine[-1]
        yield Version(first.before, at - _A_MOMENT)


def _verdict(
    update: Update, entries: Iterable[Entry], since: datetime, tracked: Collection[str], user: str
) -> bool | None:
    """Tell whether a record came to hold an update. Salesforce writes all values of a row, or none."""
    later = [one for one in entries if one.at is None or one.at > since]
    sent = {name.lower(): value for name, value in update.values.items()}
    ours = [one for one in later if one.field in sent]
    if any(not one.is_blind and is_kept(sent[one.field], {"": one.after}, "") for one in ours):
        return True
    # What we changed ourselves may be the write under another name or spelling.
    is_doubtful = any(one.is_blind for one in ours) or any(not user or one.by == long_id(user) for one in later)
    return None if is_doubtful or not any(name in tracked for name in sent) else False
