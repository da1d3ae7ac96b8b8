"""What we send: SOQL and the bodies of writes.

Queries take no parameters: values are quoted here, and nothing that is no name passes for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connectors.protocol import Want
from syncd.errors import RefusedError
from syncd.model import Raw

#: A release long retired when this one is; SOAP logins end with it.
VERSION = "64.0"

#: Rows on one page of an answer.
PAGE = 2000
#: Records one call reads by id.
READ = 1000
#: Records one call writes or deletes.
WRITE = 200
#: A query asks for one row more than fits on a page: whether there is more is then told without another call.
ROWS = PAGE + 1
#: A query that takes too long is asked again for half as many rows, down to this.
LEAST_ROWS = 100

#: URLs with their headers are refused from 16,384 bytes on; longer queries travel in a body.
_URL_ROOM = 10_000

ID = "Id"
MODIFIED = "SystemModstamp"
CREATED = "CreatedDate"
WRITER = "LastModifiedById"
IS_DELETED = "IsDeleted"
MERGED_INTO = "MasterRecordId"

NEWEST_FIRST = f"{MODIFIED} DESC, {ID} DESC"

#: The objects whose records can be merged, and that say into which.
MERGEABLE = frozenset({"Account", "Contact", "Lead", "Case"})

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*", re.ASCII)
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in the order of changes: many rows can share a second, none an id."""

    moment: datetime
    id: str


def name(text: str) -> str:
    """Return a name for use in a query; RefusedError when it is none, for it would be read as something else."""
    if not _NAME.fullmatch(text):
        raise RefusedError(f"{text!r} is no name of a Salesforce object or field")
    return text


def text_literal(text: str) -> str:
    """Quote a text."""
    return f"'{text.translate(_ESCAPES)}'"


def moment_literal(moment: datetime) -> str:
    """Write a moment, to the second below; never quoted."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def list_literal(texts: Iterable[str]) -> str:
    """Write a list of texts."""
    return f"({','.join(text_literal(text) for text in texts)})"


def select(
    object_name: str,
    fields: Sequence[str],
    where: str = "",
    order: str = "",
    limit: int | None = None,
    group: str = "",
) -> str:
    """Write a query. `where` and `order` are SOQL already; `group` is a field."""
    parts = [f"SELECT {','.join(name(field) for field in fields)} FROM {name(object_name)}"]  # noqa: S608
    parts += [f"WHERE {where}"] if where else []
    parts += [f"GROUP BY {name(group)}"] if group else []
    parts += [f"ORDER BY {order}"] if order else []
    parts += [f"LIMIT {limit}"] if limit is not None else []
    return " ".join(parts)


def count(object_name: str) -> str:
    """Ask how many records there are."""
    return f"SELECT COUNT() FROM {name(object_name)}"  # noqa: S608 - only a name


def behind_id(id_: str) -> str:
    """Match the rows behind an id, in the order of ids."""
    return f"{ID} > {text_literal(id_)}" if id_ else ""


def among(ids: Iterable[str], field: str = ID) -> str:
    """Match rows by id."""
    return f"{field} IN {list_literal(ids)}"


def changed(since: datetime, behind: Place | None) -> str:
    """Match what was changed from `since` on, and in the order of `NEWEST_FIRST` stands behind a place."""
    begin = f"{MODIFIED} >= {moment_literal(since)}"
    if behind is None:
        return begin
    at = moment_literal(behind.moment)
    return f"{begin} AND (({MODIFIED} = {at} AND {ID} < {text_literal(behind.id)}) OR {MODIFIED} < {at})"


def created(since: datetime) -> str:
    """Match what was made from a moment on."""
    return f"{CREATED} >= {moment_literal(since)}"


def system_fields(object_name: str) -> tuple[str, ...]:
    """Return the fields always asked for."""
    merged = (MERGED_INTO,) if object_name in MERGEABLE else ()
    return (ID, MODIFIED, CREATED, WRITER, IS_DELETED, *merged)


def asked_fields(want: Want, references: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the fields of a query: those wanted, those that hold links, and those always asked for. None twice."""
    asked = [*system_fields(want.object), *want.fields, *references]
    return tuple({field.lower(): field for field in reversed(asked)}.values())[::-1]


def fits_url(soql: str) -> bool:
    """Tell whether a query may travel in a URL."""
    return len(quote(soql)) <= _URL_ROOM


def composite(soql: str, *, with_deleted: bool) -> dict[str, Any]:
    """Wrap a query that no URL would hold; this counts as one call."""
    path = f"/services/data/v{VERSION}/{'queryAll' if with_deleted else 'query'}?q={quote(soql)}"
    return {"compositeRequest": [{"method": "GET", "url": path, "referenceId": "rows"}]}


def create_body(object_name: str, rows: Iterable[dict[str, Raw]]) -> dict[str, Any]:
    """Make records. One row that fails does not stop the others."""
    return {"allOrNone": False, "records": [{"attributes": {"type": object_name}, **values} for values in rows]}


def update_body(object_name: str, rows: Iterable[tuple[str, dict[str, Raw]]]) -> dict[str, Any]:
    """Write values; null clears. One row that fails does not stop the others."""
    records = [{"attributes": {"type": object_name}, ID: id_, **values} for id_, values in rows]
    return {"allOrNone": False, "records": records}
