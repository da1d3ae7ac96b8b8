"""Properties of deals, tickets, and the account's own object."""

from __future__ import annotations

from connectors.sandbox.hubspot.portal import spell
from connectors.sandbox.hubspot.portal.spell import choice, flag, moment, number, text
from connectors.sandbox.hubspot.properties import ObjectType, Property


def deals() -> ObjectType:
    """Define deals."""
    info = "dealinformation"
    kind = ObjectType(
        "deals",
        "deal",
        "0-3",
        "deals",
        defaults=("amount", "closedate", "dealname", "dealstage", "pipeline"),
        needs=("dealname", "dealstage"),
        searchable=("dealname", "description"),
        display="dealname",
        may_merge=True,
        labels=("Deal", "Deals"),
    )
    kind.define(
        text("dealname", "Deal Name", info),
        number("amount", "Amount", info),
        Stage.property("dealstage", "Deal Stage", info),
        Stage.property("pipeline", "Pipeline", info),
        moment("closedate", "Close Date", info),
        choice("dealtype", "Deal Type", info, ("newbusiness", "existingbusiness"), "radio"),
        choice("hs_priority", "Priority", info, ("low", "medium", "high")),
        text("description", "Deal Description", info, "textarea"),
        text("closed_lost_reason", "Closed Lost Reason", info, "textarea"),
        spell.owner(info),
        *spell.read_only(
            moment("createdate", "Create Date", info),
            moment("hs_lastmodifieddate", "Last Modified Date", info),
            moment("notes_last_contacted", "Last Contacted", info),
            moment("notes_last_updated", "Last Activity Date", info),
        ),
        *spell.calculated(
            flag("hs_is_closed", "Is Deal Closed?", info),
            flag("hs_is_closed_won", "Is Closed Won", info),
            number("hs_deal_stage_probability", "Deal probability", info),
            number("num_associated_contacts", "Number of Associated Contacts", info),
        ),
        *spell.kept_in_step(info, ("hs_salesforceopportunityid", "Salesforce Opportunity ID")),
        *spell.provenance(info),
    )
    return kind


def tickets() -> ObjectType:
    """Define tickets."""
    info = "ticketinformation"
    kind = ObjectType(
        "tickets",
        "ticket",
        "0-5",
        "tickets",
        defaults=("content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"),
        needs=("subject", "hs_pipeline_stage"),
        searchable=("subject", "content", "hs_ticket_category"),
        display="subject",
        may_merge=True,
        labels=("Ticket", "Tickets"),
    )
    kind.define(
        text("subject", "Ticket name", info),
        text("content", "Ticket description", info, "textarea"),
        Stage.property("hs_pipeline", "Pipeline", info),
        Stage.property("hs_pipeline_stage", "Ticket status", info),
        choice("hs_ticket_priority", "Priority", info, ("LOW", "MEDIUM", "HIGH", "URGENT")),
        choice(
            "hs_ticket_category", "Category", info,
            ("PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY"), "checkbox",
        ),
        choice("source_type", "Source", info, ("CHAT", "EMAIL", "FORM", "PHONE")),
        spell.owner(info),
        *spell.read_only(
            moment("createdate", "Create date", info),
            moment("hs_lastmodifieddate", "Last modified date", info),
            moment("closed_date", "Close date", info),
        ),
        *spell.calculated(number("num_associated_contacts", "Number of Associated Contacts", info)),
        *spell.provenance(info),
    )  # fmt: skip
    return kind


class Stage:
    """Properties whose options are the account's pipelines."""

    @staticmethod
    def property(name: str, label: str, group: str) -> Property:
        """Define one; its options are checked against the pipelines."""
        found = choice(name, label, group, ())
        found.has_external_options = True
        return found


def subscriptions(portal: int) -> ObjectType:
    """Define the account's own object."""
    info = "subscription_information"
    kind = ObjectType(
        f"p{portal}_subscription",
        "subscription",
        "2-3465404",
        "custom",
        created_property="hs_createdate",
        defaults=("subscription_name",),
        needs=("subscription_name",),
        searchable=("subscription_name",),
        display="subscription_name",
        may_merge=True,
        is_custom=True,
        labels=("Subscription", "Subscriptions"),
        short_name="subscription",
    )
    key = text("subscription_key", "Subscription key", info)
    key.is_unique = True
    kind.define(
        *spell.custom(
            text("subscription_name", "Subscription name", info),
            key,
            choice("status", "Status", info, ("active", "paused", "cancelled")),
            number("seats", "Seats", info),
            spell.day("renewal_date", "Renewal date", info),
        ),
        spell.owner(info),
        *spell.read_only(
            moment("hs_createdate", "Object create date/time", info),
            moment("hs_lastmodifieddate", "Object last modified date/time", info),
        ),
        *spell.provenance(info),
    )
    return kind
