"""Functions of the SELECT list that show a value another way: as its label, formatted, in the user's currency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Any

from connectors.sandbox.salesforce.soql.errors import malformed
from connectors.sandbox.salesforce.soql.nodes import Call, Chosen, Path
from connectors.sandbox.salesforce.soql.rendering import speller
from connectors.sandbox.salesforce.soql.scope import Column, Scope

#: Spells a value; None: as it always is.
Spell = Callable[[Any], Any] | None
_FUNCTIONS = frozenset({"CONVERTCURRENCY", "FORMAT", "TOLABEL"})


def shown(chosen: Chosen, scope: Scope) -> tuple[Column, Spell]:
    """Return the column a function of the SELECT list shows, under its alias, and how its values are spelled."""
    what = chosen.what
    if not isinstance(what, Call) or what.name not in _FUNCTIONS or len(what.arguments) != 1:
        name = what.name if isinstance(what, Call) else what.names[-1]
        raise malformed(f"Invalid function in SELECT: {name}")
    argument = what.arguments[0]
    if isinstance(argument, Call):
        if argument.name != "CONVERTCURRENCY" or what.name != "FORMAT" or len(argument.arguments) != 1:
            raise malformed(f"Invalid nested function: {argument.name}")
        _, spell = shown(Chosen(argument), scope)
        argument = argument.arguments[0]
    if not isinstance(argument, Path):
        raise malformed(f"Invalid nested function: {argument.name}")
    column = scope.field(argument)
    spell = _spell(what.name, column, scope.zone)
    if chosen.alias is not None:
        column = replace(column, names=(*column.names[:-1], chosen.alias))
    return column, spell


def _spell(function: str, column: Column, zone: tzinfo) -> Spell:
    if function == "TOLABEL":
        labels = {it.value: it.label for it in column.field.picklist_values}
        return lambda value: labels.get(value, value)
    if function == "FORMAT":
        return lambda value: _formatted(value, column.type, zone)
    if column.type != "currency":
        raise malformed(f"convertCurrency is not allowed on field {column.name}")
    # There is one currency.
    return speller(column.type)


def _formatted(value: Any, kind: str, zone: tzinfo) -> Any:
    """Return a value as a user with a US locale sees it."""
    if isinstance(value, datetime):
        at = value.astimezone(zone)
        return f"{at.month}/{at.day}/{at.year}, {at:%I:%M %p}".replace(", 0", ", ")
    if isinstance(value, date):
        return f"{value.month}/{value.day}/{value.year}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return {"currency": f"${value:,.2f}", "percent": f"{value:,g}%"}.get(kind, f"{value:,g}")
