"""A merge before it happens: both records side by side, what will stand and why, and how sure it is that they are one.

All of it comes from the store; no CRM is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.engine import as_ours
from syncd.model import Action, Change, Fix, Raw, Record, Ref, SourceRecord

if TYPE_CHECKING:
    from syncd.settings import Settings, StreamSettings
    from syncd.store import Transaction, TwinRow

#: What stands in place of a rule's reason.
KEPT = "as it is"
BY_THE_CRM = "the CRM itself sees to it"
#: Counts of what hangs on a record.
_COUNTS = ("deals_count", "people_count")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One property in both records, and in what they come to."""

    name: str
    goes: Raw
    stays: Raw
    result: Raw
    why: str
    #: Whether a person may choose between the two.
    is_open: bool

    @property
    def is_one(self) -> bool:
        """Return whether there is nothing to choose: both hold the same."""
        return (self.goes or "") == (self.stays or "") == (self.result or "")


@dataclass(frozen=True, slots=True)
class MergeView:
    """What a person needs to decide on a merge."""

    fix: Fix
    goes: SourceRecord | None
    stays: SourceRecord | None
    rows: tuple[SideBySide, ...]
    #: Who the two are, in a few words.
    who_goes: str = ""
    who_stays: str = ""
    #: How much hangs on the two: linked records, deals, people.
    stake: int = 0
    #: How probable it is that they are one, and why a person has to say so. None: matching does not know the pair.
    probability: float | None = None
    doubt: str = ""
    #: Whether they could be merged without asking, if the rule were allowed to.
    is_sure: bool = False

    @property
    def why_asked(self) -> str:
        """Return why a person is asked."""
        if self.doubt:
            return self.doubt
        return "the rule only suggests" if self.is_sure else "not sure enough to merge without asking"

    @property
    def differing(self) -> tuple[SideBySide, ...]:
        """Return the properties in which the two differ."""
        return tuple(row for row in self.rows if not row.is_one)

    @property
    def same(self) -> tuple[str, ...]:
        """Return the names of the properties that hold the same in both."""
        return tuple(row.name for row in self.rows if row.is_one)


def views_of(tx: Transaction, settings: Settings, fixes: Iterable[Fix]) -> dict[str, MergeView]:
    """Return a view of each merge among the fixes, by the fix's id."""
    by_stream: dict[str, list[Fix]] = {}
    for fix in fixes:
        if fix.action is Action.MERGE and fix.into is not None:
            by_stream.setdefault(f"{fix.ref.account}/{fix.ref.object}", []).append(fix)
    return {
        view.fix.id: view
        for name, merges in by_stream.items()
        if (wanted := settings.stream(name)) is not None
        for view in _views(tx, wanted, merges)
    }


def who(record: Record) -> str:
    """Return who a record is about, in a few words."""
    text = {name: str(record.values.get(name) or "").strip() for name in ("first_name", "last_name", "name", "email")}
    name = " ".join(part for part in (text["first_name"], text["last_name"]) if part) or text["name"]
    contact = text["email"] or str(record.values.get("domain") or "")
    return ", ".join(part for part in (name, contact) if part)


def _views(tx: Transaction, wanted: StreamSettings, merges: Collection[Fix]) -> Iterator[MergeView]:
    ids = {ref.id for fix in merges for ref in (fix.ref, fix.changed)}
    copies = tx.records.read(wanted.stream, sorted(ids))
    twins = tx.twins.of(wanted.stream, sorted({fix.ref.id for fix in merges}))
    for fix in merges:
        goes, stays = copies.get(fix.ref.id), copies.get(fix.changed.id)
        twin = _twin(twins.get(fix.ref.id, ()), fix.changed)
        ours, theirs = (as_ours(wanted, copy) if copy is not None else None for copy in (stays, goes))
        yield MergeView(
            fix,
            goes,
            stays,
            tuple(_rows(wanted, fix, goes, stays)),
            who(theirs) if theirs is not None else "",
            who(ours) if ours is not None else "",
            sum(_weight(copy, record) for copy, record in ((goes, theirs), (stays, ours))),
            twin.probability if twin is not None else None,
            twin.doubt if twin is not None else "",
            is_sure=twin is not None and twin.is_sure,
        )


def _twin(twins: Iterable[TwinRow], other: Ref) -> TwinRow | None:
    return next((one for one in twins if one.ref == other), None)


def _rows(
    wanted: StreamSettings, fix: Fix, goes: SourceRecord | None, stays: SourceRecord | None
) -> Iterator[SideBySide]:
    changes = {change.property: change for change in fix.changes}
    writable = {
        name
        for field in wanted.mapping.fields.values()
        if field.is_writable
        for name in (*field.choices, *field.sources)
    }
    theirs: Mapping[str, Raw] = goes.values if goes is not None else {}
    ours: Mapping[str, Raw] = stays.values if stays is not None else {}
    for name in dict.fromkeys((*wanted.mapping.properties, *changes)):
        there, here, change = theirs.get(name), ours.get(name), changes.get(name)
        result = change.after if change is not None else here
        if all(value in (None, "") for value in (there, here, result)):
            continue
        is_open = name in writable or change is not None
        yield SideBySide(name, there, here, result if is_open else None, _why(change, is_open=is_open), is_open)


def _why(change: Change | None, *, is_open: bool) -> str:
    if change is not None:
        return "; ".join(change.reasons)
    return KEPT if is_open else BY_THE_CRM


def _weight(copy: SourceRecord | None, record: Record | None) -> int:
    """Return how much hangs on a record."""
    if copy is None or record is None:
        return 0
    counts = [record.values.get(name) for name in _COUNTS]
    return sum(len(ids) for ids in copy.links.values()) + sum(
        int(one) for one in counts if isinstance(one, int | float)
    )
