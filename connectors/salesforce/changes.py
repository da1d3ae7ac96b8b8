"""The incremental pull: what was changed since the cursor, deletes and merges included; one call when it is little.

Rows bring all their values along, so nothing is read twice; those that the store holds in that version are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.protocol import Known
from connectors.salesforce.merges import Merges
from connectors.salesforce.records import Records
from connectors.salesforce.rows import Rows, Sheet
from connectors.salesforce.wire import id_of, is_deleted, is_version, modified_at
from syncd.model import Cursor, Page

#: After this many overlaps the window is walked even if its counts look as if nothing had happened.
_WALK_AFTER_OVERLAPS = 3


class ChangesPull:
    """One look at what is new."""

    def __init__(
        self,
        rows: Rows,
        records: Records,
        merges: Merges,
        cursor: Cursor,
        known: Known,
        *,
        overlap: timedelta,
        user: str,
    ) -> None:
        """`user`: who we are, as far as that is known."""
        self._rows = rows
        self._records = records
        self._merges = merges
        self._cursor = cursor
        self._known = known
        self._overlap = overlap
        self._user = user
        self._repeated_count = 0
        self._is_idle = True

    def pages(self) -> Iterator[Page]:
        """Yield what changed. Only the last page moves the cursor: until then, a restart begins where this pull did."""
        started: datetime | None = None
        for sheet in self._rows.changed(self._cursor.since):
            # Without the CRM's clock, the newest change stands for it.
            started = started or sheet.found.moment or max(map(modified_at, sheet.found.rows), default=None)
            fresh = self._fresh(sheet.found.rows)
            self._is_idle = self._is_idle and not fresh
            if self._is_nothing_new(sheet, started):
                yield Page((), self._cursor, is_last=True, repeated_count=self._repeated_count, asked_at=started)
                return
            records = tuple(self._records.of(fresh, sheet.found.settled))
            gone = tuple(self._merges.gone(self._records.object, fresh, sheet.found.rows))
            if sheet.is_last:
                cursor = self._moved(started)
                yield Page(
                    records, cursor, is_last=True, gone=gone, repeated_count=self._repeated_count, asked_at=started
                )
            elif fresh:
                yield Page(records, self._cursor, is_last=False, gone=gone)

    def _is_nothing_new(self, sheet: Sheet, started: datetime | None) -> bool:
        """Tell by the counts that a window too large for one page holds nothing new."""
        walked_at = self._cursor.walked_at
        if sheet.is_last or sheet.total is None or not self._is_idle or walked_at is None or started is None:
            return False
        if started - walked_at >= _WALK_AFTER_OVERLAPS * self._overlap:
            return False
        return sheet.total <= self._known.count_since(self._cursor.since)

    def _fresh(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the rows that the store does not hold like this; of deleted ones, those that it holds at all."""
        ids = [id_of(row) for row in rows]
        held = self._known.versions(ids) if ids else {}
        fresh = [row for id_, row in zip(ids, rows, strict=True) if not self._is_known(row, held.get(id_))]
        self._repeated_count += len(rows) - len(fresh)
        return fresh

    def _is_known(self, row: Mapping[str, Any], version: datetime | None) -> bool:
        if version is None:
            return is_deleted(row)
        return not is_deleted(row) and is_version(row, version, self._user)

    def _moved(self, started: datetime | None) -> Cursor:
        if started is None:
            return self._cursor
        walked_at = self._cursor.walked_at
        # While nothing happens the cursor rests, so that there is nothing to store; the window grows a little instead.
        is_fresh = walked_at is not None and started - walked_at < self._overlap
        if self._is_idle and is_fresh:
            return self._cursor
        return Cursor(max(self._cursor.since, started - self._overlap), None, walked_at=started)
