"""`convertLead()`: leads become contacts of accounts, each of them whole or not at all."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.converting import Wish, convert
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.soap.calling import SoapCall, errors, limits
from connectors.sandbox.salesforce.soap.envelope import Element, Part, SoapFault, answer

MOST_LEADS = 100


def convert_leads(call: SoapCall) -> Answer:
    """Convert leads."""
    wishes = call.envelope.body.all("leadConverts")
    if len(wishes) > MOST_LEADS:
        reason = f"record limit reached. cannot submit more than {MOST_LEADS} records into this call"
        raise SoapFault("EXCEEDED_ID_LIMIT", reason)
    results: list[Part] = [("result", _converted(call, wish)) for wish in wishes]
    return answer("convertLead", results, limits(call.org))


def _converted(call: SoapCall, given: Element) -> list[Part]:
    wish = Wish(
        lead_id=given.one("leadId"), status=given.one("convertedStatus"), account_id=given.one("accountId"),
        contact_id=given.one("contactId"), owner_id=given.one("ownerId"),
        opportunity_name=given.one("opportunityName"), has_opportunity=not given.flag("doNotCreateOpportunity"),
        overwrites_source=given.flag("overwriteLeadSource"),
    )  # fmt: skip
    try:
        done = convert(call.org, wish, call.cause, call.options)
    except SalesforceError as problem:
        nothing: list[Part] = [("accountId", None), ("contactId", None)]
        return [*nothing, errors(problem), ("leadId", wish.lead_id), ("opportunityId", None), ("success", False)]
    return [
        ("accountId", done.account_id), ("contactId", done.contact_id), ("leadId", done.lead_id),
        ("opportunityId", done.opportunity_id or None), ("success", True),
    ]  # fmt: skip
