"""Whose records they are, what they hold, and how a CRM describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

#: What a CRM sends for one property: HubSpot sends text or null only, Salesforce any JSON scalar.
Raw = str | int | float | bool | None

#: What one of our own fields can hold.
Value = str | int | float | bool | date | datetime | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, order=True)
class Stream:
    """One object of one account: the unit of scheduling, cursor and mode."""

    account: str
    object: str
    #: `person`, `company` or `deal`.
    kind: str

    @property
    def name(self) -> str:
        """Return the name used in settings and on the command line, `hubspot-main/contacts`."""
        return f"{self.account}/{self.object}"


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """One record of one CRM. Ids are unique within an object only."""

    account: str
    object: str
    id: str

    def __str__(self) -> str:
        return f"{self.account}/{self.object}/{self.id}"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record as the CRM spells it."""

    ref: Ref
    values: Mapping[str, Raw]
    created_at: datetime | None
    modified_at: datetime
    #: Linked ids by object, `{"companies": ("7",)}`, primary first. An absent object was not fetched.
    links: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Record:
    """A record as we spell it."""

    ref: Ref
    kind: str
    values: Mapping[str, Value]
    #: Linked ids by kind, `{"company": ("7",)}`, primary first. An absent kind was not fetched.
    links: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    created_at: datetime | None = None
    modified_at: datetime | None = None


class FieldType(StrEnum):
    """What a CRM property holds, in words both CRMs share."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an object, as the CRM describes it."""

    name: str
    type: FieldType
    label: str = ""
    is_writable: bool = True
    #: Whether a new record may be given a value, also where nobody may change it later.
    is_creatable: bool = True
    #: Whether there is no new record without a value, and the CRM gives none by itself.
    is_required: bool = False
    #: The values a CHOICE or CHOICES field accepts; empty when it accepts any.
    options: frozenset[str] = frozenset()
    max_length: int | None = None
    is_unique: bool = False
    #: Another property, a list joined by semicolons, whose values no other record may have in this one, either.
    shared_with: str = ""
    #: Whether it holds the id of another record.
    is_reference: bool = False
    #: Whether the CRM works it out of other values, here or in other records: it changes without a new version.
    is_calculated: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """What the CRM says about one object at the moment it was asked."""

    object: str
    fields: Mapping[str, Field]
    #: Whether the CRM has a merge for its records.
    is_mergeable: bool = True
