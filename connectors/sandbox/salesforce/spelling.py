"""A population in Salesforce's spelling: which entity becomes which object, and its values the fields of that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from connectors.sandbox.population.people import Company, Defect, Person
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rows import Value
from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.values import coerce

CONTACT = {
    "first_name": "FirstName", "last_name": "LastName", "email": "Email", "phone": "Phone", "mobile": "MobilePhone",
    "job_title": "Title", "street": "MailingStreet", "city": "MailingCity", "state": "MailingState",
    "postal_code": "MailingPostalCode", "country": "MailingCountry", "lead_source": "LeadSource",
    "birth_date": "Birthdate",
}  # fmt: skip
LEAD = {
    "first_name": "FirstName", "last_name": "LastName", "email": "Email", "phone": "Phone", "mobile": "MobilePhone",
    "job_title": "Title", "company_name": "Company", "website": "Website", "street": "Street", "city": "City",
    "state": "State", "postal_code": "PostalCode", "country": "Country", "lead_status": "Status",
    "lead_source": "LeadSource",
}  # fmt: skip
ACCOUNT = {
    "name": "Name", "website": "Website", "phone": "Phone", "street": "BillingStreet", "city": "BillingCity",
    "state": "BillingState", "postal_code": "BillingPostalCode", "country": "BillingCountry", "industry": "Industry",
    "employee_count": "NumberOfEmployees", "description": "Description",
}  # fmt: skip
PLACES = {"Contact": CONTACT, "Lead": LEAD, "Account": ACCOUNT}
#: What the org's own forms put where a name is asked for and none was given.
NOT_PROVIDED = "[not provided]"
_WORDS: dict[str, dict[str, str]] = {
    "lead_source": {
        "organic_search": "Web", "paid_search": "Web", "direct_traffic": "Web", "social_media": "Web",
        "paid_social": "Web", "email_marketing": "Other", "referrals": "Partner Referral", "offline": "Purchased List",
        "other_campaigns": "Other",
    },
    "lead_status": {
        "new": "Open - Not Contacted", "open": "Open - Not Contacted", "in_progress": "Working - Contacted",
        "open_deal": "Working - Contacted", "unqualified": "Closed - Not Converted",
        "attempted_to_contact": "Working - Contacted", "connected": "Working - Contacted",
        "bad_timing": "Closed - Not Converted",
    },
    "industry": {
        "logistics_and_supply_chain": "Transportation", "package_freight_delivery": "Shipping",
        "computer_software": "Technology", "information_technology_and_services": "Technology",
        "management_consulting": "Consulting", "construction": "Construction", "food_production": "Food & Beverage",
        "medical_devices": "Healthcare", "medical_practice": "Healthcare", "hospital_health_care": "Healthcare",
        "oil_energy": "Energy", "renewables_environment": "Environmental", "machinery": "Machinery",
        "industrial_automation": "Manufacturing", "textiles": "Apparel", "media_production": "Media",
        "marketing_and_advertising": "Media", "mining_metals": "Manufacturing", "real_estate": "Other",
    },
}  # fmt: skip
STAGES = {
    "appointment_scheduled": "Prospecting", "qualified_to_buy": "Qualification",
    "presentation_scheduled": "Value Proposition", "decision_maker_bought_in": "Id. Decision Makers",
    "contract_sent": "Negotiation/Review", "closed_won": "Closed Won", "closed_lost": "Closed Lost",
}  # fmt: skip
_LEAD_SHARE_OF_LINKED = 0.12
_LEAD_SHARE_OF_UNLINKED = 0.45
_LEAD_SHARE_OF_FREE = 0.8


@dataclass(frozen=True, slots=True)
class Spelled:
    """An entity in Salesforce's spelling, with what is true of the part of it that Salesforce keeps."""

    fields: dict[str, Value]
    #: By canonical field.
    loaded: dict[str, str]
    truth: dict[str, str]
    defects: list[Defect]


def is_here(root: str, share: float) -> bool:
    """Whether an entity (named by the one it duplicates, if it does) is in this org too."""
    return _chance("in salesforce", root) < share


def object_of(person: Person) -> str:
    """Return whether a person is a contact or a lead here."""
    if person.is_prospect:
        return "Lead"
    if person.company is not None:
        share = _LEAD_SHARE_OF_LINKED
    elif person.true_company is not None:
        share = _LEAD_SHARE_OF_UNLINKED
    else:
        share = _LEAD_SHARE_OF_FREE
    return "Lead" if _chance("lead", person.key) < share else "Contact"


def spell_person(kind: ObjectSchema, person: Person) -> Spelled:
    """Return a contact or a lead."""
    spelled = spell(kind, person.values, person.truth, person.defects)
    required = {"last_name": "LastName"} | ({"company_name": "Company"} if kind.name == "Lead" else {})
    for field, name in required.items():
        if spelled.fields.get(name) is None:
            spelled.fields[name] = spelled.loaded[field] = NOT_PROVIDED
    if kind.name == "Lead":
        spelled.fields.setdefault("Status", "Open - Not Contacted")
    seen = list(person.signals.values())
    if seen:
        spelled.fields["LastActivityDate"] = max(seen).date()
    spelled.fields.update(bounce(kind, person))
    spelled.fields["HasOptedOutOfEmail"] = person.has_opted_out
    return spelled


def spell_company(kind: ObjectSchema, company: Company) -> Spelled:
    """Return an account."""
    spelled = spell(kind, company.values, company.truth, company.defects)
    if spelled.fields.get("Name") is None:
        spelled.fields["Name"] = spelled.loaded["name"] = company.values.get("domain") or NOT_PROVIDED
    return spelled


def bounce(kind: ObjectSchema, person: Person) -> dict[str, Value]:
    """Return what the org knows of an address that bounced."""
    if not person.has_bounced or not person.values.get("email"):
        return {}
    at = max(person.signals.values(), default=person.modified_at).replace(microsecond=0)
    found: dict[str, Value] = {"EmailBouncedReason": "550 5.1.1 user unknown", "EmailBouncedDate": at}
    return found | ({"IsEmailBounced": True} if kind.name == "Contact" else {})


def spell(kind: ObjectSchema, values: Mapping[str, str], truth: Mapping[str, str], defects: list[Defect]) -> Spelled:
    """Return values as fields; what an org has no place for, or would never have taken, is left out."""
    places = PLACES[kind.name]
    fields: dict[str, Value] = {}
    loaded: dict[str, str] = {}
    lost: set[str] = set()
    for field, name in places.items():
        if field not in values:
            continue
        taken = _taken(kind, name, word(field, values[field]))
        if taken is None:
            lost.add(field)
            continue
        fields[name] = taken
        loaded[field] = taken if isinstance(taken, str) else str(taken)
    kept = [_lost(it) if it.field in lost else it for it in defects if it.field in places or it.field == "company"]
    known = {it.field for it in kept}
    # What no org would have taken is simply not there, and nothing tells what it was.
    kept += [Defect(it, "missing", is_fixable=False) for it in sorted(lost) if it not in known and values[it].strip()]
    true = {field: word(field, value) for field, value in truth.items() if field in places}
    if "normalised_title" in truth and kind.name != "Account":
        true["normalised_title"] = truth["normalised_title"]
    return Spelled(fields, loaded, true, kept)


def word(field: str, value: str) -> str:
    """Return Salesforce's word for one of the population's."""
    return _WORDS.get(field, {}).get(value, value)


def true_too(values: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return what else is true of a record, in Salesforce's words."""
    return {field: [word(field, value) for value in found] for field, found in values.items()}


def _taken(kind: ObjectSchema, name: str, value: str) -> Value:
    """Return a value as the org holds it; None where it would have refused it, or it is empty."""
    field = kind.fields[name]
    if field.length and field.is_text:
        value = value[: field.length]
    try:
        return coerce(field, value)
    except SalesforceError:
        return None


def _lost(defect: Defect) -> Defect:
    return replace(defect, is_fixable=False)


def _chance(*parts: str) -> float:
    digest = hashlib.blake2b("/".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def day_of(text: str | None) -> date | None:
    """Read a day of the population."""
    return date.fromisoformat(text) if text else None
