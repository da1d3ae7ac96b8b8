"""HubSpot behind the protocol: what each promise is made of."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.announcing import Heard
from connectors.forecast import Effort
from connectors.hubspot.changes import ChangesPull
from connectors.hubspot.client import ENDPOINTS, Client
from connectors.hubspot.creating import Creator
from connectors.hubspot.credentials import Credentials
from connectors.hubspot.full import FullPull, archived, calls_for, cuts_for, present
from connectors.hubspot.history import History
from connectors.hubspot.images import Images
from connectors.hubspot.journal import ENDPOINTS as JOURNAL_ENDPOINTS
from connectors.hubspot.journal import Journal
from connectors.hubspot.links import Linker
from connectors.hubspot.merging import FIDELITY, Merger
from connectors.hubspot.owners import owners_of
from connectors.hubspot.preserving import Preserver, fidelity_of
from connectors.hubspot.reading import Reader
from connectors.hubspot.schema import schema_of
from connectors.hubspot.unmerging import Splitter
from connectors.hubspot.walk import Index
from connectors.hubspot.writes import Writer
from connectors.options import Options
from connectors.protocol import Budget, Fidelity, Identity, Known, Merged, Observer, Reading, Survey, Want
from connectors.purpose import Carrying
from syncd.clock import Clock
from syncd.errors import MissingScopeError, RefusedError
from syncd.model import (
    CreateWrite,
    Cursor,
    Ending,
    FixState,
    Gone,
    LinkWrite,
    Maker,
    MergeWrite,
    Outcome,
    Owner,
    Page,
    Ref,
    Schema,
    SourceRecord,
    Update,
    Version,
)

_NO_RESTORE = "HubSpot's API cannot restore records; HubSpot's own pages can, for 90 days"


class HubSpot:
    """One HubSpot account (`protocol.Connector`)."""

    #: The endpoint names an observer can hear of.
    endpoints = tuple(sorted(ENDPOINTS | JOURNAL_ENDPOINTS))
    merge_fills_gaps = True
    merge_changes_id = True

    def __init__(self, account: str, client: Client, options: Options, journal: Journal) -> None:
        self.account = account
        self._journal = journal
        self._options = options
        self._client = client
        self._threads = Carrying(ThreadPoolExecutor(max(2, options.parallel), thread_name_prefix=f"{account}-read"))
        self._lists = Carrying(ThreadPoolExecutor(max(2, options.parallel), thread_name_prefix=f"{account}-list"))
        self._reader = Reader(account, client, self._threads)
        self._writer = Writer(account, client, self._reader)
        self._linker = Linker(client, self._reader)
        self._creator = Creator(account, client, self._reader, self._linker)
        self._history = History(account, client)
        self._images = Images(account, client, self._reader)
        self._merger = Merger(account, client, self._reader, self._writer, self._history)
        self._preserver = Preserver(self._reader, self._images, self._linker)
        self._splitter = Splitter(account, client, self._images, self._writer, self._linker)

    def identify(self) -> Identity:
        """Ask whose account this is; where that is forbidden, any call shows that the credentials are good."""
        try:
            body = self._client.account_details().body
            id_ = str(body.get("portalId") or "")
        except RefusedError as problem:
            if problem.status not in {403, 404}:
                raise
            id_ = ""
            self._touch()
        budget = self._client.budget()
        return Identity(id_, budget.remaining, budget.limit)

    def describe(self, object_name: str) -> Schema:
        """Return the properties of an object."""
        return schema_of(object_name, self._client.properties(object_name).body)

    def check_rights(self, object_name: str) -> None:
        """Send a write of no records: HubSpot looks at the scopes before it looks at the rows."""
        self._client.update_nothing(object_name)

    def owners(self) -> Mapping[str, Owner]:
        """Return who owns records, and whether they still work here."""
        return owners_of(self._client)

    def pull(self, want: Want, cursor: Cursor | None, known: Known) -> Iterator[Page]:
        """Yield all records, or what changed since the cursor."""
        overlap = self._options.overlap
        if cursor is None or cursor.after is not None:
            return self._full(want).pages(cursor)
        index = Index(self._client, want.object)
        return ChangesPull(index, self._reader, self._full(want), want, cursor, known, overlap).pages()

    def read(self, want: Want, ids: Sequence[str]) -> Reading:
        """Read records by id."""
        return self._reader.read(want, ids)

    def count(self, object_name: str) -> int | None:
        """Return how many records the search index counts; objects that cannot be searched do not tell."""
        try:
            return Index(self._client, object_name).count()
        except RefusedError:
            return None

    def effort(self, want: Want, records: int) -> Effort:
        """Return the calls of a list, 100 records each, by as many chains of pages as are followed at a time."""
        effort = self._client.effort(records, calls_for(want, records))
        cuts = cuts_for(self._client, records, effort.answer_s)
        parallel = float(min(1 + cuts.count, self._client.width.most))
        return replace(effort, calls=effort.calls + cuts.count, parallel=parallel)

    def survey(self, want: Want, place: str = "") -> Iterator[Survey]:
        """Yield the list, 100 a call, links included."""
        return self._full(want).survey(place)

    def census(self, object_name: str) -> Iterator[tuple[str, ...]]:
        """Yield all ids, 100 a call."""
        for rows in present(self._client, object_name):
            yield tuple(str(row["id"]) for row in rows)

    def removed(self, object_name: str) -> Iterator[tuple[Gone, ...]]:
        """Yield what is archived, 100 a call. HubSpot forgets after 90 days, and does not list what was merged away."""
        for rows in archived(self._client, object_name):
            yield tuple(Gone(Ref(self.account, object_name, str(row["id"]))) for row in rows)

    def update(self, object_name: str, updates: Sequence[Update], fields: Sequence[str] = ()) -> list[Outcome]:
        """Write values, 100 a call, and one call more to see the rest of those records."""
        return self._writer.update(object_name, updates, fields)

    def arrived(self, object_name: str, updates: Sequence[Update], since: Mapping[str, datetime]) -> Mapping[str, bool]:
        """Tell by the histories of the properties whether writes took effect."""
        return self._history.arrived(object_name, updates, since)

    def written_by(self, object_name: str, places: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Maker]:
        """Tell by the histories of the properties."""
        return self._history.written_by(object_name, places)

    def histories(
        self, object_name: str, places: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], tuple[Version, ...]]:
        """Tell by the histories of the properties; one call for fifty records."""
        return self._history.versions(object_name, places)

    def create(self, object_name: str, creates: Sequence[CreateWrite]) -> list[Outcome]:
        """Make records, 100 a call, and one call before for each property that no two records share."""
        return self._creator.create(object_name, creates)

    def made(
        self, object_name: str, creates: Sequence[CreateWrite], since: Mapping[str, datetime]
    ) -> Mapping[str, SourceRecord | None]:
        """Tell by unique values and by associations what came of creates."""
        return self._creator.made(object_name, creates, since)

    def link(self, object_name: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        """Make or take away associations."""
        return self._linker.link(object_name, links)

    def links_of(self, object_name: str, to_object: str, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return associated ids, 1,000 records a call."""
        return self._reader.links_of(object_name, to_object, ids)

    def archive(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        """Archive records, 100 a call."""
        return self._writer.archive(object_name, ids)

    def why_not_restored(self, object_name: str) -> str:  # noqa: ARG002 - the same for all of them
        """Return why not: the API has no call for it."""
        return _NO_RESTORE

    def restore(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:  # noqa: ARG002
        """Refuse: the API has no call for it."""
        return [Outcome(id_, FixState.REJECTED, _NO_RESTORE) for id_ in ids]

    def whole(self, object_name: str, ids: Sequence[str]) -> Reading:
        """Read whole records, with the kinds of their associations."""
        return self._images.read(object_name, ids)

    def why_not_merged(self, object_name: str, merges: Sequence[MergeWrite]) -> Mapping[str, str]:
        """Tell which merges HubSpot would refuse."""
        return self._merger.why_not(object_name, merges)

    def merges_linked(self, object_name: str) -> bool:
        """Tell: all but companies."""
        return object_name != "companies"

    def why_not_preserved(self, object_name: str, merges: Sequence[MergeWrite], ending: Ending) -> Mapping[str, str]:
        """Tell which records HubSpot would bring back."""
        return self._preserver.why_not(object_name, merges, ending)

    def merge_fidelity(self, object_name: str, ending: Ending | None = None) -> Fidelity:  # noqa: ARG002 - of all alike
        """Tell what could be brought back of a merge."""
        return FIDELITY if ending is None else fidelity_of(ending)

    def merge(self, object_name: str, merges: Sequence[MergeWrite]) -> list[Outcome]:
        """Merge records, one pair a call."""
        return self._merger.merge(object_name, merges)

    def finish_merges(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Write the values that merged records lack."""
        return self._merger.finish(object_name, merged)

    def take_over(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Move associations, one by one."""
        return self._preserver.take_over(object_name, merged)

    def revive(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Make records anew that were merged away."""
        return self._splitter.revive(object_name, merged)

    def part(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Put back the associations that merges moved."""
        return self._splitter.part(object_name, merged)

    def check_feed(self, objects: Sequence[str]) -> Mapping[str, str]:  # noqa: ARG002 - it tells of all of them
        """Ask for the journal's newest file."""
        self._journal.check()
        return {}

    def follow(self, objects: Sequence[str], positions: Mapping[str, str], stop: threading.Event) -> Iterator[Heard]:
        """Yield what the journal of webhooks tells."""
        return self._journal.follow(objects, self.identify().id, positions, stop)

    def budget(self) -> Budget:
        """Return what the last answers told of the quota."""
        return self._client.budget()

    def close(self) -> None:
        """Let go of connections and threads."""
        for threads in (self._lists, self._threads):
            threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()
        self._journal.close()

    def _full(self, want: Want) -> FullPull:
        return FullPull(self.account, self._client, self._reader, want, self._options.overlap, self._lists)

    def _touch(self) -> None:
        try:
            self._client.list_page("contacts", ["hs_object_id"], limit=1)
        except MissingScopeError:
            # Not allowed to read contacts, but known to HubSpot: that was the question.
            return


def open_connector(
    account: str,
    url: str,
    credentials: Mapping[str, Any],
    options: Options,
    observer: Observer,
    clock: Clock,
) -> HubSpot:
    """Return a connector to a HubSpot account; makes no call. An empty `url` is HubSpot's own."""
    given = Credentials.from_settings(credentials)
    client = Client(account, url, given, options, observer, clock)
    return HubSpot(account, client, options, Journal(account, url, given, options, observer, clock))
