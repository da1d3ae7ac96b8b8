"""What an admin may choose about merges: who stays, and which value wins, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field, field_validator

from quality.fields import OWN_PREFIX, FieldName
from quality.rule import Options


class Criterion(StrEnum):
    """One thing that speaks for a record to stay."""

    #: Holds ids of other systems: the fields that `external_ids` names.
    EXTERNAL_IDS = "external_ids"
    #: Has come furthest in the order of `stages`.
    STAGE = "stage"
    #: Most hangs on it: deals, people, linked records.
    LINKS = "links"
    #: Its e-mail address can be written to and belongs to a company; of companies, it has a domain.
    EMAIL = "email"
    #: Somebody who still works here looks after it.
    OWNER = "owner"
    #: Gave the last sign of life.
    ACTIVITY = "activity"
    #: Most fields are filled.
    COMPLETE = "complete"
    #: Came first.
    OLDEST = "oldest"
    #: Came from the source that stands first in `sources`.
    SOURCE = "source"


class Policy(StrEnum):
    """Which of two values a field holds after a merge. One that is empty never wins, but with `keep`."""

    #: The record that stays keeps its own, even where it is empty.
    KEEP = "keep"
    #: The record that stays keeps its own, unless it is empty.
    FILL = "fill"
    #: The one with more letters.
    LONGEST = "longest"
    #: The one that says the same and more: `John` over `J.`, `Anna Maria` over `Anna`; else the stayer's own.
    FULLEST = "fullest"
    #: The one learnt last: by the times of the fields where both are known, else by when either was last dealt with.
    NEWEST = "newest"
    #: The one of the record that came first.
    OLDEST = "oldest"
    #: The one of the record whose source stands first in `sources`.
    SOURCE = "source"
    #: All options of both, for fields that hold several; of addresses and numbers each, as far as there is room.
    UNION = "union"
    SUM = "sum"
    MAX = "max"
    MIN = "min"
    #: Of a yes and a no the yes: for fields that forbid something.
    STRICTEST = "strictest"
    #: The stage that is further on in the order of `stages`.
    FURTHEST = "furthest"
    #: An owner who still works here, else the stayer's own.
    ACTIVE_OWNER = "active_owner"


_ORDER = (
    Criterion.EXTERNAL_IDS,
    Criterion.STAGE,
    Criterion.LINKS,
    Criterion.EMAIL,
    Criterion.OWNER,
    Criterion.ACTIVITY,
    Criterion.COMPLETE,
    Criterion.OLDEST,
)


class Merging(StrEnum):
    """Who makes one record of two."""

    #: The CRM, by its own merge.
    NATIVE = "native"
    #: syncd: values and what hangs on the one that goes are written to the one that stays, and both keep their ids.
    PRESERVE = "preserve"
    #: The CRM where it can and does no harm, else syncd.
    AUTO = "auto"


class Loser(StrEnum):
    """What becomes of the record that goes where the CRM does not merge it."""

    #: It goes to the recycle bin.
    ARCHIVE = "archive"
    #: It stays, and its field `superseded_by` names the record that took its place: nobody judges it any more.
    MARK = "mark"


class Wishes(Options):
    """Which record of a group of twins stays, and which values it holds afterwards."""

    #: What speaks for a record to stay, the weightiest first; at a tie the next one speaks, at last age and id.
    survivor: tuple[Criterion, ...] = _ORDER
    #: Which value wins in single fields, where not the usual one: {job_title: longest, x_score: max}.
    fields: Mapping[FieldName, Policy] = {}
    #: Fields that say by being filled that a record must not go: {must_stay: [x_portal_user]}.
    must_stay: tuple[FieldName, ...] = ()
    #: Fields that hold ids of other systems: a record they are filled in stays rather than others.
    external_ids: tuple[FieldName, ...] = ()
    #: Objects of one kind by how far on their records are; the last ones are asked to go: [Contact, Lead]. Empty: the
    #: object whose records can be linked to more kinds of records comes first.
    objects: tuple[str, ...] = ()
    #: Lifecycle stages from the first to the furthest, by what they begin with; signs and blanks do not count.
    stages: tuple[str, ...] = (
        "subscriber",
        "lead",
        "prospect",
        "marketingqualifiedlead",
        "salesqualifiedlead",
        "opportunity",
        "customer",
        "evangelist",
    )
    #: Where records come from, the most trusted first.
    sources: tuple[str, ...] = ("CRM_UI", "FORMS", "API", "INTEGRATION", "IMPORT")
    #: Further fields for e-mail addresses: one that would be dropped goes to the first that is empty.
    more_emails: tuple[FieldName, ...] = ()
    #: Further fields for phone numbers, used when `phone` and `mobile` are taken.
    more_phones: tuple[FieldName, ...] = ()
    #: Whether it is kept when single fields were last set, for `newest` to go by. Costs room in the store.
    field_times: bool = False
    #: Groups of more records than this are shown, and none of them is merged: they are rarely one.
    max_group: int = Field(default=10, ge=2, le=1000)
    #: Whether a person is asked even about those that are surely one.
    ask_only: bool = False
    #: Who makes one record of two: the CRM (`native`), syncd record by record (`preserve`), or the CRM unless it cannot
    #: or it would do harm (`auto`).
    merge: Merging = Merging.AUTO
    #: What becomes of the record that goes where syncd makes one of two: `archive` puts it into the recycle bin, `mark`
    #: keeps it and writes into its field `superseded_by` which record took its place.
    loser: Loser = Loser.ARCHIVE
    #: Fields that say by being filled that a record must keep its id, since others know it by that: where the CRM's
    #: merge gives a new one, `auto` does without it.
    keeps_id: tuple[FieldName, ...] = ()

    @field_validator("fields")
    @classmethod
    def _of_the_fitting_kind(cls, value: Mapping[str, Policy]) -> Mapping[str, Policy]:
        """Refuse a policy for a field of ours that it could not choose for."""
        wrong = [f"{name}: {why}" for name, policy in value.items() if (why := why_unfit(name, policy))]
        if wrong:
            raise ValueError("; ".join(wrong))
        return value

    def timed_fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields whose age decides which value wins."""
        return (
            tuple(name for name in NEWEST.get(kind, ()) if self.policy_of(name) is Policy.NEWEST)
            if self.field_times
            else ()
        )

    def policy_of(self, field: str) -> Policy:
        """Return which value wins in a field."""
        return self.fields.get(field) or USUAL.get(field, Policy.FILL)


#: What is usual where filling is not.
USUAL: Mapping[str, Policy] = {
    "first_name": Policy.FULLEST,
    "middle_name": Policy.FULLEST,
    "last_name": Policy.FULLEST,
    "suffix": Policy.FULLEST,
    "street": Policy.FULLEST,
    "job_title": Policy.NEWEST,
    "email": Policy.NEWEST,
    "lead_status": Policy.NEWEST,
    "lead_source": Policy.OLDEST,
    "lifecycle_stage": Policy.FURTHEST,
    "owner": Policy.ACTIVE_OWNER,
    # What somebody agreed to under one address says nothing of another.
    "opt_in": Policy.KEEP,
    # The rules say anew what is wrong with the record that stays.
    "quality_flags": Policy.KEEP,
    "quarantine": Policy.KEEP,
    "superseded_by": Policy.KEEP,
    "annual_revenue": Policy.NEWEST,
    "employee_count": Policy.NEWEST,
    "description": Policy.LONGEST,
}
#: Fields, by kind, of which a newer value is usually the better one.
NEWEST: Mapping[str, tuple[str, ...]] = {
    "person": ("email", "job_title", "lead_status"),
    "company": ("annual_revenue", "employee_count"),
}

_NUMBERS = frozenset({"amount", "annual_revenue", "employee_count", "founded_year", "deals_count", "people_count"})
_MOMENTS = frozenset({"close_date", "closed_at", "due_at"})
_ADDRESSES = frozenset({"email", "phone", "mobile", "fax"})
#: Fields that policies of a certain kind can choose for, and what those hold.
_FITTING: Mapping[Policy, tuple[frozenset[str], str]] = {
    Policy.UNION: (_ADDRESSES | {"quality_flags"}, "several values"),
    Policy.SUM: (_NUMBERS, "a number"),
    Policy.MAX: (_NUMBERS | _MOMENTS, "a number or a date"),
    Policy.MIN: (_NUMBERS | _MOMENTS, "a number or a date"),
    Policy.STRICTEST: (frozenset({"has_opted_out", "has_bounced"}), "a yes or a no"),
    Policy.FURTHEST: (frozenset({"lifecycle_stage"}), "a stage"),
    Policy.ACTIVE_OWNER: (frozenset({"owner"}), "an owner"),
}


def why_unfit(field: str, policy: Policy) -> str:
    """Return why a policy cannot choose a field's value; empty when it can, or nobody knows what the field holds."""
    fitting, what = _FITTING.get(policy, (frozenset(), ""))
    if not what or field in fitting or field.startswith(OWN_PREFIX):
        return ""
    return f"`{policy.value}` is for fields that hold {what}"
