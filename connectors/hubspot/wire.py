"""HubSpot's JSON → our nouns. Values stay as they were sent: text or null, an empty text included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.hubspot import query
from syncd.errors import BrokenPromiseError
from syncd.model import Gone, Ref, SourceRecord

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of the search index: that a record exists and when, by the index, it was changed."""

    id: str
    modified_at: datetime
    #: When it was made; None where the row does not tell.
    created_at: datetime | None = None


def moment_of(text: Any) -> datetime | None:
    """Parse a moment: ISO with or without a fraction, or milliseconds since the epoch."""
    if not isinstance(text, str) or not text:
        return None
    try:
        if text.isdecimal():
            return _EPOCH + timedelta(milliseconds=int(text))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def results_of(body: Any) -> list[dict[str, Any]]:
    """Return the rows of an answer that must have some, if only none."""
    rows = body.get("results") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BrokenPromiseError("HubSpot's answer has no results")
    return rows


def next_of(body: Mapping[str, Any]) -> str | None:
    """Return the place of the next page; None on the last one."""
    after = ((body.get("paging") or {}).get("next") or {}).get("after")
    return None if after is None else str(after)


def record_of(
    account: str, object_name: str, row: Mapping[str, Any], links: Mapping[str, tuple[str, ...]] | None = None
) -> SourceRecord:
    """Turn one row into a record."""
    values = row.get("properties") or {}
    modified_at = moment_of(values.get(query.modified_property(object_name))) or moment_of(row.get("updatedAt"))
    if modified_at is None:
        raise BrokenPromiseError("HubSpot sent a record without the time of its last change")
    return SourceRecord(
        ref=Ref(account, object_name, id_of(row)),
        values=values,
        created_at=moment_of(values.get(query.CREATED)) or moment_of(row.get("createdAt")),
        modified_at=modified_at,
        links=links or {},
    )


def seen_of(object_name: str, row: Mapping[str, Any]) -> Seen:
    """Turn one row of a search into what it tells."""
    values = row.get("properties") or {}
    modified_at = moment_of(values.get(query.modified_property(object_name))) or moment_of(row.get("updatedAt"))
    if modified_at is None:
        raise BrokenPromiseError("HubSpot's search sent a record without the time of its last change")
    created_at = moment_of(values.get(query.CREATED)) or moment_of(row.get("createdAt"))
    return Seen(id_of(row), modified_at, created_at)


def id_of(row: Mapping[str, Any]) -> str:
    """Return a row's id; they are numbers, written as text here and as numbers there."""
    id_ = str(row.get("id", ""))
    if not id_.isdecimal():
        raise BrokenPromiseError("HubSpot sent a record without a usable id")
    return id_


def merged_away(records: Iterable[SourceRecord]) -> dict[str, Gone]:
    """Return the ids that the records themselves say were merged into them."""
    found: dict[str, Gone] = {}
    for record in records:
        for old in str(record.values.get(query.MERGED_IDS) or "").split(";"):
            if old.strip() and old.strip() != record.ref.id:
                ref = Ref(record.ref.account, record.ref.object, old.strip())
                found[ref.id] = Gone(ref, merged_into=record.ref.id)
    return found


def inline_links(row: Mapping[str, Any], to_object: str) -> tuple[tuple[str, ...], bool]:
    """Return the ids a listed record is linked to, primary first, and whether these are all."""
    told = (row.get("associations") or {}).get(to_object) or {}
    links: dict[str, bool] = {}
    for link in told.get("results") or ():
        is_labelled = not str(link.get("type", "")).endswith("_unlabeled")
        links[str(link["id"])] = links.get(str(link["id"]), False) or is_labelled
    primary = str((row.get("properties") or {}).get(query.PRIMARY_COMPANY) or "") if to_object == "companies" else ""
    ordered = sorted(links, key=lambda id_: (id_ != primary, not links[id_]))
    return tuple(ordered), next_of(told) is None
