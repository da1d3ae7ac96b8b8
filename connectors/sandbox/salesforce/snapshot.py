"""The whole org as plain data, and back: what survives a restart, and what save and load keep."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from connectors.sandbox.salesforce import person_accounts
from connectors.sandbox.salesforce.callers import Permissions
from connectors.sandbox.salesforce.duplicates import DuplicateRule
from connectors.sandbox.salesforce.recycle_bin import Deleted
from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.rules import AssignmentRule, ValidationRule
from connectors.sandbox.salesforce.schema import fresh_objects, make_field
from connectors.sandbox.salesforce.values import parse_moment, spell_moment

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

State = dict[str, Any]


def take(org: Org) -> State:
    """Return the org as data."""
    return {
        "org": org.id,
        "edition": org.quota.edition,
        "person_accounts": org.has_person_accounts,
        "readings": org.readings.state(),
        "sessions": org.sessions.state(),
        "fields": _own_fields(org),
        "tables": {
            name: {"next": table.next_number, "rows": [_plain(row) for row in table.rows.values()]}
            for name, table in org.tables.items()
        },
        "permissions": {user: _permissions(it) for user, it in org.permissions.items()},
        "validation_rules": [rule.state() for rule in org.validation_rules],
        "duplicate_rules": [rule.state() for rule in org.duplicate_rules],
        "assignment_rules": [rule.state() for rule in org.assignment_rules.values()],
        "tracked": {name: sorted(fields) for name, fields in org.tracked.items()},
        "deletions": {name: [[it.at_ms, it.id] for it in rows] for name, rows in org.deletions.items()},
        "deleted_with": org.deleted_with,
        "truth": {name: [[one, row.decode()] for one, row in rows.items()] for name, rows in org.truth.items()},
    }


def put_back(org: Org, state: State) -> None:
    """Make the org what the data says."""
    org.sessions.clear()
    org.clear()
    org.id = state["org"]
    org.quota.set_edition(state["edition"])
    org.has_person_accounts = state["person_accounts"]
    objects = fresh_objects(has_person_accounts=org.has_person_accounts)
    if org.has_person_accounts:
        person_accounts.mark(objects)
    for name, fields in state["fields"].items():
        objects[name].fields = {row["name"]: make_field(row) for row in fields}
    org.tables = {}
    org.take_schema(objects)
    org.readings = org.readings.turned(state["readings"])
    org.sessions.restore(state["sessions"])
    for name, kept in state["tables"].items():
        kinds = {it.name: it.type for it in objects[name].fields.values()}
        org.tables[name].fill(_values(row, kinds) for row in kept["rows"])
        org.tables[name].next_number = kept["next"]
    org.permissions = {user: Permissions(**_sets(row)) for user, row in state["permissions"].items()}
    org.validation_rules = [ValidationRule(**row) for row in state["validation_rules"]]
    org.duplicate_rules = [
        DuplicateRule(**{**row, "keys": tuple(tuple(key) for key in row["keys"])}) for row in state["duplicate_rules"]
    ]
    org.assignment_rules = {row["object"]: AssignmentRule(**row) for row in state["assignment_rules"]}
    org.tracked = {name: frozenset(fields) for name, fields in state["tracked"].items()}
    org.deletions = {name: [Deleted(*row) for row in rows] for name, rows in state["deletions"].items()}
    org.deleted_with = dict(state["deleted_with"])
    org.truth = {name: {one: text.encode() for one, text in rows} for name, rows in state["truth"].items()}
    org.schema_changed()


def _own_fields(org: Org) -> dict[str, list[State]]:
    """Return the fields of objects that are not as they come."""
    fresh = fresh_objects(has_person_accounts=org.has_person_accounts)
    changed: dict[str, list[State]] = {}
    for name, kind in org.objects.items():
        if kind.fields != fresh[name].fields:
            changed[name] = [
                {**it.wire, "picklist": [[value.value, value.label, value.is_default] for value in it.picklist_values]}
                for it in kind.fields.values()
            ]
    return changed


def _plain(row: Row) -> State:
    return {name: _spelled(value) for name, value in row.items()}


def _spelled(value: Value) -> Any:
    if isinstance(value, datetime):
        return spell_moment(value)
    return value.isoformat() if isinstance(value, date) else value


def _values(row: State, kinds: dict[str, str]) -> dict[str, Value]:
    return {name: _read(value, kinds.get(name, "")) for name, value in row.items()}


def _read(value: Any, kind: str) -> Value:
    found: Value = value
    if kind == "datetime":
        found = parse_moment(value)
    elif kind == "date":
        found = date.fromisoformat(value)
    return found


def _permissions(it: Permissions) -> State:
    return {name: sorted(value) if isinstance(value, set) else value for name, value in asdict(it).items()}


def _sets(row: State) -> State:
    return {name: set(value) if isinstance(value, list) else value for name, value in row.items()}
