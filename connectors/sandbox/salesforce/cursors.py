"""Open query results: what a locator leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.ids import make_id
from connectors.sandbox.salesforce.soql import Result

#: Rows all open results together may hold before the oldest are let go: of their number there is no limit.
_MOST_ROWS = 20_000_000
_PREFIX = "0r8"


@dataclass(frozen=True, slots=True)
class Cursor:
    """One result that was not sent whole."""

    result: Result
    user_id: str
    size: int
    made_ms: int


class QueryCursors:
    """The open results of one org. They are of the moment: a restart forgets them."""

    def __init__(self) -> None:
        self._open: dict[str, Cursor] = {}
        self._rows = 0
        self._next = 1

    def keep(self, result: Result, user_id: str, size: int, now_ms: int) -> str:
        """Keep a result; return its locator without the offset."""
        locator = make_id(_PREFIX, self._next)
        self._next += 1
        self._open[locator] = Cursor(result, user_id, size, now_ms)
        self._rows += len(result.rows)
        while self._rows > _MOST_ROWS and len(self._open) > 1:
            self._rows -= len(self._open.pop(next(iter(self._open))).result.rows)
        return locator

    def find(self, text: str, user_id: str, now_ms: int, life_s: int) -> tuple[str, Cursor, int]:
        """Return locator, cursor and offset; INVALID_QUERY_LOCATOR where it is nobody's, old, or another user's."""
        locator, _, offset = text.rpartition("-")
        cursor = self._open.get(locator)
        if (
            cursor is None
            or not offset.isdigit()
            or int(offset) >= max(1, len(cursor.result.rows))
            or cursor.user_id != user_id
            or now_ms - cursor.made_ms > life_s * 1000
        ):
            raise SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return locator, cursor, int(offset)

    def clear(self) -> None:
        """Close all."""
        self._open.clear()
        self._rows = 0

    def page(self, locator: str, cursor: Cursor, offset: int, place: str) -> dict[str, Any]:
        """Return one page of a result as the query endpoints send it."""
        records = cursor.result.page(offset, cursor.size)
        following = offset + cursor.size
        is_done = following >= len(cursor.result.rows)
        body: dict[str, Any] = {"totalSize": cursor.result.total_size, "done": is_done}
        if not is_done:
            body["nextRecordsUrl"] = f"{place}/{locator}-{following}"
        body["records"] = records
        return body
