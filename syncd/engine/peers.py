"""The streams of linked accounts, as one of them sees the others: where counterparts are, and how they read.

Accounts are set up one by one, some later than others. So what is known of a peer is looked up when it is needed: as
its account has it once that was set up, as the settings have it until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mappings import RecordMapping, bind, to_canonical
from quality import Ruleset
from quality.providing import Enriching
from syncd.model import Field, FieldType, Mode, Record, Schema, SourceRecord, Stream
from syncd.settings import StreamSettings

if TYPE_CHECKING:
    from syncd.engine.setup import StreamSetup


@dataclass(frozen=True, slots=True)
class Peer:
    """A stream of a linked account."""

    stream: Stream
    #: Bound to the account's schema, where that is known.
    mapping: RecordMapping
    #: None as long as the account was not set up in this process.
    schema: Schema | None = None
    #: The rules that put its records into the form they are held against others in, once it was set up; and what the
    #: settings say of it, as long as it was not.
    tidied_by: Ruleset | None = None
    wanted: StreamSettings | None = None
    #: What is wanted from outside for its records; None: nothing.
    enriching: Enriching | None = None
    _compiled: list[Ruleset] = field(default_factory=list, compare=False, repr=False)
    _bound: dict[frozenset[str], RecordMapping] = field(default_factory=dict, compare=False, repr=False)

    @property
    def tidying(self) -> Ruleset | None:
        """Return the rules in the form of which its records are held against others, as if all of them might write."""
        if self.tidied_by is not None or self.wanted is None:
            return self.tidied_by
        if not self._compiled:
            self._compiled.append(self.wanted.ruleset(Mode.APPLY))
        return self._compiled[0]

    def read(self, source: SourceRecord) -> Record:
        """Return a record of the stream as we spell it."""
        if self.schema is not None:
            return to_canonical(self.mapping, source)
        there = frozenset(source.values)
        if there not in self._bound:
            self._bound[there] = bind(self.mapping, fetched_schema(source))[0]
        return to_canonical(self._bound[there], source)


class Peers(Mapping[tuple[str, str], Peer]):
    """The streams of linked accounts, by account and object."""

    def __init__(self, declared: Iterable[Peer], known: Mapping[Stream, Peer]) -> None:
        """Take peers as the settings have them, and those that were set up; the latter may become more."""
        self._declared = {(one.stream.account, one.stream.object): one for one in declared}
        self._known = known

    def __getitem__(self, place: tuple[str, str]) -> Peer:
        declared = self._declared[place]
        return self._known.get(declared.stream, declared)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


def own_peers(setup: StreamSetup) -> dict[tuple[str, str], Peer]:
    """Return the streams of an account as its own, by account and object: those that were set up."""
    kept = {**setup.mappings, setup.stream.object: setup.mapping}
    return {
        (setup.stream.account, name): Peer(Stream(setup.stream.account, name, mapping.kind), mapping, setup.schema)
        for name, mapping in kept.items()
    }


def fetched_schema(source: SourceRecord) -> Schema:
    """Return what was fetched of a record in place of what its account has."""
    return Schema(source.ref.object, {name: Field(name, FieldType.TEXT) for name in source.values})


def peers_in(streams: Iterable[StreamSettings], account: str) -> Iterator[Peer]:
    """Yield the streams of the accounts that one is linked with, as the settings have them."""
    for one in streams:
        if one.linked is not None and account in one.linked.accounts and one.stream.account != account:
            yield declared(one)


def declared(one: StreamSettings) -> Peer:
    """Return a stream as the settings have it."""
    return Peer(one.stream, one.mapping, wanted=one, enriching=one.enriching)
