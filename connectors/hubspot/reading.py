"""Reads records by id, and what they are linked to: the source of truth, unlike the search index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import islice
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.errors import message_of
from connectors.hubspot.wire import merged_away, next_of, record_of, results_of
from connectors.protocol import Reading, Want
from syncd.errors import BrokenPromiseError, RefusedError
from syncd.model import Gone, Ref, SourceRecord

#: Labels HubSpot gives the one link that counts.
_PRIMARY_LABEL = "primary"


class Reader:
    """Reads by id, several calls at a time."""

    def __init__(self, account: str, client: Client, threads: Executor) -> None:
        self._account = account
        self._client = client
        self._threads = threads

    def read(self, want: Want, ids: Sequence[str]) -> Reading:
        """Return every id asked for, as a record or as gone, and what was merged into those records."""
        gathering = self.gather(want)
        for id_ in ids:
            gathering.add(id_)
        return gathering.finish()

    def gather(self, want: Want) -> Gathering:
        """Begin to read records whose ids become known one by one."""
        return Gathering(self, want)

    def ask_later(self, want: Want, ids: Sequence[str]) -> Future[list[SourceRecord]]:
        """Ask for at most 100 records; return where they will be."""
        return self._threads.submit(self._batch, want, ids)

    def finished(self, want: Want, asked: Collection[str], batches: Iterable[Future[list[SourceRecord]]]) -> Reading:
        """Return what was asked for, with the links of all of it."""
        pending_links = {to: self._threads.submit(self.links_of, want.object, to, asked) for to in want.links if asked}
        found = {record.ref.id: record for batch in batches for record in batch.result()}
        links = {to: dict(pending.result()) for to, pending in pending_links.items()}
        self._add_links(want, links, [id_ for id_ in found if id_ not in asked])
        records = [
            replace(record, links={to: links[to].get(record.ref.id, ()) for to in want.links})
            for record in found.values()
        ]
        return Reading(tuple(records), tuple(self._gone(want.object, asked, records)))

    def links_of(self, object_name: str, to_object: str, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return what each record is linked to, primary first; however many, all of them."""
        found: dict[str, dict[str, bool]] = {id_: {} for id_ in ids}
        for id_, to, labels in self.labels_of(object_name, to_object, found):
            is_primary = any(str(label.get("label") or "").lower() == _PRIMARY_LABEL for label in labels)
            found[id_][to] = found[id_].get(to, False) or is_primary
        return {id_: tuple(sorted(links, key=lambda to: not links[to])) for id_, links in found.items()}

    def labels_of(
        self, object_name: str, to_object: str, ids: Iterable[str]
    ) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
        """Yield (from, to, the kinds of association between them) for all associations of the records."""
        inputs = [{"id": id_} for id_ in dict.fromkeys(ids)]
        known = {item["id"] for item in inputs}
        places: set[tuple[str, str]] = set()
        while inputs:
            reply = self._client.links_read(object_name, to_object, {"inputs": inputs[: query.LINKS_READ]})
            del inputs[: query.LINKS_READ]
            for row in results_of(reply.body):
                id_ = str(row["from"]["id"])
                if id_ not in known:
                    continue
                for link in row.get("to") or ():
                    yield id_, str(link["toObjectId"]), link.get("associationTypes") or []
                after = next_of(row)
                if after is not None:
                    if (id_, after) in places:
                        raise BrokenPromiseError("HubSpot's associations of a record do not move forward")
                    places.add((id_, after))
                    inputs.append({"id": id_, "after": after})

    def _batch(self, want: Want, ids: Sequence[str]) -> list[SourceRecord]:
        records, missing = self._ask(want, ids)
        # Left out without a word: asked once more before it is believed.
        records += self._ask(want, sorted(missing))[0] if missing else []
        return records

    def _ask(self, want: Want, ids: Sequence[str]) -> tuple[list[SourceRecord], set[str]]:
        """Return the records found, and the ids that were neither found nor said to be missing."""
        reply = self._client.batch_read(want.object, query.batch_read(ids, asked_properties(want)))
        records = [record_of(self._account, want.object, row) for row in results_of(reply.body)]
        silent = set(ids) - {record.ref.id for record in records} - merged_away(records).keys()
        for error in reply.body.get("errors") or ():
            if error.get("category") != "OBJECT_NOT_FOUND":
                raise RefusedError(f"HubSpot would not read some records: {message_of(error)}", status=reply.status)
            silent -= {str(id_) for id_ in (error.get("context") or {}).get("ids") or ()}
        return records, silent

    def _add_links(self, want: Want, links: dict[str, dict[str, tuple[str, ...]]], ids: Sequence[str]) -> None:
        """Read the links of records that answered under another id than the one asked for."""
        for to in want.links if ids else ():
            links.setdefault(to, {}).update(self.links_of(want.object, to, ids))

    def _gone(self, object_name: str, asked: Collection[str], records: Sequence[SourceRecord]) -> Iterator[Gone]:
        merged = merged_away(records)
        found = {record.ref.id for record in records}
        missing = [id_ for id_ in asked if id_ not in found and id_ not in merged]
        strangers = [id_ for id_ in found if id_ not in asked]
        yield from (gone for id_, gone in merged.items() if id_ not in found)
        # One id asked for and one other answered: that is where it went, even if the record does not say so.
        into = strangers[0] if len(missing) == len(strangers) == 1 else None
        yield from (Gone(Ref(self._account, object_name, id_), into) for id_ in missing)


class Gathering:
    """Records that are read while their ids are still being found: what fills a call is asked for at once."""

    def __init__(self, reader: Reader, want: Want) -> None:
        self._reader = reader
        self._want = want
        #: In the order they came.
        self._asked: dict[str, None] = {}
        self._pending: list[str] = []
        self._batches: list[Future[list[SourceRecord]]] = []

    def __len__(self) -> int:
        return len(self._asked)

    def add(self, id_: str) -> None:
        """Take up one more id; once is enough."""
        if id_ in self._asked:
            return
        self._asked[id_] = None
        self._pending.append(id_)
        if len(self._pending) == query.BATCH:
            self._ask()

    def finish(self) -> Reading:
        """Return every id taken up, as a record or as gone, and what was merged into those records."""
        if self._pending:
            self._ask()
        return self._reader.finished(self._want, self._asked.keys(), self._batches)

    def _ask(self) -> None:
        self._batches.append(self._reader.ask_later(self._want, self._pending))
        self._pending = []


def asked_properties(want: Want) -> tuple[str, ...]:
    """Return the properties to ask for: those wanted, and those that tell of merges and of the primary company."""
    always = [query.MERGED_IDS, query.modified_property(want.object)]
    if "companies" in want.links and query.modified_property(want.object) == "lastmodifieddate":
        always.append(query.PRIMARY_COMPANY)
    return tuple(dict.fromkeys([*want.fields, *always]))


def in_batches(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    """Cut ids into lists of at most `size`."""
    rest = iter(ids)
    while batch := list(islice(rest, size)):
        yield batch
