"""Change events: what their header says of records, decoded with the schema they were written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import orjson

from connectors.salesforce.ids import is_id, long_id
from syncd.errors import BrokenPromiseError
from syncd.model import Announcement

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEADER = "ChangeEventHeader"
#: An event that names no records: too many were changed at once.
OVERFLOW = "GAP_OVERFLOW"
#: Fields that every change moves, and that say nothing by themselves.
_STAMPS = frozenset({"LastModifiedDate", "LastModifiedById", "SystemModstamp"})


class Decoder:
    """Decodes events; each schema is asked for once."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        """`ask` returns the JSON of a schema by its id."""
        self._ask = ask
        self._schemas: dict[str, tuple[Any, Sequence[Mapping[str, Any]]]] = {}

    def header(self, schema_id: str, payload: bytes) -> tuple[Mapping[str, Any], frozenset[str]]:
        """Return the header of an event and the names of the fields it says were changed."""
        from fastavro import schemaless_reader

        schema, fields = self._schema(schema_id)
        try:
            content: Any = schemaless_reader(BytesIO(payload), schema, None)
            header: Mapping[str, Any] = content[HEADER]
        except (EOFError, ValueError, IndexError, KeyError, TypeError) as problem:
            raise BrokenPromiseError("a change event does not follow its schema") from problem
        return header, frozenset(named(header.get("changedFields") or (), fields))

    def _schema(self, schema_id: str) -> tuple[Any, Sequence[Mapping[str, Any]]]:
        if schema_id not in self._schemas:
            from fastavro import parse_schema
            from fastavro.schema import SchemaParseException

            try:
                spelled = orjson.loads(self._ask(schema_id))
                self._schemas[schema_id] = (parse_schema(spelled), spelled["fields"])
            except (orjson.JSONDecodeError, SchemaParseException, KeyError, TypeError) as problem:
                raise BrokenPromiseError("the schema of a change event cannot be read") from problem
        return self._schemas[schema_id]


def announced(header: Mapping[str, Any], changed: frozenset[str], *, client: str, user: str) -> Iterator[Announcement]:
    """Yield what an event announces. A change through `client` (by `user`, if we know who we are) is our own."""
    name, kind = str(header["entityName"]), str(header["changeType"])
    at = moment_of(header.get("commitTimestamp"))
    if kind == OVERFLOW:
        yield Announcement(name, "", at=at)
        return
    if kind == "UPDATE" and changed and changed <= _STAMPS:
        return
    is_own = kind == "UPDATE" and _is_ours(header, client, user)
    for record_id in dict.fromkeys(str(one) for one in header["recordIds"]):
        # A gap may name records by wildcards of old, or not at all.
        yield Announcement(name, long_id(record_id) if is_id(record_id) else "", at=at, is_own=is_own)


def named(bitmaps: Sequence[str], fields: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the names of the fields that bits stand for: `0x6A` those of the event, `4-0x03` those within its fifth."""
    for one in bitmaps:
        place, separator, bits = one.rpartition("-")
        if not bits.startswith("0x"):
            # Some orgs still name fields.
            yield one
            continue
        inner = _within(fields[int(place)]) if separator and int(place) < len(fields) else ()
        number = int(bits, 16)
        names = inner if separator else [str(field["name"]) for field in fields]
        yield from (name for position, name in enumerate(names) if number >> position & 1)


def moment_of(ms: Any) -> datetime | None:
    """Return the moment of a time in milliseconds; None where it is none."""
    try:
        return _EPOCH + timedelta(milliseconds=ms) if isinstance(ms, int) else None
    except OverflowError:
        return None


def _within(field: Mapping[str, Any]) -> list[str]:
    """Return the names within a compound field, whose type is a record or nothing."""
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    records = [kind for kind in kinds if isinstance(kind, dict) and kind.get("fields")]
    return [str(part["name"]) for part in records[0]["fields"]] if records else []


def _is_ours(header: Mapping[str, Any], client: str, user: str) -> bool:
    # The origin ends on the name that the caller gave itself: `…/rest/64.0` with `client=syncd` behind a semicolon.
    _, _, said = str(header.get("changeOrigin") or "").partition(";client=")
    return said == client and (not user or str(header.get("commitUser"))[:15] == user[:15])
