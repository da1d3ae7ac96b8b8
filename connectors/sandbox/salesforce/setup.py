"""What every org is furnished with: its own users, profiles, record types, stages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.sandbox.salesforce.computed import STAGES
from connectors.sandbox.salesforce.rows import Value
from connectors.sandbox.salesforce.sessions import USERNAME
from connectors.sandbox.tokens import DEFAULT_TOKEN

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

BIRTH = datetime(2019, 3, 4, 9, 0, tzinfo=UTC)
ADMINISTRATOR = "admin@syncd-sandbox.example"
#: What the users of apps are given: they log in through interfaces only.
APP_PROFILE = "Minimum Access - API Only Integrations"
_LEAD_STATUSES = (
    ("Open - Not Contacted", True, False),
    ("Working - Contacted", False, False),
    ("Closed - Converted", False, True),
    ("Closed - Not Converted", False, False),
)


def furnish(org: Org) -> None:
    """Put what a new org comes with into an empty one."""
    automated = add_user(org, "autoproc@syncd-sandbox.example", "Automated", "Process", profile="")
    profiles = {
        name: _add(org, automated, "Profile", {"Name": name, "UserType": "Standard"})
        for name in ("System Administrator", "Standard User", APP_PROFILE)
    }
    add_user(org, ADMINISTRATOR, "Admin", "User", profile=profiles["System Administrator"])
    caller = add_user(
        org, USERNAME, "Integration", "User", profile=profiles[APP_PROFILE]
    )  # fmt: skip
    org.tables["Organization"].insert(
        _audit(automated) | {
            "Id": org.id, "Name": "Syncd Sandbox", "Country": "US", "DefaultLocaleSidKey": "en_US",
            "TimeZoneSidKey": "America/Los_Angeles", "LanguageLocaleKey": "en_US", "InstanceName": "SBX1",
            "OrganizationType": "Enterprise Edition", "IsSandbox": False, "PrimaryContact": "Admin User",
        }
    )  # fmt: skip
    for name, label, kind in (
        ("Business_Account", "Business Account", "Account"),
        ("New_Business", "New Business", "Opportunity"),
        ("Renewal", "Renewal", "Opportunity"),
    ):
        values: dict[str, Value] = {"Name": label, "DeveloperName": name, "SobjectType": kind, "IsActive": True}
        _add(org, automated, "RecordType", values)
    _add(org, automated, "Group", {"Name": "Inbound Leads", "DeveloperName": "Inbound_Leads", "Type": "Queue"})
    _choices(org, automated)
    org.sessions.begin(caller, DEFAULT_TOKEN)


def add_user(  # noqa: PLR0913 - a user has that many parts, and every caller names them
    org: Org,
    username: str,
    first_name: str,
    last_name: str,
    *,
    profile: str | None = None,
    email: str = "",
    zone: str = "America/Los_Angeles",
    is_active: bool = True,
) -> str:
    """Add somebody who may log in; return the user's id."""
    users = org.tables["User"]
    made_id = org.new_id("User")
    if profile is None:
        profile = next((row.id for row in org.tables["Profile"].rows.values() if row["Name"] == "Standard User"), "")
    values: dict[str, Value] = {
        "Id": made_id, "Username": username, "FirstName": first_name, "LastName": last_name,
        "Name": f"{first_name} {last_name}".strip(), "Email": email or username, "Alias": last_name[:8],
        "CommunityNickname": username.partition("@")[0][:40], "IsActive": is_active, "TimeZoneSidKey": zone,
        "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
        "UserType": "Standard" if profile else "AutomatedProcess", "ProfileId": profile or None,
    }  # fmt: skip
    first = next(iter(users.rows), made_id)
    users.insert({key: value for key, value in {**values, **_audit(first)}.items() if value is not None})
    return made_id


def _add(org: Org, author: str, name: str, values: dict[str, Value]) -> str:
    made_id = org.new_id(name)
    org.tables[name].insert({"Id": made_id, **values, **_audit(author)})
    return made_id


def _audit(author: str) -> dict[str, Value]:
    return {
        "CreatedDate": BIRTH, "CreatedById": author, "LastModifiedDate": BIRTH, "LastModifiedById": author,
        "SystemModstamp": BIRTH,
    }  # fmt: skip


def _choices(org: Org, author: str) -> None:
    for order, (label, is_default, is_converted) in enumerate(_LEAD_STATUSES, 1):
        values: dict[str, Value] = {"MasterLabel": label, "ApiName": label, "SortOrder": order}
        _add(org, author, "LeadStatus", values | {"IsDefault": is_default, "IsConverted": is_converted})
    for order, (label, (probability, category, shown)) in enumerate(STAGES.items(), 1):
        _add(org, author, "OpportunityStage", {
            "MasterLabel": label, "ApiName": label, "IsActive": True, "SortOrder": order,
            "IsClosed": label.startswith("Closed"), "IsWon": label == "Closed Won", "ForecastCategory": category,
            "ForecastCategoryName": shown, "DefaultProbability": float(probability),
        })  # fmt: skip
