"""Forgetting people: what is kept of them is erased, and what comes back of them is not kept again.

A person is forgotten with all their records (`same_person`), in all linked accounts. The CRMs are not touched: whoever
has to be forgotten is erased there by a person, before or after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mappings import RecordMapping, to_canonical
from quality import EMAIL_DOMAIN
from quality.providing import asks_key
from syncd.engine.judging.value_times import AUTHORITY
from syncd.engine.matching.match import let_go
from syncd.engine.outside.enriching import questions_of
from syncd.engine.peers import Peer
from syncd.engine.same_person import Places, is_kept, mailbox_of
from syncd.engine.setup import StreamPass
from syncd.errors import UnknownNameError
from syncd.model import Record, Ref, SourceRecord, Stream
from syncd.store import ArrivalState, Carried, Forgotten, Store, Transaction

#: Fixes of one record that are looked through for what it said before.
_PAST = 1_000
#: When a record was changed of which nothing but single values is known.
_WHENEVER = datetime.fromtimestamp(0, UTC)


def forget(store: Store, places: Places, kind: str, refs: Sequence[Ref]) -> list[Forgotten]:
    """Erase what is kept of records of one person, of all or of none; UnknownNameError while a write to one of them has
    no known end, or when nothing is kept of one.

    What was carried over from them to others goes from the journal of those, too; what these hold in the CRM is theirs.
    """
    with store.transaction() as tx:
        tx.erasures.begin()
        members = [_Member.of(tx, places, Stream(ref.account, ref.object, kind), ref.id) for ref in refs]
        near = _near(tx, members)
        carried = _carried(tx, places, members, near)
        around = {*near, *carried}
        for member in members:
            let_go(tx, member.stream, member.ids)
        for member in members:
            _forget_arrivals(tx, member)
        forgotten = [tx.erasures.erase(one.stream, one.ids[0], one.mailboxes, around) for one in members]
        tx.traces.silence_carried(carried, AUTHORITY)
        for ref in sorted(around):
            tx.twins.wake(Stream(ref.account, ref.object, kind), [ref.id])
        for member in members:
            _let_answers_go(tx, member)
    store.sweep_log()
    return forgotten


def is_unsettled(tx: Transaction, kind: str, refs: Sequence[Ref]) -> bool:
    """Return whether something was sent to one of the records that has no known end: that comes first."""
    return any(tx.erasures.is_in_flight(Stream(ref.account, ref.object, kind), ref.id) for ref in refs)


def not_forgotten(work: StreamPass, tx: Transaction, sources: Sequence[SourceRecord]) -> Sequence[SourceRecord]:
    """Return the records without those of people who were forgotten; whoever came in by their mailbox is, too."""
    if not sources or not tx.erasures.any():
        return sources
    mailboxes = {one.ref.id: _mailboxes(work.setup.mapping, one) for one in sources}
    back = tx.erasures.among(work.stream, mailboxes)
    if not back:
        return sources
    tx.erasures.remember(work.stream, sorted(back))
    work.tools.telemetry.forgotten_returned(work.stream, len(back))
    return [one for one in sources if one.ref.id not in back]


def _mailboxes(mapping: RecordMapping, source: SourceRecord) -> tuple[str, ...]:
    address = mailbox_of(to_canonical(mapping, source))
    return (address,) if address else ()


@dataclass(frozen=True, slots=True)
class _Member:
    """One record of the person, with everything it ever said that is still kept."""

    stream: Stream
    #: Those merged into it included, its own first.
    ids: tuple[str, ...]
    place: Peer | None
    forms: tuple[Record, ...]

    @classmethod
    def of(cls, tx: Transaction, places: Places, stream: Stream, record_id: str) -> _Member:
        """Return a record; UnknownNameError while something that was sent has no known end."""
        if not is_kept(tx, stream, record_id):
            raise UnknownNameError(f"Nothing is kept of {stream.name}/{record_id}.")
        if tx.erasures.is_in_flight(stream, record_id):
            raise _unsettled(f"A write to {stream.name}/{record_id}")
        ids = tuple(tx.erasures.ids_of(stream, record_id))
        place = places.get((stream.account, stream.object))
        forms = () if place is None else tuple(map(place.read, _said(tx, stream, ids)))
        return cls(stream, ids, place, forms)

    @property
    def refs(self) -> Iterator[Ref]:
        """Return it under each of its ids."""
        return (Ref(self.stream.account, self.stream.object, one) for one in self.ids)

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """Return the mailboxes it is, and was, known by."""
        return tuple(sorted({mailbox_of(one) for one in self.forms} - {""}))


def _said(tx: Transaction, stream: Stream, ids: Sequence[str]) -> Iterator[SourceRecord]:
    """Yield what records say, and said before: as they were archived, and with each value of the journal."""
    copies = tx.records.read(stream, ids, with_gone=True)
    yield from copies.values()
    yield from tx.traces.archived(stream, ids)
    for one in ids:
        ref = Ref(stream.account, stream.object, one)
        for fix in tx.journal.select(ref=ref, limit=_PAST):
            held = copies.get(one) or SourceRecord(ref, {}, None, _WHENEVER)
            for change in fix.changes:
                for value in (change.before, change.after):
                    yield replace(held, values={**held.values, change.property: value})


def _near(tx: Transaction, members: Sequence[_Member]) -> dict[Ref, bool]:
    """Return whoever else is taken for the same, or may be, and whether that is sure."""
    mine = {ref for member in members for ref in member.refs}
    return {
        row.ref: row.is_sure
        for member in members
        for rows in tx.twins.of(member.stream, member.ids).values()
        for row in rows
        if row.ref not in mine
    }


def _carried(tx: Transaction, places: Places, members: Sequence[_Member], near: dict[Ref, bool]) -> Carried:
    """Return what was carried over from a person to others: by the marks of values, and all that came to counterparts
    that are not forgotten with them. Those marks are gone then."""
    kind = members[0].stream.kind
    streams = [one.stream for one in places.values() if one.stream.kind == kind]
    mine = {ref for member in members for ref in member.refs}
    marked = {ref: fields for ref, fields in tx.traces.carried_from(streams, mine).items() if ref not in mine}
    found: Carried = {**marked, **{ref: None for ref, is_sure in near.items() if is_sure}}
    if tx.traces.is_carried_in_flight(found, AUTHORITY):
        raise _unsettled("What was carried over from it to another record")
    return found


def _forget_arrivals(tx: Transaction, member: _Member) -> None:
    """Erase what came in of somebody by forms and files, and what was to be made of it."""
    found = tx.arrivals.of_somebody(member.stream, member.ids, member.mailboxes)
    for one in found:
        fix = tx.journal.find(one.fix) if one.fix and one.state is ArrivalState.PENDING else None
        if fix is not None and fix.ref.id not in member.ids:
            if tx.erasures.is_in_flight(one.stream, fix.ref.id):
                raise _unsettled(f"A record that is being made of what came in by {one.door}")
            tx.erasures.erase(one.stream, fix.ref.id)
    tx.arrivals.drop([one.id for one in found])


def _let_answers_go(tx: Transaction, member: _Member) -> None:
    """Forget what was asked outside about somebody, unless another record leads to the same."""
    asked: dict[str, set[str]] = defaultdict(set)
    if member.place is not None and member.place.enriching is not None:
        for form in member.forms:
            for provider, question in questions_of(member.place.enriching, form).items():
                asked[provider].add(question)
    for provider, questions in sorted(asked.items()):
        tx.provided.let_go(provider, asks_key(provider), questions)
    tx.mail_domains.let_go(EMAIL_DOMAIN, {one.rpartition("@")[2] for one in member.mailboxes})


def _unsettled(what: str) -> UnknownNameError:
    return UnknownNameError(f"{what} has no known end yet.", hint="`syncd sync` settles it; forget the record then.")
