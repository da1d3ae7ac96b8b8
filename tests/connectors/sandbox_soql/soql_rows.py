"""A handful of accounts and contacts, for queries to be tried on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connectors.sandbox.salesforce.ids import make_id
from connectors.sandbox.salesforce.schema import ObjectSchema, fresh_objects
from connectors.sandbox.salesforce.soql import Result, Row, parse, run

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
OBJECTS = fresh_objects()


class Values(dict[str, Any]):
    """A row: what it does not have is null."""

    def __missing__(self, name: str) -> None:
        return None


class Rows:
    """Rows in lists, looked at one by one."""

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        self.tables = {name: [Values(row) for row in rows] for name, rows in tables.items()}
        self.objects: dict[str, ObjectSchema] = dict(OBJECTS)
        #: How often every row was looked at.
        self.scans = 0

    def object(self, name: str) -> ObjectSchema | None:
        return next((kind for key, kind in self.objects.items() if key.lower() == name.lower()), None)

    def rows(self, name: str, *, include_deleted: bool) -> Iterable[Row]:
        self.scans += 1
        return self._all(name, include_deleted=include_deleted)

    def find(self, name: str, record_id: str, *, include_deleted: bool) -> Row | None:
        return next((row for row in self._all(name, include_deleted=include_deleted) if row["Id"] == record_id), None)

    def children(self, name: str, field: str, parent_id: str, *, include_deleted: bool) -> Iterable[Row]:
        return [row for row in self._all(name, include_deleted=include_deleted) if row[field] == parent_id]

    def rows_since(self, name: str, field: str, lower: datetime, *, include_deleted: bool) -> Iterable[Row] | None:
        rows = self._all(name, include_deleted=include_deleted)
        # Backwards: the evaluator may not rely on an order.
        return [row for row in rows if row[field] is not None and row[field] >= lower][::-1]

    def kept(self, result: Result, sent: int) -> str | None:
        return f"kept-{result.object}-{sent}"

    def caller(self) -> str:
        return make_id("005", 1)

    def _all(self, name: str, *, include_deleted: bool) -> list[Values]:
        return [row for row in self.tables.get(name, []) if include_deleted or not row["IsDeleted"]]


def account_id(number: int) -> str:
    return make_id("001", number)


def contact_id(number: int) -> str:
    return make_id("003", number)


def small_base() -> Rows:
    """Two accounts with four contacts; the last contact lies in the bin."""
    owner: dict[str, Any] = {"Id": make_id("005", 1), "Name": "Ann Owner", "Email": "ann@example.com"}
    accounts: list[dict[str, Any]] = [
        {"Id": account_id(1), "Name": "Acme", "OwnerId": owner["Id"], "AnnualRevenue": 5000.0, "NumberOfEmployees": 20},
        {"Id": account_id(2), "Name": "Bolt & Co", "ParentId": account_id(1), "Description": "long"},
    ]
    contacts: list[dict[str, Any]] = [
        {"FirstName": "Ada", "LastName": "Lovelace", "Email": "Ada@Example.com", "AccountId": account_id(1),
         "Birthdate": date(1990, 12, 10), "LeadSource": "Web"},
        {"FirstName": "Bob", "LastName": "O'Neil", "Email": "bob_b@example.com", "AccountId": account_id(1),
         "LeadSource": "Other"},
        {"LastName": "100% sure", "AccountId": account_id(2), "Birthdate": date(2001, 1, 31)},
        {"FirstName": "Gone", "LastName": "Away", "AccountId": account_id(2), "IsDeleted": True},
    ]  # fmt: skip
    for number, row in enumerate(contacts, start=1):
        at = datetime(2026, 11, 18 + number, 23, 0, tzinfo=UTC)
        row |= {"Id": contact_id(number), "SystemModstamp": at, "CreatedDate": at - timedelta(days=300)}
    return Rows({"User": [owner], "Account": accounts, "Contact": contacts})


def ask(text: str, base: Rows | None = None, **options: Any) -> Result:
    """Answer a query on the small base."""
    return run(parse(text), base or small_base(), options.pop("now", NOW), **options)


def last_names(text_after_select: str, base: Rows | None = None, **options: Any) -> list[str]:
    """Return the LastName of each contact a query finds: `ask("SELECT LastName FROM Contact …")`."""
    result = ask(f"SELECT LastName FROM Contact {text_after_select}", base, **options)
    return [record["LastName"] for record in result.records]
