"""What happened, as HubSpot tells an app that has subscribed to it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from connectors.sandbox.effects import Effect
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.webhooks.subscriptions import NEVER_TOLD, PRIVACY, App

_WORDS = {"contacts": "contact", "companies": "company", "deals": "deal", "tickets": "ticket", "products": "product",
          "line_items": "line_item"}  # fmt: skip
_SOURCES = {"app": "INTEGRATION", "integration": "INTEGRATION", "person": "CRM_UI", "form": "FORM",
            "import": "IMPORT", "workflow": "AUTOMATION_PLATFORM"}  # fmt: skip
_KINDS = {"create": "creation", "archive": "deletion", "purge": "deletion", "restore": "restore", "merge": "merge",
          "update": "propertyChange", "link": "associationChange", "unlink": "associationChange"}  # fmt: skip


def events_of(account: Account, app: App, effect: Effect, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the events of one effect that the app has subscribed to. What the system does by itself is not told."""
    of, kind = account.types.get(effect.object), _KINDS.get(effect.kind, "")
    if of is None or not kind or effect.actor_kind == "system" or not effect.id.isdecimal():
        return
    word = _WORDS.get(effect.object, "")
    property_name = effect.property if kind == "propertyChange" else ""
    if property_name in NEVER_TOLD or _is_calculated(account, effect.object, property_name):
        return
    types = [(f"{word}.{kind}", ""), (f"object.{kind}", of.type_id)]
    if effect.kind == "purge" and word == "contact":
        types.append((PRIVACY, ""))
    for event_type, type_id in types:
        subscription = app.wanted(event_type, property_name, type_id)
        if subscription is not None:
            yield {
                "eventId": dice.randrange(1, 2**32),
                "subscriptionId": subscription.id,
                "portalId": account.portal,
                "appId": int(app.id),
                "occurredAt": effect.at_ms,
                "subscriptionType": event_type,
                "attemptNumber": 0,
                "changeSource": _SOURCES.get(effect.actor_kind, "CRM"),
                "sourceId": f"userId:{effect.actor_id}" if effect.actor_kind == "person" else effect.actor_id,
                **_more(account, kind, of.singular, effect),
                **({"objectTypeId": type_id} if type_id else {}),
            }


def _more(account: Account, kind: str, word: str, effect: Effect) -> dict[str, Any]:
    record = int(effect.id)
    if kind == "associationChange":
        other = (effect.after if effect.kind == "link" else effect.before) or ""
        to = account.types[effect.property].singular
        types = [account.links.types.get(int(one)) for one in other.partition(":")[2].split(",") if one]
        return {
            "associationType": f"{word}_to_{to}".upper(),
            "fromObjectId": record,
            "toObjectId": int(other.partition(":")[0] or 0),
            "associationRemoved": effect.kind == "unlink",
            "isPrimaryAssociation": any(one is not None and one.is_primary for one in types),
        }
    if kind == "merge":
        old = [int(id_) for id_ in (effect.before or "").split(";") if id_]
        return {"objectId": record, "primaryObjectId": old[0], "mergedObjectIds": old[1:], "newObjectId": record,
                "numberOfPropertiesMoved": 0}  # fmt: skip
    if kind == "propertyChange":
        return {"objectId": record, "propertyName": effect.property, "propertyValue": effect.after or ""}
    return {"objectId": record, **({"changeFlag": "CREATED"} if kind == "creation" else {})}


def _is_calculated(account: Account, object_name: str, property_name: str) -> bool:
    found = account.types[object_name].properties.get(property_name) if property_name else None
    return found is not None and found.is_calculated
