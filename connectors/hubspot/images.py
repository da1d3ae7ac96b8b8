"""Whole records: every property, and every association with its kinds. What an undo of a merge is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from connectors.hubspot.client import Client
from connectors.hubspot.reading import Reader
from connectors.hubspot.wire import id_of, results_of
from connectors.protocol import Reading, Want
from syncd.errors import RefusedError
from syncd.model import Gone, SourceRecord

#: What hangs on records. Associations with other objects are not looked at.
OBJECTS = ("contacts", "companies", "deals", "tickets", "notes", "tasks", "calls", "emails", "meetings")

#: A kind of association: its category and its number.
Kind = tuple[str, int]
#: What a record is associated with: the kinds, by the other's object and id.
Knots = Mapping[tuple[str, str], frozenset[Kind]]


class Images:
    """Reads whole records of one account."""

    def __init__(self, account: str, client: Client, reader: Reader) -> None:
        self._account = account
        self._client = client
        self._reader = reader

    def read(self, object_name: str, ids: Sequence[str]) -> Reading:
        """Return records as `Connector.whole` promises them."""
        names = tuple(str(row["name"]) for row in results_of(self._client.properties(object_name).body))
        want = Want(object_name, names)
        reading = self._reader.read(want, ids)
        gone = [self._followed(one) for one in reading.gone]
        there = {record.ref.id: record for record in reading.records}
        elsewhere = {one.merged_into for one in gone if one.merged_into is not None} - there.keys()
        if elsewhere:
            more = self._reader.read(want, sorted(elsewhere))
            there |= {record.ref.id: record for record in more.records}
        links = self._links(object_name, there)
        records = (replace(record, links=links[id_]) for id_, record in there.items())
        return Reading(tuple(records), tuple(gone))

    def is_there(self, object_name: str, id_: str) -> bool:
        """Return whether a record answers under its own id."""
        return any(one.ref.id == id_ for one in self._reader.read(Want(object_name, ()), [id_]).records)

    def _followed(self, gone: Gone) -> Gone:
        """Ask for a record that a batch did not bring: a merge that the survivor does not name shows only then."""
        if gone.merged_into is not None:
            return gone
        try:
            id_ = id_of(self._client.read_one(gone.ref.object, gone.ref.id).body)
        except RefusedError as problem:
            if problem.status != 404:
                raise
            return gone
        return Gone(gone.ref, id_ if id_ != gone.ref.id else None)

    def _links(self, object_name: str, ids: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, tuple[str, ...]]] = {id_: {} for id_ in ids}
        for to_object in OBJECTS if found else ():
            for id_, to, kind in self._knots(object_name, to_object, list(found)):
                name = f"{to_object}#{kind[0]}:{kind[1]}"
                found[id_][name] = (*found[id_].get(name, ()), to)
        return found

    def _knots(self, object_name: str, to_object: str, ids: Sequence[str]) -> Iterator[tuple[str, str, Kind]]:
        try:
            for id_, to, labels in self._reader.labels_of(object_name, to_object, ids):
                for label in labels:
                    yield id_, to, (str(label["category"]), int(label["typeId"]))
        except RefusedError:
            # Who may not see an object cannot put links to it back either; the others are seen.
            return


def knots_of(record: SourceRecord) -> Knots:
    """Return what a whole record is associated with."""
    found: dict[tuple[str, str], frozenset[Kind]] = {}
    for name, ids in record.links.items():
        to_object, _, kind = name.partition("#")
        category, _, number = kind.partition(":")
        for to in ids:
            found[to_object, to] = found.get((to_object, to), frozenset()) | {(category, int(number))}
    return found


def addresses_of(record: SourceRecord) -> tuple[str, ...]:
    """Return the e-mail addresses of a contact, the first first."""
    told = [record.values.get("email"), *str(record.values.get("hs_additional_emails") or "").split(";")]
    return tuple(dict.fromkeys(str(one).strip().lower() for one in told if one and str(one).strip()))
