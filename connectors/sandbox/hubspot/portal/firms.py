"""Properties of companies."""

from __future__ import annotations

from connectors.sandbox.hubspot.portal import spell
from connectors.sandbox.hubspot.portal.people import LEAD_STATUS, LIFECYCLE, TRAFFIC_SOURCES
from connectors.sandbox.hubspot.portal.spell import choice, flag, moment, number, text
from connectors.sandbox.hubspot.properties import ObjectType

_INFO = "companyinformation"
#: A part of HubSpot's list; the loader adds what the base brings along.
INDUSTRIES = (
    "ACCOUNTING", "AIRLINES_AVIATION", "AUTOMOTIVE", "BANKING", "BIOTECHNOLOGY", "BUILDING_MATERIALS", "CHEMICALS",
    "COMPUTER_SOFTWARE", "CONSTRUCTION", "CONSUMER_GOODS", "CONSUMER_SERVICES", "DESIGN", "EDUCATION_MANAGEMENT",
    "ELECTRICAL_ELECTRONIC_MANUFACTURING", "ENTERTAINMENT", "ENVIRONMENTAL_SERVICES", "FARMING", "FINANCIAL_SERVICES",
    "FOOD_BEVERAGES", "FOOD_PRODUCTION", "FURNITURE", "GOVERNMENT_ADMINISTRATION", "HEALTH_WELLNESS_AND_FITNESS",
    "HOSPITALITY", "HOSPITAL_HEALTH_CARE", "HUMAN_RESOURCES", "INDUSTRIAL_AUTOMATION",
    "INFORMATION_TECHNOLOGY_AND_SERVICES", "INSURANCE", "INTERNET", "LAW_PRACTICE", "LEGAL_SERVICES",
    "LOGISTICS_AND_SUPPLY_CHAIN", "MACHINERY", "MANAGEMENT_CONSULTING", "MARITIME", "MARKETING_AND_ADVERTISING",
    "MECHANICAL_OR_INDUSTRIAL_ENGINEERING", "MEDIA_PRODUCTION", "MEDICAL_DEVICES", "MINING_METALS",
    "NON_PROFIT_ORGANIZATION_MANAGEMENT", "OIL_ENERGY", "PACKAGE_FREIGHT_DELIVERY", "PHARMACEUTICALS", "PLASTICS",
    "PRINTING", "PROFESSIONAL_TRAINING_COACHING", "PUBLISHING", "REAL_ESTATE", "RENEWABLES_ENVIRONMENT", "RESEARCH",
    "RESTAURANTS", "RETAIL", "SPORTS", "STAFFING_AND_RECRUITING", "TELECOMMUNICATIONS", "TEXTILES",
    "TRANSPORTATION_TRUCKING_RAILROAD", "UTILITIES", "VENTURE_CAPITAL_PRIVATE_EQUITY", "WAREHOUSING", "WHOLESALE",
)  # fmt: skip


def companies() -> ObjectType:
    """Define companies."""
    kind = ObjectType(
        "companies",
        "company",
        "0-2",
        "companies",
        defaults=("domain", "name"),
        needs_one_of=("name", "domain"),
        searchable=("name", "domain", "website", "phone"),
        display="name",
        may_merge=True,
        labels=("Company", "Companies"),
    )
    kind.define(
        text("name", "Company name", _INFO),
        text("domain", "Company Domain Name", _INFO),
        text("website", "Website URL", _INFO),
        text("phone", "Phone Number", _INFO, "phonenumber"),
        text("address", "Street Address", _INFO),
        text("address2", "Street Address 2", _INFO),
        text("city", "City", _INFO),
        text("state", "State/Region", _INFO),
        text("zip", "Postal Code", _INFO),
        text("country", "Country/Region", _INFO),
        choice("industry", "Industry", _INFO, INDUSTRIES),
        number("numberofemployees", "Number of Employees", _INFO),
        number("annualrevenue", "Annual Revenue", _INFO),
        text("description", "Description", _INFO, "textarea"),
        text("about_us", "About Us", _INFO, "textarea"),
        text("founded_year", "Year Founded", _INFO),
        text("linkedin_company_page", "LinkedIn Company Page", _INFO),
        choice("type", "Type", _INFO, ("PROSPECT", "PARTNER", "RESELLER", "VENDOR", "OTHER")),
        choice("lifecyclestage", "Lifecycle Stage", _INFO, LIFECYCLE, "radio"),
        choice("hs_lead_status", "Lead Status", _INFO, LEAD_STATUS, "radio"),
        spell.owner(_INFO),
        *spell.read_only(
            moment("createdate", "Create Date", _INFO),
            moment("hs_lastmodifieddate", "Last Modified Date", _INFO),
            moment("notes_last_contacted", "Last Contacted", _INFO),
            moment("notes_last_updated", "Last Activity Date", _INFO),
            moment("hs_last_sales_activity_timestamp", "Last Engagement Date", _INFO),
            moment("hs_analytics_last_visit_timestamp", "Time Last Seen", _INFO),
            choice("hs_analytics_source", "Original Source", _INFO, TRAFFIC_SOURCES),
            choice("hs_additional_domains", "Additional Domains", _INFO, (), "checkbox"),
        ),
        *spell.calculated(
            number("hs_parent_company_id", "Parent Company", _INFO),
            number("num_associated_contacts", "Number of Associated Contacts", _INFO),
            number("num_associated_deals", "Number of Associated Deals", _INFO),
            flag("is_public", "Is Public", _INFO),
        ),
        *spell.kept_in_step("salesforceinformation", ("salesforceaccountid", "Salesforce Account ID")),
        *spell.provenance(_INFO),
        *spell.custom(text("data_quality_flags", "Data quality flags", _INFO)),
    )
    return kind
