"""Properties of contacts."""

from __future__ import annotations

from connectors.sandbox.hubspot.portal import spell
from connectors.sandbox.hubspot.portal.spell import choice, day, flag, moment, number, text
from connectors.sandbox.hubspot.properties import ObjectType, Property

LIFECYCLE = (
    "subscriber", ("lead", "Lead"), ("marketingqualifiedlead", "Marketing Qualified Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"), "opportunity", "customer", "evangelist", "other",
)  # fmt: skip
LEAD_STATUS = (
    "NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING",
)  # fmt: skip
TRAFFIC_SOURCES = (
    "ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS", "OTHER_CAMPAIGNS",
    "DIRECT_TRAFFIC", "OFFLINE", "PAID_SOCIAL",
)  # fmt: skip

_INFO = "contactinformation"
_MAIL = "emailinformation"
_WEB = "analyticsinformation"
_SALES = "sales_properties"
_SALESFORCE = "salesforceinformation"


def _own() -> list[Property]:
    return [
        text("email", "Email", _INFO),
        text("firstname", "First Name", _INFO),
        text("lastname", "Last Name", _INFO),
        text("salutation", "Salutation", _INFO),
        text("phone", "Phone Number", _INFO, "phonenumber"),
        text("mobilephone", "Mobile Phone Number", _INFO, "phonenumber"),
        text("fax", "Fax Number", _INFO),
        text("jobtitle", "Job Title", _INFO),
        text("company", "Company Name", _INFO),
        text("website", "Website URL", _INFO),
        text("address", "Street Address", _INFO),
        text("city", "City", _INFO),
        text("state", "State/Region", _INFO),
        text("zip", "Postal Code", _INFO),
        text("country", "Country/Region", _INFO),
        text("industry", "Industry", _INFO),
        text("date_of_birth", "Date of birth", _INFO),
        text("message", "Message", _INFO, "textarea"),
        choice("hs_language", "Preferred language", _INFO, ("en", "de", "fr", "es", "pt", "it", "nl", "ja", "pl")),
        text("hs_linkedin_url", "LinkedIn URL", _INFO),
        text("leadsource", "Lead source", _INFO),
        choice("lifecyclestage", "Lifecycle Stage", _INFO, LIFECYCLE, "radio"),
        choice("hs_lead_status", "Lead Status", _SALES, LEAD_STATUS, "radio"),
        choice("hs_buying_role", "Buying Role", _SALES, ("BLOCKER", "CHAMPION", "DECISION_MAKER"), "checkbox"),
        choice("hs_legal_basis", "Legal basis", _INFO, ("Not applicable", "Freely given consent"), "checkbox"),
        spell.owner(_SALES),
        moment("closedate", "Close Date", _INFO),
    ]


def _set_by_hubspot() -> list[Property]:
    return spell.read_only(
        moment("createdate", "Create Date", _INFO),
        moment("lastmodifieddate", "Last Modified Date", _INFO),
        choice("hs_additional_emails", "Additional email addresses", _INFO, (), "checkbox"),
        text("hs_calculated_merged_vids", "Merged vids with timestamps of merge", _INFO),
        choice("hs_marketable_status", "Marketing contact status", _INFO, ("true", "false"), "booleancheckbox"),
        moment("hs_email_last_open_date", "Last marketing email open date", _MAIL),
        moment("hs_email_last_click_date", "Last marketing email click date", _MAIL),
        moment("hs_email_last_reply_date", "Last marketing email reply date", _MAIL),
        moment("hs_email_last_send_date", "Last marketing email send date", _MAIL),
        number("hs_email_bounce", "Marketing emails bounced", _MAIL),
        number("hs_email_delivered", "Marketing emails delivered", _MAIL),
        number("hs_email_open", "Marketing emails opened", _MAIL),
        number("hs_email_click", "Marketing emails clicked", _MAIL),
        number("hs_email_sends_since_last_engagement", "Sends since last engagement", _MAIL),
        choice(
            "hs_email_hard_bounce_reason_enum", "Email hard bounce reason", _MAIL,
            ("CONTENT", "MAILBOX_FULL", "OTHER", "POLICY", "SPAM", "UNKNOWN_USER"),
        ),
        text("hs_email_hard_bounce_reason", "Email hard bounce reason (old)", _MAIL),
        flag("hs_email_bad_address", "Invalid email address", _MAIL),
        flag("hs_email_quarantined", "Email address quarantined", _MAIL),
        choice("hs_email_quarantined_reason", "Quarantine reason", _MAIL, ("OTHER", "SUSPICIOUS")),
        choice("hs_email_customer_quarantined_reason", "Customer quarantine reason", _MAIL, ("OTHER", "SUSPICIOUS")),
        text("hs_quarantined_emails", "Quarantined emails", _MAIL),
        flag("hs_email_optout", "Unsubscribed from all email", _MAIL),
        choice("hs_email_optout_10001", "Opted out: Marketing Information", _MAIL, ("true", "false")),
        flag("hs_email_is_ineligible", "Is globally ineligible", _MAIL),
        choice("hs_emailconfirmationstatus", "Email confirmation status", _MAIL, ("Confirmed", "Pending")),
        day("hs_job_change_detected_date", "Job change detected date", _INFO),
        day("hs_employment_change_detected_date", "Employment change detected date", _INFO),
        moment("notes_last_contacted", "Last Contacted", _SALES),
        moment("notes_last_updated", "Last Activity Date", _SALES),
        number("num_notes", "Number of Sales Activities", _SALES),
        moment("hs_last_sales_activity_timestamp", "Last Engagement Date", _SALES),
        moment("hs_analytics_last_visit_timestamp", "Time Last Seen", _WEB),
        moment("hs_analytics_last_timestamp", "Time of Last Visit", _WEB),
        choice("hs_analytics_source", "Original Source", _WEB, TRAFFIC_SOURCES),
        text("hs_analytics_source_data_1", "Original Source Drill-Down 1", _WEB),
        moment("recent_conversion_date", "Recent Conversion Date", "conversioninformation"),
        text("recent_conversion_event_name", "Recent Conversion", "conversioninformation"),
        number("num_conversion_events", "Number of Form Submissions", "conversioninformation"),
    )  # fmt: skip


def _calculated() -> list[Property]:
    return spell.calculated(
        number("associatedcompanyid", "Primary Associated Company ID", _INFO),
        text("hs_full_name_or_email", "Full name or email", _INFO),
        text("hs_email_domain", "Email Domain", _MAIL),
        text("hs_searchable_calculated_phone_number", "Searchable phone number", _INFO, "phonenumber"),
        text("hs_searchable_calculated_mobile_number", "Searchable mobile number", _INFO, "phonenumber"),
        number("num_associated_deals", "Number of Associated Deals", _SALES),
        flag("hs_is_unworked", "Contact unworked", _SALES),
    )


def contacts() -> ObjectType:
    """Define contacts."""
    kind = ObjectType(
        "contacts",
        "contact",
        "0-1",
        "contacts",
        modified_property="lastmodifieddate",
        defaults=("email", "firstname", "lastname"),
        needs_one_of=("email", "firstname", "lastname"),
        searchable=("firstname", "lastname", "email", "phone", "company", "hs_additional_emails"),
        display="email",
        may_merge=True,
        labels=("Contact", "Contacts"),
    )
    kind.define(
        *_own(),
        *_set_by_hubspot(),
        *_calculated(),
        *spell.kept_in_step(
            _SALESFORCE,
            ("salesforcecontactid", "Salesforce Contact ID"),
            ("salesforceleadid", "Salesforce Lead ID"),
            ("salesforceaccountid", "Salesforce Account ID"),
        ),
        *spell.provenance(_INFO),
        *spell.custom(
            text("normalized_job_title", "Normalized job title", _INFO),
            text("data_quality_flags", "Data quality flags", _INFO),
        ),
    )
    return kind
