"""TYPEOF: of a parent that may be of several kinds, each kind shows fields of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.soql.errors import located, no_such_column, no_such_object
from connectors.sandbox.salesforce.soql.nodes import Path, Typeof, When
from connectors.sandbox.salesforce.soql.rendering import Shape, Wire, render
from connectors.sandbox.salesforce.soql.scope import Hop, Scope
from connectors.sandbox.salesforce.soql.source import Row


def told_apart(chosen: Typeof, scope: Scope, version: str) -> tuple[str, Callable[[Row], Wire | None]]:
    """Return the name of the relationship, and what shows the parent of a row."""
    hop = scope.hop(chosen.relationship)
    if not hop.is_polymorphic:
        reason = f"TYPEOF is not allowed on '{hop.relationship}': it is no polymorphic relationship"
        raise located("MALFORMED_QUERY", reason, scope.text, chosen.at)
    shapes = {kind.name: shape for kind, shape in (_case(when, hop, scope) for when in chosen.cases)}
    if chosen.otherwise is not None:
        others = {kind.name: kind for kind in hop.targets.values() if kind.name not in shapes}
        shapes |= _others(chosen.otherwise, others, scope)

    def show(row: Row) -> Wire | None:
        parent = scope.parent_of(row, hop)
        shape = None if parent is None else shapes.get(parent[0].name)
        return None if parent is None or shape is None else render(shape, *parent, scope, version)

    return hop.relationship, show


def _case(when: When, hop: Hop, scope: Scope) -> tuple[ObjectSchema, Shape]:
    kind = next((it for it in hop.targets.values() if it.name.lower() == when.object.lower()), None)
    if kind is None:
        raise no_such_object(when.object, scope.text, when.at)
    return kind, _shape(when.paths, replace(scope, object=kind, alias=None))


def _others(paths: tuple[Path, ...], kinds: dict[str, ObjectSchema], scope: Scope) -> dict[str, Shape]:
    """What a kind does not have is not shown of it; what no kind has does not exist."""
    for path in paths:
        if kinds and not any(kind.find(path.names[0]) or kind.parent(path.names[0]) for kind in kinds.values()):
            raise no_such_column(path.names[0], "Name", scope.text, path.at)
    return {
        name: _shape(
            tuple(path for path in paths if kind.find(path.names[0]) or kind.parent(path.names[0])),
            replace(scope, object=kind, alias=None),
        )
        for name, kind in kinds.items()
    }


def _shape(paths: tuple[Path, ...], scope: Scope) -> Shape:
    shape = Shape()
    for path in paths:
        shape.add(scope.field(path))
    return shape
