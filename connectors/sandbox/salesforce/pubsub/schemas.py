"""The Avro schemas of change events: the header, and the fields of an object with compound ones in one piece."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterator
from typing import Any

import orjson

from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema

CHANGE_TYPES = ("CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE",
                "GAP_OVERFLOW", "SNAPSHOT")  # fmt: skip
_AVRO = {"boolean": "boolean", "int": "int", "double": "double", "currency": "double", "percent": "double",
         "date": "long", "datetime": "long"}  # fmt: skip
_TEXTS = {"type": "array", "items": "string"}
_HEADER = {
    "type": "record",
    "name": "ChangeEventHeader",
    "fields": [
        {"name": "entityName", "type": "string"},
        {"name": "recordIds", "type": _TEXTS},
        {"name": "changeType", "type": {"type": "enum", "name": "ChangeType", "symbols": list(CHANGE_TYPES)}},
        {"name": "changeOrigin", "type": "string"},
        {"name": "transactionKey", "type": "string"},
        {"name": "sequenceNumber", "type": "int"},
        {"name": "commitTimestamp", "type": "long"},
        {"name": "commitNumber", "type": "long"},
        {"name": "commitUser", "type": "string"},
        {"name": "nulledFields", "type": _TEXTS},
        {"name": "diffFields", "type": _TEXTS},
        {"name": "changedFields", "type": _TEXTS},
    ],
}
#: In the header, or of no use to anybody.
_LEFT_OUT = frozenset({"Id", "IsDeleted", "SystemModstamp"})


class EventSchema:
    """The schema of one object's change events."""

    def __init__(self, kind: ObjectSchema) -> None:
        self._fields = [one for one in kind.fields.values() if not one.calculated and one.name not in _LEFT_OUT]
        self.name = f"{kind.name}ChangeEvent"
        self.avro: dict[str, Any] = {
            "type": "record",
            "name": self.name,
            "namespace": "com.sforce.eventbus",
            "fields": [{"name": "ChangeEventHeader", "type": _HEADER}, *self._spelled()],
        }
        self.json = orjson.dumps(self.avro).decode()
        digest = hashlib.md5(self.json.encode(), usedforsecurity=False).digest()
        self.id = base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def bitmaps(self, changed: Collection[str]) -> list[str]:
        """Return names of fields as bits: those of the event first, then those within each compound field."""
        top, within = 0, dict[int, int]()
        for place, one in enumerate(self.avro["fields"]):
            if one["name"] in changed:
                top |= 1 << place
            for inner, name in enumerate(_parts(one)):
                if name in changed:
                    within[place] = within.get(place, 0) | 1 << inner
        spelled = [_hex(top)] if top else []
        return spelled + [f"{place}-{_hex(bits)}" for place, bits in sorted(within.items())]

    def _spelled(self) -> Iterator[dict[str, Any]]:
        compounds = dict.fromkeys(one.compound_field_name for one in self._fields if one.compound_field_name)
        for one in self._fields:
            if one.name not in compounds and not one.compound_field_name:
                yield _optional(one)
        for compound in compounds:
            parts = [_optional(one) for one in self._fields if one.compound_field_name == compound]
            record = {"type": "record", "name": f"{compound}Parts", "fields": parts}
            yield {"name": compound, "type": ["null", record], "default": None}


def _parts(field: dict[str, Any]) -> list[str]:
    kinds = field["type"]
    inner = kinds[1] if isinstance(kinds, list) else {}
    return [one["name"] for one in inner["fields"]] if isinstance(inner, dict) and "fields" in inner else []


def _optional(field: FieldSchema) -> dict[str, Any]:
    return {"name": field.name, "type": ["null", _AVRO.get(field.type, "string")], "default": None}


def _hex(bits: int) -> str:
    digits = f"{bits:X}"
    return "0x" + digits.zfill(len(digits) + len(digits) % 2)
