"""Which provider's value counts for a field: the first in the order of the settings that knows one well enough."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from quality.fields import is_empty
from quality.rule import Offer
from syncd.model import Offered

#: A provider that could not answer so often in a row is passed over, until it can.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Waterfall:
    """What is wanted for one field."""

    #: The providers, the first to be asked first.
    providers: tuple[str, ...]
    #: What is less sure than this is no answer; what is at least as sure as `sure` is written without asking.
    least: float = 0.5
    sure: float = 0.9
    #: Whether a value that a provider gave before may be replaced by what it says now.
    may_replace: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider said to a question."""

    #: Values by field; empty: it knows nothing. None: it has not answered yet.
    offers: Mapping[str, Offered] | None
    answered_at: datetime | None = None
    #: How often in a row it could not be answered since.
    failures: int = 0

    @property
    def is_waited_for(self) -> bool:
        """Return whether there is no answer yet, and one is to be expected."""
        return self.offers is None and self.failures < _PATIENCE


@dataclass(frozen=True, slots=True)
class Choice:
    """What a waterfall comes to: a value, or who is to be asked next; neither when nobody knows."""

    offer: Offer | None = None
    ask: str = ""


NOTHING = Choice()


def choose(waterfall: Waterfall, field: str, told: Mapping[str, Told]) -> Choice:
    """Return what the providers in `told` come to: those that can be asked about the record.

    Nobody is asked as long as one before them may still answer, and nobody after one that has.
    """
    for name in waterfall.providers:
        if name not in told:
            continue
        if told[name].is_waited_for:
            return Choice(ask=name)
        offer = _offer(waterfall, name, told[name], field)
        if offer is not None:
            return Choice(offer)
    return NOTHING


def _offer(waterfall: Waterfall, name: str, told: Told, field: str) -> Offer | None:
    offered = (told.offers or {}).get(field)
    if offered is None or told.answered_at is None or is_empty(offered.value) or offered.confidence < waterfall.least:
        return None
    is_sure = offered.confidence >= waterfall.sure
    return Offer(offered.value, name, offered.confidence, told.answered_at, is_sure=is_sure)


@dataclass(frozen=True, slots=True)
class Enriching:
    """What is wanted from outside for the records of one stream."""

    #: By field.
    waterfalls: Mapping[str, Waterfall]
    #: The fields that each provider is asked by.
    by: Mapping[str, tuple[str, ...]]
    #: Changes when another value could be chosen, or another question be asked.
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        """Work out what stands for all of it."""
        told = repr((sorted(self.waterfalls.items(), key=_first), sorted(self.by.items())))
        object.__setattr__(self, "fingerprint", hashlib.blake2b(told.encode(), digest_size=6).hexdigest())

    @property
    def replaced(self) -> frozenset[str]:
        """Return the fields in which a provider's value may be replaced by what one says now."""
        return frozenset(name for name, fall in self.waterfalls.items() if fall.may_replace)


def _first(pair: tuple[str, object]) -> str:
    return pair[0]
