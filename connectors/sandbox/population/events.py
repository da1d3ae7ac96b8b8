"""What can happen in a base that lives. Each event carries the truth of what it sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.sandbox.population.people import Defect, Person, Source


@dataclass(frozen=True, slots=True)
class Rewrite:
    """New values of one person, what they mean in truth, and what is wrong with them."""

    person: str
    values: Mapping[str, str]
    #: Truth of the same fields, and of `normalised_title` where the job changed (empty: the new title has none).
    truth: Mapping[str, str]
    #: Replace all earlier defects of the rewritten fields.
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A form, an import, an app or a colleague made a record; perhaps dirty, perhaps a second one."""

    at: datetime
    person: Person


@dataclass(frozen=True, slots=True)
class Edited:
    """A colleague changed a record by hand."""

    at: datetime
    source: Source
    rewrite: Rewrite


@dataclass(frozen=True, slots=True)
class Overwritten:
    """An import wrote over a batch of records in one go."""

    at: datetime
    source: Source
    rewrites: tuple[Rewrite, ...]


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Somebody, or something, took the company off a person."""

    at: datetime
    source: Source
    person: str
    defect: Defect


@dataclass(frozen=True, slots=True)
class OptedOut:
    """A person wants no more mail: `unsubscribed` is true of them from now on."""

    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Bounced:
    """A mail came back hard: `bounced` is true of them from now on."""

    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A person showed a sign of life: whoever was inactive no longer is."""

    at: datetime
    person: str
    #: `last_opened`, `last_clicked`, `last_visited`, `last_form`.
    signal: str


Event = Arrived | Edited | Overwritten | Unlinked | OptedOut | Bounced | Signed
