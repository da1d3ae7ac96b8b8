"""What a query is answered from. The org is one; a handful of rows in a test is another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from connectors.sandbox.salesforce.schema import ObjectSchema

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.soql.result import Result

#: A record: field name to value; datetimes are aware, ids have 18 characters. `row[name]` of a
#: field without a value is None, never a KeyError.
Row = Mapping[str, Any]


class Source(Protocol):
    """Objects and records as the running user may see them."""

    def object(self, name: str) -> ObjectSchema | None:
        """Return an object by its name in any case, without the fields the user may not see; None: there is none."""

    def rows(self, name: str, *, include_deleted: bool) -> Iterable[Row]:
        """Return every record of an object, by its exact name, in ascending order of id."""

    def find(self, name: str, record_id: str, *, include_deleted: bool) -> Row | None:
        """Return one record by its id of 18 characters."""

    def children(self, name: str, field: str, parent_id: str, *, include_deleted: bool) -> Iterable[Row]:
        """Return the records of an object whose reference field points at a record, in ascending order of id."""

    def rows_since(self, name: str, field: str, lower: datetime, *, include_deleted: bool) -> Iterable[Row] | None:
        """Return, in any order, the records whose field is not before a moment.

        None where no index knows: then every record is looked at.
        """

    def kept(self, result: Result, sent: int) -> str | None:
        """Keep a result of which so many rows are sent now; return where the others are. None: all are sent."""

    def caller(self) -> str:
        """Return the id of the user who asks."""
