"""Single records and lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot import claims, merging, writes
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import no_record, not_found, unreadable, unset, validation
from connectors.sandbox.hubspot.links import Types
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.hubspot.rendering import API_HOST, Renderer, linked_page
from connectors.sandbox.hubspot.write_rules import hold_to

LARGEST_PAGE = 100
LARGEST_PAGE_WITH_HISTORY = 50
DEFAULT_PAGE = 10


def list_records(call: Call) -> Answer:
    """Answer one page, in ascending order of id."""
    account, request, kind = call.account, call.request, call.kind
    with_history = request.names("propertiesWithHistory")
    most = LARGEST_PAGE_WITH_HISTORY if with_history else LARGEST_PAGE
    limit = call.whole(
        "limit", DEFAULT_PAGE, most, is_refused=account.readings.list_limit_is_refused or bool(with_history)
    )
    is_archived = request.flag("archived")
    rows, following = account.tables[kind.name].page(call.cursor(), limit, archived=is_archived)
    render = _renderer(call, with_history)
    body: dict[str, Any] = {"results": [render(record) for record in rows]}
    if following is not None:
        query = request.query_text.replace(f"after={request.parameter('after')}", "").strip("&").replace("&&", "&")
        link = f"{API_HOST}{request.path}?{query}{'&' if query else ''}after={following}"
        body["paging"] = {"next": {"after": str(following), "link": link}}
    return json_answer(body)


def read(call: Call) -> Answer:
    """Answer one record, following merges."""
    request = call.request
    render = _renderer(call, request.names("propertiesWithHistory"))
    wanted = call.parts["id"]
    if request.flag("archived"):
        record = call.account.tables[call.kind.name].find(int(wanted) if wanted.isdecimal() else -1, archived=True)
        if record is None:
            raise no_record(wanted)
        return json_answer(render(record))
    return json_answer(render(named(call.account, call.kind, wanted, request.parameter("idProperty"))))


def create(call: Call) -> Answer:
    """Make a record, with its associations."""
    body = call.json()
    record = create_one(call, body)
    return json_answer(_echo(call)(record, only=(body.get("properties") or {}).keys()), 201)


def update(call: Call) -> Answer:
    """Change a record, following merges."""
    given = properties_of(call.json())
    record = named(call.account, call.kind, call.parts["id"], call.request.parameter("idProperty"))
    values = checked(call, given, record)
    writes.update(call.account, call.kind, record, values, call.cause)
    return json_answer(_echo(call)(record, only=known(call.kind, given)))


def archive(call: Call) -> Answer:
    """Move a record to the recycle bin."""
    account, kind, wanted = call.account, call.kind, call.parts["id"]
    table = account.tables[kind.name]
    record = table.find(table.survivor(int(wanted))) if wanted.isdecimal() else None
    if record is not None:
        writes.archive(account, kind, record, call.cause)
    elif not account.readings.archive_missing_is_fine:
        raise not_found()
    return Answer(204)


def merge(call: Call) -> Answer:
    """Merge two records into a third."""
    account, kind = call.account, call.kind
    if not kind.may_merge:
        raise validation(f"Merge is not supported for {kind.type_id}")
    body = call.json()
    ids = [str(body.get(name) or "") for name in ("primaryObjectId", "objectIdToMerge")]
    if not all(ids):
        raise unset("primaryObjectId", "objectIdToMerge")
    primary, other = (writes.living(account, kind, wanted) for wanted in ids)
    record = merging.merge(account, kind, primary, other, call.cause)
    return json_answer(_echo(call)(record))


def gdpr_delete(call: Call) -> Answer:
    """Delete a contact for good; an address nobody has is blocked for the future."""
    body = call.json()
    wanted, by = str(body.get("objectId") or ""), body.get("idProperty") or ""
    account, kind = call.account, account_contacts(call)
    if not wanted:
        raise unset("objectId")
    if by == "email":
        holder = claims.holder_of(account, kind, "email", wanted)
        if holder is None:
            account.blocked_emails.add(wanted.strip().lower())
            return Answer(204)
        wanted = str(holder)
    writes.purge(account, kind, writes.living(account, kind, wanted), call.cause)
    return Answer(204)


def account_contacts(call: Call) -> ObjectType:
    """Return contacts, the only type this endpoint knows."""
    return call.account.types["contacts"]


def linked(call: Call) -> Answer:
    """Answer a record's associations the old way, as inline paging continues."""
    account = call.account
    target = account.type_of(call.parts["to"])
    record = writes.living(account, call.kind, call.parts["id"])
    limit = call.whole("limit", 500, 500)
    return json_answer(linked_page(account, call.kind, record.id, target, call.cursor(), limit))


def named(account: Account, kind: ObjectType, wanted: str, id_property: str) -> Record:
    """Return the live record an id, or a unique value, stands for; 404 where there is none."""
    if not id_property or id_property == "hs_object_id":
        return writes.living(account, kind, wanted)
    if not claims.is_unique(kind, id_property):
        raise validation(f"Property {id_property} is not a unique property of {kind.type_id}")
    holder = claims.holder_of(account, kind, id_property, wanted)
    if holder is None:
        raise not_found()
    return writes.living(account, kind, str(holder))


def properties_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a write; 400 where there are none."""
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise unset("properties")
    if any(isinstance(value, dict | list) for value in properties.values()):
        raise unreadable("Cannot deserialize value of type `java.lang.String`")
    return properties


def checked(call: Call, given: dict[str, Any], record: Record | None) -> dict[str, str]:
    """Return values that may be written, by their types and by the rules the account's admin has made."""
    account = call.account
    values = writes.checked(account, call.kind, given, record)
    if account.write_rules and (call.is_ruled or account.readings.older_paths_hold_to_write_rules):
        hold_to(account.write_rules, call.kind, values, record)
    return values


def create_one(call: Call, body: dict[str, Any]) -> Record:
    """Make one record and link it; nothing is made where anything is wrong."""
    account, kind = call.account, call.kind
    values = checked(call, properties_of(body), None)
    writes.check_required(account, kind, values)
    targets = targets_of(account, kind, body)
    record = writes.create(account, kind, values, call.cause)
    for other, target_id, types in targets:
        writes.link(account, (kind, record.id), (other, target_id), types, call.cause)
    return record


def targets_of(account: Account, kind: ObjectType, body: dict[str, Any]) -> list[tuple[ObjectType, int, Types]]:
    """Return what a new record is to be linked to, and how; the refusal where that cannot be."""
    targets = []
    for wanted in body.get("associations") or ():
        if not isinstance(wanted, dict) or not isinstance(wanted.get("to"), dict):
            raise unset("to")
        specs = wanted.get("types") or [{}]
        other = _target_of(account, kind, specs[0] if isinstance(specs, list) else {})
        types = writes.type_ids(account, kind, other, specs)
        target_id = writes.living(account, other, str(wanted["to"].get("id"))).id
        writes.check_room(account, (kind, 0), (other, target_id), types)
        targets.append((other, target_id, types))
    return targets


def _target_of(account: Account, kind: ObjectType, spec: Any) -> ObjectType:
    found = account.links.types.get((spec.get("associationTypeId") if isinstance(spec, dict) else 0) or -1)
    if found is None or found.source != kind.type_id:
        raise validation(
            f"Invalid association type {found.id if found else spec} from {kind.type_id}",
            subCategory="crm.associations.INVALID_ASSOCIATION_TYPE",
        )
    return account.type_by_id(found.target)


def known(kind: ObjectType, names: Iterable[str]) -> list[str]:
    """Return those names that are properties."""
    return [name for name in names if kind.known(name)]


def _renderer(call: Call, with_history: list[str]) -> Renderer:
    return Renderer(
        call.account,
        call.kind,
        properties=call.request.names("properties"),
        with_history=with_history,
        associations=call.request.names("associations"),
        with_url=call.is_dated,
    )


def _echo(call: Call) -> Renderer:
    return Renderer(call.account, call.kind, with_url=call.is_dated)
