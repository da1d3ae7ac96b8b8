"""What comes of reading a CRM: pages, what is gone, what was announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.model.records import Ref, SourceRecord


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a stream's reading stands. Moments are the CRM's own, never this machine's.

    A cursor with `after` set belongs to a full pull under way: everything before that place is in the store.
    Without it, everything modified before `since` is in the store.
    """

    #: Changes are read from here on (inclusive).
    since: datetime
    #: Place in the full pull, in the CRM's own terms; None when no full pull is under way.
    after: str | None = None
    #: When the whole of [since, ...) was last walked; None until the first full pull ended.
    walked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A record the CRM no longer has under this id: archived, deleted or merged away."""

    ref: Ref
    #: The id that answers now, when it was merged; None when it is archived or deleted.
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a pull. Its rows and its cursor are committed together or not at all."""

    records: tuple[SourceRecord, ...]
    cursor: Cursor
    is_last: bool
    gone: tuple[Gone, ...] = ()
    #: Records in the CRM by its own count, where the answer told; for progress and for FM-12.
    total: int | None = None
    #: Rows that came back because of the overlap, and were known already.
    repeated_count: int = 0
    #: When the pull began, by the CRM's clock, on the last page of a pull of changes; None: not told.
    asked_at: datetime | None = None
    #: Rows the CRM's own count tells of, and that no answer showed; the cursor stays where it was.
    short_count: int = 0


class News(StrEnum):
    """What a CRM says by itself of a record, without being asked: only that it is to be read again."""

    CHANGED = "changed"
    #: Deleted for good because a person wants to be forgotten.
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing that a CRM said by itself. It may come twice, late, in any order, or never."""

    object: str
    #: The record; empty when it may be any of the object: look for changes now.
    id: str
    news: News = News.CHANGED
    #: When it happened, by the CRM's clock; None where that is not told.
    at: datetime | None = None
    #: Whether it was our own write.
    is_own: bool = False
