"""Queries against the org: where SOQL meets the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.sandbox.salesforce import soql
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Row
from connectors.sandbox.salesforce.schema import ObjectSchema

MOST_LETTERS = 100_000
_UTC = ZoneInfo("UTC")
#: Keeps a result of which so many rows are sent now; returns where the others are.
Keep = Callable[[soql.Result, int], str]


class OrgSource:
    """An org as the evaluator reads it: what the calling user may see, as queries see it just now."""

    def __init__(self, org: Org, keep: Keep | None = None) -> None:
        self._org = org
        self._keep = keep

    def object(self, name: str) -> ObjectSchema | None:
        """Return an object by its name in any case."""
        return self._org.object_named(name)

    def rows(self, name: str, *, include_deleted: bool) -> Iterable[Row]:
        """Return every record of an object, in ascending order of id."""
        return self._org.rows(name, include_deleted=include_deleted)

    def find(self, name: str, record_id: str, *, include_deleted: bool) -> Row | None:
        """Return one record."""
        row = self._org.tables[name].visible_one(record_id, self._org.now_ms())
        is_there = row is not None and (include_deleted or not row.is_deleted) and self._org.is_shown(row)
        return row if is_there else None

    def children(self, name: str, field: str, parent_id: str, *, include_deleted: bool) -> Iterable[Row]:
        """Return the records that point at another one."""
        rows = self._org.tables[name].having(field, parent_id)
        there = (row for row in rows if (include_deleted or not row.is_deleted) and self._org.is_shown(row))
        return sorted(there, key=lambda row: row.id)

    def rows_since(self, name: str, field: str, lower: datetime, *, include_deleted: bool) -> Iterable[Row] | None:
        """Return records by the index of SystemModstamp; None for other fields."""
        if field != "SystemModstamp":
            return None
        return self._org.rows_since(name, lower, include_deleted=include_deleted)

    def kept(self, result: soql.Result, sent: int) -> str | None:
        """Keep a result of which so many rows are sent now; return where the others are."""
        return None if self._keep is None else self._keep(result, sent)

    def caller(self) -> str:
        """Return the id of the user who asks."""
        return self._org.user.id if self._org.user else self._org.automated_user


def query(
    org: Org, text: str, *, include_deleted: bool = False, version: str = "66.0", keep: Keep | None = None
) -> soql.Result:
    """Answer a query as the org's present caller; SalesforceError where it cannot be answered."""
    if len(text) > MOST_LETTERS:
        raise SalesforceError("MALFORMED_QUERY", f"SOQL statements can not be longer than {MOST_LETTERS} characters")
    zone = org.user.zone if org.user else _UTC
    try:
        parsed = soql.parse(text)
        return soql.run(parsed, OrgSource(org, keep), org.now(), zone, include_deleted=include_deleted, version=version)
    except soql.SoqlError as problem:
        raise SalesforceError(problem.error_code, problem.message) from None
