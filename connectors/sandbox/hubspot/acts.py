"""What happens in the CRM without the API: people click, forms and imports come in, workflows run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.effects import Actor, Cause
from connectors.sandbox.hubspot import colleagues, merging, writes
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.errors import Refusal
from connectors.sandbox.hubspot.history import SOURCE_TYPES
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.hubspot.rendering import Renderer

Act = dict[str, Any]


def perform(account: Account, act: Act, request_id: str = "") -> dict[str, Any]:
    """Do one thing as somebody; ValueError says what is wrong with the wish.

    `do`: update, create, archive, restore, merge, link, unlink, purge, touch; join and leave (an owner). `as`: the
    actor's kind, or an object with kind, id, label, user_id. `object`, `id` (or `ids`), `properties`. `raw`: skip
    validation, as HubSpot's own jobs do (signals, calculated flags).
    """
    do = _DOINGS.get(str(act.get("do")))
    if do is None:
        raise ValueError(f"do must be one of {', '.join(_DOINGS)}")
    cause = Cause(_actor(act.get("as", "person")), request_id, "act")
    try:
        return do(account, act, cause)
    except Refusal as refusal:
        raise ValueError(f"{refusal.status}: {refusal.message}") from refusal
    except KeyError as missing:
        raise ValueError(f"{missing} is missing") from missing


def _actor(given: Any) -> Actor:
    parts = {"kind": given} if isinstance(given, str) else dict(given)
    kind = str(parts.get("kind", "person"))
    if kind not in SOURCE_TYPES:
        raise ValueError(f"as must be one of {', '.join(SOURCE_TYPES)}")
    spare = "959199" if kind == "person" else f"{kind}-1"
    user = str(parts.get("user_id", ""))
    return Actor(kind, str(parts.get("id", spare)), str(parts.get("label", "")), user)


def _one(account: Account, act: Act) -> tuple[ObjectType, Record]:
    kind = account.type_of(str(act["object"]))
    return kind, writes.living(account, kind, str(act["id"]))


def _values(account: Account, kind: ObjectType, act: Act, record: Record | None) -> dict[str, str]:
    given = act.get("properties") or {}
    if act.get("raw"):
        return {str(name): "" if value is None else str(value) for name, value in given.items()}
    return writes.checked(account, kind, given, record)


def _show(account: Account, kind: ObjectType, record: Record, names: list[str]) -> dict[str, Any]:
    return Renderer(account, kind, properties=[*names, *kind.defaults])(record)


def _update(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind = account.type_of(str(act["object"]))
    shown: dict[str, Any] = {"results": []}
    for wanted in act.get("ids") or [act["id"]]:
        record = writes.living(account, kind, str(wanted))
        writes.update(account, kind, record, _values(account, kind, act, record), cause)
        shown["results"].append(_show(account, kind, record, list(act.get("properties") or ())))
    return shown


def _create(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind = account.type_of(str(act["object"]))
    record = writes.create(account, kind, _values(account, kind, act, None), cause)
    return {"results": [_show(account, kind, record, list(act.get("properties") or ()))]}


def _archive(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind, record = _one(account, act)
    writes.archive(account, kind, record, cause)
    return {"results": [_show(account, kind, record, [])]}


def _restore(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind = account.type_of(str(act["object"]))
    record = account.tables[kind.name].find(int(act["id"]), archived=True)
    if record is None:
        raise ValueError(f"no archived {kind.singular} {act['id']}")
    writes.restore(account, kind, record, cause)
    return {"results": [_show(account, kind, record, [])]}


def _purge(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind, record = _one(account, act)
    writes.purge(account, kind, record, cause)
    return {"results": []}


def _merge(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind, record = _one(account, act)
    other = writes.living(account, kind, str(act["other"]))
    return {"results": [_show(account, kind, merging.merge(account, kind, record, other, cause), [])]}


def _link(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind, record = _one(account, act)
    target = account.type_of(str(act["to"]))
    other = writes.living(account, target, str(act["to_id"]))
    specs = [{"associationTypeId": type_id} for type_id in act.get("types") or ()]
    types = writes.type_ids(account, kind, target, specs)
    writes.link(account, (kind, record.id), (target, other.id), types, cause)
    return {"results": []}


def _unlink(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    kind, record = _one(account, act)
    target = account.type_of(str(act["to"]))
    writes.unlink(account, (kind, record.id), (target, int(act["to_id"])), None, cause)
    return {"results": []}


def _touch(account: Account, act: Act, cause: Cause) -> dict[str, Any]:
    """Stamp many records with one millisecond, as HubSpot's bulk jobs do. `count`: that many, by id; absent: all."""
    del cause
    kind = account.type_of(str(act["object"]))
    table = account.tables[kind.name]
    at_ms = account.now_ms()
    ids = [int(one) for one in act["ids"]] if act.get("ids") else table.live[: act.get("count")]
    for record_id in list(ids):
        table.touch(table.records[record_id], at_ms)
    return {"touched": len(ids), "at_ms": at_ms}


_DOINGS: dict[str, Callable[[Account, Act, Cause], dict[str, Any]]] = {
    "update": _update,
    "create": _create,
    "archive": _archive,
    "restore": _restore,
    "purge": _purge,
    "merge": _merge,
    "link": _link,
    "unlink": _unlink,
    "touch": _touch,
    "join": colleagues.join,
    "leave": colleagues.leave,
}
