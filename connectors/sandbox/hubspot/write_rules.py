"""Rules an admin has made about what a record must have, which the API holds writes to since version 2026-09.

None are set in a fresh account. What the refusal says is not verified, nor whether older paths are held to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.hubspot.errors import validation
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record

_ON = ("create", "update", "any")


@dataclass(frozen=True, slots=True)
class WriteRule:
    """Properties that must be set, always or where others have certain values."""

    object: str
    needs: tuple[str, ...]
    #: Property to the value it has to have for the rule to hold; empty: it always holds.
    when: tuple[tuple[str, str], ...] = ()
    #: `create` (a required field of the form), `update`, or `any`.
    on: str = "any"

    @staticmethod
    def read(wish: Mapping[str, Any]) -> WriteRule:
        """Read a rule as the control API sends it; ValueError for one that makes no sense."""
        rule = WriteRule(
            str(wish.get("object") or ""),
            tuple(str(name) for name in wish.get("needs") or ()),
            tuple((str(name), str(value)) for name, value in (wish.get("when") or {}).items()),
            str(wish.get("on") or "any"),
        )
        if not rule.object or not rule.needs or rule.on not in _ON:
            raise ValueError(f"a write rule has an object, needs, and is on one of {', '.join(_ON)}")
        return rule

    def state(self) -> dict[str, Any]:
        """Return the rule as it was sent."""
        return {"object": self.object, "needs": list(self.needs), "when": dict(self.when), "on": self.on}

    def missing(self, after: Mapping[str, str]) -> list[str]:
        """Return what a record with these values lacks."""
        if any(after.get(name) != value for name, value in self.when):
            return []
        return [name for name in self.needs if not after.get(name)]


def hold_to(rules: tuple[WriteRule, ...], kind: ObjectType, values: Mapping[str, str], record: Record | None) -> None:
    """Raise where a write would leave a record without what a rule asks for."""
    occasion = "create" if record is None else "update"
    after = {**(record.values if record else {}), **values}
    asked = [rule for rule in rules if rule.object == kind.name and rule.on in {occasion, "any"}]
    missing = list(dict.fromkeys(name for rule in asked for name in rule.missing(after)))
    if missing:
        raise validation(
            f"Some properties that are required by the settings of {kind.singular} were not set: {', '.join(missing)}",
            errors=[
                {"message": f"{name} is required", "code": "REQUIRED_PROPERTY", "context": {"propertyName": [name]}}
                for name in missing
            ],
            context={"properties": missing},
        )
