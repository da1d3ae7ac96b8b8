"""What there is of two records and all that hangs on them, told so that it can be compared before and after.

Left out is what the connectors say no undo brings back, and nothing else: a HubSpot record made anew has another id,
another date of creation and no history, and nobody but HubSpot writes what HubSpot counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tests.journeys.crms import HUBSPOT
from tests.journeys.journey import Journey

#: A record: its values, and its ties as (kind of tie, the other end).
Told = tuple[dict[str, Any], frozenset[tuple[str, str]]]

_HUBSPOT_OBJECTS = ("contacts", "companies", "deals", "tickets", "notes", "tasks")
_SALESFORCE_TIES = (
    ("Task", "WhoId"), ("Case", "ContactId"), ("OpportunityContactRole", "ContactId"), ("Contact", "ReportsToId"),
)  # fmt: skip
_STAMPS = {"SystemModstamp", "LastModifiedDate", "LastModifiedById"}


def graph(journey: Journey, names: Mapping[str, str]) -> dict[str, Told]:
    """Tell of people by the names the test has for them, which is also how ties call them."""
    tell = _of_hubspot if journey.crm is HUBSPOT else _of_salesforce
    called = {id_: name for name, id_ in names.items()}
    return {name: tell(journey, id_, called) for name, id_ in names.items()}


def hang_on(journey: Journey, stays: str, goes: str) -> None:
    """Let people hang something on both: companies, deals, activities, labels, and each other."""
    if journey.crm is HUBSPOT:
        _hang_on_hubspot(journey, stays, goes)
    else:
        _hang_on_salesforce(journey, stays, goes)


def _hang_on_hubspot(journey: Journey, stays: str, goes: str) -> None:
    one, other = (journey.create_company(name, f"{name.lower()}.example") for name in ("Northern", "Southern"))
    deals = [journey.create("deals", dealname=f"Deal {number}", dealstage="appointmentscheduled") for number in "12"]
    note = journey.create("notes", hs_note_body="Called.", hs_timestamp="2026-01-01T00:00:00Z")
    path = "/crm/v4/associations/contacts/companies/labels"
    label = journey.call("POST", path, {"label": "Billing", "name": "billing"})["results"]
    billing = next(row["typeId"] for row in label if row["label"] == "Billing")

    def tie(record: str, to: str, to_id: str, *types: int) -> None:
        journey.act("link", object="contacts", id=record, to=to, to_id=to_id, types=list(types))

    tie(stays, "companies", one, 279, 1)
    tie(goes, "companies", one, 279, billing)
    tie(goes, "companies", other, 279, 1)
    tie(stays, "deals", deals[0], 4)
    tie(goes, "deals", deals[0], 4)
    tie(goes, "deals", deals[1], 4)
    tie(goes, "notes", note, 201)
    tie(goes, "contacts", stays, 449)


def _hang_on_salesforce(journey: Journey, stays: str, goes: str) -> None:
    journey.create("Task", WhoId=goes, Subject="Call")
    journey.create("Task", WhoId=stays, Subject="Call")
    journey.create("Case", ContactId=goes, Status="New", Origin="Phone")
    deal = journey.create("Opportunity", Name="Deal", StageName="Prospecting", CloseDate="2027-01-01")
    journey.create("OpportunityContactRole", OpportunityId=deal, ContactId=goes, Role="Decision Maker")
    journey.create(first_name="Bo", last_name="Ray", ReportsToId=goes, email="bo.ray@example-works.com")


def _of_hubspot(journey: Journey, id_: str, called: Mapping[str, str]) -> Told:
    described = journey.call("GET", "/crm/v3/properties/contacts")["results"]
    names = [one["name"] for one in described if not one["modificationMetadata"]["readOnlyValue"]]
    asked = ",".join([*names, "hs_additional_emails"])
    values = journey.call("GET", f"/crm/v3/objects/contacts/{id_}?properties={asked}")["properties"]
    held = {name: values.get(name) or None for name in names if not _is_counted(name, described)}
    held["more addresses"] = sorted(one for one in (values.get("hs_additional_emails") or "").split(";") if one)
    ties = set()
    for to in _HUBSPOT_OBJECTS:
        for row in journey.call("GET", f"/crm/v4/objects/contacts/{id_}/associations/{to}")["results"]:
            other = str(row["toObjectId"])
            # Ids are unique within an object only.
            name = called.get(other, other) if to == "contacts" else other
            ties |= {(f"{to} {kind['typeId']}", name) for kind in row["associationTypes"]}
    return held, frozenset(ties)


def _is_counted(name: str, described: list[dict[str, Any]]) -> bool:
    return any(one["name"] == name and one.get("calculated") for one in described)


def _of_salesforce(journey: Journey, id_: str, called: Mapping[str, str]) -> Told:
    values = journey.call("GET", f"/services/data/v64.0/sobjects/Contact/{id_}")
    held = {name: value for name, value in values.items() if name not in {*_STAMPS, "attributes"}}
    ties = set()
    for child, field in _SALESFORCE_TIES:
        soql = quote(f"SELECT Id FROM {child} WHERE {field} = '{id_}'")
        rows = journey.call("GET", f"/services/data/v64.0/query?q={soql}")["records"]
        ties |= {(f"{child}.{field}", called.get(row["Id"], row["Id"])) for row in rows}
    return held, frozenset(ties)
