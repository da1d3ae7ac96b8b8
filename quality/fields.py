"""The fields of each kind that options of rules may name.

`mappings/canonical` defines them; a test holds the two equal.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

#: What the name of a field begins with that an admin's own mapping adds.
OWN_PREFIX = "x_"

_CREATED = ("created_source", "created_source_id", "created_source_name", "created_source_user")

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": (
            "salutation", "first_name", "middle_name", "last_name", "suffix", "email", "other_emails", "phone",
            "mobile", "fax", "job_title", "normalised_title", "seniority", "job_function", "company_name", "industry",
            "website", "linkedin", "twitter", "facebook", "street", "city", "state", "postal_code", "country",
            "time_zone", "language", "lifecycle_stage", "lead_status", "lead_source", "owner", "birth_date", "opt_in",
            "quality_flags", "last_opened", "last_clicked", "last_replied", "last_sent", "last_visited",
            "last_contacted", "last_called", "last_form", "has_bounced", "has_opted_out", "quarantine", "superseded_by",
            "creation_token", "linked_id", "deals_count", *_CREATED,
        ),
        "company": (
            "name", "domain", "other_domains", "website", "linkedin", "twitter", "facebook", "phone", "fax", "street",
            "city", "state", "postal_code", "country", "time_zone", "industry", "employee_count", "annual_revenue",
            "founded_year", "description", "owner", "lifecycle_stage", "quality_flags", "last_contacted", "last_called",
            "last_visited", "people_count", "quarantine", "superseded_by", "creation_token", "linked_id", "deals_count",
            "parent", *_CREATED,
        ),
        "deal": (
            "name", "amount", "currency", "stage", "pipeline", "close_date", "deal_type", "lost_reason", "next_step",
            "lead_source", "owner", "quality_flags", "superseded_by", "creation_token", "linked_id", "last_contacted",
            "is_closed", "is_won", *_CREATED,
        ),
        "ticket": (
            "name", "description", "stage", "pipeline", "priority", "category", "channel", "owner", "quality_flags",
            "superseded_by", "creation_token", "closed_at", "last_contacted", *_CREATED,
        ),
        "custom": ("name", "owner", "quality_flags", "superseded_by", *_CREATED),
        "activity": (
            "type", "subject", "body", "outcome", "status", "due_at", "owner", "quality_flags", "creation_token",
            *_CREATED,
        ),
    }
)  # fmt: skip

_ALL = frozenset(name for names in FIELDS.values() for name in names)


def _known(name: str) -> str:
    if name in _ALL or name.startswith(OWN_PREFIX):
        return name
    near = difflib.get_close_matches(name, sorted(_ALL), n=1)
    guess = f"; did you mean {near[0]!r}?" if near else f"; a field of your own begins with {OWN_PREFIX!r}"
    raise ValueError(f"there is no field {name!r}{guess}")


#: The name of one of our fields, or of one that an admin's mapping adds.
FieldName = Annotated[str, StringConstraints(max_length=100), AfterValidator(_known)]


def is_of_kind(name: str, kind: str) -> bool:
    """Return whether records of a kind may have the field."""
    return name.startswith(OWN_PREFIX) or name in FIELDS[kind]


def is_empty(value: object) -> bool:
    """Return whether a fetched value holds nothing."""
    return value is None or value in ("", ()) or (isinstance(value, str) and not value.strip())
