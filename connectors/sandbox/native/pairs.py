"""Which objects of the two CRMs go together, where the link is kept, and which fields are copied by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Salesforce's value is taken; HubSpot's goes there only where Salesforce has none.
PREFER_SALESFORCE = "prefer_salesforce"
#: Salesforce's value is taken, an empty one too; HubSpot's never goes there.
ALWAYS_SALESFORCE = "always_salesforce"
#: The latest change is taken.
TWO_WAY = "two_way"
#: Neither side hears of the other.
NEVER = "never"
RULES = (PREFER_SALESFORCE, ALWAYS_SALESFORCE, TWO_WAY, NEVER)


@dataclass(frozen=True, slots=True)
class Copied:
    """One field that is kept in step."""

    property: str
    field: str
    rule: str = PREFER_SALESFORCE


@dataclass(frozen=True, slots=True)
class Pair:
    """One object of HubSpot with what it is in Salesforce."""

    hubspot: str
    #: Salesforce object to the property that holds its id; the one that counts first, where a record holds several.
    ids: Mapping[str, str]
    copied: Mapping[str, tuple[Copied, ...]]

    def rules(self, salesforce: str, others: Mapping[str, str]) -> list[Copied]:
        """Return the fields copied, by the rules of an operator where there are any."""
        return [
            Copied(one.property, one.field, others.get(f"{self.hubspot}.{one.property}", one.rule))
            for one in self.copied[salesforce]
        ]


def _person(prefix: str) -> tuple[Copied, ...]:
    return (
        Copied("email", "Email", TWO_WAY),
        Copied("firstname", "FirstName"),
        Copied("lastname", "LastName"),
        Copied("phone", "Phone"),
        Copied("mobilephone", "MobilePhone"),
        Copied("jobtitle", "Title"),
        Copied("address", f"{prefix}Street"),
        Copied("city", f"{prefix}City"),
        Copied("state", f"{prefix}State"),
        Copied("zip", f"{prefix}PostalCode"),
        Copied("country", f"{prefix}Country"),
    )


PEOPLE = Pair(
    "contacts",
    {"Contact": "salesforcecontactid", "Lead": "salesforceleadid"},
    {
        "Contact": _person("Mailing"),
        "Lead": (*_person(""), Copied("company", "Company"), Copied("website", "Website")),
    },
)
FIRMS = Pair(
    "companies",
    {"Account": "salesforceaccountid"},
    {
        "Account": (
            Copied("name", "Name"),
            Copied("website", "Website"),
            Copied("phone", "Phone"),
            Copied("address", "BillingStreet"),
            Copied("city", "BillingCity"),
            Copied("state", "BillingState"),
            Copied("zip", "BillingPostalCode"),
            Copied("country", "BillingCountry"),
        )
    },
)
DEALS = Pair(
    "deals",
    {"Opportunity": "hs_salesforceopportunityid"},
    {
        "Opportunity": (
            Copied("dealname", "Name"),
            Copied("amount", "Amount"),
            Copied("closedate", "CloseDate"),
            # Neither CRM's stages are the other's: given when the one makes the other, and then left alone.
            Copied("dealstage", "StageName", NEVER),
        )
    },
)
#: Companies first: people are made at companies that are there, deals after both.
PAIRS = (FIRMS, PEOPLE, DEALS)
#: Salesforce object to its pair.
BY_SALESFORCE = {name: pair for pair in PAIRS for name in pair.ids}
