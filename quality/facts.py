"""What is known of a record's values beside the values: when they were set, by whom, and which of them are doubtful."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from syncd.model import Record, Ref


class Setter(StrEnum):
    """Who set a value."""

    #: Somebody at the CRM's own pages, or the one it is about, by a form.
    PERSON = "person"
    #: An integration, an import, a workflow.
    PROGRAM = "integration"
    #: syncd itself, from the value's origin.
    SYNCD = "syncd"
    #: Nobody tells.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """When the value that a field holds now was set, and by whom."""

    #: The last moment at which it can have been set.
    at: datetime
    #: The first one, where the two are not the same: nobody tells the very moment.
    since: datetime | None = None
    by: Setter = Setter.UNKNOWN
    #: The record it was carried over from; None: it was set where it stands.
    origin: Ref | None = None
    #: What was carried over, as `golden.words_of` tells it: the account's own rules may have put it in another form.
    said: str = ""
    #: What the field held before, as `sameness.words_of` tells it, and when it was set.
    earlier: tuple[tuple[str, datetime], ...] = ()

    @property
    def first(self) -> datetime:
        """Return the first moment at which the value can have been set."""
        return self.at if self.since is None else self.since


@dataclass(frozen=True, slots=True)
class Member:
    """One of the records that are the same person, company or deal."""

    #: In the form the rules want it in.
    record: Record
    #: By field; one that is not here is not known.
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    #: Fields that something is wrong with which no rule can put right.
    doubted: frozenset[str] = frozenset()

    @property
    def ref(self) -> Ref:
        """Return which record it is."""
        return self.record.ref
