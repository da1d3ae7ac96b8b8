"""Forgetting people: every value of them leaves the store, and a keyed hash stays by which they are known again.

What stays of a forgotten record is its id in the journal: that a fix was made, when and by which rule, without a value.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select, text, update

from syncd.model import Action, Ref, Stream
from syncd.store import schema
from syncd.store.columns.packing import pack_names
from syncd.store.journal.journal import Journal
from syncd.store.journal.life import IN_FLIGHT
from syncd.store.records.keeping import drop_rows
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, insert, upsert

_KEYS = schema.erasure_keys
_ERASURES = schema.erasures
_RECORDS = schema.records
_FIXES = schema.fixes
_CHANGES = schema.fix_changes
_EVENTS = schema.fix_events

#: What is kept of a record beside its place in the tables, and goes with its values.
_OF_RECORD = (
    schema.overrides,
    schema.field_times,
    schema.value_marks,
    schema.golden_shares,
    schema.record_values,
    schema.written_over,
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased of one record."""

    #: The ids it had, the current one first: those that were merged into it are forgotten with it.
    ids: tuple[str, ...]
    #: Changes whose values stood in the journal.
    changes: int
    #: Whole copies made before a removal or a merge.
    copies: int


class Erasures(Room):
    """Forgetting records, and knowing them again."""

    def begin(self) -> None:
        """Have what is deleted in this transaction written over with zeros, rather than left in free pages."""
        if self.connection.dialect.name == "sqlite":
            self.connection.execute(text("PRAGMA secure_delete = ON"))

    def is_in_flight(self, stream: Stream, record_id: str) -> bool:
        """Return whether something was sent that has no known end: to the record, into it, or to make one for it."""
        query = select(func.count()).where(
            self._about(stream, [record_id]), _FIXES.c.state.in_([state.value for state in IN_FLIGHT])
        )
        return bool(self.connection.execute(query).scalar())

    def ids_of(self, stream: Stream, record_id: str) -> list[str]:
        """Return the id with all that were merged into it."""
        aliases, found = schema.aliases, [record_id]
        for one in found:
            query = select(aliases.c.old).where(aliases.c.stream_id == self.streams.find(stream), aliases.c.new == one)
            found.extend(old for old in self.connection.execute(query).scalars() if old not in found)
        return found

    def erase(
        self, stream: Stream, record_id: str, mailboxes: Iterable[str] = (), twins: Iterable[Ref] = ()
    ) -> Forgotten:
        """Erase every value of a record, and remember hashes of its ids and mailboxes. Twice is once.

        What was proposed for its `twins` may be made of its values, and goes, too: they have to be judged anew.
        """
        self.begin()
        ids = self.ids_of(stream, record_id)
        number = self.streams.find(stream)
        if number is not None:
            drop_rows(self.connection, number, ids, self.now)
        self._close_open(stream, ids)
        forgotten = Forgotten(tuple(ids), self._delete_changes(stream, ids), self._delete(schema.archive, stream, ids))
        self._silence_journal(stream, ids)
        self._silence_proposals(twins)
        for table in _OF_RECORD:
            self._delete(table, stream, ids)
        mine = self._mine(schema.match_records, stream, ids)
        self.connection.execute(update(schema.match_records).where(mine), {"facts": None})
        self.connection.execute(delete(_RECORDS).where(_RECORDS.c.stream_id == number, _RECORDS.c.id.in_(ids)))
        self.remember(stream, ids, mailboxes)
        return forgotten

    def remember(self, stream: Stream, ids: Iterable[str], mailboxes: Iterable[str] = ()) -> None:
        """Keep hashes of ids and mailboxes, by which they are known again."""
        digests = {self._of_id(stream, one) for one in ids} | {self._of_mailbox(one) for one in mailboxes}
        upsert(self.connection, _ERASURES, [{"digest": one, "at": self.now} for one in sorted(digests)])

    def any(self) -> bool:
        """Return whether anybody ever asked to be forgotten; as long as nobody has, this is all that is looked up."""
        return self.connection.execute(select(_KEYS.c.key).limit(1)).first() is not None

    def among(self, stream: Stream, mailboxes: Mapping[str, Collection[str]]) -> frozenset[str]:
        """Return those of the records, given with their mailboxes, that are forgotten by id or by a mailbox."""
        if not self.any():
            return frozenset()
        digests: dict[bytes, set[str]] = {}
        for record_id, addresses in mailboxes.items():
            for digest in (self._of_id(stream, record_id), *map(self._of_mailbox, addresses)):
                digests.setdefault(digest, set()).add(record_id)
        known = (
            digest
            for chunk in chunks(digests)
            for digest in self.connection.execute(
                select(_ERASURES.c.digest).where(_ERASURES.c.digest.in_(chunk))
            ).scalars()
        )
        return frozenset(record_id for digest in known for record_id in digests[bytes(digest)])

    def forget_gone_before(self, stream: Stream, moment: datetime) -> int:
        """Erase the values of records that have been gone since before `moment`; return of how many."""
        number = self.streams.find(stream)
        gone = select(_RECORDS.c.id).where(
            _RECORDS.c.stream_id == number, _RECORDS.c.gone_at.is_not(None), _RECORDS.c.gone_at < moment
        )
        values = schema.record_values
        query = delete(values).where(values.c.stream_id == number, values.c.record_id.in_(gone))
        return self.connection.execute(query).rowcount

    def forget_history_before(self, stream: Stream, moment: datetime) -> int:
        """Erase the values in fixes that were settled before `moment`; they cannot be undone then. Return how many."""
        number = self.streams.find(stream)
        old = select(_FIXES.c.id).where(
            _FIXES.c.stream_id == number, _FIXES.c.settled_at.is_not(None), _FIXES.c.settled_at < moment
        )
        return self.connection.execute(delete(_CHANGES).where(_CHANGES.c.fix_id.in_(old))).rowcount

    @cached_property
    def _key(self) -> bytes:
        """The key of the hashes, made when it is first needed: without it nobody can try addresses against them."""
        found = self.connection.execute(select(_KEYS.c.key)).scalar()
        if found is None:
            found = secrets.token_bytes(32)
            insert(self.connection, _KEYS, [{"key": found}])
        return bytes(found)

    def _of_id(self, stream: Stream, record_id: str) -> bytes:
        return self._digest(f"id/{stream.account}/{stream.object}/{record_id}")

    def _of_mailbox(self, address: str) -> bytes:
        return self._digest(f"mailbox/{address.strip().lower()}")

    def _digest(self, what: str) -> bytes:
        return hmac.digest(self._key, what.encode(errors="surrogatepass"), hashlib.sha256)

    def _close_open(self, stream: Stream, ids: Collection[str]) -> None:
        Journal(self.connection, self.streams, self.now, self.make_id).drop_open(stream, ids, self.now)

    def _silence_journal(self, stream: Stream, ids: Collection[str]) -> None:
        """Take out what was said of the records, by a CRM, a person or a rule: it may repeat their values."""
        about = self._about(stream, ids)
        fixes = select(_FIXES.c.id).where(about)
        self.connection.execute(update(_EVENTS).where(_EVENTS.c.fix_id.in_(fixes)), {"detail": ""})
        silence = {"detail": "", "digest": b"", "reasons": pack_names(())}
        self.connection.execute(update(_FIXES).where(about), silence)

    def _silence_proposals(self, twins: Iterable[Ref]) -> None:
        """Take out what would be written when a record is merged with one of these: it takes values from both."""
        findings = schema.findings
        for ref in twins:
            number = self.streams.find_object(ref.account, ref.object)
            theirs = (findings.c.stream_id == number, findings.c.record_id == ref.id)
            query = update(findings).where(*theirs, findings.c.proposal.is_not(None))
            self.connection.execute(query, {"proposal": None, "message": ""})

    def _delete_changes(self, stream: Stream, ids: Collection[str]) -> int:
        """Delete the values in fixes of the records, and of others that were to take over theirs."""
        about = select(_FIXES.c.id).where(self._about(stream, ids))
        query = delete(_CHANGES).where(or_(self._mine(_CHANGES, stream, ids), _CHANGES.c.fix_id.in_(about)))
        return self.connection.execute(query).rowcount

    def _about(self, stream: Stream, ids: Collection[str]) -> ColumnElement[bool]:
        """Return the condition that a fix is one of these records, merges another with one of them, or makes one for
        one of them."""
        merged = and_(
            _FIXES.c.stream_id == self.streams.find(stream),
            _FIXES.c.action == Action.MERGE.value,
            _FIXES.c.link_id.in_(ids),
        )
        made = and_(_FIXES.c.cause_stream == self.streams.find(stream), _FIXES.c.cause_id.in_(ids))
        return or_(self._mine(_FIXES, stream, ids), merged, made)

    def _delete(self, table: Table, stream: Stream, ids: Collection[str]) -> int:
        return self.connection.execute(delete(table).where(self._mine(table, stream, ids))).rowcount

    def _mine(self, table: Table, stream: Stream, ids: Collection[str]) -> ColumnElement[bool]:
        return and_(table.c.stream_id == self.streams.find(stream), table.c.record_id.in_(ids))
