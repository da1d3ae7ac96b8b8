"""What the golden record talks about: its members, what is known of their values, and what came out for each field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from syncd.model import Record, Ref, Value


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


@dataclass(frozen=True, slots=True)
class Loser:
    """A value that is not the golden one, by the record that holds it, and why not."""

    ref: Ref
    #: A sentence without any value.
    reason: str


@dataclass(frozen=True, slots=True)
class GoldenValue:
    """What a field holds in the golden record, where it is from, and what it stands against."""

    field: str
    value: Value
    #: The record it comes from: where it was first set, as far as that is known.
    origin: Ref
    #: When it was set; None: nobody has told.
    at: datetime | None
    by: Setter
    #: A sentence without any value.
    reason: str
    losers: tuple[Loser, ...] = ()
    #: Whether it surely wins; else a person has to say so.
    is_sure: bool = True
    #: Whether something is wrong with it that no rule can put right: it is not carried anywhere.
    is_doubted: bool = False
    #: Records of which it has to be known when they got their value before anybody can tell who wins.
    lacking: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldenRecord:
    """All that several records of one person, company or deal come to."""

    kind: str
    members: Mapping[Ref, Member]
    #: By field, the empty ones left out, but for those that a block leaves empty.
    values: Mapping[str, GoldenValue]


@dataclass(frozen=True, slots=True)
class Carried:
    """A golden value that one of the records shall hold."""

    value: GoldenValue
    #: What the record shall hold: the golden value, or nothing where another whole takes the place of its own.
    after: Value
    is_sure: bool
