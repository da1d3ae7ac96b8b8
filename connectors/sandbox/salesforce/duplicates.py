"""Duplicate rules: a write is refused when the record looks like another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rows import Row
from connectors.sandbox.salesforce.schema import ObjectSchema

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

_MESSAGE = "Use one of these records?"


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """One rule, with the matching rule it stands on."""

    name: str
    object: str
    matching_rule: str
    #: Sets of fields; two records match where all fields of one set are equal (letters' case aside) and set.
    keys: tuple[tuple[str, ...], ...]
    #: `Alert`: a repeat with allowSave succeeds. `Block`: nothing helps.
    action: str = "Alert"
    on_create: bool = True
    on_update: bool = False
    is_active: bool = True

    def state(self) -> dict[str, Any]:
        """Return the rule as plain data."""
        return asdict(self)


def fresh_duplicate_rules() -> list[DuplicateRule]:
    """Return the rules a new org comes with."""
    return [
        DuplicateRule(
            "Standard_Contact_Duplicate_Rule", "Contact", "Standard_Contact_Match_Rule_v1_1",
            (("Email", "LastName"), ("FirstName", "LastName", "AccountId")),
        ),
        DuplicateRule(
            "Standard_Lead_Duplicate_Rule", "Lead", "Standard_Lead_Match_Rule_v1_0",
            (("Email", "LastName"), ("FirstName", "LastName", "Company")),
        ),
        DuplicateRule(
            "Standard_Account_Duplicate_Rule", "Account", "Standard_Account_Match_Rule_v1_0",
            (("Name", "BillingCity"), ("Name", "Website")),
        ),
    ]  # fmt: skip


def detect(org: Org, kind: ObjectSchema, row: Row, before: Row | None, options: WriteOptions) -> None:
    """Raise where a rule finds other records like this one."""
    for rule in org.duplicate_rules:
        if rule.object != kind.name or not rule.is_active:
            continue
        if not (rule.on_create if before is None else rule.on_update):
            continue
        is_blocking = rule.action == "Block" and not org.readings.allow_save_passes_blocks
        if options.allow_save and not is_blocking:
            continue
        found = _matches(org, rule, row, None if before is None else before.id)
        if found:
            raise _detected(rule, kind, found)


def _matches(org: Org, rule: DuplicateRule, row: Row, own_id: str | None) -> list[str]:
    found: dict[str, None] = {}
    for fields in rule.keys:
        for other_id in _equal(org, rule.object, fields, row):
            if other_id != own_id:
                found[other_id] = None
    return list(found)


def _equal(org: Org, name: str, fields: tuple[str, ...], row: Row) -> Iterator[str]:
    wanted = {field: str(row[field]).lower() for field in fields if row[field] is not None}
    if len(wanted) < len(fields):
        return
    for other in org.tables[name].having(fields[0], wanted[fields[0]]):
        if not other.is_deleted and all(str(other[field] or "").lower() == text for field, text in wanted.items()):
            yield other.id


def _detected(rule: DuplicateRule, kind: ObjectSchema, ids: list[str]) -> SalesforceError:
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {
                "attributes": {"type": kind.name, "url": f"/services/data/v66.0/sobjects/{kind.name}/{one}"},
                "Id": one,
            },
        }
        for one in ids
    ]
    result = {
        "allowSave": rule.action != "Block",
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": kind.name,
        "errorMessage": _MESSAGE,
        "matchResults": [
            {
                "entityType": kind.name,
                "errors": [],
                "matchEngine": "FuzzyMatchEngine",
                "matchRecords": records,
                "rule": rule.matching_rule,
                "size": len(records),
                "success": True,
            }
        ],
    }
    return SalesforceError("DUPLICATES_DETECTED", _MESSAGE, more={"duplicateResult": result})
