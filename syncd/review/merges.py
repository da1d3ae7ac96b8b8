"""A merge before it happens: both records side by side, what will stand and why, and how sure it is that they are one.

All of it comes from the store; no CRM is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.model import Action, Change, Fix, Raw, Record, Ref, SourceRecord

if TYPE_CHECKING:
    from quality.survivorship import Choice, Wishes
    from syncd.settings import Settings, StreamSettings
    from syncd.store import Transaction, TwinRow

#: What stands in place of a rule's reason.
KEPT = "as it is"
_KEPT_BESIDE = "the CRM keeps the other address beside it"
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
    #: Whether a value of one of the two is nowhere afterwards.
    is_lost: bool = False

    @property
    def is_one(self) -> bool:
        """Return whether there is nothing to choose: both hold the same."""
        is_same = (self.goes or "") == (self.stays or "")
        return is_same and (not self.is_open or (self.result or "") == (self.stays or ""))


@dataclass(frozen=True, slots=True)
class MergeView:
    """What a person needs to decide on a merge."""

    fix: Fix
    goes: SourceRecord | None
    stays: SourceRecord | None
    #: The properties; none where only a list was asked for.
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
        return "The rule only suggests." if self.is_sure else "It is not sure enough to merge without asking."

    @property
    def differing(self) -> tuple[SideBySide, ...]:
        """Return the properties in which the two differ."""
        return tuple(row for row in self.rows if not row.is_one)

    @property
    def same(self) -> tuple[str, ...]:
        """Return the names of the properties that hold the same in both."""
        return tuple(row.name for row in self.rows if row.is_one)


def views_of(
    tx: Transaction, settings: Settings, fixes: Iterable[Fix], *, is_whole: bool = True
) -> dict[str, MergeView]:
    """Return a view of each merge among the fixes, by the fix's id; its properties only if it is to be whole."""
    by_stream: dict[str, list[Fix]] = {}
    for fix in fixes:
        if fix.action is Action.MERGE and fix.into is not None:
            by_stream.setdefault(f"{fix.ref.account}/{fix.ref.object}", []).append(fix)
    return {
        view.fix.id: view
        for name, merges in by_stream.items()
        if (wanted := settings.stream(name)) is not None
        for view in _views(tx, wanted, merges, is_whole=is_whole)
    }


def who(record: Record) -> str:
    """Return who a record is about, in a few words."""
    text = {name: str(record.values.get(name) or "").strip() for name in ("first_name", "last_name", "name", "email")}
    name = " ".join(part for part in (text["first_name"], text["last_name"]) if part) or text["name"]
    contact = text["email"] or str(record.values.get("domain") or "")
    return ", ".join(part for part in (name, contact) if part)


def _views(tx: Transaction, wanted: StreamSettings, merges: Collection[Fix], *, is_whole: bool) -> Iterator[MergeView]:
    from syncd.engine import Spelling, merge_table

    ids = {ref.id for fix in merges for ref in (fix.ref, fix.changed)}
    copies = tx.records.read(wanted.stream, sorted(ids))
    twins = tx.twins.of(wanted.stream, sorted({fix.ref.id for fix in merges}))
    wishes, spelling = wishes_of(wanted), Spelling(wanted)
    for fix in merges:
        goes, stays = copies.get(fix.ref.id), copies.get(fix.changed.id)
        twin = _twin(twins.get(fix.ref.id, ()), fix.changed)
        ours, theirs = (spelling.ours(copy) if copy is not None else None for copy in (stays, goes))
        table: tuple[Choice, ...] = ()
        if is_whole and ours is not None and theirs is not None:
            table = merge_table(fix, ours, theirs, wishes)
        yield MergeView(
            fix,
            goes,
            stays,
            tuple(_rows(wanted, fix, _Sides(goes, stays, {one.field: one for one in table}))) if is_whole else (),
            who(theirs) if theirs is not None else "",
            who(ours) if ours is not None else "",
            sum(_weight(copy, record) for copy, record in ((goes, theirs), (stays, ours))),
            twin.probability if twin is not None else None,
            twin.doubt if twin is not None else "",
            is_sure=twin is not None and twin.is_sure,
        )


def _twin(twins: Iterable[TwinRow], other: Ref) -> TwinRow | None:
    return next((one for one in twins if one.ref == other), None)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both records as they are kept, and what survivorship says of their fields."""

    goes: SourceRecord | None
    stays: SourceRecord | None
    choices: Mapping[str, Choice]

    def of(self, name: str) -> tuple[Raw, Raw]:
        """Return what a property holds in the one that goes, and in the one that stays."""
        theirs, ours = (copy.values.get(name) if copy is not None else None for copy in (self.goes, self.stays))
        return theirs, ours


def _rows(wanted: StreamSettings, fix: Fix, sides: _Sides) -> Iterator[SideBySide]:
    from connectors import keeps_addresses

    changes = {change.property: change for change in fix.changes}
    fields = {name: field for field in wanted.mapping.fields.values() for name in (*field.choices, *field.sources)}
    for name in dict.fromkeys((*wanted.mapping.properties, *changes)):
        goes, stays = sides.of(name)
        change = changes.get(name)
        result = change.after if change is not None else stays
        if all(value in (None, "") for value in (goes, stays, result)):
            continue
        field = fields.get(name)
        is_open = change is not None or (field is not None and field.is_writable)
        choice = sides.choices.get(field.name) if field is not None else None
        is_lost = is_open and choice is not None and choice.is_lost
        why = _why(change, choice, is_open=is_open)
        if is_lost and field is not None and field.name == "email" and keeps_addresses(wanted.mapping.crm):
            is_lost, why = False, f"{why}; {_KEPT_BESIDE}"
        yield SideBySide(name, goes, stays, result if is_open else None, why, is_open, is_lost)


def _why(change: Change | None, choice: Choice | None, *, is_open: bool) -> str:
    if change is not None:
        return "; ".join(change.reasons)
    if not is_open:
        return BY_THE_CRM
    return choice.reason if choice is not None and choice.reason else KEPT


def wishes_of(wanted: StreamSettings) -> Wishes:
    """Return what the settings say of who stays and of which value wins."""
    from quality.survivorship import Wishes

    steps = wanted.ruleset().steps
    return next((step.options for step in steps if isinstance(step.options, Wishes)), Wishes())


def _weight(copy: SourceRecord | None, record: Record | None) -> int:
    """Return how much hangs on a record."""
    if copy is None or record is None:
        return 0
    counts = [record.values.get(name) for name in _COUNTS]
    return sum(len(ids) for ids in copy.links.values()) + sum(
        int(one) for one in counts if isinstance(one, int | float)
    )
