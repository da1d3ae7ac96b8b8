"""Filter branches: how filters are put together, and what each asks of a record.

Simulated are filters on properties, on other lists, on associated records and constants; the others (forms, e-mails,
page views, events) ask for what the sandbox does not keep, and are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.hubspot import history
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.errors import Refusal, validation
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.hubspot.rules.operations import HISTORIC, UPDATED, Test, operation_test
from connectors.sandbox.hubspot.search import reader

Keeps = Callable[[Record], bool]
Branch = dict[str, Any]

_NEGATIVE = {"NOT_ALL", "NOT_ANY"}
_SIMPLE = {"AND", "OR", *_NEGATIVE}
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule can look at."""

    account: Account
    #: Who is on another list, by its number.
    on_list: Callable[[str], Collection[int]]


def rule_in(around: Around, kind: ObjectType, branch: Any) -> Keeps:
    """Return what the root of a rule asks; 400 where the rule is not well made (the texts are not verified)."""
    if not isinstance(branch, dict) or branch.get("filterBranchType") != "OR":
        raise _wrong("The root filter branch must be of type OR")
    if branch.get("filters"):
        raise _wrong("The root filter branch may have no filters of its own")
    inner = branch.get("filterBranches") or []
    if not inner or not all(isinstance(one, dict) and one.get("filterBranchType") == "AND" for one in inner):
        raise _wrong("The root filter branch must have one or more filter branches of type AND")
    return _branch(around, kind, branch)


def filled(branch: Branch) -> Branch:
    """Return a rule as the API tells it: with what the client left out."""
    told: Branch = {
        "filterBranchOperator": "OR" if branch["filterBranchType"] in {"OR", "NOT_ANY"} else "AND",
        **branch,
    }
    told["filterBranches"] = [filled(one) for one in branch.get("filterBranches") or ()]
    told["filters"] = [
        {**one, "operation": {"includeObjectsWithNoValueSet": False, **one["operation"]}} if "operation" in one else one
        for one in branch.get("filters") or ()
    ]
    return told


def properties_in(branch: Branch) -> Iterator[str]:
    """Yield the properties of the list's own object that a rule looks at."""
    yield from (one["property"] for one in branch["filters"] if one.get("filterType") == "PROPERTY")
    for inner in branch["filterBranches"]:
        if inner["filterBranchType"] in _SIMPLE:
            yield from properties_in(inner)


def _branch(around: Around, kind: ObjectType, branch: Branch) -> Keeps:
    shape = branch.get("filterBranchType")
    if shape == "ASSOCIATION":
        return _associated(around, kind, branch)
    if shape not in _SIMPLE:
        raise _wrong(f"Filter branches of type {shape} are not simulated")
    asked = _asked(around, kind, branch)
    if shape in {"OR", "NOT_ANY"}:
        held: Keeps = lambda record: any(keeps(record) for keeps in asked)  # noqa: E731 - one of two ways to join
    else:
        held = lambda record: all(keeps(record) for keeps in asked)  # noqa: E731 - the other
    return (lambda record: not held(record)) if shape in _NEGATIVE else held


def _asked(around: Around, kind: ObjectType, branch: Branch) -> list[Keeps]:
    """Return everything one branch holds together: its filters, and what its own branches ask."""
    rows = [*(branch.get("filters") or ()), *(branch.get("filterBranches") or ())]
    if not all(isinstance(row, dict) for row in rows):
        raise _wrong("filters and filterBranches must be lists of objects")
    return [
        *(_filter(around, kind, row) for row in branch.get("filters") or ()),
        *(_branch(around, kind, row) for row in branch.get("filterBranches") or ()),
    ]


def _filter(around: Around, kind: ObjectType, row: Branch) -> Keeps:
    shape = row.get("filterType")
    if shape == "PROPERTY":
        return _property(around, kind, row)
    if shape == "IN_LIST":
        return _in_list(around, row)
    if shape == "CONSTANT":
        is_kept = bool(row.get("shouldAccept"))
        return lambda _: is_kept
    raise _wrong(f"Filters of type {shape} are not simulated")


def _property(around: Around, kind: ObjectType, row: Branch) -> Keeps:
    account = around.account
    name, operation = str(row.get("property") or ""), row.get("operation")
    if kind.known(name) is None:
        raise _wrong(f"Property {name} does not exist for object type {kind.type_id}")
    if not isinstance(operation, dict):
        raise _wrong("A property filter needs an operation")
    operator = str(operation.get("operator") or "")
    read = reader(account, kind, name)
    if operator in {"IS_KNOWN", "IS_UNKNOWN"}:
        return lambda record: bool(read(record)) is (operator == "IS_KNOWN")
    if operator in UPDATED:
        return _updated(account, name, operation, is_recent=not operator.startswith("NOT_"))
    is_kept_unset = bool(operation.get("includeObjectsWithNoValueSet"))
    if operator in HISTORIC:
        return _ever(name, operation, is_kept_unset=is_kept_unset)
    test = operation_test(operation, account.now_ms)
    return lambda record: test(value) if (value := read(record)) else is_kept_unset


def _ever(name: str, operation: Branch, *, is_kept_unset: bool) -> Keeps:
    """Ask the same of every value a property has had."""
    now_operator, is_wanted = HISTORIC[operation["operator"]]
    test: Test = operation_test({**operation, "operator": now_operator}, lambda: 0)

    def keeps(record: Record) -> bool:
        values = [version.value for version in history.versions_of(record, name) if version.value]
        return any(map(test, values)) is is_wanted if values else is_kept_unset

    return keeps


def _updated(account: Account, name: str, operation: Branch, *, is_recent: bool) -> Keeps:
    span_ms = int(operation.get("numberOfDays") or 0) * _DAY_MS

    def keeps(record: Record) -> bool:
        versions = history.versions_of(record, name)
        return (bool(versions) and versions[-1].at_ms >= account.now_ms() - span_ms) is is_recent

    return keeps


def _in_list(around: Around, row: Branch) -> Keeps:
    members = around.on_list(str(row.get("listId") or ""))
    is_wanted = row.get("operator", "IN_LIST") == "IN_LIST"
    return lambda record: (record.id in members) is is_wanted


def _associated(around: Around, kind: ObjectType, branch: Branch) -> Keeps:
    """Some record linked in this way has to hold all of what the branch asks."""
    account = around.account
    target, type_id = account.type_of(str(branch.get("objectTypeId") or "")), branch.get("associationTypeId")
    if type_id not in {one.id for one in account.links.types_between(kind.type_id, target.type_id)}:
        raise _wrong(f"Invalid association type {type_id} between {kind.type_id} and {target.type_id}")
    asked = _asked(around, target, branch)
    is_wanted = branch.get("operator", "IN_LIST") == "IN_LIST"
    table = account.tables[target.name]

    def keeps(record: Record) -> bool:
        linked = account.links.of(kind.type_id, record.id, target.type_id)
        others = (table.find(one) for one, types in linked.items() if type_id in types)
        return any(other is not None and all(ask(other) for ask in asked) for other in others) is is_wanted

    return keeps


def _wrong(message: str) -> Refusal:
    return validation(message, subCategory="ILS.INVALID_FILTER_DEFINITION")
