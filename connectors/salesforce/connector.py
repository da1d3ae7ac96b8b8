"""Salesforce behind the protocol: what each promise is made of."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.announcing import Heard
from connectors.forecast import Effort
from connectors.options import Options
from connectors.protocol import Budget, Fidelity, Identity, Known, Merged, Observer, Reading, Survey, Want
from connectors.salesforce import query
from connectors.salesforce.blockers import Blockers
from connectors.salesforce.bulk import BulkQuery
from connectors.salesforce.changes import ChangesPull
from connectors.salesforce.client import ENDPOINTS, Client
from connectors.salesforce.creating import Creator
from connectors.salesforce.credentials import Credentials
from connectors.salesforce.errors import TooMuchAskedError
from connectors.salesforce.feed import ChangeFeed
from connectors.salesforce.full import FullPull, calls_for, is_large
from connectors.salesforce.history import History
from connectors.salesforce.images import Images
from connectors.salesforce.links import Linker
from connectors.salesforce.merge import Merger
from connectors.salesforce.merges import Merges
from connectors.salesforce.objects import Objects
from connectors.salesforce.owners import owners_of
from connectors.salesforce.preserving import Preserver, fidelity_of
from connectors.salesforce.reading import Reader
from connectors.salesforce.records import Records
from connectors.salesforce.role_writes import RoleWriter
from connectors.salesforce.roles import RoleWatch
from connectors.salesforce.rows import Rows
from connectors.salesforce.undelete import undelete
from connectors.salesforce.unmerging import FIDELITY, Splitter
from connectors.salesforce.wire import found_of, id_of
from connectors.salesforce.writes import Writer
from syncd.clock import Clock
from syncd.model import (
    CreateWrite,
    Cursor,
    Ending,
    Gone,
    LinkWrite,
    Maker,
    MergeWrite,
    Outcome,
    Owner,
    Page,
    Schema,
    SourceRecord,
    Update,
    Version,
)


class Salesforce:
    """One Salesforce org (`protocol.Connector`)."""

    #: The endpoint names an observer can hear of.
    endpoints = tuple(sorted(ENDPOINTS))
    merge_fills_gaps = False
    merge_changes_id = False

    def __init__(self, account: str, client: Client, options: Options, clock: Clock) -> None:
        self.account = account
        self._options = options
        self._client = client
        self._objects = Objects(client)
        self._feed = ChangeFeed(client, options.feed_url, clock, lambda: self.identify().id)
        self._merges = Merges(account, client, self._objects)
        self._bulk = BulkQuery(client, options, clock)
        self._roles = RoleWatch(client, self._objects)
        self._reader = Reader(account, client, self._objects, self._merges)
        self._writer = Writer(account, client, self._objects, self._merges, options, clock)
        self._creator = Creator(account, client, self._objects, options, clock)
        roles = RoleWriter(client, self._objects, self._creator, self._writer)
        self._linker = Linker(self._objects, self._reader, self._writer, roles)
        self._merger = Merger(account, client, options, clock)
        self._blockers = Blockers(client, self._objects)
        self._images = Images(client, self._objects, self._reader)
        self._history = History(client, self._objects)
        self._preserver = Preserver(account, self._objects, self._reader, self._images, self._writer, self._history)
        self._splitter = Splitter(client, self._reader, self._images, self._writer, self._preserver)

    def identify(self) -> Identity:
        """Ask for the org's id; every user may see it, and the answer tells the quota."""
        reply = self._client.query(query.select("Organization", (query.ID,), limit=1))
        found = found_of(reply)
        budget = self._client.budget()
        return Identity(id_of(found.rows[0]) if found.rows else "", budget.remaining, budget.limit)

    def describe(self, object_name: str) -> Schema:
        """Return the fields of an object."""
        return self._objects.ask(object_name).schema

    def check_rights(self, object_name: str) -> None:
        """Look into the description of the object."""
        self._writer.check_rights(object_name)

    def owners(self) -> Mapping[str, Owner]:
        """Return users and queues, and whether they are active."""
        return owners_of(self._client, self._objects)

    def pull(self, want: Want, cursor: Cursor | None, known: Known) -> Iterator[Page]:
        """Yield all records, or what changed since the cursor."""
        overlap = self._options.overlap
        if cursor is None or cursor.after is not None:
            pull = FullPull(self.account, self._client, self._objects, self._bulk, want, overlap)
            return pull.pages(cursor)
        return self._changes(want, cursor, known)

    def _changes(self, want: Want, cursor: Cursor, known: Known) -> Iterator[Page]:
        # What is asked before the window's end is told stays within the next window.
        for ids in self._roles.touched(want, cursor.since):
            reading = self._reader.read(want, ids)
            yield Page(reading.records, cursor, is_last=False, gone=reading.gone)
        records = Records(self.account, self._client, self._objects, want)
        rows = Rows(self._client, self._objects, want.object, records.fields)
        user, overlap = self._client.user, self._options.overlap
        yield from ChangesPull(rows, records, self._merges, cursor, known, overlap=overlap, user=user).pages()

    def read(self, want: Want, ids: Sequence[str]) -> Reading:
        """Read records by id."""
        return self._reader.read(want, ids)

    def count(self, object_name: str) -> int | None:
        """Return how many records our user can see; None when counting them takes the org too long."""
        try:
            return found_of(self._client.query(query.count(object_name))).total
        except TooMuchAskedError:
            return None

    def effort(self, want: Want, records: int) -> Effort:  # noqa: ARG002 - however many fields, a row is a row
        """Return the calls of queries, 2,000 rows each, or of a bulk job's pieces."""
        return self._client.effort(records, calls_for(records), in_bulk=is_large(records))

    def survey(self, want: Want, place: str = "") -> Iterator[Survey]:
        """Yield all rows, 2,000 a call."""
        overlap = self._options.overlap
        return FullPull(self.account, self._client, self._objects, self._bulk, want, overlap).survey(place)

    def census(self, object_name: str) -> Iterator[tuple[str, ...]]:
        """Yield all ids, 2,000 a call."""
        return self._reader.census(object_name)

    def removed(self, object_name: str) -> Iterator[tuple[Gone, ...]]:
        """Yield what was deleted or merged away. Salesforce forgets after fifteen days."""
        return self._reader.removed(object_name)

    def update(self, object_name: str, updates: Sequence[Update], fields: Sequence[str] = ()) -> list[Outcome]:
        """Write values, 200 a call, and one call more to see what became of them."""
        return self._writer.update(object_name, updates, fields)

    def arrived(self, object_name: str, updates: Sequence[Update], since: Mapping[str, datetime]) -> Mapping[str, bool]:
        """Tell by the histories of the fields whether writes took effect."""
        return self._history.arrived(object_name, updates, since)

    def written_by(self, object_name: str, places: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Maker]:
        """Tell the user by the histories of fields that the org tracks; not whether that is a program."""
        return self._history.written_by(object_name, places)

    def histories(
        self, object_name: str, places: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], tuple[Version, ...]]:
        """Tell by the histories of the fields, where the org tracks them."""
        return self._history.versions(object_name, places)

    def create(self, object_name: str, creates: Sequence[CreateWrite]) -> list[Outcome]:
        """Make records, 200 a call, and one query before for each property that no two records share."""
        return self._creator.create(object_name, creates)

    def made(
        self, object_name: str, creates: Sequence[CreateWrite], since: Mapping[str, datetime]
    ) -> Mapping[str, SourceRecord | None]:
        """Tell by what our user has made since what came of creates."""
        return self._creator.made(object_name, creates, since)

    def link(self, object_name: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        """Make or take away links."""
        return self._linker.link(object_name, links)

    def links_of(self, object_name: str, to_object: str, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return what records refer to, 1,000 a call."""
        return self._reader.links_of(object_name, to_object, ids)

    def archive(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        """Delete records, 200 a call, into the recycle bin."""
        return self._writer.archive(object_name, ids)

    def why_not_restored(self, object_name: str) -> str:  # noqa: ARG002 - the same for all of them
        """Return nothing: deleted records come back for fifteen days."""
        return ""

    def restore(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:  # noqa: ARG002 - ids say what they are
        """Bring records back from the recycle bin, 200 a call."""
        return undelete(self._client, ids)

    def whole(self, object_name: str, ids: Sequence[str]) -> Reading:
        """Read whole records, with what refers to them: a call for each object that may."""
        return self._images.read(object_name, ids)

    def why_not_merged(self, object_name: str, merges: Sequence[MergeWrite]) -> Mapping[str, str]:
        """Tell which merges Salesforce would refuse."""
        return self._blockers.against(object_name, merges)

    def merges_linked(self, object_name: str) -> bool:  # noqa: ARG002 - all of them
        """Tell: Salesforce takes no notice of what keeps its records in step."""
        return True

    def why_not_preserved(self, object_name: str, merges: Sequence[MergeWrite], ending: Ending) -> Mapping[str, str]:
        """Tell which records may not be changed, or deleted, either."""
        return self._blockers.against_preserving(object_name, merges, is_kept=bool(ending.mark))

    def merge_fidelity(self, object_name: str, ending: Ending | None = None) -> Fidelity:  # noqa: ARG002 - of all alike
        """Tell what could be brought back of a merge."""
        return FIDELITY if ending is None else fidelity_of(ending)

    def merge(self, object_name: str, merges: Sequence[MergeWrite]) -> list[Outcome]:
        """Merge records, three a call."""
        return self._merger.merge(object_name, merges)

    def finish_merges(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Write the values that records lack which Salesforce did not merge: its own merges write them along."""
        return self._preserver.finish(object_name, merged)

    def take_over(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Move what refers to records, 200 a call."""
        return self._preserver.take_over(object_name, merged)

    def revive(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Bring records back from the recycle bin that were merged away."""
        return self._splitter.revive(object_name, merged)

    def part(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Let what had referred to the records that went refer to them again."""
        return self._splitter.part(object_name, merged)

    def check_feed(self, objects: Sequence[str]) -> Mapping[str, str]:
        """Ask for the topic of each object's change events."""
        return self._feed.check(objects)

    def follow(self, objects: Sequence[str], positions: Mapping[str, str], stop: threading.Event) -> Iterator[Heard]:
        """Yield what Change Data Capture tells."""
        return self._feed.follow(objects, positions, stop)

    def budget(self) -> Budget:
        """Return what the last answers told of the quota."""
        return self._client.budget()

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()


def open_connector(
    account: str,
    url: str,
    credentials: Mapping[str, Any],
    options: Options,
    observer: Observer,
    clock: Clock,
) -> Salesforce:
    """Return a connector to a Salesforce org; makes no call. An empty `url` is Salesforce's general login."""
    client = Client(account, url, Credentials.from_settings(credentials), options, observer, clock)
    return Salesforce(account, client, options, clock)
