"""Records of one object, live and in the recycle bin, and the indexes that make finding them quick."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

#: What a field may hold. `dict` only for compound fields, which are made when they are read.
Value = str | bool | int | float | date | datetime | dict[str, Any] | None
Computed = Mapping[str, Callable[["Row"], Value]]
_COMPACT_AT = 4096
#: Ids look as if the org had been in use for a while.
FIRST_NUMBER = 1_000_003


class Row(dict[str, Value]):
    """One record. A field without a value is `None`; compound and formula fields are worked out when asked for."""

    __slots__ = ("_computed",)

    def __init__(self, values: Mapping[str, Value], computed: Computed) -> None:
        super().__init__(values)
        self._computed = computed

    def __missing__(self, name: str) -> Value:
        """Return a computed value, or nothing."""
        compute = self._computed.get(name)
        return None if compute is None else compute(self)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value as `row[name]` does, computed ones too."""
        found = self[name]
        return default if found is None else found

    def copied(self) -> Row:
        """Return the record as it is now."""
        return Row(self, self._computed)

    @property
    def id(self) -> str:
        """The 18 characters."""
        return str(self["Id"])

    @property
    def is_deleted(self) -> bool:
        """Whether it lies in the recycle bin."""
        return self["IsDeleted"] is True


class Unseen(NamedTuple):
    """A change queries do not know of yet: when it was stamped, until when it is hidden, and how the record stood
    before (None: it was not there)."""

    since_ms: int
    until_ms: int
    row: Row | None


class Table:
    """All records of one object."""

    def __init__(self, computed: Computed | None = None) -> None:
        #: By 18-character id, in ascending order of it; the recycle bin too.
        self.rows: dict[str, Row] = {}
        self.computed: Computed = computed or {}
        self.next_number = FIRST_NUMBER
        self.unseen: dict[str, list[Unseen]] = {}
        #: How to take back what a transaction did, newest last; None: none is open.
        self.journal: list[Callable[[], None]] | None = None
        self._indexes: dict[str, dict[str, dict[str, None]]] = {}
        self._stamps: list[tuple[datetime, str]] = []

    def take_number(self) -> int:
        """Return the number of a new record, above all earlier ones."""
        taken = self.next_number
        self.next_number += 1 + (taken * 7919) % 11
        return taken

    def insert(self, values: Mapping[str, Value]) -> Row:
        """Take up a new record."""
        row = Row(values, self.computed)
        if self.journal is not None:
            self.journal.append(lambda: self._drop(row))
        self._take(row)
        return row

    def fill(self, rows: Iterable[Mapping[str, Value]]) -> None:
        """Take up many records at once, in ascending order of id."""
        for values in rows:
            row = Row(values, self.computed)
            self.rows[row.id] = row
        self._indexes.clear()
        self._stamps = sorted((stamp, row.id) for row in self.rows.values() if (stamp := _stamp(row)) is not None)

    def change(self, row: Row, values: Mapping[str, Value]) -> None:
        """Set fields of a record."""
        if self.journal is not None:
            before = row.copied()
            self.journal.append(lambda: self._put_back(row, before))
        self._set(row, values)

    def remove(self, row: Row) -> None:
        """Take a record away for good."""
        if self.journal is not None:
            self.journal.append(lambda: self._take(row))
        self._drop(row)

    def hide(self, row_id: str, before: Row | None, since_ms: int, until_ms: int) -> None:
        """Let queries go on seeing a record as it was, for a while."""
        kept = before.copied() if before is not None else None
        self.unseen.setdefault(row_id, []).append(Unseen(since_ms, until_ms, kept))

    def visible(self, now_ms: int) -> Iterator[Row]:
        """Yield every record as queries see it just now, the recycle bin too."""
        self._forget_seen(now_ms)
        if not self.unseen:
            yield from self.rows.values()
            return
        for row_id, row in self.rows.items():
            waiting = self.unseen.get(row_id)
            if waiting is None:
                yield row
            elif waiting[0].row is not None:
                yield waiting[0].row
        gone = [waiting[0].row for row_id, waiting in self.unseen.items() if row_id not in self.rows]
        yield from (row for row in gone if row is not None)

    def visible_one(self, row_id: str, now_ms: int) -> Row | None:
        """Return one record as queries see it just now."""
        self._forget_seen(now_ms)
        waiting = self.unseen.get(row_id)
        return self.rows.get(row_id) if waiting is None else waiting[0].row

    def stamped(self, since: datetime, until: datetime | None, now_ms: int) -> Iterator[Row]:
        """Yield records whose SystemModstamp is not before `since` (and before `until`), in that order."""
        self._forget_seen(now_ms)
        if self.unseen:
            found = [row for row in self.visible(now_ms) if (stamp := _stamp(row)) is not None and stamp >= since]
            yield from (row for row in found if until is None or _must(row) < until)
            return
        # A list of its own: the index may grow while somebody reads.
        start = bisect_left(self._stamps, (since, ""))
        for stamp, row_id in self._stamps[start:]:
            if until is not None and stamp >= until:
                return
            row = self.rows.get(row_id)
            if row is not None and row["SystemModstamp"] == stamp:
                yield row

    def having(self, field: str, value: str) -> list[Row]:
        """Return records with this text (or id) in a field, whatever its case; the recycle bin too."""
        found = self._index(field).get(value.lower(), {})
        return [self.rows[row_id] for row_id in found]

    def open_since_ms(self, now_ms: int) -> int | None:
        """Return when the oldest change that is still hidden was made, if there is one."""
        self._forget_seen(now_ms)
        return min((change.since_ms for waiting in self.unseen.values() for change in waiting), default=None)

    def _index(self, field: str) -> dict[str, dict[str, None]]:
        index = self._indexes.get(field)
        if index is None:
            index = self._indexes[field] = {}
            for row in self.rows.values():
                _enter(index, row, field)
        return index

    def _take(self, row: Row) -> None:
        is_late = bool(self.rows) and row.id < next(reversed(self.rows))
        self.rows[row.id] = row
        if is_late:
            self.rows = dict(sorted(self.rows.items()))
        for field, index in self._indexes.items():
            _enter(index, row, field)
        self._note(row)

    def _drop(self, row: Row) -> None:
        for field, index in self._indexes.items():
            _leave(index, row, field)
        self.rows.pop(row.id, None)

    def _set(self, row: Row, values: Mapping[str, Value]) -> None:
        touched = [(field, index) for field, index in self._indexes.items() if field in values]
        for field, index in touched:
            _leave(index, row, field)
        for name, value in values.items():
            if value is None:
                row.pop(name, None)
            else:
                row[name] = value
        for field, index in touched:
            _enter(index, row, field)
        if "SystemModstamp" in values:
            self._note(row)

    def _put_back(self, row: Row, before: Row) -> None:
        gone: dict[str, Value] = {name: None for name in row if name not in before}
        self._set(row, {**gone, **before})

    def _note(self, row: Row) -> None:
        stamp = _stamp(row)
        if stamp is None:
            return
        entry = (stamp, row.id)
        if not self._stamps or entry > self._stamps[-1]:
            self._stamps.append(entry)
        else:
            place = bisect_left(self._stamps, entry)
            if self._stamps[place] != entry:
                insort(self._stamps, entry)
        if len(self._stamps) > 2 * len(self.rows) + _COMPACT_AT:
            self._stamps = sorted((_must(it), it.id) for it in self.rows.values())

    def _forget_seen(self, now_ms: int) -> None:
        if not self.unseen:
            return
        for row_id, waiting in list(self.unseen.items()):
            left = [change for change in waiting if change.until_ms > now_ms]
            if left:
                self.unseen[row_id] = left
            else:
                del self.unseen[row_id]


def _enter(index: dict[str, dict[str, None]], row: Row, field: str) -> None:
    value = row[field]
    if isinstance(value, str):
        index.setdefault(value.lower(), {})[row.id] = None


def _leave(index: dict[str, dict[str, None]], row: Row, field: str) -> None:
    value = row[field]
    if isinstance(value, str):
        index.get(value.lower(), {}).pop(row.id, None)


def _stamp(row: Row) -> datetime | None:
    stamp = row["SystemModstamp"]
    return stamp if isinstance(stamp, datetime) else None


def _must(row: Row) -> datetime:
    stamp = row["SystemModstamp"]
    assert isinstance(stamp, datetime)  # noqa: S101 - only rows with a stamp come here
    return stamp
