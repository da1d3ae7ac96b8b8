"""Salesforce's JSON → our nouns. Values stay as they were sent: text, numbers, truth values or null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.calls import Reply
from connectors.salesforce import query
from connectors.salesforce.ids import is_id, long_id
from connectors.salesforce.objects import Reference
from syncd.errors import BrokenPromiseError
from syncd.model import Raw, Ref, SourceRecord

#: The least by which stamps differ.
_STAMP = timedelta(seconds=1)
_A_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer."""

    rows: tuple[Mapping[str, Any], ...]
    #: Where the next page is, when Salesforce cut the answer.
    next: str
    #: The CRM's own time.
    moment: datetime | None
    #: Rows that match in all, on whatever page.
    total: int
    #: Rows stamped until then cannot have changed under the same stamp since they were read; None: no telling.
    settled: datetime | None
    #: Whether there is more than these rows: Salesforce says so, or counts more.
    is_cut: bool = False


def found_of(reply: Reply) -> Found:
    """Take the rows of an answer that must have some, if only none."""
    body = reply.body if isinstance(reply.body, dict) else {}
    rows = body.get("records")
    if not isinstance(rows, list):
        raise BrokenPromiseError("Salesforce's answer has no records")
    total = body.get("totalSize")
    is_short = isinstance(total, int) and total > len(rows)
    following = "" if body.get("done", True) else str(body.get("nextRecordsUrl") or "")
    if following and not following.startswith("/services/"):
        # It is put behind our own host: anything else could lead the token elsewhere.
        raise BrokenPromiseError("Salesforce's answer goes on at an address that is none of its own")
    return Found(
        tuple(rows),
        following,
        reply.moment,
        total if isinstance(total, int) else len(rows),
        None if reply.moment is None else reply.moment - timedelta(seconds=reply.seconds) - _STAMP,
        body.get("done") is False or is_short,
    )


def moment_of(text: Any) -> datetime | None:
    """Parse a moment: ISO, with a zone without a colon."""
    if not isinstance(text, str) or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def id_of(row: Mapping[str, Any]) -> str:
    """Return a row's id in 18 characters."""
    id_ = str(row.get(query.ID) or "")
    if not is_id(id_):
        raise BrokenPromiseError("Salesforce sent a record without a usable id")
    return long_id(id_)


def modified_at(row: Mapping[str, Any]) -> datetime:
    """Return when a row was changed last, by a person or by the system."""
    moment = moment_of(row.get(query.MODIFIED))
    if moment is None:
        raise BrokenPromiseError("Salesforce sent a record without the time of its last change")
    return moment


def is_deleted(row: Mapping[str, Any]) -> bool:
    """Tell whether a row lies in the recycle bin."""
    return row.get(query.IS_DELETED) is True


def merged_into(row: Mapping[str, Any]) -> str | None:
    """Return the id a deleted row was merged into."""
    id_ = str(row.get(query.MERGED_INTO) or "")
    return long_id(id_) if is_deleted(row) and is_id(id_) else None


def version_of(row: Mapping[str, Any], settled: datetime | None) -> datetime:
    """Return the version of a row as it was read.

    Stamps are whole seconds: a row can change again within the second in which it was read, and keep its stamp. A
    version that is not settled yet is a moment older than its stamp, so that the next pull looks again.
    """
    return modified_at(row) - (_A_MOMENT if is_young(row, settled) else timedelta(0))


def is_young(row: Mapping[str, Any], settled: datetime | None) -> bool:
    """Tell whether a row can have changed again since it was read, under the same stamp."""
    return settled is None or modified_at(row) > settled


def is_written_by(row: Mapping[str, Any], user: str) -> bool:
    """Tell whether a user was the last to write a row; nobody is when it is not known who we are."""
    return user != "" and long_id(str(row.get(query.WRITER) or "")) == long_id(user)


def is_version(row: Mapping[str, Any], version: datetime, user: str) -> bool:
    """Tell whether a row is in this version. One not settled yet is, when the last to write it were still we."""
    stamp = modified_at(row)
    return version >= (stamp - _A_MOMENT if is_written_by(row, user) else stamp)


def record_of(
    ref: Ref,
    row: Mapping[str, Any],
    version: datetime,
    fields: Iterable[str],
    references: Mapping[str, Reference] | None = None,
    links: Mapping[str, tuple[str, ...]] | None = None,
) -> SourceRecord:
    """Turn one row into a record. `references`: by object, where the row holds the link to it; `links`: others."""
    held = {to: linked(row, one.field, one.prefix) for to, one in (references or {}).items() if one.field in row}
    values: dict[str, Raw] = {}
    for field in fields:
        is_told, value = _value_of(row, field)
        if is_told:
            values[field] = value
    return SourceRecord(
        ref=ref,
        values=values,
        created_at=moment_of(row.get(query.CREATED)),
        modified_at=version,
        links={**held, **(links or {})},
    )


def linked(row: Mapping[str, Any], field: str, prefix: str = "") -> tuple[str, ...]:
    """Return the id a row refers to, if any; only one of the object whose ids begin with `prefix`."""
    id_ = str(row.get(field) or "")
    return (long_id(id_),) if is_id(id_) and id_.startswith(prefix) else ()


def _value_of(row: Mapping[str, Any], field: str) -> tuple[bool, Raw]:
    """Return whether a field was told, and its value. `Account.Name` is a field of another record."""
    first, _, rest = field.partition(".")
    if rest and field in row:
        # As the results of a bulk job have it: flat.
        return True, row[field]
    if first not in row:
        return False, None
    value = row[first]
    if rest:
        return (True, None) if value is None else _value_of(value, rest) if isinstance(value, dict) else (False, None)
    # Compound values (an address as a whole) are no single value: their parts are fields of their own.
    return (False, None) if isinstance(value, dict | list) else (True, value)
