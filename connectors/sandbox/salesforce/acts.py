"""What happens in the org without the API: people click, imports come in, Salesforce's own jobs run."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connectors.sandbox.effects import Actor, Cause
from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.faults import Fault
from connectors.sandbox.salesforce import colleagues, converting, merging
from connectors.sandbox.salesforce.administration import user_named
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.setup import ADMINISTRATOR

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

Act = dict[str, Any]
_KINDS = ("person", "form", "import", "integration", "workflow", "system", "app")
_FROM = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def perform(org: Org, act: Act, request_id: str = "") -> dict[str, Any]:
    """Do one thing as somebody; ValueError says what is wrong with the wish.

    `do`: update, create, delete (archive), undelete (restore), merge, convert (a lead), purge, touch; join and leave (a
    user). `as`: the actor's kind, or an object with kind, id, label, user_id (a username or id). `object`, `id` (or
    `ids`), `properties`. `raw`: skip rules and read-only marks. `late_s`: queries see it only so much later than it is
    stamped.
    """
    do = _DOINGS.get(str(act.get("do")))
    if do is None:
        raise ValueError(f"do must be one of {', '.join(_DOINGS)}")
    before, org.user = org.user, None
    try:
        return do(org, act, _cause(org, act.get("as", "person"), request_id))
    except SalesforceError as refusal:
        raise ValueError(str(refusal)) from refusal
    except KeyError as missing:
        raise ValueError(f"{missing} is missing") from missing
    finally:
        org.user = before


def edit(org: Org, fault: Fault, request: Request, answer: Answer | None) -> None:
    """Let somebody edit the records a request is about, just before or just after it."""
    beside = fault.with_
    wanted = beside.get("id", "first")
    ids = [str(wanted)]
    if wanted in {"first", "all"}:
        ids = ids_in(org, request, answer, str(beside.get("object") or ""))
        ids = ids[:1] if wanted == "first" else ids
    for record_id in ids:
        name = beside.get("object") or org.object_of(record_id)
        perform(org, {
            "do": beside.get("do", "update"), "as": beside.get("actor", "person"), "object": name, "id": record_id,
            "properties": beside.get("properties", {}), "raw": beside.get("raw", False),
        })  # fmt: skip


def ids_in(org: Org, request: Request, answer: Answer | None, object_name: str = "") -> list[str]:
    """Return the record ids a request names, or else those its answer holds."""
    texts = [request.path, request.query_text, request.body.decode("utf-8", "replace")]
    found = [one for text in texts for one in _known_ids(org, text, object_name)]
    if not found and answer is not None:
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
        body = gzip.decompress(answer.body) if is_packed else answer.body
        found = _known_ids(org, body.decode("utf-8", "replace"), object_name)
    return list(dict.fromkeys(found))


def object_in(request: Request, endpoint: str) -> str:
    """Return the object a query or a collection is about."""
    if endpoint in {"query", "query_all"}:
        # The last FROM is that of the outer query, but for semi-joins, which come later: the first after subqueries.
        text = _outer(request.parameter("q"))
        match = _FROM.search(text)
        return match[1] if match else ""
    if endpoint.startswith("collections") and request.body.startswith(b"{"):
        match = re.search(r'"type"\s*:\s*"(\w+)"', request.body[:100_000].decode("utf-8", "replace"))
        return match[1] if match else ""
    return ""


def _outer(text: str) -> str:
    depth, kept = 0, ""
    for letter in text[:20_000]:
        depth += letter == "("
        if not depth:
            kept += letter
        depth -= letter == ")"
    return kept


def _known_ids(org: Org, text: str, object_name: str) -> list[str]:
    found = []
    for match in _ID.finditer(text):
        long_id = to_18(match[0])
        name = org.object_of(long_id) if long_id else None
        if not long_id or not name or (object_name and name != object_name):
            continue
        if long_id in org.tables[name].rows:
            found.append(long_id)
    return found


def _cause(org: Org, given: Any, request_id: str) -> Cause:
    parts = {"kind": given} if isinstance(given, str) else dict(given)
    kind = str(parts.get("kind", "person"))
    if kind not in _KINDS:
        raise ValueError(f"as must be one of {', '.join(_KINDS)}")
    user = str(parts.get("user_id") or "")
    if not user:
        user = org.automated_user if kind in {"workflow", "system"} else ADMINISTRATOR
    user = user_named(org, user)
    return Cause(Actor(kind, str(parts.get("id") or user), str(parts.get("label", "")), user), request_id, "act")


def _options(act: Act) -> WriteOptions:
    return WriteOptions(
        auto_assign=bool(act.get("auto_assign")), allow_save=True, is_raw=bool(act.get("raw")),
        late_s=float(act.get("late_s", 0.0)),
    )  # fmt: skip


def _ids(act: Act) -> list[str]:
    return [str(one) for one in (act.get("ids") or [act["id"]])]


def _show(org: Org, name: str, record_id: str) -> dict[str, Any]:
    row = org.find(name, record_id, include_deleted=True)
    return {"id": record_id, "properties": dict(row) if row is not None else {}}


def _name(org: Org, act: Act) -> str:
    kind = org.object_named(str(act["object"]))
    if kind is None:
        raise ValueError(f"no such object: {act['object']}")
    return kind.name


def _update(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    name = _name(org, act)
    done = [org.update(name, one, act.get("properties") or {}, cause, _options(act)) for one in _ids(act)]
    return {"results": [_show(org, name, one) for one in done]}


def _create(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    name = _name(org, act)
    made = org.create(name, act.get("properties") or {}, cause, _options(act))
    return {"results": [_show(org, name, made)]}


def _delete(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    name = _name(org, act)
    return {"results": [{"id": org.delete(name, one, cause)} for one in _ids(act)]}


def _undelete(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    name = _name(org, act)
    return {"results": [_show(org, name, org.undelete(name, one, cause)) for one in _ids(act)]}


def _purge(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    name = _name(org, act)
    for one in _ids(act):
        org.purge(name, one, cause)
    return {"results": []}


def _merge(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    name = _name(org, act)
    others = [str(act["other"])] if "other" in act else [str(one) for one in act["others"]]
    merging.merge(org, name, str(act["id"]), others, act.get("properties") or {}, cause, _options(act))
    return {"results": [_show(org, name, str(act["id"]))]}


def _convert(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    """Convert a lead into a new contact of a new account, without an opportunity."""
    wish = converting.Wish(lead_id=str(act["id"]), status="Closed - Converted", has_opportunity=False)
    done = converting.convert(org, wish, cause, _options(act))
    made = (("Lead", done.lead_id), ("Contact", done.contact_id), ("Account", done.account_id))
    return {"results": [_show(org, name, one) for name, one in made]}


def _touch(org: Org, act: Act, cause: Cause) -> dict[str, Any]:
    """Stamp many records with one second, as mass jobs do; LastModifiedDate stays. `count`: that many; absent: all."""
    del cause
    name = _name(org, act)
    table, at = org.tables[name], org.stamp()
    ids = [to_18(str(one)) or "" for one in act["ids"]] if act.get("ids") else list(table.rows)[: act.get("count")]
    for one in ids:
        org.put(name, table.rows[one], {"SystemModstamp": at}, late_s=float(act.get("late_s", 0.0)))
    return {"touched": len(ids), "at_ms": org.now_ms()}


_DOINGS: dict[str, Callable[[Org, Act, Cause], dict[str, Any]]] = {
    "update": _update,
    "create": _create,
    "delete": _delete,
    "archive": _delete,
    "undelete": _undelete,
    "restore": _undelete,
    "purge": _purge,
    "merge": _merge,
    "convert": _convert,
    "touch": _touch,
    "join": colleagues.join,
    "leave": colleagues.leave,
}
