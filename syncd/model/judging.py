"""What is wrong, how much that matters, how far it may go, and what could be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from syncd.model.records import Ref, Stream, Value


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

#: The label of a link that is there already, and is to become the primary one.
PROMOTE = "promote"
#: The label of a link that stands beside others the record has to records of the object.
BESIDE = "beside"
#: The label of a link from a company to the one it is a part of: its field `parent` holds it.
PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Link:
    """A proposed association of one record with another."""

    to: Ref
    #: `primary`, PROMOTE, BESIDE, PARENT or empty.
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


@dataclass(frozen=True, slots=True)
class Create:
    """A proposed new record, for the one that was judged: of the same account, or of another one."""

    #: Where it shall be.
    stream: Stream
    #: What it shall hold, by our fields; what is not named stays empty.
    values: tuple[KeptValue, ...] = ()
    #: The records it shall be linked to from the beginning, in its own account.
    links: tuple[Link, ...] = ()


#: Why a merge leaves another record than the rules would: nobody but a person may change that.
TURNED = "a person has chosen which of the two stays"

#: What can be done to a record beside setting a value.
Deed = Link | Removal | Merge | Create


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
