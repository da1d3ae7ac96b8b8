"""The bodies of our requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from syncd.model import Raw, Update

#: The most HubSpot takes or gives in one call.
LIST_PAGE = 100
BATCH = 100
BATCH_WITH_HISTORY = 50
SEARCH_PAGE = 200
#: Rows of a search that can be reached at all.
SEARCH_REACH = 10_000
OWNERS_PAGE = 500
LINKS_READ = 1000

ID = "hs_object_id"
#: When a record was made; every answer tells.
CREATED = "createdate"
#: The ids that were merged into a record; always asked for.
MERGED_IDS = "hs_merged_object_ids"
#: A contact's primary company.
PRIMARY_COMPANY = "associatedcompanyid"
EMAIL = "email"
#: A contact's further addresses; nobody else can have them, and `batch/update` cannot write them.
MORE_EMAILS = "hs_additional_emails"
#: A company's web domain, and further ones; any number of companies may have the same.
DOMAIN, MORE_DOMAINS = "domain", "hs_additional_domains"
#: Moves forward only, unless it is emptied first.
STAGE = "lifecyclestage"
#: The account of Salesforce that a company is kept in step with.
SALESFORCE_ACCOUNT = "salesforceaccountid"

#: A window that starts at the epoch itself is answered with 500.
FIRST_MOMENT = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


def modified_property(object_name: str) -> str:
    """Return the property that tells when a record was changed. Contacts have one of their own."""
    return "lastmodifieddate" if object_name in {"contacts", "contact", "0-1"} else "hs_lastmodifieddate"


def milliseconds(moment: datetime) -> int:
    """Return a moment as HubSpot's filters take it, rounded down."""
    return (max(moment, FIRST_MOMENT) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a search: modified in [since, until], ids in (above, up_to]. Open where None."""

    since: datetime
    until: datetime | None = None
    above: int = 0
    up_to: int | None = None

    def filters(self, object_name: str) -> list[dict[str, str]]:
        """Return the conditions, all of which must hold."""
        modified = modified_property(object_name)
        since = str(milliseconds(self.since))
        found = [{"propertyName": modified, "operator": "GTE", "value": since}]
        if self.until is not None:
            until = str(milliseconds(self.until))
            found = [{"propertyName": modified, "operator": "BETWEEN", "value": since, "highValue": until}]
        if self.above:
            found.append({"propertyName": ID, "operator": "GT", "value": str(self.above)})
        if self.up_to is not None:
            found.append({"propertyName": ID, "operator": "LTE", "value": str(self.up_to)})
        return found


def newest(object_name: str, window: Window) -> dict[str, Any]:
    """Search for what was changed last."""
    return _search(object_name, window, modified_property(object_name), "DESCENDING")


def by_id(object_name: str, window: Window) -> dict[str, Any]:
    """Search in the order of ids, which never change."""
    return _search(object_name, window, ID, "ASCENDING")


def count() -> dict[str, Any]:
    """Search for everything, and hardly read any of it: the answer tells how many there are."""
    return {"limit": 1, "properties": [ID]}


def having(name: str) -> dict[str, Any]:
    """Search for one record that holds something in a property."""
    filters = [{"propertyName": name, "operator": "HAS_PROPERTY"}]
    return {"filterGroups": [{"filters": filters}], "properties": [ID], "limit": 1}


def id_behind(place: str, count: int) -> dict[str, Any]:
    """Search for the record that so many others, the one at `place` the first of them, come before."""
    return {
        "filterGroups": [{"filters": [{"propertyName": ID, "operator": "GTE", "value": place}]}],
        "sorts": [{"propertyName": ID, "direction": "ASCENDING"}],
        "properties": [ID],
        "limit": 1,
        "after": str(count),
    }


def batch_read(ids: Iterable[str], properties: Sequence[str]) -> dict[str, Any]:
    """Read records by id, with their values."""
    return {"properties": list(properties), "inputs": [{"id": id_} for id_ in ids]}


def batch_read_history(ids: Iterable[str], modified: str, properties: Iterable[str]) -> dict[str, Any]:
    """Read when records were changed last, and what properties have been."""
    inputs = [{"id": id_} for id_ in ids]
    return {"properties": [modified], "propertiesWithHistory": list(properties), "inputs": inputs}


def batch_update(updates: Iterable[Update]) -> dict[str, Any]:
    """Write values. The fix's id comes back with a row that fails, so that the others are written all the same."""
    return {
        "inputs": [
            {"id": update.ref.id, "objectWriteTraceId": update.fix, "properties": properties(update.values)}
            for update in updates
        ]
    }


def properties(values: Mapping[str, Raw]) -> dict[str, str]:
    """Spell values as HubSpot takes them: text only, and empty text to clear."""
    return {name: text_of(value) for name, value in values.items()}


def text_of(value: Raw) -> str:
    """Spell one value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def holding(values: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Search for the newest records that hold all of some values."""
    return {
        "filterGroups": [
            {"filters": [{"propertyName": name, "operator": "EQ", "value": value} for name, value in values]}
        ],
        "sorts": [{"propertyName": ID, "direction": "DESCENDING"}],
        "properties": [ID],
        "limit": BATCH,
    }


def with_domain(domains: Sequence[str]) -> dict[str, Any]:
    """Search for companies that have one of some web domains, as the first or as another one."""
    values = sorted({spelled for one in domains for spelled in (one, f"www.{one}")})
    return {
        "filterGroups": [
            {"filters": [{"propertyName": name, "operator": "IN", "values": values}]} for name in (DOMAIN, MORE_DOMAINS)
        ],
        "sorts": [{"propertyName": ID, "direction": "ASCENDING"}],
        "properties": [DOMAIN, MORE_DOMAINS],
        "limit": SEARCH_PAGE,
    }


def ids(ids_: Iterable[str]) -> dict[str, Any]:
    """Name records."""
    return {"inputs": [{"id": id_} for id_ in ids_]}


def _search(object_name: str, window: Window, sort: str, direction: str) -> dict[str, Any]:
    return {
        "filterGroups": [{"filters": window.filters(object_name)}],
        "sorts": [{"propertyName": sort, "direction": direction}],
        "properties": [modified_property(object_name)],
        "limit": SEARCH_PAGE,
    }
