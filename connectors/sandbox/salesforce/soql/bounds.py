"""What a condition says of the rows before any is looked at: the earliest moment of a field, or their ids.

Both only narrow what is looked at; the condition itself still decides.
"""

from __future__ import annotations

from datetime import datetime

from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.soql.literals import unescaped
from connectors.sandbox.salesforce.soql.nodes import (
    Among,
    Both,
    Compared,
    Condition,
    Either,
    Operand,
    Path,
    Text,
    Value,
)


def earliest(condition: Condition | None, field: str) -> datetime | None:
    """Return a moment that no row meeting the condition has the field before; None: there is none."""
    match condition:
        case Both(parts):
            known = [found for part in parts if (found := earliest(part, field)) is not None]
            return max(known, default=None)
        case Either(parts):
            every = [earliest(part, field) for part in parts]
            known = [found for found in every if found is not None]
            return min(known) if len(known) == len(every) else None
        case Compared(what, "=" | ">" | ">=", value) if _is(what, field):
            return value if isinstance(value, datetime) else None
    return None


def ids(condition: Condition | None) -> frozenset[str] | None:
    """Return ids among which all rows meeting the condition are; None: any id may."""
    match condition:
        case Both(parts):
            known = [found for part in parts if (found := ids(part)) is not None]
            return frozenset.intersection(*known) if known else None
        case Either(parts):
            every = [ids(part) for part in parts]
            known = [found for found in every if found is not None]
            return frozenset().union(*known) if len(known) == len(every) else None
        case Compared(what, "=", value) if _is(what, "Id"):
            return _texts((value,))
        case Among(what, values, False) if _is(what, "Id"):
            return _texts(values)
    return None


def _is(what: Operand, field: str) -> bool:
    return isinstance(what, Path) and len(what.names) == 1 and what.names[0].lower() == field.lower()


def _texts(values: tuple[Value, ...]) -> frozenset[str] | None:
    if not all(isinstance(value, Text) for value in values):
        return None
    found = (to_18(unescaped(value.raw)) for value in values if isinstance(value, Text))
    return frozenset(it for it in found if it is not None)
