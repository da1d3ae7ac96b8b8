"""Whom a record is about: all records that surely are of the same person, wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syncd.engine.peers import Peer
from syncd.errors import UnknownNameError
from syncd.model import Record, Ref, Stream
from syncd.store import Transaction

#: How another record is known to be of the same person.
TWIN, COUNTERPART = "twin", "counterpart"
SAID, MADE = "a person said so", "one was made for the other"
GONE = "gone, with the same address"


@dataclass(frozen=True, slots=True)
class Same:
    """Another record of the same person."""

    ref: Ref
    #: How that is known.
    by: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom a record is about."""

    #: The record that was asked about; the one it was merged into, where it was.
    ref: Ref
    others: tuple[Same, ...] = ()
    #: Records that may be of the same person: somebody has to say.
    in_question: tuple[Ref, ...] = ()

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Return all that surely are of that person, the one asked about first."""
        return (self.ref, *(one.ref for one in self.others))


#: The streams in which somebody may be kept, by account and object.
Places = Mapping[tuple[str, str], Peer]


def somebody(tx: Transaction, places: Places, stream: Stream, record_id: str) -> Somebody:
    """Return whom a record is about; UnknownNameError when nothing is kept of it.

    Who is the same follows from matching, from what people said of pairs and from what was made for whom: as surely as
    two records are merged. Records that the CRM has no more are found by the person's own address.
    """
    current = Ref(stream.account, stream.object, tx.aliases.current(stream, record_id))
    if not is_kept(tx, stream, current.id):
        raise UnknownNameError(f"Nothing is kept of {stream.name}/{record_id}.")
    looking = _Looking(tx, places, stream)
    looking.follow(current)
    looking.look_among_gone()
    others = tuple(Same(ref, by) for ref, by in sorted(looking.found.items()) if ref != current)
    return Somebody(current, others, tuple(sorted(looking.asked - looking.found.keys())))


def is_kept(tx: Transaction, stream: Stream, record_id: str) -> bool:
    """Return whether anything is kept of a record, be it in the journal alone."""
    if record_id in tx.records.read(stream, [record_id], with_gone=True):
        return True
    return bool(tx.journal.select(ref=Ref(stream.account, stream.object, record_id), limit=1))


def mailbox_of(record: Record) -> str:
    """Return the mailbox that a person is known by, in one form; others of a record share theirs with colleagues."""
    address = record.values.get("email") if record.kind == "person" else None
    return address.strip().lower() if isinstance(address, str) else ""


class _Looking:
    """Goes from one record to those that are the same, and on from there."""

    def __init__(self, tx: Transaction, places: Places, stream: Stream) -> None:
        self._tx, self._places = tx, places
        self._streams = {place.stream for place in places.values() if place.stream.kind == stream.kind} | {stream}
        self._said = {
            frozenset({word.one, word.other}): word.is_one for word in tx.counterparts.words(self._streams, 1_000_000)
        }
        self.found: dict[Ref, str] = {}
        self.asked: set[Ref] = set()

    def follow(self, ref: Ref) -> None:
        """Find all that are the same as a record."""
        self.found[ref] = ""
        todo = [ref]
        while todo:
            one = todo.pop()
            for other, by in self._same_as(one):
                if other not in self.found:
                    self.found[other] = by
                    todo.append(other)

    def look_among_gone(self) -> None:
        """Find records that are gone, and had the address of this person."""
        mailboxes = {one for ref in self.found for one in self._mailboxes(ref)}
        if not mailboxes:
            return
        for stream in sorted(self._streams, key=lambda one: one.name):
            place = self._places.get((stream.account, stream.object))
            if place is None:
                continue
            gone = {
                one.ref.id for one in self._tx.traces.gone_copies(stream) if mailbox_of(place.read(one)) in mailboxes
            }
            gone |= self._tx.traces.not_live_with(stream, "email", mailboxes)
            for record_id in gone:
                # What was merged into one of those found is forgotten with it.
                if self._ref(stream, self._tx.aliases.current(stream, record_id)) not in self.found:
                    self.found[self._ref(stream, record_id)] = GONE

    def _same_as(self, ref: Ref) -> Iterator[tuple[Ref, str]]:
        stream = self._stream_of(ref)
        if stream is None:
            return
        for row in self._tx.twins.of(stream, [ref.id]).get(ref.id, ()):
            if row.is_sure:
                yield row.ref, TWIN if row.ref.account == ref.account else COUNTERPART
            else:
                self.asked.add(row.ref)
        for pair, is_one in self._said.items():
            if ref in pair and is_one:
                yield from ((other, SAID) for other in pair - {ref})
        for other in self._tx.traces.made_with(stream, ref.id):
            if self._said.get(frozenset({ref, other}), True):
                yield other, MADE

    @staticmethod
    def _ref(stream: Stream, record_id: str) -> Ref:
        return Ref(stream.account, stream.object, record_id)

    def _stream_of(self, ref: Ref) -> Stream | None:
        return next((one for one in self._streams if (one.account, one.object) == (ref.account, ref.object)), None)

    def _mailboxes(self, ref: Ref) -> Iterator[str]:
        place = self._places.get((ref.account, ref.object))
        if place is not None:
            copies = self._tx.records.read(place.stream, [ref.id], with_gone=True).values()
            yield from filter(None, (mailbox_of(place.read(copy)) for copy in copies))
