"""A living org: what happens in the population happens here, as acts of people, forms, imports and apps.

The truth is kept up to date with each event, so that what a cleaner writes meanwhile can still be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import orjson

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
from connectors.sandbox.salesforce.acts import perform
from connectors.sandbox.salesforce.loader import author_of, person_truth
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Value
from connectors.sandbox.salesforce.spelling import object_of, spell, spell_person
from connectors.sandbox.salesforce.values import spell_moment

_ACTORS = {"CRM_UI": "person", "IMPORT": "import", "FORMS": "form", "INTEGRATION": "integration", "API": "integration"}


class Living:
    """Lets the events of a population happen in an org that was loaded from it."""

    def __init__(self, org: Org, events: Iterator[Event]) -> None:
        self._org = org
        self._events = events
        self._people = self._ids("Contact") | self._ids("Lead")
        self._firms = self._ids("Account")

    def step(self) -> bool:
        """Let the next event happen; return whether it could: the record may be gone, or not be here at all."""
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
                    if rewrite.person in self._people:
                        self._rewrite(rewrite, event.source)
            case Unlinked():
                self._unlink(event)
            case OptedOut():
                self._stamp(event.person, {"HasOptedOutOfEmail": True}, more="unsubscribed")
            case Bounced():
                at = spell_moment(self._org.stamp())
                values = {"EmailBouncedReason": "550 5.1.1 user unknown", "EmailBouncedDate": at}
                self._stamp(event.person, values, more="bounced")
            case Signed():
                self._stamp(event.person, {"LastActivityDate": self._org.stamp().date().isoformat()}, less="inactive")

    def _arrive(self, person: Person) -> None:
        name = object_of(person)
        spelled = spell_person(self._org.objects[name], person)
        fields = dict(spelled.fields)
        if name == "Contact" and person.company in self._firms:
            fields["AccountId"] = self._firms[person.company or ""]
        made = self._do("create", person.source, name, properties=_wire(fields), raw=True)
        one = str(made["results"][0]["id"])
        self._people[person.key] = one
        told = person_truth(name, person, spelled, one, {**self._people, **self._firms}, now=self._org.stamp())
        self._org.truth.setdefault(name, {})[one] = told

    def _rewrite(self, rewrite: Rewrite, source: Source) -> None:
        one = self._people[rewrite.person]
        name = self._org.object_of(one) or ""
        spelled = spell(self._org.objects[name], rewrite.values, rewrite.truth, list(rewrite.defects))
        if not spelled.fields:
            return
        self._do("update", source, name, id=one, properties=_wire(spelled.fields), raw=True)
        row = self._truth(name, one)
        row["truth"] |= spelled.truth
        row["loaded"] |= spelled.loaded
        kept = [defect for defect in row["defects"] if defect["field"] not in rewrite.values]
        row["defects"] = kept + [asdict(defect) for defect in spelled.defects]
        self._keep(name, one, row)

    def _unlink(self, event: Unlinked) -> None:
        one = self._people[event.person]
        row = self._truth("Contact", one)
        if row["company"] is None:
            return
        self._do("update", event.source, "Contact", id=one, properties={"AccountId": None}, raw=True)
        row["company"] = None
        row["defects"].append(asdict(event.defect))
        self._keep("Contact", one, row)

    def _stamp(self, person: str, values: Mapping[str, Any], *, more: str = "", less: str = "") -> None:
        """Set what the org itself sets, and the flags that follow from it."""
        one = self._people[person]
        name = self._org.object_of(one) or ""
        act = {"do": "update", "as": "system", "object": name, "id": one, "properties": values, "raw": True}
        perform(self._org, act)
        row = self._truth(name, one)
        row["true_flags"] = sorted(({*row["true_flags"]} | {more}) - {less, ""})
        self._keep(name, one, row)

    def _do(self, doing: str, source: Source, name: str, **act: Any) -> dict[str, Any]:
        actor = {"kind": _ACTORS.get(source.type, "integration"), "id": source.id, "label": source.label}
        actor["user_id"] = author_of(self._org, source, {})
        return perform(self._org, {"do": doing, "as": actor, "object": name, **act})

    def _truth(self, name: str, one: str) -> dict[str, Any]:
        row: dict[str, Any] = orjson.loads(self._org.truth[name][one])
        return row

    def _keep(self, name: str, one: str, row: dict[str, Any]) -> None:
        self._org.truth[name][one] = orjson.dumps(row)

    def _ids(self, name: str) -> dict[str, str]:
        return {orjson.loads(row)["key"]: one for one, row in self._org.truth.get(name, {}).items()}


def _wire(fields: Mapping[str, Value]) -> dict[str, Any]:
    """Return fields as a call would bring them; what a row works out itself is left out."""

    def spelled(value: Value) -> Any:
        if isinstance(value, datetime):
            return spell_moment(value)
        return value.isoformat() if isinstance(value, date) else value

    return {name: spelled(value) for name, value in fields.items() if name != "IsEmailBounced"}
