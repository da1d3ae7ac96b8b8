"""Which fields a record has to have filled: by kind, and by what another field of it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from quality.fields import FIELDS, FieldName, is_empty, is_of_kind
from quality.rule import Case, Options
from quality.words import is_stand_in
from syncd.model import Record

PersonField = Literal[
    "first_name", "last_name", "email", "phone", "mobile", "job_title", "company_name", "industry", "website", "street",
    "city", "state", "postal_code", "country", "language", "lifecycle_stage", "lead_status", "lead_source", "owner",
    "birth_date", "opt_in",
]  # fmt: skip
CompanyField = Literal[
    "name", "domain", "website", "phone", "street", "city", "state", "postal_code", "country", "industry",
    "employee_count", "annual_revenue", "description", "owner", "lifecycle_stage",
]  # fmt: skip
DealField = Literal[
    "name", "amount", "currency", "stage", "pipeline", "close_date", "deal_type", "lost_reason", "next_step",
    "lead_source", "owner",
]  # fmt: skip
TicketField = Literal["name", "description", "stage", "pipeline", "priority", "category", "channel", "owner"]


class RequiredOptions(Options):
    """The required fields of each kind, and those that a stage, a team or any other field's value asks for."""

    person: tuple[PersonField, ...] = ("last_name", "email")
    company: tuple[CompanyField, ...] = ("name", "domain")
    deal: tuple[DealField, ...] = ("name", "stage")
    ticket: tuple[TicketField, ...] = ()
    #: What is required besides, by field and value: `{lifecycle_stage: {customer: [phone, country]}}`.
    by: Mapping[FieldName, Mapping[str, tuple[FieldName, ...]]] = {}

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:
        """Return the fields that are required of some record of the kind."""
        always: tuple[str, ...] = getattr(self, kind)
        sometimes = [name for sets in self.by.values() for names in sets.values() for name in names]
        named = dict.fromkeys((*always, *(name for name in sometimes if is_of_kind(name, kind))))
        known = tuple(name for name in fields if name in named)
        return known + tuple(name for name in named if name not in known)

    def also_depends_on(self) -> tuple[str, ...]:
        """Return the fields whose values ask for others."""
        return tuple(self.by)


def requirements(options: RequiredOptions, record: Record) -> frozenset[str]:
    """Return the fields this record has to have."""
    required: tuple[str, ...] = getattr(options, record.kind)
    if not options.by:
        return frozenset(required)
    found = set(required)
    for field, sets in options.by.items():
        value = record.values.get(field)
        for wanted, names in sets.items() if isinstance(value, str) else ():
            if wanted.casefold() == value.strip().casefold():  # type: ignore[union-attr]  # text, as was just asked
                found.update(name for name in names if is_of_kind(name, record.kind))
    return frozenset(found)


def is_missing(case: Case, name: str) -> bool:
    """Return whether a fetched field holds nothing, or only what stands for nothing."""
    value = case.get(name)
    return case.is_fetched(name) and (is_empty(value) or (isinstance(value, str) and is_stand_in(value)))


KINDS = tuple(kind for kind in FIELDS if kind != "activity")
