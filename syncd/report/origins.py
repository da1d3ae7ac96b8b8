"""Who and what dirt comes from, by name: owners, and the integrations, forms, imports and users that make records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncd.model import Maker, Owner, Stream
from syncd.store import StreamTally, Transaction

_WORDS = {
    "API": "API",
    "AUTOMATION_PLATFORM": "workflow",
    "CRM_UI": "person",
    "FORMS": "form",
    "IMPORT": "import",
    "INTEGRATION": "integration",
}


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """How clean the records of one owner are."""

    stream: Stream
    #: The owner's id; empty: nobody's.
    owner: str
    judged: int
    dirty: int
    #: Empty where the CRM does not tell.
    name: str = ""
    #: None: nobody knows.
    is_active: bool | None = None

    @property
    def shown(self) -> str:
        """Return what to call them."""
        return self.name or self.owner or "nobody"


@dataclass(frozen=True, slots=True)
class MakerFacts:
    """How clean the records are that one integration, form, import or user made, and what it wrote that is wrong."""

    stream: Stream
    maker: Maker
    #: What to call it.
    name: str
    judged: int
    dirty: int
    #: Open findings of weight in values that it wrote; where that is not known, in records that it made.
    defects: int

    @property
    def kind(self) -> str:
        """Return what kind of thing it is, in a word for people."""
        return _WORDS.get(self.maker.kind, "unknown")

    @property
    def share(self) -> float:
        """Return the share of its records that are not clean."""
        return self.dirty / self.judged if self.judged else 0.0


def owners_of(tx: Transaction, streams: Iterable[Stream]) -> tuple[OwnerFacts, ...]:
    """Return the owners of records that are not clean, the most first."""
    found = []
    for stream in streams:
        known = tx.owners.all(stream.account)
        for owner, (judged, dirty) in tx.records.by_owner(stream).items():
            if dirty:
                told = known.get(owner, Owner(is_active=True))
                is_active = told.is_active if owner in known else None
                found.append(OwnerFacts(stream, owner, judged, dirty, told.name, is_active))
    return tuple(sorted(found, key=lambda one: (-one.dirty, one.owner, one.stream.name)))


def makers_of(tx: Transaction, streams: Iterable[Stream]) -> tuple[MakerFacts, ...]:
    """Return what made records that are not clean, or wrote values that are wrong, the most first."""
    found = []
    for stream in streams:
        tally, names = tx.findings.tally(stream), _names(tx.owners.all(stream.account))
        found += [
            MakerFacts(
                stream,
                maker,
                _shown(maker, names),
                tally.made.get(maker, 0),
                tally.dirty.get(maker, 0),
                tally.defects.get(maker, 0),
            )
            for maker in _makers(tally)
        ]
    return tuple(sorted(found, key=lambda one: (-one.defects, -one.dirty, one.maker, one.stream.name)))


def _makers(tally: StreamTally) -> Sequence[Maker]:
    # Of equal makers the one whose name was read counts.
    named = {**{one: one for one in tally.made}, **{one: one for one in tally.defects}}
    return [named[one] for one in named if tally.dirty.get(one) or tally.defects.get(one)]


def _names(owners: Mapping[str, Owner]) -> dict[str, str]:
    """Return the names of colleagues by the ids of their logins."""
    return {one.user or owner: one.name for owner, one in owners.items() if one.name}


def _shown(maker: Maker, names: Mapping[str, str]) -> str:
    user = maker.mark.removeprefix("userId:")
    return maker.name or names.get(user, "") or maker.mark
