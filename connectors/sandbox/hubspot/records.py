"""Records of one object type, and the indexes that keep lists, searches and uniqueness quick."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Version(NamedTuple):
    """One value a property has had."""

    value: str
    at_ms: int
    source_type: str
    source_id: str
    source_label: str
    user_id: str


@dataclass(slots=True)
class Record:
    """One record. History is kept only of properties that have changed since the record was made."""

    id: int
    values: dict[str, str]
    created_ms: int
    modified_ms: int
    archived_ms: int | None = None
    history: dict[str, list[Version]] | None = None


class Unseen(NamedTuple):
    """A change search does not know of yet: until when, and how the record stood before (None: it was not there)."""

    until_ms: int
    values: dict[str, str] | None
    modified_ms: int


#: Ids look like HubSpot's: over 32 bits, numeric, and the same ones occur in several types.
FIRST_ID = 20_000_000_101
_COMPACT_AT = 4096


class Table:
    """All records of one type, live and archived."""

    def __init__(self, first_id: int = FIRST_ID) -> None:
        self.records: dict[int, Record] = {}
        self.live: list[int] = []
        self.archived: list[int] = []
        #: Merged-away id to the id that took its place.
        self.aliases: dict[int, int] = {}
        #: Moments at which ids were merged away.
        self.merged_ms: dict[int, int] = {}
        #: Values that may occur once, by property: e-mail addresses (additional ones too), unique properties.
        self.claims: dict[str, dict[str, int]] = {}
        self.unseen: dict[int, list[Unseen]] = {}
        #: Counts changes; caches hold on to it.
        self.revision = 0
        self.next_id = first_id
        self._by_modified: list[tuple[int, int]] = []

    def take_id(self) -> int:
        """Return a new id, above all earlier ones."""
        taken = self.next_id
        self.next_id += 1 + (taken * 7919) % 13
        return taken

    def add(self, record: Record) -> None:
        """Take up a record, live or archived."""
        self.records[record.id] = record
        _insert(self.live if record.archived_ms is None else self.archived, record.id)
        if record.archived_ms is None:
            self._note(record)
        if record.id >= self.next_id:
            self.next_id = record.id + 1
        self.revision += 1

    def fill(self, records: list[Record]) -> None:
        """Take up many live records at once, in ascending order of id, into an empty table."""
        self.records = {record.id: record for record in records}
        self.live = [record.id for record in records]
        self._by_modified = sorted((record.modified_ms, record.id) for record in records)
        self.next_id = max(self.next_id, self.live[-1] + 1) if self.live else self.next_id
        self.revision += 1

    def find(self, record_id: int, *, archived: bool = False) -> Record | None:
        """Return a live (or an archived) record by its own id."""
        record = self.records.get(record_id)
        return record if record is not None and (record.archived_ms is not None) is archived else None

    def survivor(self, record_id: int) -> int:
        """Follow merges to the id that stands for this one now."""
        while (following := self.aliases.get(record_id)) is not None:
            record_id = following
        return record_id

    def touch(self, record: Record, at_ms: int) -> None:
        """Move the last-modified moment."""
        if record.modified_ms != at_ms:
            record.modified_ms = at_ms
            if record.archived_ms is None:
                self._note(record)
        self.revision += 1

    def archive(self, record: Record, at_ms: int) -> None:
        """Move a record to the recycle bin."""
        _drop(self.live, record.id)
        _insert(self.archived, record.id)
        record.archived_ms = at_ms
        self.revision += 1

    def restore(self, record: Record) -> None:
        """Bring a record back from the recycle bin."""
        _drop(self.archived, record.id)
        _insert(self.live, record.id)
        record.archived_ms = None
        self._note(record)
        self.revision += 1

    def remove(self, record: Record) -> None:
        """Take a record away for good."""
        _drop(self.live if record.archived_ms is None else self.archived, record.id)
        del self.records[record.id]
        self.unseen.pop(record.id, None)
        self.revision += 1

    def live_records(self) -> Iterator[Record]:
        """Yield live records in ascending order of id."""
        records = self.records
        return (records[record_id] for record_id in self.live)

    def page(self, after: int, limit: int, *, archived: bool) -> tuple[list[Record], int | None]:
        """Return records from id `after` on, and the id the next page starts with."""
        ids = self.archived if archived else self.live
        start = bisect_left(ids, after)
        rows = [self.records[record_id] for record_id in ids[start : start + limit]]
        following = ids[start + limit] if start + limit < len(ids) else None
        return rows, following

    def modified_between(self, low_ms: int, high_ms: int) -> list[int]:
        """Return ids of live records last modified from `low_ms` to `high_ms`, both included."""
        index = self._by_modified
        start = bisect_left(index, (low_ms, -1))
        end = bisect_left(index, (high_ms + 1, -1))
        records = self.records
        found = []
        for at_ms, record_id in index[start:end]:
            record = records.get(record_id)
            if record is not None and record.modified_ms == at_ms and record.archived_ms is None:
                found.append(record_id)
        # A restored record is noted twice under one moment.
        return sorted(set(found))

    def _note(self, record: Record) -> None:
        index = self._by_modified
        entry = (record.modified_ms, record.id)
        if not index or entry >= index[-1]:
            index.append(entry)
        else:
            insort(index, entry)
        if len(index) > 2 * len(self.records) + _COMPACT_AT:
            self._by_modified = sorted((kept.modified_ms, kept.id) for kept in self.live_records())


def _insert(ids: list[int], record_id: int) -> None:
    if not ids or record_id > ids[-1]:
        ids.append(record_id)
    else:
        insort(ids, record_id)


def _drop(ids: list[int], record_id: int) -> None:
    place = bisect_left(ids, record_id)
    if place < len(ids) and ids[place] == record_id:
        del ids[place]
