"""Values that may occur only once: e-mail addresses of contacts, and unique properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.errors import conflict, validation
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record

_EMAILS = frozenset({"email", "hs_additional_emails"})


def check_claims(account: Account, kind: ObjectType, values: Mapping[str, str], record: Record | None) -> None:
    """Raise 409 where a value is another record's already."""
    table = account.tables[kind.name]
    for name, value in values.items():
        for room, key in _keys(kind, name, value):
            holder = table.claims.get(room, {}).get(key)
            if holder is None or (record is not None and holder == record.id):
                continue
            if room == "email":
                raise conflict(f"Contact already exists. Existing ID: {holder}")
            # The text of this clash is not verified.
            raise conflict(f"Object with {name} {value} already exists. Existing ID: {holder}")


def claim(account: Account, kind: ObjectType, record: Record, name: str) -> None:
    """Keep a value for this record; who has it first has it."""
    table = account.tables[kind.name]
    for room, key in _keys(kind, name, record.values.get(name, "")):
        table.claims.setdefault(room, {}).setdefault(key, record.id)


def release(account: Account, kind: ObjectType, record: Record, name: str) -> None:
    """Let go of a value this record is about to lose."""
    table = account.tables[kind.name]
    for room, key in _keys(kind, name, record.values.get(name, "")):
        claims = table.claims.get(room, {})
        if claims.get(key) == record.id:
            del claims[key]


def holder_of(account: Account, kind: ObjectType, name: str, value: str) -> int | None:
    """Return the id of the live record that has a unique value."""
    for room, key in _keys(kind, name, value):
        return account.tables[kind.name].claims.get(room, {}).get(key)
    return None


def is_unique(kind: ObjectType, name: str) -> bool:
    """Whether records may be named by this property (`idProperty`)."""
    definition = kind.known(name)
    return (kind.name == "contacts" and name == "email") or (definition is not None and definition.is_unique)


class Reserved:
    """The unique values a batch is about to give away: no two records in it may take the same."""

    def __init__(self, kind: ObjectType) -> None:
        self._kind = kind
        self._takers: dict[tuple[str, str], Record | None] = {}

    def take(self, values: Mapping[str, str], record: Record | None) -> None:
        """Keep the unique ones of these values for a record (None: a new one); 400 where another row has them."""
        for name, value in values.items():
            for place in _keys(self._kind, name, value):
                if place in self._takers and (record is None or self._takers[place] is not record):
                    # The text of this refusal is not verified.
                    raise validation(f"Duplicate values found in batch input for {name}: [{value}]")
                self._takers[place] = record


def _keys(kind: ObjectType, name: str, value: str) -> Iterable[tuple[str, str]]:
    if not value:
        return ()
    if kind.name == "contacts" and name in _EMAILS:
        return [("email", address.strip().lower()) for address in value.split(";") if address.strip()]
    definition = kind.properties.get(name)
    return [(name, value)] if definition is not None and definition.is_unique else ()
