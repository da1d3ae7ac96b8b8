"""What is decided, what is sent, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.model.judging import Link
from syncd.model.reading import Gone
from syncd.model.records import Raw, Ref, SourceRecord

#: The field that syncd marks records with that it makes, where the account has a property for that.
CREATION_TOKEN = "creation_token"  # noqa: S105 - the name of a field


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
    CREATE = "create"


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
    #: The fields of an UPDATE, those of `into` in a MERGE, or what a CREATE fills; empty for a LINK and an ARCHIVE.
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
    #: What a CREATE is for, in words that name it and nothing else: what is made under one key is not made again. An
    #: UPDATE that no rule wants has one, too, so that no rule ends it.
    key: str = ""
    #: The record that a CREATE is made for, of whatever account; None: for nobody that is known here.
    cause: Ref | None = None
    #: The records that a CREATE links the new one to.
    ties: tuple[Link, ...] = ()

    @property
    def makes(self) -> bool:
        """Return whether a record comes to be by it, that has no id yet."""
        return self.action is Action.CREATE and not self.undoes

    @property
    def removes(self) -> bool:
        """Return whether its record goes to the CRM's recycle bin."""
        return self.action is (Action.CREATE if self.undoes else Action.ARCHIVE)

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
    #: Whether the record that it is kept in step with, in a linked account, goes as well, or has gone.
    counterpart_goes: bool = False


@dataclass(frozen=True, slots=True)
class CreateWrite:
    """One record to make, ready for a connector. `fix` comes back in the outcome."""

    fix: str
    values: Mapping[str, Raw]
    #: The records it is linked to from the beginning.
    links: tuple[Link, ...] = ()
    #: Properties among `values` that no other record of the object may share.
    keys: tuple[str, ...] = ()
    #: The one of `keys` that only we fill, with a mark of this very write; empty: the account has none.
    token: str = ""


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
    #: The id of the record that holds a value which only one may have, where it was REJECTED for that.
    holder: str = ""
