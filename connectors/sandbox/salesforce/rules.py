"""Rules an administrator sets up: what a record has to look like, and whom it is assigned to."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.values import spell

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

#: Assignment rules run on updates of these; on creation for leads and cases only.
_ASSIGNED_ON_UPDATE = frozenset({"Account", "Case", "Lead"})
_ASSIGNED_ON_CREATE = frozenset({"Case", "Lead"})


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A condition every written record has to meet."""

    object: str
    field: str
    message: str
    #: The value, where there is one, has to match this as a whole.
    must_match: str = ""
    #: It must not.
    must_not_match: str = ""
    #: There has to be a value.
    is_required: bool = False
    #: Once set, the value stays.
    is_frozen: bool = False
    #: Whether the error names the field.
    names_field: bool = True

    def is_broken_by(self, row: Row, before: Row | None) -> bool:
        """Whether a record as it is about to be breaks the rule."""
        text = spell(row[self.field])
        if text is None:
            return self.is_required
        if self.is_frozen and before is not None and before[self.field] not in {None, row[self.field]}:
            return True
        if self.must_match and not re.fullmatch(self.must_match, text):
            return True
        return bool(self.must_not_match and re.fullmatch(self.must_not_match, text))

    def state(self) -> dict[str, Any]:
        """Return the rule as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """Who gets the records that come in."""

    id: str
    object: str
    owner: str

    def state(self) -> dict[str, Any]:
        """Return the rule as plain data."""
        return asdict(self)


def validate(org: Org, kind: ObjectSchema, row: Row, before: Row | None) -> None:
    """Raise with the rule's own text where a record breaks one."""
    for rule in org.validation_rules:
        if rule.object == kind.name and rule.is_broken_by(row, before):
            fields = [rule.field] if rule.names_field else []
            raise SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields)


def assigned(org: Org, kind: ObjectSchema, options: WriteOptions, *, is_new: bool) -> dict[str, Value]:
    """Return the owner the active assignment rule gives, where one runs."""
    rule = org.assignment_rules.get(kind.name)
    if rule is None or options.auto_assign is False:
        return {}
    on = _ASSIGNED_ON_CREATE if is_new else _ASSIGNED_ON_UPDATE
    if kind.name not in on or (not is_new and not org.readings.assignment_on_update):
        return {}
    return {"OwnerId": rule.owner}
