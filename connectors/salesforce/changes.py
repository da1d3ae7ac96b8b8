"""The incremental pull: what was changed since the cursor, deletes and merges included; one call when it is little.

Rows bring all their values along, so nothing is read twice; those that the store holds in that version are left out.
Stamps are whole seconds: a row can change again within the second in which it was read, under the same stamp. So rows
stamped at or after the beginning of the last pull are not left out, unless the last to write them were we.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.protocol import Known, Want
from connectors.salesforce import query
from connectors.salesforce.ids import long_id
from connectors.salesforce.merges import Merges
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of, is_deleted, modified_at, record_of
from syncd.model import Cursor, Page

Row = Mapping[str, Any]


class ChangesPull:
    """One look at what is new."""

    def __init__(  # noqa: PLR0913 - what a pull is made of
        self,
        account: str,
        rows: Rows,
        merges: Merges,
        want: Want,
        cursor: Cursor,
        known: Known,
        *,
        references: Mapping[str, str],
        overlap: timedelta,
        user: str,
    ) -> None:
        """`references`: by object, the field that holds the link; `user`: who we are, as far as that is known."""
        self._account = account
        self._rows = rows
        self._merges = merges
        self._want = want
        self._references = references
        self._cursor = cursor
        self._known = known
        self._overlap = overlap
        self._user = long_id(user)
        self._repeated_count = 0
        self._is_idle = True

    def pages(self) -> Iterator[Page]:
        """Yield what changed. Only the last page moves the cursor: until then, a restart begins where this pull did."""
        started: datetime | None = None
        for sheet in self._rows.changed(self._cursor.since):
            # Without the CRM's clock, the newest change stands for it.
            started = started or sheet.found.moment or max(map(modified_at, sheet.found.rows), default=None)
            fresh = self._fresh(sheet.found.rows)
            live = [row for row in fresh if not is_deleted(row)]
            records = tuple(
                record_of(self._account, self._want.object, row, self._want.fields, self._references) for row in live
            )
            gone = tuple(self._merges.gone(self._want.object, fresh))
            self._is_idle = self._is_idle and not fresh
            if sheet.is_last:
                cursor = self._moved(started)
                yield Page(records, cursor, is_last=True, gone=gone, repeated_count=self._repeated_count)
            elif records or gone:
                yield Page(records, self._cursor, is_last=False, gone=gone)

    def _fresh(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that the store does not hold like this; of deleted ones, those that it holds at all."""
        ids = [id_of(row) for row in rows]
        held = self._known.versions(ids) if ids else {}
        fresh = []
        for id_, row in zip(ids, rows, strict=True):
            version = held.get(id_)
            is_known = version is None if is_deleted(row) else self._is_known(row, version)
            if is_known:
                self._repeated_count += 1
            else:
                fresh.append(row)
        return fresh

    def _is_known(self, row: Row, version: datetime | None) -> bool:
        stamp = modified_at(row)
        if version is None or version < stamp:
            return False
        walked_at = self._cursor.walked_at
        is_settled = walked_at is not None and stamp < walked_at
        return is_settled or (self._user != "" and long_id(str(row.get(query.WRITER) or "")) == self._user)

    def _moved(self, started: datetime | None) -> Cursor:
        if started is None:
            return self._cursor
        walked_at = self._cursor.walked_at
        # While nothing happens the cursor rests, so that there is nothing to store; the window grows a little instead.
        is_fresh = walked_at is not None and started - walked_at < self._overlap
        if self._is_idle and is_fresh:
            return self._cursor
        return Cursor(max(self._cursor.since, started - self._overlap), None, walked_at=started)
