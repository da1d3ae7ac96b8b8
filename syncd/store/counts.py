"""KPI counts that are kept up to date with the records, in the same transaction.

Every change of the live records of a stream is a difference of counts: what is there no more, and what came. Reading
a tally costs a few dozen rows, at a thousand records and at a million.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from syncd.model import Raw, Severity
from syncd.store import schema
from syncd.store.statements import add_up

_COUNTS = schema.kpi_counts

#: What stands as the source of a record that nobody judges: neither clean nor dirty, and linked to what it likes.
LEFT_ALONE = "left_alone"


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
    #: Records that are not clean, by what created them.
    dirty_by_source: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Difference:
    """What a batch does to the counts of one stream."""

    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def record(self, *, is_clean: bool, created_source: str, unlinked_to: str, by: int) -> None:
        """Count one record in (`by` = 1) or out (-1)."""
        self.counts["records", "", 0] += by
        if created_source == LEFT_ALONE:
            self.counts["left_alone", "", 0] += by
            return
        self.counts[("clean", "", 0) if is_clean else ("dirty", created_source, 0)] += by
        if unlinked_to:
            for kind in unlinked_to.split(";"):
                self.counts["unlinked", kind, 0] += by

    def filled(self, came: Counter[str], went: Counter[str]) -> None:
        """Count filled properties in and out."""
        for name in came.keys() | went.keys():
            self.counts["filled", name, 0] += came[name] - went[name]

    def finding(self, rule: str, severity: int, by: int) -> None:
        """Count one open finding in or out."""
        self.counts["finding", rule, severity] += by

    def twins(self, *, groups: int, records: int) -> None:
        """Count groups of twins, and records that are in one, in and out."""
        self.counts["twins", "groups", 0] += groups
        self.counts["twins", "records", 0] += records

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


def read_tally(connection: Connection, stream_id: int) -> StreamTally:
    """Return the counts of one stream."""
    query = select(_COUNTS.c.name, _COUNTS.c.key, _COUNTS.c.grade, _COUNTS.c.count).where(
        _COUNTS.c.stream_id == stream_id, _COUNTS.c.name.not_in(("filled", "twins")), _COUNTS.c.count != 0
    )
    single: dict[str, int] = {}
    findings: dict[tuple[str, Severity], int] = {}
    grouped: dict[str, dict[str, int]] = {"unlinked": {}, "dirty": {}}
    for name, key, grade, count in connection.execute(query):
        if name == "finding":
            findings[key, Severity(grade)] = count
        elif name in grouped:
            grouped[name][key] = count
        else:
            single[name] = count
    return StreamTally(
        single.get("records", 0),
        single.get("clean", 0),
        single.get("left_alone", 0),
        findings,
        grouped["unlinked"],
        grouped["dirty"],
    )


def read_filled(connection: Connection, stream_id: int) -> dict[str, int]:
    """Return in how many live records each property is filled."""
    query = select(_COUNTS.c.key, _COUNTS.c.count).where(_COUNTS.c.stream_id == stream_id, _COUNTS.c.name == "filled")
    return dict(connection.execute(query).all())


def read_twins(connection: Connection, stream_id: int) -> dict[str, int]:
    """Return how many `groups` of twins a stream has a record in, and how many of its `records` are in one."""
    query = select(_COUNTS.c.key, _COUNTS.c.count).where(_COUNTS.c.stream_id == stream_id, _COUNTS.c.name == "twins")
    return dict(connection.execute(query).all())
