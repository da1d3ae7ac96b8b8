"""Converting a lead: an account, a contact and an opportunity take over what it knew, and the lead is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.dml import writable_row
from connectors.sandbox.salesforce.errors import SalesforceError, unsupported_type
from connectors.sandbox.salesforce.rows import Row, Value

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

#: Field of the lead to field of what it becomes.
_TO_ACCOUNT = {
    "Company": "Name", "Phone": "Phone", "Fax": "Fax", "Website": "Website", "Industry": "Industry",
    "Rating": "Rating", "AnnualRevenue": "AnnualRevenue", "NumberOfEmployees": "NumberOfEmployees",
    "LeadSource": "AccountSource", "Street": "BillingStreet", "City": "BillingCity", "State": "BillingState",
    "PostalCode": "BillingPostalCode", "Country": "BillingCountry",
}  # fmt: skip
_TO_CONTACT = {
    "Salutation": "Salutation", "FirstName": "FirstName", "LastName": "LastName", "Title": "Title",
    "Email": "Email", "Phone": "Phone", "MobilePhone": "MobilePhone", "Fax": "Fax", "LeadSource": "LeadSource",
    "Description": "Description", "HasOptedOutOfEmail": "HasOptedOutOfEmail", "HasOptedOutOfFax": "HasOptedOutOfFax",
    "DoNotCall": "DoNotCall", "Street": "MailingStreet", "City": "MailingCity", "State": "MailingState",
    "PostalCode": "MailingPostalCode", "Country": "MailingCountry",
}  # fmt: skip
_FIRST_STAGE = "Prospecting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a lead is to be converted; ids that are empty stand for new records."""

    lead_id: str
    status: str
    account_id: str = ""
    contact_id: str = ""
    owner_id: str = ""
    opportunity_name: str = ""
    has_opportunity: bool = True
    overwrites_source: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """What a lead became."""

    lead_id: str
    account_id: str
    contact_id: str
    opportunity_id: str


def convert(org: Org, wish: Wish, cause: Cause, options: WriteOptions) -> Converted:
    """Convert a lead, as a whole or not at all; SalesforceError says why not."""
    with org.transaction():
        lead = _lead(org, wish)
        owner = _owner(org, wish, lead)
        quiet = replace(options, auto_assign=False)
        account_id = _account(org, wish, lead, owner, cause, quiet)
        contact_id = _contact(org, wish, lead, {"OwnerId": owner, "AccountId": account_id}, cause, quiet)
        opportunity_id = (
            _opportunity(org, wish, lead, (account_id, contact_id, owner), cause) if wish.has_opportunity else ""
        )
        _hand_over(org, lead, contact_id, cause)
        closed: dict[str, Any] = {
            "IsConverted": True, "ConvertedDate": org.stamp().date().isoformat(), "Status": wish.status,
            "ConvertedAccountId": account_id, "ConvertedContactId": contact_id,
            "ConvertedOpportunityId": opportunity_id or None, "IsUnreadByOwner": False,
        }  # fmt: skip
        org.update("Lead", lead.id, closed, cause, WriteOptions(is_raw=True))
    return Converted(lead.id, account_id, contact_id, opportunity_id)


def _lead(org: Org, wish: Wish) -> Row:
    kind = org.object_named("Lead")
    if kind is None:
        raise unsupported_type("Lead")
    lead = writable_row(org, kind, wish.lead_id)
    if lead["IsConverted"] is True:
        raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
    statuses = [row for row in org.tables["LeadStatus"].rows.values() if row["IsConverted"] is True]
    if wish.status not in {str(row["MasterLabel"]) for row in statuses}:
        raise SalesforceError("INVALID_STATUS", f"invalid convertedStatus: {wish.status}", [])
    return lead


def _owner(org: Org, wish: Wish, lead: Row) -> str:
    owner = wish.owner_id or str(lead["OwnerId"] or "")
    if org.object_of(owner) != "User":
        raise SalesforceError("REQUIRED_FIELD_MISSING", "a lead of a queue needs an owner to be converted", ["ownerId"])
    return owner


def _account(org: Org, wish: Wish, lead: Row, owner: str, cause: Cause, options: WriteOptions) -> str:
    values = _carried(org, "Account", lead, _TO_ACCOUNT)
    if wish.account_id:
        return _filled(org, "Account", wish.account_id, values, cause, options)
    return org.create("Account", {**values, "OwnerId": owner}, cause, options)


def _contact(org: Org, wish: Wish, lead: Row, links: Mapping[str, str], cause: Cause, options: WriteOptions) -> str:
    values = _carried(org, "Contact", lead, _TO_CONTACT)
    if not wish.contact_id:
        return org.create("Contact", {**values, **links}, cause, options)
    contact = writable_row(org, org.schema["Contact"], wish.contact_id)
    if contact["AccountId"] != links["AccountId"]:
        raise SalesforceError(
            "INVALID_CROSS_REFERENCE_KEY", "the contact does not belong to the account", ["contactId"], http=400
        )
    over = {"LeadSource"} if wish.overwrites_source else set()
    return _filled(org, "Contact", contact.id, values, cause, options, over)


def _carried(org: Org, name: str, lead: Row, fields: Mapping[str, str]) -> dict[str, Value]:
    """Return what the lead knows, by the fields of another object the caller may write."""
    kind = org.schema[name]
    found = {theirs: lead[ours] for ours, theirs in fields.items() if lead[ours] not in {None, False}}
    return {key: value for key, value in found.items() if (it := kind.find(key)) is not None and it.createable}


def _filled(
    org: Org, name: str, record_id: str, values: Mapping[str, Value], cause: Cause, options: WriteOptions,
    over: frozenset[str] | set[str] = frozenset(),
) -> str:  # fmt: skip
    """Give a record that is there already what it lacks."""
    row = writable_row(org, org.schema[name], record_id)
    lacking = {key: value for key, value in values.items() if row[key] in {None, False} or key in over}
    if lacking:
        org.update(name, row.id, lacking, cause, options)
    return row.id


def _opportunity(org: Org, wish: Wish, lead: Row, ids: tuple[str, str, str], cause: Cause) -> str:
    account_id, contact_id, owner = ids
    made = org.create("Opportunity", {
        "Name": wish.opportunity_name or f"{lead['Company']}-", "AccountId": account_id, "OwnerId": owner,
        "StageName": _FIRST_STAGE, "CloseDate": _quarter_end(org.stamp().date()).isoformat(),
        "LeadSource": lead["LeadSource"],
    }, cause)  # fmt: skip
    role = {"OpportunityId": made, "ContactId": contact_id, "IsPrimary": True}
    org.create("OpportunityContactRole", role, cause)
    return made


def _hand_over(org: Org, lead: Row, contact_id: str, cause: Cause) -> None:
    """Let activities and campaigns of the lead go on with the contact."""
    for name in ("Task", "Event"):
        for row in org.tables[name].having("WhoId", lead.id):
            org.note(cause, "update", name, row.id, "WhoId", lead.id, contact_id)
            org.put(name, row, {"WhoId": contact_id, **org.stamps_of(cause)})
    for row in org.tables["CampaignMember"].having("LeadId", lead.id):
        org.note(cause, "update", "CampaignMember", row.id, "ContactId", row["ContactId"], contact_id)
        org.put("CampaignMember", row, {"ContactId": contact_id, **org.stamps_of(cause)})


def _quarter_end(today: date) -> date:
    month = (today.month - 1) // 3 * 3 + 3
    following = date(today.year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
