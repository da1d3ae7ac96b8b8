"""The SELECT list: rows as the query endpoints spell them, and as Bulk API columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.soql.errors import malformed
from connectors.sandbox.salesforce.soql.scope import Column, Hop, Reader, Scope
from connectors.sandbox.salesforce.soql.source import Row
from connectors.sandbox.salesforce.values import spell_moment

Wire = dict[str, Any]
#: Renders the children of a record; None where there are none.
Family = Callable[[Row], Wire | None]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field, in the record it belongs to."""

    name: str
    read: Reader
    spell: Callable[[Any], Any] | None


@dataclass(slots=True)
class Shape:
    """What of a record is shown, in the order it was asked for: fields, parents, children."""

    entries: dict[str, Leaf | Branch | Family] = field(default_factory=dict)

    def add(self, column: Column, spell: Callable[[Any], Any] | None = None) -> None:
        """Show a field; MALFORMED_QUERY where it is shown already."""
        shape = self
        for hop in column.hops:
            branch = shape.entries.get(hop.relationship)
            if not isinstance(branch, Branch):
                branch = shape.entries[hop.relationship] = Branch(hop, Shape())
            shape = branch.shape
        if column.name in shape.entries:
            raise malformed(f"duplicate field selected: {column.name}")
        # Parents were walked by the branches: the leaf reads its own record.
        shape.entries[column.name] = Leaf(column.name, column.own, spell or speller(column.type))


@dataclass(frozen=True, slots=True)
class Branch:
    """A parent, and what of it is shown."""

    hop: Hop
    shape: Shape


def render(shape: Shape, kind: ObjectSchema, row: Row, scope: Scope, version: str, label: str = "") -> Wire:
    """Return a record with its attributes."""
    record: Wire = {"attributes": attributes(label or kind.name, kind.name, row["Id"], version)}
    for name, entry in shape.entries.items():
        if isinstance(entry, Leaf):
            value = entry.read(row)
            record[name] = value if value is None or entry.spell is None else entry.spell(value)
        elif isinstance(entry, Branch):
            parent = scope.parent_of(row, entry.hop)
            # A parent that may be of several kinds is shown as a Name.
            told = "Name" if entry.hop.is_polymorphic else ""
            record[name] = None if parent is None else render(entry.shape, *parent, scope, version, told)
        else:
            record[name] = entry(row)
    return record


def attributes(label: str, object_name: str, record_id: str, version: str) -> Wire:
    """Return what stands at the head of a record."""
    return {"type": label, "url": f"/services/data/v{version}/sobjects/{object_name}/{record_id}"}


def speller(kind: str) -> Callable[[Any], Any] | None:
    """Return how values of a type are spelled in JSON; None: as they are."""
    return _SPELLERS.get(kind)


def _moment(value: Any) -> Any:
    return spell_moment(value) if isinstance(value, datetime) else value


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


_SPELLERS: dict[str, Callable[[Any], Any]] = {
    "datetime": _moment,
    "date": _day,
    "double": float,
    "currency": float,
    "percent": float,
}
