"""Records, findings and fixes for tests of the store, with everything that does not matter filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from syncd.model import (
    Action,
    Change,
    Finding,
    Fix,
    FixState,
    Link,
    Mode,
    Raw,
    Ref,
    Severity,
    SourceRecord,
    Stream,
)
from syncd.store import KeptRecord

CONTACTS = Stream("hubspot-main", "contacts", "person")
COMPANIES = Stream("hubspot-main", "companies", "company")
MODIFIED = datetime(2026, 2, 1, 12, 0, 0, 123000, tzinfo=UTC)


def ref(record_id: str = "1", stream: Stream = CONTACTS) -> Ref:
    return Ref(stream.account, stream.object, record_id)


def source(record_id: str = "1", stream: Stream = CONTACTS, **values: Raw) -> SourceRecord:
    return SourceRecord(ref(record_id, stream), values, None, MODIFIED)


def kept(record_id: str = "1", stream: Stream = CONTACTS, **fields: Any) -> KeptRecord:
    """A kept record; the fields of SourceRecord and of KeptRecord can be given by name."""
    of_source = {name: fields.pop(name) for name in ("values", "links", "created_at", "modified_at") if name in fields}
    defaults = {"content": 1, "judged_with": "rules-1"}
    return KeptRecord(source=replace(source(record_id, stream), **of_source), **{**defaults, **fields})


def finding(record_id: str = "1", rule: str = "email_form", field: str = "email", **rest: Any) -> Finding:
    return Finding(
        **{
            "ref": ref(record_id),
            "rule": rule,
            "field": field,
            "severity": Severity.WARNING,
            "message": "wrong",
            "mode": Mode.APPLY,
            **rest,
        }
    )


def change(
    name: str = "email", before: Raw = "A@X.COM", after: Raw = "a@x.com", rules: tuple[str, ...] = ("email_form",)
) -> Change:
    return Change(name, name, before, after, rules, ("not in lower case",))


def fix(record_id: str = "1", *changes: Change, state: FixState = FixState.APPROVED, undoes: str = "") -> Fix:
    all_changes = changes or (change(),)
    rules = tuple(dict.fromkeys(rule for one in all_changes for rule in one.rules))
    return Fix(
        "", ref(record_id), Action.UPDATE, state, all_changes, None, rules, ("not in lower case",), undoes=undoes
    )


def link_fix(record_id: str = "1", company: str = "7", state: FixState = FixState.APPROVED) -> Fix:
    link = Link(ref(company, COMPANIES), "primary")
    return Fix("", ref(record_id), Action.LINK, state, (), link, ("contact_without_company",), ("belongs to",))


def removal_fix(record_id: str = "1", state: FixState = FixState.APPROVED) -> Fix:
    return Fix("", ref(record_id), Action.ARCHIVE, state, (), None, ("purge_fake",), ("made up",))


def merge_fix(record_id: str = "1", into: str = "2", *changes: Change, state: FixState = FixState.APPROVED) -> Fix:
    return Fix("", ref(record_id), Action.MERGE, state, changes, None, ("duplicate",), ("twins",), into=ref(into))


def decided(store, *fixes: Fix, judged: tuple[str, ...] = (), run: str = "run-1"):
    """Decide in a transaction of its own; return the fixes of the records judged, oldest first."""
    ids = {one.ref.id for one in fixes} | set(judged)
    with store.transaction() as tx:
        tx.journal.decide(CONTACTS, ids, fixes, run)
        return [one for one in tx.journal.select(stream=CONTACTS) if one.ref.id in ids]


def moved(store, fix_id: str, *states: FixState, at: datetime) -> None:
    """Move a fix along a path of states."""
    with store.transaction() as tx:
        for state in states:
            if state is FixState.INTENDED:
                tx.journal.intend([fix_id], "run-2", at)
            elif state is FixState.DISMISSED:
                tx.journal.dismiss([fix_id], "ada", "no")
            else:
                tx.journal.settle([(fix_id, state, "")], at)
