"""The journal of webhooks: what happened, in files, one behind the other, for three days.

What a file says of merges, associations and erasures is a careful reading: only `crmObject` with `UPDATE` is known.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.effects import Effect
from connectors.sandbox.hubspot.account import Account

_RETENTION_MS = 3 * 86_400_000
_EVENTS = 10_000
_ACTIONS = {"create": "CREATE", "update": "UPDATE", "archive": "DELETE", "restore": "RESTORE", "merge": "MERGE",
            "purge": "GDPR_DELETE"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the journal."""

    offset: str
    published_ms: int
    events: list[dict[str, Any]]

    def wire(self) -> dict[str, Any]:
        """Return the file."""
        return {"offset": self.offset, "journalEvents": self.events, "publishedAt": iso(self.published_ms)}


class Journal:
    """The files of one account. Every `step` closes one, if anything happened since."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._entries: list[Entry] = []
        self._seen = 0

    def reset(self) -> None:
        """Begin anew."""
        self._entries.clear()
        self._seen = self._account.world.effects.last_seq

    def step(self) -> None:
        """Write down what happened since the last step."""
        effects = self._account.world.effects
        if effects.last_seq < self._seen:
            self._seen = 0
        since, self._seen = self._seen, effects.last_seq
        events = [event for effect in effects.since(since) if (event := self._event(effect)) is not None]
        for start in range(0, len(events), _EVENTS):
            self._entries.append(Entry(str(uuid.uuid4()), self._account.now_ms(), events[start : start + _EVENTS]))

    def expire(self) -> None:
        """Forget every file now, as if three days had passed."""
        self._entries.clear()

    def earliest(self) -> Entry | None:
        """Return the oldest file there is."""
        return self._kept()[0] if self._kept() else None

    def latest(self) -> Entry | None:
        """Return the newest file."""
        return self._kept()[-1] if self._kept() else None

    def behind(self, offset: str) -> Entry | None:
        """Return the file behind one; KeyError when that is not known (any more)."""
        kept = self._kept()
        places = [place for place, entry in enumerate(kept) if entry.offset == offset]
        if not places:
            raise KeyError(offset)
        return kept[places[0] + 1] if places[0] + 1 < len(kept) else None

    def find(self, offset: str) -> Entry | None:
        """Return one file."""
        return next((entry for entry in self._kept() if entry.offset == offset), None)

    def _kept(self) -> list[Entry]:
        oldest_ms = self._account.now_ms() - _RETENTION_MS
        if self._entries and self._entries[0].published_ms < oldest_ms:
            self._entries = [entry for entry in self._entries if entry.published_ms >= oldest_ms]
        return self._entries

    def _event(self, effect: Effect) -> dict[str, Any] | None:
        kind = self._account.types.get(effect.object)
        if kind is None or not effect.id.isdecimal():
            return None
        beginning = {"portalId": self._account.portal, "occurredAt": iso(effect.at_ms)}
        if effect.kind in {"link", "unlink"}:
            other = ((effect.after if effect.kind == "link" else effect.before) or "").partition(":")[0]
            to = self._account.types[effect.property]
            return {"type": "association", **beginning, "action": "CREATE" if effect.kind == "link" else "DELETE",
                    "fromObjectTypeId": kind.type_id, "fromObjectId": int(effect.id), "toObjectTypeId": to.type_id,
                    "toObjectId": int(other)}  # fmt: skip
        changes = {effect.property: effect.after or ""} if effect.kind == "update" else {}
        return {"type": "crmObject", **beginning, "action": _ACTIONS.get(effect.kind, "UPDATE"),
                "objectTypeId": kind.type_id, "objectId": int(effect.id), "propertyChanges": changes}  # fmt: skip
