"""Tells by the histories of properties whether a write whose answer was lost took effect, also when it was set back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.wire import id_of, moment_of, record_of, results_of
from connectors.hubspot.writes import is_kept
from syncd.model import Maker, Raw, Update, Version

Row = Mapping[str, Any]

#: HubSpot tells the newest values of a property, at least this many where there are more.
_TOLD = 20
#: How the values that programs wrote are marked. One that is not what we sent can still be ours, spelled by HubSpot.
_PROGRAMS = frozenset({"INTEGRATION", "API"})

#: What wrote a value, in the words of what makes records, where HubSpot has another word for it.
_KINDS = {"MOBILE_IOS": "CRM_UI", "MOBILE_ANDROID": "CRM_UI", "FORM": "FORMS"}
#: Whose ids are those of single events, not of what did it.
_EVENTS = frozenset({"AUTOMATION_PLATFORM"})


class History:
    """Reads what properties have been: after an answer was lost, and where it matters when values were set."""

    def __init__(self, account: str, client: Client) -> None:
        self._account = account
        self._client = client

    def arrived(self, object_name: str, updates: Sequence[Update], since: Mapping[str, datetime]) -> Mapping[str, bool]:
        """Tell of each update whether the record came to hold it; one call for fifty records."""
        asked = [update for update in updates if update.ref.id in since]
        told: dict[str, bool] = {}
        for start in range(0, len(asked), query.BATCH_WITH_HISTORY):
            batch = asked[start : start + query.BATCH_WITH_HISTORY]
            rows = self._rows(object_name, batch)
            for update in batch:
                row = rows.get(update.ref.id)
                verdict = None if row is None else self._verdict(object_name, update, row, since[update.ref.id])
                if verdict is not None:
                    told[update.fix] = verdict
        return told

    def written_by(self, object_name: str, places: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Maker]:
        """Tell what wrote the values of (record id, property); one call for fifty records."""
        told = self.versions(object_name, places)
        return {place: held[0].maker for place, held in told.items() if held[0].maker is not None}

    def versions(
        self, object_name: str, places: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[Version, ...]]:
        """Tell the values of (record id, property), the newest first; one call for fifty records."""
        names = dict.fromkeys(name for _, name in places)
        ids = list(dict.fromkeys(id_ for id_, _ in places))
        told: dict[tuple[str, str], tuple[Version, ...]] = {}
        for start in range(0, len(ids), query.BATCH_WITH_HISTORY):
            rows = self._read(object_name, ids[start : start + query.BATCH_WITH_HISTORY], names)
            for id_, name in places:
                rows_of = (rows.get(id_, {}).get("propertiesWithHistory") or {}).get(name) or ()
                if found := tuple(_versions_in(rows_of)):
                    told[id_, name] = found
        return told

    def _rows(self, object_name: str, updates: Sequence[Update]) -> dict[str, Row]:
        names = dict.fromkeys(name for update in updates for name in update.values)
        return self._read(object_name, dict.fromkeys(update.ref.id for update in updates), names)

    def _read(self, object_name: str, ids: Iterable[str], names: Iterable[str]) -> dict[str, Row]:
        body = query.batch_read_history(ids, query.modified_property(object_name), names)
        return {id_of(row): row for row in results_of(self._client.batch_read(object_name, body).body)}

    def _verdict(self, object_name: str, update: Update, row: Row, since: datetime) -> bool | None:
        """Tell whether the record came to hold an update. HubSpot writes all values of a row, or none."""
        if record_of(self._account, object_name, row).modified_at <= since:
            return False
        histories = row.get("propertiesWithHistory") or {}
        verdicts = {
            _was_held(value, histories[name], since) for name, value in update.values.items() if name in histories
        }
        if True in verdicts:
            return True
        return False if verdicts == {False} else None


def _versions_in(rows: Iterable[Row]) -> Iterator[Version]:
    """Yield what a history tells, as long as it tells when."""
    for row in rows:
        at = moment_of(row.get("timestamp"))
        if at is None:
            return
        yield Version(row.get("value"), at, _maker_of(row) if row.get("sourceType") else None)


def _maker_of(version: Row) -> Maker:
    kind = str(version["sourceType"])
    mark = "" if kind in _EVENTS else str(version.get("sourceId") or "")
    return Maker(_KINDS.get(kind, kind), mark, str(version.get("sourceLabel") or "") if mark else "")


def _was_held(sent: Raw, versions: Sequence[Row], since: datetime) -> bool | None:
    """Tell whether a property held a value at any moment after `since`; None: it cannot be told."""
    later = [one for one in versions if (at := moment_of(one.get("timestamp"))) is None or at > since]
    if any(is_kept(sent, {"": one.get("value")}, "") for one in later):
        return True
    is_cut = len(later) == len(versions) >= _TOLD
    return None if is_cut or any(one.get("sourceType") in _PROGRAMS for one in later) else False
