"""What every CRM can do, as promises. `tests/connectors/test_promises*.py` hold each connector to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.forecast import Effort
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
    Raw,
    Ref,
    Schema,
    SourceRecord,
    Update,
    Version,
)


@dataclass(frozen=True, slots=True)
class Want:
    """What a stream needs of each record."""

    object: str
    #: Property names as the CRM spells them.
    fields: tuple[str, ...]
    #: Objects whose linked ids come along.
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer to a read by id: every id asked for is in exactly one of the two."""

    records: tuple[SourceRecord, ...]
    gone: tuple[Gone, ...]
    #: Ids of records that somebody else changed so shortly ago that the next change might not show in `modified_at`;
    #: two seconds later it would.
    fresh: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Survey:
    """A piece of a look at everything, in the order of ids: what it does not name between its ends is not there."""

    records: tuple[SourceRecord, ...]
    #: What the records themselves say was merged into them.
    gone: tuple[Gone, ...]
    #: Where the next piece begins, in the connector's own terms; None behind the last one.
    place: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the credentials belong to."""

    #: The CRM's own id of the account; a store never mixes two of them under one name (empty: not told).
    id: str
    #: Calls left today, and allowed a day, where the CRM says so.
    daily_remaining: int | None = None
    daily_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What the account has left, as of its last answer. None: not told yet."""

    remaining: int | None
    limit: int | None


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that took place, and both records as `whole` read them before."""

    fix: str
    went: SourceRecord
    stayed: SourceRecord
    #: The id that answers for the one that stayed now.
    at: Ref
    #: What the one that stayed was to hold, where that was something else than before.
    written: Mapping[str, Raw]
    #: The one that went, brought back; None as long as it is not.
    back: Ref | None = None


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What an undo of a merge brings back, and what it cannot: sentences for people, to be shown before one."""

    comes_back: tuple[str, ...]
    cannot: tuple[str, ...]


class Known(Protocol):
    """What the store already holds of one stream; lets a pull skip what it need not read again."""

    def versions(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        """Return modified_at of those of `ids` that are held."""

    def count(self) -> int:
        """Return how many records are held and not gone."""

    def count_since(self, since: datetime) -> int:
        """Return how many held, not gone records were modified at or after `since`."""


class Connector(Protocol):
    """One account of one CRM. Safe to use from several threads; every call is paced, retried and bounded in time.

    Raises only `ConnectorError`s. Reads never change anything in the CRM.
    """

    account: str
    #: Whether a merge fills what the record that stays has empty by what the one that goes holds.
    merge_fills_gaps: bool
    #: Whether a merge gives the record that stays another id.
    merge_changes_id: bool

    def identify(self) -> Identity:
        """Make one cheap call; raise CredentialsError when the credentials are wrong."""

    def describe(self, object_name: str) -> Schema:
        """Return the properties of an object; MissingScopeError when it may not be read."""

    def check_rights(self, object_name: str) -> None:
        """Raise MissingScopeError when no record of the object may be changed; changes none."""

    def owners(self) -> Mapping[str, Owner]:
        """Return by id who may own records, as records name them, and whether they are active: a colleague who has
        left is not. MissingScopeError when that may not be read."""

    def pull(self, want: Want, cursor: Cursor | None, known: Known) -> Iterator[Page]:
        """Yield pages from `cursor` on; None starts a full pull. Ends with a page whose `is_last` is true.

        Each page's cursor resumes right behind it. The last one's `since` is never later than the start of this pull
        less the overlap, whatever was seen. A pull with nothing to do makes one call and yields one empty page.
        """

    def read(self, want: Want, ids: Sequence[str]) -> Reading:
        """Read records by id as they are now, not as an index remembers them."""

    def count(self, object_name: str) -> int | None:
        """Return how many records the CRM counts, by one call; None where it does not tell."""

    def effort(self, want: Want, records: int) -> Effort:
        """Return what a full pull of so many records takes, as far as is known; makes no call."""

    def survey(self, want: Want, place: str = "") -> Iterator[Survey]:
        """Yield all records as they are now, with values and links, in the order of ids, from a place on."""

    def census(self, object_name: str) -> Iterator[tuple[str, ...]]:
        """Yield all ids of an object, page by page."""

    def removed(self, object_name: str) -> Iterator[tuple[Gone, ...]]:
        """Yield records that were archived or deleted, page by page, as far back as the CRM tells."""

    def update(self, object_name: str, updates: Sequence[Update], fields: Sequence[str] = ()) -> list[Outcome]:
        """Write values; one outcome per update. Ids are unique within a call. Never retries a call that may have
        taken effect: those outcomes are UNKNOWN.

        With `fields`, what was written is read back: `record` of an outcome holds them all as they are after the
        write, what somebody else changed right before it included. None where that could not be read.
        """

    def arrived(self, object_name: str, updates: Sequence[Update], since: Mapping[str, datetime]) -> Mapping[str, bool]:
        """Tell whether writes whose answer was lost ever took effect, even if somebody has set them back by now.

        `since`: by record id, the version a write was based on. The answer is by fix. True: the record came to hold
        what was sent since then. False: it surely never did. What the CRM cannot tell is left out.
        """

    def written_by(self, object_name: str, places: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Maker]:
        """Tell what wrote the value of each (record id, property) that stands there now. Its kind is empty where only
        the user is told, and not whether that is a program. What the CRM does not tell is left out."""

    def create(self, object_name: str, creates: Sequence[CreateWrite]) -> list[Outcome]:
        """Make records, with their links; one outcome each, and `record` tells the id of the one that was made.

        Who holds one of the `keys` is looked for first, where the CRM has a place that is never late: then nothing is
        made, the outcome is STALE, and `record` tells that one's id. Never sends a call again that may have taken
        effect: those outcomes are UNKNOWN. STALE, too, where what the new record would be linked to is gone.
        """

    def made(
        self, object_name: str, creates: Sequence[CreateWrite], since: Mapping[str, datetime]
    ) -> Mapping[str, SourceRecord | None]:
        """Tell what came of creates whose answer was lost, by fix: the record, as far as it was read, or None where
        none shows that could have come of it. What the CRM cannot tell is left out.

        `since`: by fix, a moment before it was sent. A record of somebody else's is never taken for ours; one that
        holds a key that is not only ours, and does not hold all that was sent, is somebody else's.
        """

    def histories(
        self, object_name: str, places: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], tuple[Version, ...]]:
        """Tell what each (record id, property) held since when, the value of now first; as far back as the CRM tells.

        What is not remembered, or may not be read, is left out.
        """

    def link(self, object_name: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        """Make or take away associations; one outcome per item, UNKNOWN as for `update`."""

    def links_of(self, object_name: str, to_object: str, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the ids each record is linked to now, primary first; a record without links maps to ()."""

    def archive(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        """Archive records; outcomes carry the id as `fix`."""

    def why_not_restored(self, object_name: str) -> str:
        """Return why archived records of an object cannot be brought back by a call; empty when they can."""

    def restore(self, object_name: str, ids: Sequence[str]) -> list[Outcome]:
        """Bring archived records back, where the CRM has a call for that; outcomes carry the id as `fix`."""

    def whole(self, object_name: str, ids: Sequence[str]) -> Reading:
        """Read records with every property, and with all that hangs on them, as `links` in the connector's own terms.

        Ids that were merged away always name the record that answers now, and that record comes along.
        """

    def why_not_merged(self, object_name: str, merges: Sequence[MergeWrite]) -> Mapping[str, str]:
        """Return by fix why the CRM would refuse a merge, as far as reading can tell."""

    def merges_linked(self, object_name: str) -> bool:
        """Return whether the CRM merges records of an object that its own connector keeps in step with another CRM."""

    def why_not_preserved(self, object_name: str, merges: Sequence[MergeWrite], ending: Ending) -> Mapping[str, str]:
        """Return by fix why two records could not be made one without the CRM's merge, as far as reading can tell."""

    def merge_fidelity(self, object_name: str, ending: Ending | None = None) -> Fidelity:
        """Return what could be brought back of a merge, by how it ends, without a call."""

    def merge(self, object_name: str, merges: Sequence[MergeWrite]) -> list[Outcome]:
        """Merge records into others, which get their values; one outcome per merge, with the id that answers now.

        Never sends a merge again that may have taken effect. UNKNOWN, too, where the values may be missing yet.
        """

    def finish_merges(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Write what merges that took place still lack of their values, unless somebody has taken it back since."""

    def take_over(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Let what hangs on records that go hang on those that stay, without the CRM's merge. Twice is once; a record
        that is gone has nothing left. REJECTED where the CRM refuses part of it; `part` takes it back."""

    def revive(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Bring back records that were merged away; `record` of an outcome says under which id. Twice is once, until
        `part` was called."""

    def part(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Give records that were brought back what had been theirs, and leave the others what was theirs. Twice is
        once; what somebody has changed since is left, and told in `detail` like all that cannot be put back."""

    def budget(self) -> Budget:
        """Return what is known of the quota, without a call."""

    def close(self) -> None:
        """Let go of connections."""


class Observer(Protocol):
    """Who wants to know of calls. The telemetry implements it; connectors never log."""

    def request_answered(self, account: str, endpoint: str, status: int, seconds: float) -> None:
        """Hear of one HTTP exchange; status 0 is no answer. `endpoint` is of a closed set (`search`, `list` ...)."""

    def throttled(self, account: str, seconds: float) -> None:
        """Hear of a wait imposed by the CRM or by our own pacing."""

    def quota_told(self, account: str, remaining: int) -> None:
        """Hear of the calls left today."""
