"""HubSpot's events, posted by webhooks or read from its journal: which records to read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from connectors.announcing import MALFORMED, OTHER_ACCOUNT, OTHER_KIND, Delivery, Posted
from connectors.hubspot.signature import SIGNATURE, Signatures
from syncd.clock import Clock
from syncd.model import Announcement, News

#: Objects by the first part of a subscription's type.
_BY_WORD = {
    "contact": "contacts", "company": "companies", "deal": "deals", "ticket": "tickets", "product": "products",
    "line_item": "line_items",
}  # fmt: skip
#: Objects by the id of their type; one of the account's own is known by that id.
_BY_TYPE = {
    "0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-5": "tickets", "0-7": "products", "0-8": "line_items",
    "0-27": "tasks", "0-46": "notes", "0-47": "meetings", "0-48": "calls", "0-49": "emails",
}  # fmt: skip
_CHANGES = frozenset({"creation", "deletion", "propertyChange", "merge", "restore", "associationChange"})
_ERASURE = "privacyDeletion"
#: Where a merge names the records it was made of, and what it was made to.
_OF_MERGE = ("primaryObjectId", "newObjectId", "mergedObjectIds")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Longer than any id.
_ID_DIGITS = 20


class Webhooks:
    """What one HubSpot app posts about one account (`announcing.Hook`)."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._signatures = Signatures(secret, clock)

    def refusal(self, posted: Posted) -> str:
        """Look at the signature's headers."""
        return self._signatures.refusal(posted)

    def read(self, posted: Posted, identity: str) -> Delivery:
        """Verify the signature over the body as it came; only then look into it."""
        refusal = self._signatures.verify(posted)
        if refusal:
            return Delivery(refusal=refusal)
        try:
            events = orjson.loads(posted.body)
        except orjson.JSONDecodeError:
            events = None
        if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
            return Delivery(refusal=MALFORMED)
        return replace(delivery_of(events, identity), mark=posted.headers[SIGNATURE])


def delivery_of(events: Iterable[Mapping[str, Any]], identity: str) -> Delivery:
    """Return what posted events announce; they may have been posted before, and in any order."""
    heard: dict[Announcement, None] = {}
    ignored = Counter[str]()
    for event in events:
        if identity and str(event.get("portalId")) != identity:
            ignored[OTHER_ACCOUNT] += 1
            continue
        found = list(_announced(event))
        heard.update(dict.fromkeys(found))
        ignored[OTHER_KIND] += not found
    told = {reason: count for reason, count in ignored.items() if count}
    return Delivery(announcements=tuple(heard), ignored=told)


def moment_of(ms: Any) -> datetime | None:
    """Return the moment that HubSpot spells in milliseconds; None when it is none."""
    if isinstance(ms, bool) or not isinstance(ms, int):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return None


def object_of(type_id: str) -> str:
    """Return the object of a type's id; one of the account's own is called by it."""
    return _BY_TYPE.get(type_id, type_id)


def id_of(value: Any) -> str:
    """Return the id of a record; empty when it is none."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS else ""


def _announced(event: Mapping[str, Any]) -> Iterator[Announcement]:
    word, _, kind = str(event.get("subscriptionType")).partition(".")
    name = object_of(str(event.get("objectTypeId") or "")) if word == "object" else _BY_WORD.get(word, "")
    if not name or kind not in {*_CHANGES, _ERASURE}:
        return
    at = moment_of(event.get("occurredAt"))
    news = News.ERASED if kind == _ERASURE else News.CHANGED
    is_own = kind == "propertyChange" and _is_ours(event)
    records = _ends(event, name) if kind == "associationChange" else _records(event, name)
    for object_name, id_ in dict.fromkeys(records):
        yield Announcement(object_name, id_, news, at, is_own=is_own)


def _records(event: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    named = [event.get("objectId")]
    for key in _OF_MERGE:
        value = event.get(key)
        named += value if isinstance(value, list) else [value]
    yield from ((name, id_) for id_ in map(id_of, named) if id_)


def _ends(event: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Yield both records of an association, as far as it can be told which object they are of."""
    words = str(event.get("associationType") or "").lower().split("_to_")
    start, end = (_BY_WORD.get(word, "") for word in words) if len(words) == 2 else (name, "")
    start = start or object_of(str(event.get("fromObjectTypeId") or "")) or name
    end = end or object_of(str(event.get("toObjectTypeId") or ""))
    for object_name, key in ((start, "fromObjectId"), (end, "toObjectId")):
        id_ = id_of(event.get(key))
        if object_name and id_:
            yield object_name, id_


def _is_ours(event: Mapping[str, Any]) -> bool:
    """Return whether the app that the event is posted for made the change itself."""
    return event.get("changeSource") == "INTEGRATION" and str(event.get("sourceId")) == str(event.get("appId"))
