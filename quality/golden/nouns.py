"""What the golden record talks about: what came out for each field, where it is from, and what it stands against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from quality.facts import Member, Setter
from syncd.model import Ref, Value


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
