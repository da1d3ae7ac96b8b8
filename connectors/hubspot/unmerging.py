"""Takes merges apart as far as HubSpot lets us: it has no call for that, so the record that went is made anew.

Every step looks first, and does only what is not done yet. Making a record is the one step that must not happen twice:
it is made with a link to the record that stayed, by which it is found again, and that link is taken away last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.images import Images, addresses_of, knots_of
from connectors.hubspot.links import Linker
from connectors.hubspot.schema import schema_of
from connectors.hubspot.wire import id_of
from connectors.hubspot.writes import Writer, is_kept
from connectors.protocol import Merged
from connectors.turns import in_turn
from syncd.errors import RecordRejectedError
from syncd.model import FixState, Outcome, Raw, Ref, SourceRecord, Update

_GONE = "the record that stayed is gone"
#: Properties named in what could not be put back; more are counted.
_NAMED = 8


class Splitter:
    """Takes merged records of one account apart."""

    def __init__(self, account: str, client: Client, images: Images, writer: Writer, linker: Linker) -> None:
        self._account = account
        self._client = client
        self._images = images
        self._writer = writer
        self._linker = linker

    def revive(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Put back the values of the records that stayed, free the addresses, and make the records that went anew."""
        return in_turn([[one] for one in merged], lambda one: [self._revive(object_name, one[0])], lambda one: one.fix)

    def part(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Give each of the two records its associations, and take away the link by which they knew each other."""
        return in_turn([[one] for one in merged], lambda one: [self._part(object_name, one[0])], lambda one: one.fix)

    def _revive(self, object_name: str, one: Merged) -> Outcome:
        now = self._now(object_name, one.at.id)
        if now is None:
            return Outcome(one.fix, FixState.STALE, _GONE)
        made = self._made(object_name, one, now)
        if made in {None, one.went.ref.id}:
            outcome = self._put_back(object_name, one, now)
            if outcome.state is FixState.UNKNOWN:
                return outcome
        if made is None:
            self._free_addresses(object_name, one)
            try:
                made = self._make(object_name, one)
            except RecordRejectedError as refusal:
                reason = f"HubSpot does not take the record that went again: {refusal.message}"
                return Outcome(one.fix, FixState.REJECTED, reason)
        ref = Ref(self._account, object_name, made)
        record = SourceRecord(ref, {}, one.went.created_at, one.went.modified_at)
        return Outcome(one.fix, FixState.APPLIED, record=record)

    def _part(self, object_name: str, one: Merged) -> Outcome:
        assert one.back is not None  # noqa: S101 - it was revived before
        reading = self._images.read(object_name, [one.at.id, one.back.id])
        by_id = {record.ref.id: record for record in reading.records}
        stayed, back = by_id.get(one.at.id), by_id.get(one.back.id)
        if stayed is None or back is None:
            return Outcome(one.fix, FixState.STALE, _GONE if stayed is None else "the record made anew is gone")
        for address in addresses_of(one.went)[1:] if object_name == "contacts" else ():
            if address not in addresses_of(back) and address not in addresses_of(stayed):
                self._change(back.ref.id, address, remove=False)
        lost = self._tie(object_name, one, stayed, back)
        left = self._unlike(object_name, one)
        told = [f"links not put back: {lost}"] if lost else []
        told += [f"not put back: {left}"] if left else []
        return Outcome(one.fix, FixState.APPLIED, "; ".join(told))

    # The record that stayed

    def _put_back(self, object_name: str, one: Merged, now: SourceRecord) -> Outcome:
        """Put back what the record held before, where it still holds what the merge left."""
        due = {name: one.stayed.values.get(name) for name in self._writable(object_name) if _is_ours(name, one, now)}
        outcome = Outcome(one.fix, FixState.APPLIED)
        if due.get(query.STAGE) and now.values.get(query.STAGE):
            outcome = self._writer.update(object_name, [Update(one.fix, one.at, {query.STAGE: None})])[0]
        if due and outcome.state is not FixState.UNKNOWN:
            outcome = self._writer.update(object_name, [Update(one.fix, one.at, due)])[0]
        return outcome

    def _free_addresses(self, object_name: str, one: Merged) -> None:
        """Take the addresses of the record that went off the one that stayed: nobody else could have them."""
        now = self._now(object_name, one.at.id) if object_name == "contacts" else None
        if now is None:
            return
        own = {*addresses_of(one.stayed), str(now.values.get(query.EMAIL) or "").lower()}
        for address in addresses_of(one.went):
            if address in addresses_of(now) and address not in own:
                self._change(one.at.id, address, remove=True)

    def _change(self, contact: str, address: str, *, remove: bool) -> None:
        """Give or take an address; one that HubSpot would not let go, or give, shows when the two are compared."""
        with suppress(RecordRejectedError):
            self._client.change_emails(contact, address, remove=remove)

    # The record that went

    def _made(self, object_name: str, one: Merged, now: SourceRecord) -> str | None:
        """Return the record that went where it is there: it never went, or was made anew by an earlier call."""
        if self._images.is_there(object_name, one.went.ref.id):
            return one.went.ref.id
        known = {to for image in (one.went, one.stayed) for (kind, to) in knots_of(image) if kind == object_name}
        strangers = [to for (kind, to) in knots_of(now) if kind == object_name and to not in {*known, one.at.id}]
        wanted = self._wanted(object_name, one)
        for record in self._images.read(object_name, strangers).records if strangers else ():
            if _is_copy(wanted, record):
                return record.ref.id
        return None

    def _make(self, object_name: str, one: Merged) -> str:
        """Make the record anew; values that HubSpot would not take any more are left out."""
        wanted = self._wanted(object_name, one)
        kinds = self._linker.plain(object_name, object_name)
        types = [{"associationCategory": kind[0], "associationTypeId": kind[1]} for kind in sorted(kinds)]
        while True:
            body: dict[str, Any] = {"properties": query.properties(wanted)}
            body["associations"] = [{"to": {"id": one.at.id}, "types": types}]
            try:
                return id_of(self._client.create(object_name, body).body)
            except RecordRejectedError as refusal:
                # An option that is no more, or an address that somebody else has by now.
                named = {query.EMAIL} if refusal.status == 409 else {it for it in wanted if it in refusal.message}
                if not named & wanted.keys():
                    raise
                wanted = {name: value for name, value in wanted.items() if name not in named}

    def _wanted(self, object_name: str, one: Merged) -> dict[str, Raw]:
        """Return what the record that went held and can be given again."""
        values = one.went.values
        return {name: values[name] for name in self._writable(object_name) if values.get(name) not in {None, ""}}

    # Both

    def _tie(self, object_name: str, one: Merged, stayed: SourceRecord, back: SourceRecord) -> int:
        """Put back the associations that the merge moved; return how many could not be."""
        here, there = knots_of(stayed), knots_of(back)
        was, theirs = knots_of(one.stayed), knots_of(one.went)
        lost = 0
        for (to_object, to), kinds in theirs.items():
            other = one.at.id if (to_object, to) == (object_name, one.stayed.ref.id) else to
            if there.get((to_object, other)) != kinds:
                lost += not self._linker.retie(object_name, back.ref.id, to_object, other, kinds)
            held, own = here.get((to_object, to), frozenset()), was.get((to_object, to), frozenset())
            if other == to and held != own and held <= kinds | own:
                lost += not self._linker.retie(object_name, stayed.ref.id, to_object, to, own)
        if (object_name, one.stayed.ref.id) not in theirs:
            self._linker.retie(object_name, back.ref.id, object_name, stayed.ref.id, frozenset())
        return lost

    def _unlike(self, object_name: str, one: Merged) -> str:
        """Name the properties in which the two are not as they were."""
        assert one.back is not None  # noqa: S101 - it was revived before
        found = {record.ref.id: record for record in self._images.read(object_name, [one.at.id, one.back.id]).records}
        pairs = [(found.get(one.at.id), one.stayed), (found.get(one.back.id), one.went)]
        names = sorted(dict.fromkeys(self._differing(object_name, pairs)))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return ", ".join(names[:_NAMED]) + more

    def _differing(self, object_name: str, pairs: Sequence[tuple[SourceRecord | None, SourceRecord]]) -> Iterator[str]:
        names = self._writable(object_name)
        for now, before in pairs:
            held: Mapping[str, Raw] = now.values if now is not None else {}
            yield from (it for it in names if not is_kept(before.values.get(it), {it: held.get(it)}, it))
            if now is not None and set(addresses_of(now)) != set(addresses_of(before)):
                yield query.MORE_EMAILS

    def _writable(self, object_name: str) -> list[str]:
        fields = schema_of(object_name, self._client.properties(object_name).body).fields
        return [name for name, field in fields.items() if field.is_writable]

    def _now(self, object_name: str, id_: str) -> SourceRecord | None:
        return next((one for one in self._images.read(object_name, [id_]).records if one.ref.id == id_), None)


def _is_ours(name: str, one: Merged, now: SourceRecord) -> bool:
    """Tell whether a property holds what the merge left there, and is to be as it was before."""
    held = {name: now.values.get(name)}
    if is_kept(one.stayed.values.get(name), held, name):
        return False
    left = [one.written.get(name, one.stayed.values.get(name)), one.went.values.get(name)]
    # The stage is emptied before it can go back: a call that got no further left it so.
    left += [None] if name == query.STAGE else []
    return any(is_kept(value, held, name) for value in left)


def _is_copy(wanted: Mapping[str, Raw], record: SourceRecord) -> bool:
    """Tell whether a record holds nothing else than what it would have been made of."""
    told = [(query.text_of(value), query.text_of(record.values.get(name))) for name, value in wanted.items()]
    filled = [(sent, held) for sent, held in told if held]
    return bool(filled) and all(is_kept(sent.lower(), {"": held.lower()}, "") for sent, held in filled)
