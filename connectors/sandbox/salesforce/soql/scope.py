"""Where the names of a query are looked up: an object, its parents, and the functions of fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from operator import itemgetter
from typing import Any

from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema, make_field
from connectors.sandbox.salesforce.soql.calendar import DATE_FUNCTIONS
from connectors.sandbox.salesforce.soql.errors import located, malformed, no_such_column, no_such_parent
from connectors.sandbox.salesforce.soql.nodes import Call, Operand, Path
from connectors.sandbox.salesforce.soql.source import Row, Source

MOST_PARENTS = 5
Reader = Callable[[Row], Any]
_TYPE = make_field({"name": "Type", "type": "string", "label": "Object Type"})


@dataclass(frozen=True, slots=True)
class Column:
    """A field or function of a row, found in the schema."""

    #: As the schema spells it, parents included: `Account.Owner.Name`.
    names: tuple[str, ...]
    field: FieldSchema
    #: What its values are compared as; mostly the field's own type.
    type: str
    read: Reader
    at: int
    #: Reads it from the record it belongs to, where the parents have been walked already.
    own: Reader
    #: Parents on the way: the reference field read at each step, and the objects it may lead to.
    hops: tuple[Hop, ...] = ()

    @property
    def name(self) -> str:
        """The last part, by which errors call it."""
        return self.names[-1]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from a record to a parent."""

    key: str
    relationship: str
    #: By the first three characters of an id.
    targets: dict[str, ObjectSchema]

    @property
    def is_polymorphic(self) -> bool:
        """Whether the parent may be of several kinds."""
        return len(self.targets) > 1


@dataclass(frozen=True, slots=True)
class Scope:
    """One object under a query, and the moment and place it is asked from."""

    source: Source
    object: ObjectSchema
    alias: str | None
    text: str
    now: datetime
    zone: tzinfo
    include_deleted: bool
    #: How many semi-joins lie around: they do not nest.
    is_within_join: bool = False

    def column(self, operand: Operand) -> Column:
        """Find a field, or a function of dates; `SoqlError` where there is no such thing."""
        return self._function(operand) if isinstance(operand, Call) else self.field(operand)

    def field(self, path: Path) -> Column:
        """Find a field by its path."""
        names = self._own(path.names)
        if len(names) - 1 > MOST_PARENTS:
            reason = f"Relationship path '{'.'.join(path.names)}' is longer than {MOST_PARENTS} levels"
            raise located("MALFORMED_QUERY", reason, self.text, path.at)
        hops: list[Hop] = []
        objects = [self.object]
        for name in names[:-1]:
            hops.append(self._hop(name, objects, path.at))
            objects = list(hops[-1].targets.values())
        if len(objects) > 1 and names[-1].lower() == "type":
            return self._kind_of(hops, path.at)
        found = next((it for kind in objects if (it := kind.find(names[-1])) is not None), None)
        if found is None:
            entity = "Name" if len(objects) > 1 else objects[0].name
            raise no_such_column(names[-1], entity, self.text, path.at)
        spelled = (*(hop.relationship for hop in hops), found.name)
        own = itemgetter(found.name)
        return Column(spelled, found, found.type, self._reader(hops, own), path.at, own, tuple(hops))

    def hop(self, relationship: Path) -> Hop:
        """Find the one step to a parent; `SoqlError` where there is none."""
        names = self._own(relationship.names)
        if len(names) > 1:
            raise no_such_parent(".".join(names), self.text, relationship.at)
        return self._hop(names[0], [self.object], relationship.at)

    def parent_of(self, row: Row, hop: Hop) -> tuple[ObjectSchema, Row] | None:
        """Return the record one step up, and what it is."""
        parent_id = row[hop.key]
        if parent_id is None:
            return None
        kind = hop.targets.get(parent_id[:3])
        found = None if kind is None else self.source.find(kind.name, parent_id, include_deleted=True)
        return None if kind is None or found is None else (kind, found)

    def _own(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Drop the name of the object itself, or its alias, from the head of a path."""
        if len(names) == 1:
            return names
        head = names[0].lower()
        if self.alias is not None and head == self.alias.lower():
            return names[1:]
        return names[1:] if head == self.object.name.lower() and self.object.parent(head) is None else names

    def _hop(self, name: str, objects: list[ObjectSchema], at: int) -> Hop:
        for kind in objects:
            reference = kind.parent(name)
            if reference is None or reference.relationship_name is None:
                continue
            known = (self.source.object(target) for target in reference.reference_to)
            targets = {target.key_prefix: target for target in known if target is not None}
            if targets:
                return Hop(reference.name, reference.relationship_name, targets)
        raise no_such_parent(name, self.text, at)

    def _kind_of(self, hops: list[Hop], at: int) -> Column:
        """Of a parent that may be of several kinds, Type says which kind it is."""
        targets = hops[-1].targets

        def own(row: Row) -> str:
            return targets[row["Id"][:3]].name

        names = (*(hop.relationship for hop in hops), _TYPE.name)
        return Column(names, _TYPE, _TYPE.type, self._reader(hops, own), at, own, tuple(hops))

    def _reader(self, hops: list[Hop], own: Reader) -> Reader:
        if not hops:
            return own

        def read(row: Row) -> Any:
            for hop in hops:
                parent = self.parent_of(row, hop)
                if parent is None:
                    return None
                row = parent[1]
            return own(row)

        return read

    def _function(self, call: Call) -> Column:
        function = DATE_FUNCTIONS.get(call.name)
        if function is None or len(call.arguments) != 1:
            raise malformed(f"Invalid function or number of arguments: {call.name}")
        argument = call.arguments[0]
        if isinstance(argument, Call):
            if argument.name != "CONVERTTIMEZONE" or len(argument.arguments) != 1:
                raise malformed(f"Invalid nested function: {argument.name}")
            argument = argument.arguments[0]
        if isinstance(argument, Call):
            raise malformed(f"Invalid nested function: {argument.name}")
        column = self.field(argument)
        if column.type not in {"date", "datetime"}:
            raise located("INVALID_FIELD", f"field '{column.name}' is not a date", self.text, call.at)
        is_local = isinstance(call.arguments[0], Call) or column.type == "datetime"
        read, zone = column.read, self.zone

        def apply(row: Row) -> Any:
            value: date | datetime | None = read(row)
            if value is None:
                return None
            return function.apply(value.astimezone(zone) if is_local and isinstance(value, datetime) else value)

        return Column((call.name, *column.names), column.field, function.type, apply, call.at, apply)
