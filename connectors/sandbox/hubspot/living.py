"""A living account: what happens in the population happens here, as acts of people, forms, imports and apps.

The truth is kept up to date with each event, so that what a cleaner writes meanwhile can still be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import orjson

from connectors.sandbox.clock import iso, to_ms
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.acts import perform
from connectors.sandbox.hubspot.loader import PERSON, SIGNALS, fitted, spelled
from connectors.sandbox.population.events import (
    Arrived,
    Bounced,
    Edited,
    Event,
    OptedOut,
    Overwritten,
    Rewrite,
    Signed,
    Unlinked,
)
from connectors.sandbox.population.people import Person, Source

_ACTORS = {"CRM_UI": "person", "IMPORT": "import", "FORMS": "form", "INTEGRATION": "integration", "API": "system"}
_PRIMARY_COMPANY = 1
_BOUNCED = {"hs_email_bounce": "1", "hs_email_hard_bounce_reason_enum": "UNKNOWN_USER", "hs_email_bad_address": "true"}


class Living:
    """Lets the events of a population happen in an account that was loaded from it."""

    def __init__(self, account: Account, events: Iterator[Event]) -> None:
        self._account = account
        self._events = events
        self._people = self._ids("contacts")
        self._firms = self._ids("companies")

    def step(self) -> bool:
        """Let the next event happen; return whether it could: the record may be gone, or HubSpot may refuse."""
        event = next(self._events)
        try:
            self._happen(event)
        except (ValueError, KeyError):
            return False
        return True

    def _happen(self, event: Event) -> None:
        match event:
            case Arrived():
                self._arrive(event.person)
            case Edited():
                self._rewrite(event.rewrite, event.source)
            case Overwritten():
                for rewrite in event.rewrites:
                    self._rewrite(rewrite, event.source)
            case Unlinked():
                self._unlink(event)
            case OptedOut():
                self._stamp(event.person, {"hs_email_optout": "true"}, more="unsubscribed")
            case Bounced():
                self._stamp(event.person, _BOUNCED, more="bounced")
            case Signed():
                now = iso(self._account.now_ms())
                self._stamp(event.person, {SIGNALS[event.signal]: now}, less="inactive")

    def _arrive(self, person: Person) -> None:
        signals = {SIGNALS[name]: iso(to_ms(at)) for name, at in person.signals.items() if name in SIGNALS}
        values = self._spelled(person.values) | signals
        made = self._do("create", person.source, properties=values, raw=True)
        record_id = int(made["results"][0]["id"])
        self._people[person.key] = record_id
        firm = self._firms.get(person.company or "")
        if firm is not None:
            link = {"id": str(record_id), "to": "companies", "to_id": str(firm), "types": [_PRIMARY_COMPANY]}
            self._do("link", person.source, **link)
        self._keep_truth(record_id, self._truth_of(person, record_id))

    def _rewrite(self, rewrite: Rewrite, source: Source) -> None:
        record_id = self._people[rewrite.person]
        self._do("update", source, id=str(record_id), properties=self._spelled(rewrite.values), raw=True)
        row = self._truth(record_id)
        row["truth"] |= rewrite.truth
        row["loaded"] |= rewrite.values
        kept = [defect for defect in row["defects"] if defect["field"] not in rewrite.values]
        row["defects"] = kept + [asdict(defect) for defect in rewrite.defects]
        self._keep_truth(record_id, row)

    def _unlink(self, event: Unlinked) -> None:
        record_id = self._people[event.person]
        row = self._truth(record_id)
        if row["company"] is None:
            return
        self._do("unlink", event.source, id=str(record_id), to="companies", to_id=row["company"])
        row["company"] = None
        row["defects"].append(asdict(event.defect))
        self._keep_truth(record_id, row)

    def _stamp(self, person: str, values: Mapping[str, str], *, more: str = "", less: str = "") -> None:
        """Set what HubSpot itself sets, and the flags that follow from it."""
        record_id = self._people[person]
        system = {"kind": "system", "label": "EMAIL"}
        act = {"do": "update", "as": system, "object": "contacts", "id": str(record_id), "properties": values}
        perform(self._account, {**act, "raw": True})
        row = self._truth(record_id)
        row["true_flags"] = sorted(({*row["true_flags"]} | {more}) - {less, ""})
        self._keep_truth(record_id, row)

    def _do(self, doing: str, source: Source, **act: Any) -> dict[str, Any]:
        kind = _ACTORS.get(source.type, "integration")
        actor = {"kind": kind, "label": source.label, "user_id": source.user_id}
        actor["id"] = (source.user_id if kind == "person" else source.id) or kind
        return perform(self._account, {"do": doing, "as": actor, "object": "contacts", **act})

    def _spelled(self, values: Mapping[str, str]) -> dict[str, str]:
        kind = self._account.types["contacts"]
        known = ((kind.known(PERSON.get(field, field)), value) for field, value in values.items())
        return {it.name: spelled(self._account, kind, it, value) for it, value in known if it is not None}

    def _truth_of(self, person: Person, record_id: int) -> dict[str, Any]:
        return {
            "object": "contacts", "id": str(record_id), "key": person.key, "who": person.who, "kind": "person",
            "loaded": person.values, "older": {}, "also_true": {},
            "truth": person.truth, "company": self._id(self._firms, person.company),
            "true_company": self._id(self._firms, person.true_company), "true_flags": sorted(person.true_flags),
            "defects": [asdict(defect) for defect in person.defects],
            "duplicate_of": self._id(self._people, person.duplicate_of),
            "lookalike_of": self._id(self._people, person.lookalike_of), "likeness": person.likeness,
            "is_real": person.is_real, "has_bounced": person.has_bounced, "has_opted_out": person.has_opted_out,
            "source": asdict(person.source),
        }  # fmt: skip

    def _truth(self, record_id: int) -> dict[str, Any]:
        row: dict[str, Any] = orjson.loads(self._account.truth["contacts"][record_id])
        return row

    def _keep_truth(self, record_id: int, row: dict[str, Any]) -> None:
        self._account.truth["contacts"][record_id] = fitted(orjson.dumps(row))

    def _ids(self, object_name: str) -> dict[str, int]:
        rows = self._account.truth.get(object_name, {})
        return {orjson.loads(row)["key"]: record_id for record_id, row in rows.items()}

    def _id(self, ids: Mapping[str, int], key: str | None) -> str | None:
        found = ids.get(key or "")
        return None if found is None else str(found)
