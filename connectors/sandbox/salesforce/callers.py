"""Who an org serves: users, what they may see, and what the caller asked for in headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from connectors.sandbox.salesforce.schema import ObjectSchema


@dataclass(slots=True)
class Permissions:
    """What one user may not do; an empty set of refusals is a system administrator."""

    #: `Contact.HasOptedOutOfEmail`: not in describe, and unknown to queries and writes.
    hidden_fields: set[str] = field(default_factory=set)
    #: Fields that may be read only.
    read_only_fields: set[str] = field(default_factory=set)
    hidden_objects: set[str] = field(default_factory=set)
    read_only_objects: set[str] = field(default_factory=set)
    #: Objects of which the user may change records but not delete them.
    undeletable_objects: set[str] = field(default_factory=set)
    #: False: only the records the user owns are there for them.
    may_view_all: bool = True

    def applied(self, objects: Mapping[str, ObjectSchema]) -> dict[str, ObjectSchema]:
        """Return the objects as this user sees them."""
        return {name: self._seen(kind) for name, kind in objects.items() if name not in self.hidden_objects}

    def _seen(self, kind: ObjectSchema) -> ObjectSchema:
        hidden = {name for name in kind.fields if f"{kind.name}.{name}" in self.hidden_fields}
        locked = {name for name in kind.fields if f"{kind.name}.{name}" in self.read_only_fields}
        flags = dict(kind.flags)
        if kind.name in self.read_only_objects:
            flags |= {"createable": False, "updateable": False, "deletable": False, "mergeable": False}
        if kind.name in self.undeletable_objects:
            flags |= {"deletable": False, "mergeable": False}
        children = tuple(
            it for it in kind.child_relationships
            if it.child not in self.hidden_objects and f"{it.child}.{it.field}" not in self.hidden_fields
        )  # fmt: skip
        if not hidden and not locked and flags == kind.flags and children == kind.child_relationships:
            return kind
        fields = {name: it.locked() if name in locked else it for name, it in kind.fields.items() if name not in hidden}
        seen = replace(kind, fields=fields, flags=flags, child_relationships=children)
        seen.forget_lookups()
        return seen


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a token."""

    id: str
    username: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What headers say of a write."""

    #: `Sforce-Auto-Assign`: true, false, or the id of a rule.
    auto_assign: bool | str = True
    #: `Sforce-Duplicate-Rule-Header: allowSave=true`.
    allow_save: bool = False
    #: Skip every check and rule, and write read-only fields too: what Salesforce's own jobs do.
    is_raw: bool = False
    #: Queries do not see the change for so long after it was stamped.
    late_s: float = 0.0


def named(wanted: Iterable[str]) -> set[str]:
    """Return field or object names as a set."""
    return {str(name) for name in wanted}
