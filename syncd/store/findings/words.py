"""Which records say what somebody types, in whatever property and however written.

Values are packed, and encrypted where the store is: no index helps. Whoever asks says of which records.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from syncd.store import schema
from syncd.store.columns.packing import unpack
from syncd.store.rows.lookups import among

_VALUES = schema.record_values


def saying(connection: Connection, number: int, ids: Collection[str], text: str) -> set[str]:
    """Return those of the records of a stream in which some value contains the text, whatever capitals and accents."""
    wanted = _plain(text)
    columns = (_VALUES.c.record_id, _VALUES.c.raw)
    found = among(connection, columns, _VALUES.c.record_id, sorted(set(ids)), {"stream_id": number})
    return {record_id for record_id, raw in found if wanted in _plain(_said(unpack(raw)))}


def _said(values: dict[str, Any]) -> str:
    # A line each: what somebody types on one line is never found across two values.
    return "\n".join(str(one) for one in values.values() if one is not None)


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
