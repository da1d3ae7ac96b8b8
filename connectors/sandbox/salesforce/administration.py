"""What an operator changes about an org: edition, readings, rules, permissions, locks, apps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connectors.sandbox.salesforce import person_accounts, place_picklists
from connectors.sandbox.salesforce.callers import Permissions, named
from connectors.sandbox.salesforce.duplicates import DuplicateRule
from connectors.sandbox.salesforce.ids import make_id, to_18
from connectors.sandbox.salesforce.quota import EDITIONS
from connectors.sandbox.salesforce.rules import AssignmentRule, ValidationRule
from connectors.sandbox.salesforce.schema import fresh_objects, make_field
from connectors.sandbox.salesforce.sessions import USERNAME, ConnectedApp, Session

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

Wish = dict[str, Any]


def status(org: Org) -> Wish:
    """Tell how many records there are, the edition, and what of the budget is used."""
    return {
        "org": org.id,
        "edition": org.quota.edition,
        "daily": {"limit": org.quota.limit, "used": org.quota.used(org.now_ms())},
        "records": {name: _counts(org, name) for name, table in org.tables.items() if table.rows},
        "users": len(org.tables["User"].rows),
        "readings": org.readings.state(),
    }


def change(org: Org, changes: Wish) -> Wish:
    """Change settings; ValueError names what does not exist. Returns them all."""
    for name, value in changes.items():
        if name == "crm":
            continue
        if name not in _CHANGES:
            raise ValueError(f"no such setting: {name}")
        _CHANGES[name](org, value)
    return {
        "edition": org.quota.edition,
        "readings": org.readings.state(),
        "person_accounts": org.has_person_accounts,
        "state_country_picklists": "MailingCountryCode" in org.objects["Contact"].fields,
        "validation_rules": [rule.state() for rule in org.validation_rules],
        "duplicate_rules": [rule.state() for rule in org.duplicate_rules],
        "assignment_rules": [rule.state() for rule in org.assignment_rules.values()],
        "single_session": org.sessions.is_single,
        "session_life_s": org.sessions.life_ms // 1000,
        "apps": [app.key for app in org.sessions.apps.values()],
    }


def user_named(org: Org, text: str) -> str:
    """Return the id of a user, given by username or id."""
    found = org.tables["User"].having("Username", text)
    if found:
        return found[0].id
    long_id = to_18(text)
    if long_id is None or long_id not in org.tables["User"].rows:
        raise ValueError(f"no such user: {text}")
    return long_id


def add_session(org: Org, wish: Wish) -> Wish:
    """Open a session as an operator wants it."""
    user = user_named(org, str(wish.get("user") or USERNAME))
    lives_s = wish.get("expires_in_s")
    value = str(wish.get("value") or f"{org.id[:15]}!AQ{len(org.sessions.sessions)}")
    session = Session(
        value, user, str(wish.get("app") or "operator"), None if lives_s is None else round(float(lives_s) * 1000),
        org.now_ms(), refusal=str(wish.get("refusal") or ""), is_jwt=bool(wish.get("is_jwt")),
    )  # fmt: skip
    org.sessions.sessions[value] = session
    return {"value": value, "user": user, "app": session.app, "life_ms": session.life_ms}


def _counts(org: Org, name: str) -> dict[str, int]:
    rows = org.tables[name].rows.values()
    gone = [row for row in rows if row.is_deleted]
    merged = sum(1 for row in gone if row["MasterRecordId"] is not None)
    return {"live": len(rows) - len(gone), "deleted": len(gone), "merged_away": merged}


def _edition(org: Org, value: Any) -> None:
    if value not in EDITIONS:
        raise ValueError(f"edition must be one of {', '.join(EDITIONS)}")
    org.quota.set_edition(str(value))


def _validation_rules(org: Org, value: Any) -> None:
    rules = [ValidationRule(**row) for row in value]
    for rule in rules:
        _check_place(org, rule.object, rule.field)
    org.validation_rules = rules


def _duplicate_rules(org: Org, value: Any) -> None:
    rules = [DuplicateRule(**{**row, "keys": tuple(tuple(key) for key in row["keys"])}) for row in value]
    for rule in rules:
        for name in (name for key in rule.keys for name in key):
            _check_place(org, rule.object, name)
    org.duplicate_rules = rules


def _assignment_rules(org: Org, value: Any) -> None:
    rows = [(str(row["object"]), _owner(org, str(row["owner"]))) for row in value]
    org.assignment_rules = {
        name: AssignmentRule(make_id("01Q", place), name, owner) for place, (name, owner) in enumerate(rows, 1)
    }


def _owner(org: Org, text: str) -> str:
    long_id = to_18(text)
    return long_id if long_id and long_id in org.tables["Group"].rows else user_named(org, text)


def _permissions(org: Org, value: Any) -> None:
    """`{"user": …, "hide": […], "read_only": […], "hide_objects": […], …}` replaces what the user may not do."""
    user = user_named(org, str(value.get("user") or USERNAME))
    for place in (*value.get("hide", ()), *value.get("read_only", ())):
        _check_place(org, *str(place).split(".", 1))
    org.permissions[user] = Permissions(
        named(value.get("hide", ())), named(value.get("read_only", ())), named(value.get("hide_objects", ())),
        named(value.get("read_only_objects", ())), named(value.get("undeletable_objects", ())),
        bool(value.get("view_all", True)),
    )  # fmt: skip
    org.schema_changed()


def _check_place(org: Org, object_name: str, field: str) -> None:
    if object_name not in org.objects:
        raise ValueError(f"no such object: {object_name}")
    if field not in org.objects[object_name].fields:
        raise ValueError(f"no such field: {object_name}.{field}")


def _person_accounts(org: Org, value: Any) -> None:
    org.has_person_accounts = bool(value)
    objects = fresh_objects(has_person_accounts=org.has_person_accounts)
    if org.has_person_accounts:
        person_accounts.mark(objects)
    org.take_schema(objects)


def _place_picklists(org: Org, value: Any) -> None:
    if not value:
        raise ValueError("state and country picklists stay on: an org cannot do without them again")
    place_picklists.switch_on(org)


def _locks(org: Org, value: Any) -> None:
    """`{"ids": […], "seconds": 10}` holds records; no ids: lets go of all."""
    if not value.get("ids"):
        org.locks.clear()
    until_ms = org.now_ms() + round(float(value.get("seconds", 10)) * 1000)
    for one in value.get("ids") or ():
        org.locks[to_18(str(one)) or str(one)] = until_ms


def _fields(org: Org, value: Any) -> None:
    """`[{"object": …, "name": "X__c", "type": …, "label": …, …}]` adds fields; with `remove` they are taken away."""
    for row in value:
        kind = org.objects[str(row["object"])]
        name = str(row["name"])
        if row.get("remove"):
            kind.fields.pop(name)
            for record in org.tables[kind.name].rows.values():
                record.pop(name, None)
        else:
            compact = {key: it for key, it in row.items() if key != "object"}
            kind.fields[name] = make_field({"label": name, "type": "string", "custom": name.endswith("__c"), **compact})
        kind.forget_lookups()
        org.set_flags(kind.name)
    org.schema_changed()


def _app(org: Org, value: Any) -> None:
    """`{"key": …, "secret": …, "run_as": …, "public_key": …, "unapproved": […], "is_rotating": …}`."""
    known = org.sessions.apps.get(str(value["key"]))
    app = known or ConnectedApp(str(value["key"]), str(value.get("secret") or ""))
    for name in ("secret", "run_as", "public_key", "is_rotating", "may_use_password"):
        if name in value:
            setattr(app, name, value[name])
    if "unapproved" in value:
        app.unapproved = named(value["unapproved"])
    org.sessions.apps[app.key] = app


def _readings(org: Org, value: Any) -> None:
    org.readings = org.readings.turned(value or {})


def _spend(org: Org, value: Any) -> None:
    org.quota.spend(int(value), org.now_ms())


def _clear(org: Org, value: Any) -> None:
    if value:
        org.quota.clear()


def _single_session(org: Org, value: Any) -> None:
    org.sessions.is_single = bool(value)


def _session_life(org: Org, value: Any) -> None:
    org.sessions.life_ms = round(float(value) * 1000)


def _tracked(org: Org, value: Any) -> None:
    org.tracked = {**org.tracked, **{str(name): frozenset(fields) for name, fields in value.items()}}


_CHANGES: dict[str, Callable[[Org, Any], None]] = {
    "tier": _edition,
    "edition": _edition,
    "spend": _spend,
    "clear": _clear,
    "readings": _readings,
    "validation_rules": _validation_rules,
    "duplicate_rules": _duplicate_rules,
    "assignment_rules": _assignment_rules,
    "permissions": _permissions,
    "person_accounts": _person_accounts,
    "state_country_picklists": _place_picklists,
    "locks": _locks,
    "fields": _fields,
    "app": _app,
    "single_session": _single_session,
    "session_life_s": _session_life,
    "tracked_fields": _tracked,
}
