"""Records in the making: they know their twins as records, before anything has a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.sandbox.population.firms import Firm
from connectors.sandbox.population.people import Defect
from connectors.sandbox.population.persons import Being
from connectors.sandbox.population.sources import Entrance


@dataclass(slots=True)
class CompanyDraft:
    """A company record on its way into the base."""

    firm: Firm
    entrance: Entrance
    created_at: datetime
    #: Values that are wrong from the start, by field, and why.
    wrong: dict[str, tuple[str, str]] = field(default_factory=dict)
    twin: CompanyDraft | None = None
    is_duplicate: bool = False
    likeness: str = ""
    key: str = ""
    #: Fields that nothing is done to.
    spared: frozenset[str] = frozenset()


@dataclass(slots=True)
class PersonDraft:
    """A person record on its way into the base."""

    being: Being
    entrance: Entrance
    created_at: datetime
    employer: CompanyDraft | None = None
    wrong: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: What is wrong with the record without a single value being damaged.
    states: list[Defect] = field(default_factory=list)
    twin: PersonDraft | None = None
    is_duplicate: bool = False
    likeness: str = ""
    is_real: bool = True
    key: str = ""
    #: Fields that nothing is done to.
    spared: frozenset[str] = frozenset()
