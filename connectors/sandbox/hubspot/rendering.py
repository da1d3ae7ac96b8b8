"""Records as the API sends them. A `Renderer` is prepared once per request and then applied to each record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.hubspot import history
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.computed import COMPUTED, Computation
from connectors.sandbox.hubspot.links import LinkType
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record

API_HOST = "https://api.hubapi.com"


def _created(_: Account, record: Record) -> str:
    return iso(record.created_ms)


def _modified(_: Account, record: Record) -> str:
    return iso(record.modified_ms)


def _id(_: Account, record: Record) -> str:
    return str(record.id)


def special_values(kind: ObjectType) -> dict[str, Computation]:
    """Return how to work out the properties of a type that are not kept as values."""
    return {
        **COMPUTED.get(kind.name, {}),
        kind.created_property: _created,
        kind.modified_property: _modified,
        "hs_object_id": _id,
    }


def value_of(account: Account, kind: ObjectType, record: Record, name: str) -> str | None:
    """Return one value as a reader of the API sees it."""
    special = special_values(kind).get(name)
    return special(account, record) if special else record.values.get(name)


class Renderer:
    """Renders records of one type with one choice of properties."""

    def __init__(
        self,
        account: Account,
        kind: ObjectType,
        *,
        properties: Iterable[str] = (),
        with_history: Iterable[str] = (),
        associations: Iterable[str] = (),
        with_url: bool = False,
    ) -> None:
        self._account = account
        self._kind = kind
        asked = [name for name in properties if kind.known(name)]
        self._history = [name for name in dict.fromkeys(with_history) if kind.known(name)]
        chosen = {*(asked or ([] if self._history else kind.defaults)), *self._history, *kind.system_properties}
        if not asked and not properties:
            chosen |= set(kind.defaults)
        self._names = sorted(chosen)
        special = special_values(kind)
        self._special = [(name, special[name]) for name in self._names if name in special]
        self._links = [account.type_of(name) for name in dict.fromkeys(associations)]
        self._with_url = with_url
        self._drops_unset = not account.readings.unset_is_null

    def __call__(self, record: Record, *, only: Iterable[str] | None = None) -> dict[str, Any]:
        """Render a record; `only` names what a write has touched, shown beside the defaults."""
        get = record.values.get
        values: dict[str, str | None] = {name: get(name) for name in self._names}
        for name, compute in self._special:
            values[name] = compute(self._account, record)
        if only is not None:
            values.update((name, get(name)) for name in only)
        if self._drops_unset:
            values = {name: value for name, value in values.items() if value is not None}
        body: dict[str, Any] = {
            "id": str(record.id),
            "properties": values,
            "createdAt": iso(record.created_ms),
            "updatedAt": iso(record.modified_ms),
            "archived": record.archived_ms is not None,
        }
        if record.archived_ms is not None:
            body["archivedAt"] = iso(record.archived_ms)
        if self._history:
            body["propertiesWithHistory"] = {name: self._versions(record, name) for name in self._history}
        if self._links and (linked := self._associations(record)):
            body["associations"] = linked
        if self._with_url:
            portal, type_id = self._account.portal, self._kind.type_id
            body["url"] = f"https://app.hubspot.com/contacts/{portal}/record/{type_id}/{record.id}"
        return body

    def _versions(self, record: Record, name: str) -> list[dict[str, Any]]:
        if name in self._kind.system_properties:
            value = value_of(self._account, self._kind, record, name) or ""
            return [{"value": value, "timestamp": value if name != "hs_object_id" else iso(record.created_ms),
                     "sourceType": "API"}]  # fmt: skip
        return history.wire(record, name)

    def _associations(self, record: Record) -> dict[str, Any]:
        found = {}
        for target in self._links:
            page = linked_page(
                self._account, self._kind, record.id, target, 0, self._account.readings.inline_associations
            )
            if page["results"]:
                found[target.name] = page
        return found


def linked_page(
    account: Account, kind: ObjectType, record_id: int, target: ObjectType, after: int, limit: int
) -> dict[str, Any]:
    """Return associated ids the old way: one row for each type of link."""
    there = account.tables[target.name]
    rows = [
        (other, types)
        for other, types in account.links.ordered(kind.type_id, record_id, target.type_id)
        if other >= after and there.find(other) is not None
    ]
    page: dict[str, Any] = {
        "results": [
            {"id": str(other), "type": link_name(account, account.links.types[type_id])}
            for other, types in rows[:limit]
            for type_id in sorted(types)
        ]
    }
    if len(rows) > limit:
        following = str(rows[limit][0])
        path = f"/crm/v3/objects/{kind.name}/{record_id}/associations/{target.name}"
        page["paging"] = {"next": {"after": following, "link": f"{API_HOST}{path}?after={following}"}}
    return page


def link_name(account: Account, kind: LinkType) -> str:
    """Spell a type of link the old way: `contact_to_company`; plain ones beside a primary are `…_unlabeled`."""
    if kind.name:
        return kind.name
    source, target = account.type_by_id(kind.source), account.type_by_id(kind.target)
    name = f"{source.singular}_to_{target.singular}"
    if kind.id == 13:
        return "parent_to_child_company"
    if kind.id == 14:
        return "child_to_parent_company"
    has_primary = account.links.primary(kind.source, kind.target) is not None
    return f"{name}_unlabeled" if has_primary and not kind.is_primary else name
