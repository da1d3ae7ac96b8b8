"""What an admin may choose about a field that several accounts hold: which value wins, and where it may be written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from quality.fields import FIELDS, FieldName, is_of_kind
from quality.rule import Options
from quality.survivorship.wholes import ADDRESS, WORK

_FROM = re.compile(r"from (?P<account>[a-z0-9][a-z0-9_-]*)")
BOTH = "both"
NOWHERE = "never"


class Wins(StrEnum):
    """Which of several accounts' values is the right one. One that is empty never wins."""

    #: The one of the account that `source` names first, of those that have any.
    SOURCE = "source"
    #: The one set last, as far as nothing is wrong with it.
    NEWEST = "newest"
    #: The one that says most.
    COMPLETE = "complete"
    #: Of a yes and a no the yes: for fields that forbid something.
    STRICTEST = "strictest"
    #: The later moment, the larger number.
    LATEST = "latest"
    #: Each account keeps its own; one that has none gets another's.
    FILL = "fill"
    #: None: each account has its own, and they are no matter of each other.
    NEVER = "never"


class FieldAuthority(BaseModel):
    """Which account's value of a field wins, and where it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    policy: Wins = Wins.FILL
    """Which value wins: source, newest, complete, strictest, latest, fill (none replaces another) or never."""
    source: tuple[str, ...] = ()
    """With `policy: source`: the accounts whose value wins, the most trusted first."""
    direction: Annotated[str, StringConstraints(pattern=r"^(both|never|from [a-z0-9][a-z0-9_-]*)$")] = BOTH
    """Where the value that wins may be written: both, never, or only from one account: from salesforce-main."""
    alert: bool = False
    """Whether a record that holds another value than the one that wins is a finding that somebody should see."""

    @model_validator(mode="after")
    def _source_goes_with_its_policy(self) -> Self:
        if (self.policy is Wins.SOURCE) != bool(self.source):
            raise ValueError("`source` names the accounts for `policy: source`, and goes with no other policy")
        return self

    @property
    def only_from(self) -> str:
        """Return the one account that values come from; empty when it may be any."""
        told = _FROM.fullmatch(self.direction)
        return told["account"] if told else ""

    @property
    def accounts(self) -> frozenset[str]:
        """Return every account that is named."""
        return frozenset({*self.source, self.only_from} - {""})

    def may_go(self, origin: str, to: str) -> bool:
        """Return whether a value of one account may be written to another."""
        if self.direction == NOWHERE or self.policy is Wins.NEVER:
            return False
        return not self.only_from or (origin == self.only_from != to)


#: Fields that belong together: they come from one record, by what is chosen for the first of them.
NAMES = ("first_name", "middle_name", "last_name", "suffix")
MONEY = ("amount", "currency")
BLOCKS: tuple[tuple[str, ...], ...] = (NAMES, ADDRESS, WORK, MONEY)


_ALL_OURS = frozenset(name for names in FIELDS.values() for name in names)


def head_of(field: str) -> str:
    """Return the field that is chosen for together with one; itself, where it stands alone."""
    return block_of(field)[0]


def block_of(field: str) -> tuple[str, ...]:
    """Return the fields that belong together with one."""
    return next((block for block in BLOCKS if field in block), (field,))


class Authority(Options):
    """The accounts that are held against each other, and which value wins: what `linked_accounts` says of it."""

    #: In the order in which they count where nothing else sets two values apart. Said by `linked_accounts`.
    accounts: tuple[str, ...] = ()
    #: Said by `linked_accounts`, on top of what the canonical fields say of themselves.
    fields: Mapping[FieldName, FieldAuthority] = {}

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:
        """Return the fields that several accounts hold together, of those that belong together the first."""
        mine = (name for name in self.fields if name in fields or (is_of_kind(name, kind) and name not in _ALL_OURS))
        return tuple(name for name in mine if head_of(name) == name and self.fields[name].policy is not Wins.NEVER)

    def timed_fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields of which the newer value wins."""
        return tuple(
            name
            for head, wish in self.fields.items()
            if wish.policy is Wins.NEWEST and is_of_kind(head, kind)
            for name in block_of(head)
        )
