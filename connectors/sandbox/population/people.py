"""What a population consists of, in no CRM's spelling; each simulated CRM loads it in its own.

Every entity keeps two sets of values: `values` as the CRM holds them (perhaps damaged) and `truth` as they were before.
`defects` says for each damaged field what was done to it and who did it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Source:
    """How a record came in, as HubSpot's `hs_object_source*` properties tell it."""

    #: `CRM_UI`, `IMPORT`, `FORMS`, `INTEGRATION`, `API`.
    type: str
    id: str = ""
    label: str = ""
    #: The user behind it, when there is one (their `user_id`).
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that was done to one value."""

    #: Our canonical field name, `phone`; `company` for a missing association.
    field: str
    #: A closed set, `phone_local_format`, `name_upper`, `email_spaces`, `unlinked` ...
    kind: str
    #: Whether the truth can be restored from what is left in the record (and its surroundings).
    is_fixable: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Kin:
    """What a record has to do with other records of the same, in this CRM or another one."""

    #: Values that were true once and stand here still, by field; `truth` has what is true today.
    older: Mapping[str, str] = field(default_factory=dict)
    #: Values that are true as well, because another record of the same says so: a second address, a nickname.
    also_true: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: When single values were last set, where that was after the record was made.
    set_at: Mapping[str, datetime] = field(default_factory=dict)


NO_KIN = Kin()


@dataclass(slots=True)
class User:
    """A colleague who owns records."""

    key: str
    user_id: str
    email: str
    first_name: str
    last_name: str
    team: str = ""
    is_active: bool = True


@dataclass(slots=True)
class Company:
    """A company and what the CRM holds of it."""

    key: str
    #: Canonical fields: name, domain, website, phone, country, state, city, postal_code, street, industry,
    #: employee_count, description. Absent: never set.
    values: dict[str, str]
    truth: dict[str, str]
    source: Source
    created_at: datetime
    modified_at: datetime
    owner: str = ""
    defects: list[Defect] = field(default_factory=list)
    #: The key of the company this one duplicates.
    duplicate_of: str = ""
    #: Looks like a duplicate of this company and is not (a subsidiary, a near brand).
    lookalike_of: str = ""
    #: In what way it is a duplicate or a lookalike: `legal_form`, `subsidiary` ...
    likeness: str = ""
    #: The key of the company the CRM says it is a part of, and of the one it truly is.
    parent: str = ""
    true_parent: str = ""
    kin: Kin = NO_KIN

    @property
    def who(self) -> str:
        """The key of the company this is a record of, the same in every CRM."""
        return self.duplicate_of or self.key


@dataclass(slots=True)
class Person:
    """A person and what the CRM holds of them."""

    key: str
    #: Canonical fields: first_name, last_name, email, phone, mobile, job_title, company_name, website, street, city,
    #: state, postal_code, country, lifecycle_stage, lead_status, lead_source, birth_date.
    values: dict[str, str]
    #: The same fields undamaged, plus `normalised_title`.
    truth: dict[str, str]
    source: Source
    created_at: datetime
    modified_at: datetime
    owner: str = ""
    #: Key of the company the CRM links them to; None: free-floating.
    company: str | None = None
    #: Key of the company they truly work for.
    true_company: str | None = None
    #: Moments of the last signs of life; absent: never recorded. last_opened, last_clicked, last_replied, last_sent,
    #: last_visited, last_contacted, last_called, last_form.
    signals: Mapping[str, datetime] = field(default_factory=dict)
    #: True where a mail to them bounced hard, and where they opted out.
    has_bounced: bool = False
    has_opted_out: bool = False
    #: Canonical flags a careful person would set: role_email, free_email, disposable_email, fake, bounced,
    #: unsubscribed, inactive (as of the population's `now`).
    true_flags: frozenset[str] = frozenset()
    defects: list[Defect] = field(default_factory=list)
    duplicate_of: str = ""
    #: Looks like a duplicate of this person and is not (same household, same switchboard).
    lookalike_of: str = ""
    #: In what way they are a duplicate or a lookalike: `nickname`, `father_son` ...
    likeness: str = ""
    #: False: the record never was a person (test entries, junk).
    is_real: bool = True
    #: Kept as a prospect by a CRM that tells prospects from contacts, whatever else it says.
    is_prospect: bool = False
    kin: Kin = NO_KIN

    @property
    def who(self) -> str:
        """The key of the person this is a record of, the same in every CRM."""
        return self.duplicate_of or self.key


@dataclass(slots=True)
class Deal:
    """A deal."""

    key: str
    values: dict[str, str]
    created_at: datetime
    modified_at: datetime
    owner: str = ""
    company: str | None = None
    people: tuple[str, ...] = ()
    #: What the deal is in truth, where several CRMs know of it; else it is what the CRM says.
    truth: dict[str, str] | None = None
    true_company: str | None = None
    true_people: tuple[str, ...] = ()
    kin: Kin = NO_KIN


@dataclass(slots=True)
class Ticket:
    """A support ticket."""

    key: str
    values: dict[str, str]
    created_at: datetime
    modified_at: datetime
    owner: str = ""
    company: str | None = None
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class Activity:
    """A note, task, call, e-mail or meeting with a person."""

    key: str
    #: `notes`, `tasks`, `calls`, `emails`, `meetings`.
    kind: str
    person: str
    happened_at: datetime
    values: dict[str, str]
    owner: str = ""


@dataclass(slots=True)
class Population:
    """A whole base: who exists, what the CRM holds of them, and the truth."""

    seed: int
    now: datetime
    users: list[User]
    companies: list[Company]
    people: list[Person]
    deals: list[Deal]
    tickets: list[Ticket]
    activities: list[Activity]
