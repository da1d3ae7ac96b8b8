"""What a journey has to know of each CRM: how it names things. The journeys themselves know only our own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.sandbox import DEFAULT_TOKEN


@dataclass(frozen=True, slots=True)
class Crm:
    """How one CRM names what the journeys speak of."""

    name: str
    people: str
    companies: str
    #: Their names of our fields, where they differ, by object.
    properties: Mapping[str, Mapping[str, str]]
    #: What the sandbox calls the calls that bring everything, bring changes, read before a write, write values and
    #: make links.
    lists: str
    pulls: str
    reads: str
    writes: str
    links: str
    #: The object such a call is about, where the sandbox tells.
    linking: str
    #: What the sandbox is to be told of calls that come too fast, and of rows that are refused for good.
    slow_down: Mapping[str, str]
    refusal: Mapping[str, str]
    #: What the CRM answers to a write when it did what it was asked: to records, values.
    yes: Callable[[Sequence[str], Mapping[str, str]], Any]
    #: What an administrator tells the sandbox: the token may (see, change) these objects only.
    allow: Callable[[Sequence[str], Sequence[str]], tuple[str, Mapping[str, Any]]]
    #: The call that puts records into the recycle bin.
    removals: str
    #: The calls that merge two records, and that bring one back (or make it anew).
    merges: str
    revivals: str
    #: Where one value of a record is read, and the part of the answer that holds it.
    path: str
    values_at: str = ""
    #: The call by which a life begins: which account is this.
    greeting: str = ""
    #: The property that refers to the company, where links are values.
    company_link: str = ""
    #: Properties that follow from others: who writes those writes these.
    derived: frozenset[str] = frozenset()
    #: Objects with persons beside `people`.
    more_people: tuple[str, ...] = ()
    #: What a record cannot do without, by object.
    required: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def objects(self) -> tuple[str, ...]:
        """Return all objects that are kept clean, companies first."""
        return (self.companies, self.people, *self.more_people)

    def spelled(self, object_name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values under the CRM's names; what is already so stays so."""
        names = self.properties.get(object_name, {})
        return {**self.required.get(object_name, {}), **{names.get(name, name): it for name, it in values.items()}}

    def property(self, object_name: str, name: str) -> str:
        """Return the CRM's name of a field."""
        return self.properties[object_name].get(name, name)

    def field(self, object_name: str, name: str) -> str:
        """Return our name of a property."""
        found = (ours for ours, theirs in self.properties.get(object_name, {}).items() if theirs == name)
        return next(found, name)

    def value(self, answer: Mapping[str, Any], name: str) -> str | None:
        """Return a value from the CRM's answer."""
        held = answer[self.values_at] if self.values_at else answer
        found: str | None = held.get(name)
        return found


def _hubspot_yes(ids: Sequence[str], values: Mapping[str, str]) -> Any:
    moment = "2026-01-01T00:00:00.000Z"
    rest = {"createdAt": moment, "updatedAt": moment, "archived": False}
    return {"status": "COMPLETE", "results": [{"id": one, "properties": values, **rest} for one in ids]}


def _hubspot_scopes(seen: Sequence[str], changed: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    scopes = [f"crm.objects.{name}.{right}" for names, right in ((seen, "read"), (changed, "write")) for name in names]
    schemas = [f"crm.schemas.{name}.read" for name in seen]
    return "tokens", {"value": DEFAULT_TOKEN, "scopes": [*scopes, *schemas]}


HUBSPOT = Crm(
    "hubspot", "contacts", "companies",
    {
        "contacts": {
            "first_name": "firstname", "last_name": "lastname", "job_title": "jobtitle",
            "normalised_title": "normalized_job_title",
        },
        "companies": {},
    },
    lists="list", pulls="search", reads="batch_read", writes="batch_update", links="associations_*create*", linking="",
    slow_down={}, refusal={},
    yes=_hubspot_yes, allow=_hubspot_scopes,
    removals="batch_archive", merges="merge", revivals="create",
    path="/crm/v3/objects/{object}/{id}?properties={name}", values_at="properties",
)  # fmt: skip


def _salesforce_yes(ids: Sequence[str], _values: Mapping[str, str]) -> Any:
    return [{"id": one, "success": True, "errors": []} for one in ids]


def _salesforce_permissions(seen: Sequence[str], changed: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    every = {"Account", "Contact", "Lead"}
    rights = {"hide_objects": sorted(every - {*seen}), "read_only_objects": sorted({*seen} - {*changed})}
    return "settings", {"crm": "salesforce", "permissions": rights}


_NAMES = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "email": "Email",
    "phone": "Phone",
    "job_title": "Title",
    "normalised_title": "Normalized_Title__c",
}
SALESFORCE = Crm(
    "salesforce", "Contact", "Account",
    {
        "Contact": {**_NAMES, "city": "MailingCity", "country": "MailingCountry", "company": "AccountId"},
        "Lead": {**_NAMES, "city": "City", "country": "Country", "company_name": "Company"},
        "Account": {"name": "Name", "domain": "Website", "phone": "Phone", "city": "BillingCity",
                    "country": "BillingCountry"},
    },
    lists="query", pulls="query_all", reads="query_all", writes="collections_update",
    links="collections_update", linking="Contact", slow_down={"policy": "CONCURRENT"},
    refusal={"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION"},
    yes=_salesforce_yes, allow=_salesforce_permissions,
    removals="collections_delete", merges="soap_merge", revivals="soap_undelete",
    path="/services/data/v64.0/sobjects/{object}/{id}?fields={name}", company_link="AccountId",
    greeting="query Organization",
    derived=frozenset({"Name"}), more_people=("Lead",), required={"Lead": {"Company": "Example Works GmbH"}},
)  # fmt: skip

#: A journey through each CRM, and over each kind of store. Connectors and stores do not know each other (a rule of the
#: layers), so what each does right it does right with any of the others.
EACH_CRM = pytest.mark.parametrize(
    ("crm", "backend"),
    [
        pytest.param(HUBSPOT, "sqlite", id="hubspot-sqlite"),
        pytest.param(SALESFORCE, "postgresql", id="salesforce-postgresql"),
    ],
)

#: A journey on which the store has no say: through each CRM, over the store that is always there.
EACH_CRM_ONCE = pytest.mark.parametrize(
    ("crm", "backend"),
    [
        pytest.param(HUBSPOT, "sqlite", id="hubspot-sqlite"),
        pytest.param(SALESFORCE, "sqlite", id="salesforce-sqlite"),
    ],
)

#: Journeys on which neither the CRM nor the store has a say.
ONCE = pytest.mark.parametrize(("crm", "backend"), [pytest.param(HUBSPOT, "sqlite", id="hubspot-sqlite")])
#: The same, where Salesforce does as well.
ONCE_ON_SALESFORCE = pytest.mark.parametrize(
    ("crm", "backend"), [pytest.param(SALESFORCE, "sqlite", id="salesforce-sqlite")]
)
