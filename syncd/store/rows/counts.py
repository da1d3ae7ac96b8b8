"""KPI counts that are kept up to date with the records, in the same transaction.

Every change of the live records of a stream is a difference of counts: what is there no more, and what came. Reading
a tally costs a few dozen rows, at a thousand records and at a million.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from syncd.model import Maker, Raw, Severity
from syncd.store import schema
from syncd.store.rows.statements import add_up, chunks

_COUNTS = schema.kpi_counts
_MAKERS = schema.makers
#: What a tally reads: counts with one row, and counts by a key.
_SINGLE = ("records", "clean", "left_alone")
_GROUPED = ("unlinked", "made", "dirty", "defect")

#: What stands as the source of a record that nobody judges: neither clean nor dirty, and linked to what it likes.
LEFT_ALONE = "left_alone"


#: Counts by what made something.
Origins = Mapping[Maker, int]


@dataclass(frozen=True, slots=True)
class StreamTally:
    """How clean the live records of one stream are."""

    records: int = 0
    #: Records without an open finding of severity warning or above.
    clean: int = 0
    #: Records that nobody judges.
    left_alone: int = 0
    #: Open findings by rule and severity.
    findings: Mapping[tuple[str, Severity], int] = field(default_factory=dict)
    #: Records that lack a link, by the kind they should be linked to.
    unlinked: Mapping[str, int] = field(default_factory=dict)
    #: By what made them: judged records, records that are not clean, and findings of severity warning or above, these
    #: by what wrote the value where the CRM told.
    made: Origins = field(default_factory=dict)
    dirty: Origins = field(default_factory=dict)
    defects: Origins = field(default_factory=dict)


@dataclass(slots=True)
class Difference:
    """What a batch does to the counts of one stream."""

    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def record(self, *, is_clean: bool, origin: str, owner: str, unlinked_to: str, by: int) -> None:
        """Count one record in (`by` = 1) or out (-1)."""
        self.counts["records", "", 0] += by
        if origin == LEFT_ALONE:
            self.counts["left_alone", "", 0] += by
            return
        self.counts["made", origin, 0] += by
        self.counts["owned", owner, 0] += by
        if is_clean:
            self.counts["clean", "", 0] += by
        else:
            self.counts["dirty", origin, 0] += by
            self.counts["owned_dirty", owner, 0] += by
        if unlinked_to:
            for kind in unlinked_to.split(";"):
                self.counts["unlinked", kind, 0] += by

    def filled(self, came: Counter[str], went: Counter[str]) -> None:
        """Count filled properties in and out."""
        for name in came.keys() | went.keys():
            self.counts["filled", name, 0] += came[name] - went[name]

    def finding(self, rule: str, severity: int, origin: str, by: int) -> None:
        """Count one open finding in or out."""
        self.counts["finding", rule, severity] += by
        if severity >= Severity.WARNING:
            self.counts["defect", origin, 0] += by

    def moved(self, origin: str, to: str, count: int) -> None:
        """Count defects that something else made."""
        self.counts["defect", origin, 0] -= count
        self.counts["defect", to, 0] += count

    def changed(self, fields: Mapping[str, int]) -> None:
        """Count values that were replaced by others."""
        for name, count in fields.items():
            self.counts["changed", name, 0] += count

    def twins(self, *, groups: int, records: int) -> None:
        """Count groups of twins, and records that are in one, in and out."""
        self.counts["twins", "groups", 0] += groups
        self.counts["twins", "records", 0] += records

    def counterparts(self, *, sure: int, asked: int) -> None:
        """Count records that surely have a counterpart, and those of which that is in question, in and out."""
        self.counts["counterparts", "sure", 0] += sure
        self.counts["counterparts", "asked", 0] += asked

    def golden(self, *, is_shared: bool, filled: Iterable[str], conflicts: Iterable[str], by: int) -> None:
        """Count a golden record in or out, by the record it is told with."""
        self.counts["golden", "several" if is_shared else "one", 0] += by
        for name in filled:
            self.counts["golden_filled", name, 0] += by
        for name in conflicts:
            self.counts["golden_conflict", name, 0] += by

    def keep(self, connection: Connection, stream_id: int) -> None:
        """Add the difference to what is kept."""
        rows = [
            {"stream_id": stream_id, "name": name, "key": key, "grade": grade, "count": count}
            for (name, key, grade), count in sorted(self.counts.items())
            if count
        ]
        add_up(connection, _COUNTS, rows)


def filled_names(values: Mapping[str, Raw]) -> Iterable[str]:
    """Return the properties that hold something."""
    return [name for name, value in values.items() if value is not None and value != ""]


def origin_of(created_source: str, made_by: int | None) -> str:
    """Return by what a record counts: the number of its maker, or what kind of thing made it as long as it has none."""
    return created_source if made_by is None or created_source == LEFT_ALONE else str(made_by)


def read_tally(connection: Connection, stream_id: int) -> StreamTally:
    """Return the counts of one stream."""
    query = select(_COUNTS.c.name, _COUNTS.c.key, _COUNTS.c.grade, _COUNTS.c.count).where(
        _COUNTS.c.stream_id == stream_id, _COUNTS.c.name.in_((*_SINGLE, *_GROUPED, "finding")), _COUNTS.c.count != 0
    )
    single: dict[str, int] = {}
    findings: dict[tuple[str, Severity], int] = {}
    grouped: dict[str, dict[str, int]] = {name: {} for name in _GROUPED}
    for name, key, grade, count in connection.execute(query):
        if name == "finding":
            findings[key, Severity(grade)] = count
        elif name in grouped:
            grouped[name][key] = count
        else:
            single[name] = count
    made, dirty, defects = _by_maker(connection, grouped["made"], grouped["dirty"], grouped["defect"])
    return StreamTally(
        single.get("records", 0),
        single.get("clean", 0),
        single.get("left_alone", 0),
        findings,
        grouped["unlinked"],
        made,
        dirty,
        defects,
    )


def _by_maker(connection: Connection, *counts: Mapping[str, int]) -> list[Origins]:
    """Return counts by makers instead of by their numbers."""
    numbers = {int(key) for found in counts for key in found if key.isdecimal()}
    makers = {
        str(row.id): Maker(row.kind, row.mark, row.name)
        for chunk in chunks(sorted(numbers))
        for row in connection.execute(select(_MAKERS).where(_MAKERS.c.id.in_(chunk)))
    }
    told: list[Origins] = []
    for found in counts:
        by_maker = Counter[Maker]()
        for key, count in found.items():
            by_maker[makers.get(key, Maker(key))] += count
        told.append(dict(by_maker))
    return told


def read_owned(connection: Connection, stream_id: int) -> dict[str, tuple[int, int]]:
    """Return by owner (empty: nobody) how many records are judged and how many of them are not clean."""
    owned, dirty = (_read_by_key(connection, stream_id, name) for name in ("owned", "owned_dirty"))
    return {owner: (count, dirty.get(owner, 0)) for owner, count in owned.items() if count}


def read_changed(connection: Connection, stream_id: int) -> dict[str, int]:
    """Return by field how often a value was replaced by another since syncd looks."""
    return _read_by_key(connection, stream_id, "changed")


def read_filled(connection: Connection, stream_id: int) -> dict[str, int]:
    """Return in how many live records each property is filled."""
    return _read_by_key(connection, stream_id, "filled")


def read_twins(connection: Connection, stream_id: int) -> dict[str, int]:
    """Return how many `groups` of twins a stream has a record in, and how many of its `records` are in one."""
    return _read_by_key(connection, stream_id, "twins")


def read_counterparts(connection: Connection, stream_id: int) -> dict[str, int]:
    """Return how many records of a stream have a counterpart in a linked account: `sure` and `asked` ones."""
    return _read_by_key(connection, stream_id, "counterparts")


def read_golden(connection: Connection, stream_id: int) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Return the golden records told with records of a stream: by where they are known, filled and in conflict by
    field."""
    names = ("golden", "golden_filled", "golden_conflict")
    one, filled, conflicts = (_read_by_key(connection, stream_id, name) for name in names)
    return one, filled, conflicts


def _read_by_key(connection: Connection, stream_id: int, name: str) -> dict[str, int]:
    query = select(_COUNTS.c.key, _COUNTS.c.count).where(_COUNTS.c.stream_id == stream_id, _COUNTS.c.name == name)
    return dict(connection.execute(query).all())
