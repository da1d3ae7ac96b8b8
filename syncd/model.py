"""The nouns: what every layer of syncd talks about.

All are frozen, all moments are aware and in UTC. Nothing here reads, writes or decides.
Two spellings of a record exist and are never mixed: `SourceRecord` as the CRM spells it, `Record` as we spell it.
In both, an absent key was not fetched, `None` is empty, anything else is a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType

#: What a CRM sends for one property: HubSpot sends text or null only, Salesforce any JSON scalar.
Raw = str | int | float | bool | None
#: What one of our own fields can hold.
Value = str | int | float | bool | date | datetime | tuple[str, ...] | None


class Severity(IntEnum):
    """How much a finding matters. A record with an open finding of WARNING or above is not clean."""

    INFO = 10
    WARNING = 20
    ERROR = 30


class Mode(StrEnum):
    """What may happen to a proposed change. The weaker of the stream's and the rule's mode holds."""

    OBSERVE = "observe"
    SUGGEST = "suggest"
    APPLY = "apply"

    @property
    def strength(self) -> int:
        """Return 0 for observe, 1 for suggest, 2 for apply."""
        return _STRENGTH[self]

    @staticmethod
    def weakest(modes: Iterable[Mode]) -> Mode:
        """Return the most careful of `modes`; apply when there are none."""
        return min(modes, key=lambda mode: mode.strength, default=Mode.APPLY)


_STRENGTH = {mode: strength for strength, mode in enumerate(Mode)}


class Role(StrEnum):
    """What somebody may do in the console; each may do what those before it may."""

    #: Sees everything that pages show.
    VIEWER = "viewer"
    #: Approves, dismisses and undoes.
    REVIEWER = "reviewer"
    #: Changes rules and settings, lifts guards, sees who did what.
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Return whether who has this role may do what needs the other."""
        roles = list(Role)
        return roles.index(self) >= roles.index(needed)


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
class Owner:
    """Somebody who may own records."""

    #: Whether they still work there.
    is_active: bool
    #: As their colleagues call them; empty where the CRM does not tell.
    name: str = ""
    #: The id of their login, where that is another one than records name as their owner.
    user: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Maker:
    """One thing that makes records, or writes values."""

    #: `IMPORT`, `FORMS` and the like.
    kind: str
    #: Which one, as the CRM marks it; empty: nobody knows, or one of too many.
    mark: str = ""
    #: How people call it; no part of what it is.
    name: str = field(default="", compare=False)


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
    #: The values a CHOICE or CHOICES field accepts; empty when it accepts any.
    options: frozenset[str] = frozenset()
    max_length: int | None = None
    is_unique: bool = False
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


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a stream's reading stands. Moments are the CRM's own, never this machine's.

    A cursor with `after` set belongs to a full pull under way: everything before that place is in the store.
    Without it, everything modified before `since` is in the store.
    """

    #: Changes are read from here on (inclusive).
    since: datetime
    #: Place in the full pull, in the CRM's own terms; None when no full pull is under way.
    after: str | None = None
    #: When the whole of [since, ...) was last walked; None until the first full pull ended.
    walked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A record the CRM no longer has under this id: archived, deleted or merged away."""

    ref: Ref
    #: The id that answers now, when it was merged; None when it is archived or deleted.
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a pull. Its rows and its cursor are committed together or not at all."""

    records: tuple[SourceRecord, ...]
    cursor: Cursor
    is_last: bool
    gone: tuple[Gone, ...] = ()
    #: Records in the CRM by its own count, where the answer told; for progress and for FM-12.
    total: int | None = None
    #: Rows that came back because of the overlap, and were known already.
    repeated_count: int = 0
    #: When the pull began, by the CRM's clock, on the last page of a pull of changes; None: not told.
    asked_at: datetime | None = None
    #: Rows the CRM's own count tells of, and that no answer showed; the cursor stays where it was.
    short_count: int = 0


#: The label of a link that is there already, and is to become the primary one.
PROMOTE = "promote"


@dataclass(frozen=True, slots=True)
class Link:
    """A proposed association of one record with another."""

    to: Ref
    #: `primary`, PROMOTE or empty.
    label: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    """A proposed removal of the record to the CRM's recycle bin; a copy of all of it is kept first."""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """What one field of the record that stays shall hold after a merge."""

    field: str
    value: Value
    #: Why this value of all.
    reason: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposed merge: the record goes into another one of the same object, which stays."""

    into: Ref
    #: Only fields in which the one that stays holds something else now.
    values: tuple[KeptValue, ...] = ()


#: Why a merge leaves another record than the rules would: nobody but a person may change that.
TURNED = "a person has chosen which of the two stays"

#: What can be done to a record beside setting a value.
Deed = Link | Removal | Merge


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one record now."""

    ref: Ref
    rule: str
    #: Our field, or empty when it is about the record as a whole.
    field: str
    severity: Severity
    #: One of the rule's own sentences; never holds a value of the record.
    message: str
    mode: Mode
    #: What the field should hold; only meaningful when `has_proposal`.
    proposal: Value | Deed = None
    has_proposal: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record, before and after, in both spellings. A link has an empty `property`."""

    field: str
    property: str
    #: As the CRM holds it now, and as it will.
    before: Raw
    after: Raw
    rules: tuple[str, ...]
    #: The rules' sentences, in the same order.
    reasons: tuple[str, ...] = ()


class FixState(StrEnum):
    """The life of a fix; see the arrows in `docs/fixes.md`."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DISMISSED = "dismissed"
    INTENDED = "intended"
    APPLIED = "applied"
    ALREADY_TRUE = "already_true"
    STALE = "stale"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    UNDONE = "undone"


class Action(StrEnum):
    """What a fix does to its record."""

    UPDATE = "update"
    LINK = "link"
    ARCHIVE = "archive"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of the record that goes where a merge preserves both records, instead of the CRM merging them.

    What it held and what hangs on it goes over to the one that stays; both keep their ids.
    """

    #: The property that tells which record took its place; empty: it goes to the CRM's recycle bin.
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """A decided set of changes to one record, with its reasons."""

    id: str
    ref: Ref
    action: Action
    state: FixState
    #: The fields of an UPDATE, or those of `into` in a MERGE; empty for a LINK and an ARCHIVE.
    changes: tuple[Change, ...] = ()
    #: The record a LINK leads to.
    link: Link | None = None
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    run: str = ""
    decided_at: datetime | None = None
    settled_at: datetime | None = None
    detail: str = ""
    #: The fix that this one takes back, when it is an undo.
    undoes: str = ""
    #: The record that stays when this one is merged away.
    into: Ref | None = None
    #: How a merge that preserves records ends; None: the CRM merges them.
    ending: Ending | None = None

    @property
    def changed(self) -> Ref:
        """Return the record whose fields `changes` are about."""
        return self.into or self.ref


@dataclass(frozen=True, slots=True)
class Update:
    """One record's new values, ready for a connector. `fix` comes back in the outcome."""

    fix: str
    ref: Ref
    values: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class LinkWrite:
    """One association to make (or, for an undo, to take away), ready for a connector."""

    fix: str
    ref: Ref
    link: Link
    remove: bool = False


@dataclass(frozen=True, slots=True)
class MergeWrite:
    """One record to merge into another, ready for a connector, with values that the one that stays shall hold."""

    fix: str
    ref: Ref
    into: Ref
    values: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one write. Exactly one per item sent; a row without an answer is UNKNOWN."""

    fix: str
    #: APPLIED, REJECTED, UNKNOWN or STALE (the record is gone).
    state: FixState
    detail: str = ""
    #: The record as the CRM answered, when it did.
    record: SourceRecord | None = None
    gone: Gone | None = None


class News(StrEnum):
    """What a CRM says by itself of a record, without being asked: only that it is to be read again."""

    CHANGED = "changed"
    #: Deleted for good because a person wants to be forgotten.
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing that a CRM said by itself. It may come twice, late, in any order, or never."""

    object: str
    #: The record; empty when it may be any of the object: look for changes now.
    id: str
    news: News = News.CHANGED
    #: When it happened, by the CRM's clock; None where that is not told.
    at: datetime | None = None
    #: Whether it was our own write.
    is_own: bool = False
