"""Simulated CRMs in hand: each rig starts one, opens its connector, and does in it what people and other apps do.

The promises know only what all rigs share. A new CRM needs a rig here and nothing else.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol, cast

import orjson
import urllib3

from connectors import Connector, Options, Want, open_connector
from connectors.sandbox import Sandbox
from syncd.clock import Clock
from tests.connectors.doubles import Ear


class Rig(Protocol):
    """One simulated CRM with one account."""

    #: As in the settings.
    crm: ClassVar[str]
    #: The objects that hold persons and companies, and some of their text fields.
    people: ClassVar[str]
    companies: ClassVar[str]
    email: ClassVar[str]
    city: ClassVar[str]
    #: An object whose records nobody can merge.
    unmergeable: ClassVar[str]
    #: A field that refuses `nonsense`.
    picky: ClassVar[str]
    #: Records that one call of a full pull can bring.
    page: ClassVar[int]
    #: Calls besides those of its pages that a full pull may make.
    full_pull_constant: ClassVar[int]
    #: Companies a person can be linked to at the same time; tests use up to three.
    companies_a_person: ClassVar[int]
    ear: Ear

    def connect(self, clock: Clock | None = None, token: str | None = None, **options: Any) -> Connector:
        """Open a connector. Its waits move the CRM's time, unless it is given a clock."""

    def create(self, object_name: str, count: int) -> list[str]:
        """Let another app create records; their time is well in the past."""

    def edit(self, object_name: str, ids: Iterable[str], **values: str) -> None:
        """Let a person edit records."""

    def value(self, object_name: str, id_: str, field: str) -> str:
        """Return what the CRM holds."""

    def touch(self, object_name: str, ids: Iterable[str] | None = None) -> None:
        """Stamp records (all of them) with one instant, as bulk jobs do."""

    def archive(self, object_name: str, id_: str) -> None:
        """Let a person delete a record."""

    def merge(self, object_name: str, kept: str, other: str) -> str:
        """Let a person merge two records; return the id that answers now."""

    def link(self, person: str, company: str) -> None:
        """Let a person link a person to a company."""

    def fail(self, what: str, how: str, **more: Any) -> None:
        """Let calls fail: `what` is list, search, read, write, link or merge."""

    def forgive(self) -> None:
        """Let nothing fail any more."""

    def set(self, **knobs: Any) -> None:
        """Turn a knob: index_lag_s, sort_disorder, tier."""

    def pass_time(self, seconds: float) -> None:
        """Let the CRM's time pass."""

    def now(self) -> datetime:
        """Return the CRM's time."""

    def calls(self) -> Counter[int]:
        """Return how many calls of ours were answered with which status since the last time it was asked.

        Logging in is none of them: it counts against no limit.
        """

    def our_writes(self) -> Counter[tuple[str, str]]:
        """Return how often we wrote to (record, field)."""

    def token_without(self, object_name: str) -> str:
        """Return a token that may not read an object."""

    def token_without_owners(self) -> str:
        """Return a token that may not see who owns records."""

    def make_unique(self, object_name: str) -> str:
        """Let an admin add a text field that no two records share; return its name."""

    def join(self) -> str:
        """Let a colleague join; return the id that records name as their owner."""

    def leave(self, owner: str) -> None:
        """Let a colleague leave."""

    def reset(self) -> None:
        """Close the connectors and begin anew with an empty account."""

    def close(self) -> None:
        """Stop everything."""


class RigClock:
    """Waits by moving the CRM's time instead of waiting."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._lock = threading.Lock()
        self._offset = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def monotonic(self) -> float:
        return time.monotonic() + self._offset

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        if stop is not None and stop.is_set():
            return True
        with self._lock:
            self._rig.pass_time(max(0.0, seconds))
            self._offset += max(0.0, seconds)
        return False


class SandboxRig:
    """What the sandbox gives, whichever CRM is asked."""

    crm: ClassVar[str]
    #: What the sandbox calls the ways in which calls of ours fail.
    _endpoints: ClassVar[Mapping[str, str]]

    def __init__(self, tier: str = "off") -> None:
        self._stack = ExitStack()
        self._sandbox = self._stack.enter_context(Sandbox.start(tier=tier, crms=(self.crm,)))
        self._http = self._stack.enter_context(urllib3.PoolManager(maxsize=4))
        self._connectors = self._stack.enter_context(ExitStack())
        self.ear = Ear()

    def connect(self, clock: Clock | None = None, token: str | None = None, **options: Any) -> Connector:
        given = Options(**{"share": 1.0, **options})
        credentials = {"token": token} if token is not None else self._credentials()
        connector = open_connector(
            self.crm, "main", self._sandbox.url, credentials, given, self.ear, clock or RigClock(cast("Rig", self))
        )
        self._connectors.callback(connector.close)
        return connector

    def touch(self, object_name: str, ids: Iterable[str] | None = None) -> None:
        self._act(do="touch", object=object_name, **({} if ids is None else {"ids": list(ids)}))

    def edit(self, object_name: str, ids: Iterable[str], **values: str) -> None:
        self._act(do="update", object=object_name, ids=list(ids), properties=values)

    def archive(self, object_name: str, id_: str) -> None:
        self._act(do="archive", object=object_name, id=id_)

    def merge(self, object_name: str, kept: str, other: str) -> str:
        return str(self._act(do="merge", object=object_name, id=kept, other=other)["results"][0]["id"])

    def fail(self, what: str, how: str, **more: Any) -> None:
        self._ask("POST", "/_sandbox/faults", {"kind": how, "endpoint": self._endpoints[what], **more})

    def forgive(self) -> None:
        self._ask("DELETE", "/_sandbox/faults")

    def pass_time(self, seconds: float) -> None:
        self._ask("POST", "/_sandbox/clock", {"shift_s": seconds})

    def now(self) -> datetime:
        return datetime.fromisoformat(self._ask("GET", "/_sandbox/clock")["now"])

    def calls(self) -> Counter[int]:
        told = self._ask("GET", "/_sandbox/requests")["requests"]
        self._ask("DELETE", "/_sandbox/requests")
        counts: Counter[int] = Counter()
        for row in told:
            counts[row["status"]] += row["count"] if not row["endpoint"].startswith("oauth") else 0
        return +counts

    def join(self) -> str:
        return str(self._act(do="join")["results"][0]["id"])

    def leave(self, owner: str) -> None:
        self._act(do="leave", id=owner)

    def our_writes(self) -> Counter[tuple[str, str]]:
        told = self._ask("GET", "/_sandbox/effects?actor=app&limit=100000")["effects"]
        return Counter((row["id"], row["property"] or row["kind"]) for row in told if row["actor_id"] != "other-app")

    def reset(self) -> None:
        self._connectors.close()
        self.ear = Ear()
        self._ask("POST", "/_sandbox/reset")

    def close(self) -> None:
        self._stack.close()

    def _credentials(self) -> dict[str, str]:
        return {"token": self._sandbox.token}

    def _settle(self) -> None:
        """Let everything be in the past, and nobody have called."""
        self.pass_time(86_400)
        self._ask("DELETE", "/_sandbox/effects")
        self.calls()

    def _act(self, **wish: Any) -> dict[str, Any]:
        return dict(self._ask("POST", "/_sandbox/act", wish))

    def _ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        content = None if body is None else orjson.dumps(body)
        given = {"Content-Type": "application/json", **(headers or {})}
        answer = self._http.request(method, self._sandbox.url + path, body=content, headers=given)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.data!r}"
        return orjson.loads(answer.data) if answer.data else {}


class HubSpotRig(SandboxRig):
    """The sandbox's HubSpot."""

    crm: ClassVar[str] = "hubspot"
    people: ClassVar[str] = "contacts"
    companies: ClassVar[str] = "companies"
    email: ClassVar[str] = "email"
    city: ClassVar[str] = "city"
    unmergeable: ClassVar[str] = "notes"
    picky: ClassVar[str] = "hs_lead_status"
    page: ClassVar[int] = 100
    #: One search tells how many records there are.
    full_pull_constant: ClassVar[int] = 1
    companies_a_person: ClassVar[int] = 3

    _endpoints: ClassVar = {
        "list": "list",
        "search": "search",
        "read": "batch_read",
        "write": "batch_update",
        "create": "batch_create",
        "link": "associations_batch_create",
        "links": "associations_batch_read",
        "merge": "merge",
    }

    def create(self, object_name: str, count: int) -> list[str]:
        ids: list[str] = []
        while len(ids) < count:
            size = min(100, count - len(ids))
            inputs = [{"properties": self._fresh(object_name, len(ids) + number)} for number in range(size)]
            path = f"/crm/v3/objects/{object_name}/batch/create"
            made = self._ask("POST", path, {"inputs": inputs}, self._other_app())
            ids += [row["id"] for row in made["results"]]
        self._settle()
        return sorted(ids, key=int)

    def value(self, object_name: str, id_: str, field: str) -> str:
        path = f"/crm/v3/objects/{object_name}/{id_}?properties={field}"
        return str(self._ask("GET", path, None, self._other_app())["properties"][field])

    def link(self, person: str, company: str, *, label: bool = False) -> None:
        """`label`: under one of the account's own."""
        types = [self._label()] if label else [279]
        self._act(do="link", object="contacts", id=person, to="companies", to_id=company, types=types)

    def link_many(self, people: Iterable[str], company: str) -> None:
        """Let another app link persons to one company."""
        kind = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
        inputs = [{"from": {"id": one}, "to": {"id": company}, "types": kind} for one in people]
        path = "/crm/v4/associations/contacts/companies/batch/create"
        self._ask("POST", path, {"inputs": inputs}, self._other_app())

    def labels(self, person: str, company: str) -> set[str]:
        """Return the labels of a link; a plain one has the label ``plain``."""
        path = f"/crm/v4/objects/contacts/{person}/associations/companies"
        rows = self._ask("GET", path, None, self._other_app())["results"]
        return {
            kind["label"] or "plain"
            for row in rows
            if str(row["toObjectId"]) == company
            for kind in row["associationTypes"]
        }

    def set(self, **knobs: Any) -> None:
        tier = knobs.pop("tier", None)
        if tier is not None:
            self._ask("POST", "/_sandbox/settings", {"tier": tier, "clear": True})
        self._ask("POST", "/_sandbox/knobs", knobs)

    def token_without(self, object_name: str) -> str:
        others = {"contacts", "companies", "deals"} - {object_name}
        scopes = [f"crm.{kind}.{name}.read" for kind in ("objects", "schemas") for name in others]
        return str(self._ask("POST", "/_sandbox/tokens", {"value": "pat-narrow", "scopes": scopes})["value"])

    def token_without_owners(self) -> str:
        return self.token_without("owners")

    def _fresh(self, object_name: str, number: int) -> dict[str, str]:
        if object_name == "companies":
            return {"name": f"Company {number}", "domain": f"company-{number}.example", "city": "Bonn"}
        return {"email": f"person-{number}@mail.example", "firstname": "Ada", "city": "Bonn"}

    def make_unique(self, object_name: str) -> str:
        field = {"name": "only_one", "label": "Only one", "type": "string", "fieldType": "text"}
        path = f"/crm/v3/properties/{object_name}"
        self._ask("POST", path, {**field, "hasUniqueValue": True}, self._other_app())
        return "only_one"

    def _other_app(self) -> dict[str, str]:
        made = self._ask("POST", "/_sandbox/tokens", {"value": "pat-other", "app": "other-app"})
        return {"Authorization": f"Bearer {made['value']}"}

    def _label(self) -> int:
        path = "/crm/v4/associations/contacts/companies/labels"
        made = self._ask("POST", path, {"label": "Billing", "name": "billing"}, self._other_app())["results"]
        return int(next(row["typeId"] for row in made if row["label"] == "Billing"))


class SalesforceRig(SandboxRig):
    """The sandbox's Salesforce, with pages of a hundred rows."""

    crm: ClassVar[str] = "salesforce"
    people: ClassVar[str] = "Contact"
    companies: ClassVar[str] = "Account"
    email: ClassVar[str] = "Email"
    city: ClassVar[str] = "MailingCity"
    unmergeable: ClassVar[str] = "Opportunity"
    picky: ClassVar[str] = "CleanStatus"
    page: ClassVar[int] = 100
    #: One query tells how many records there are.
    full_pull_constant: ClassVar[int] = 1
    companies_a_person: ClassVar[int] = 1

    _endpoints: ClassVar = {
        "list": "query",
        "search": "query_all",
        "read": "query_all",
        "write": "collections_update",
        "create": "collections_create",
        "link": "collections_update",
        "merge": "soap_merge",
    }
    #: Eight fields of a person.
    _PAGE_CELLS: ClassVar = 800
    _SOME_ADMIN: ClassVar = "admin@syncd-sandbox.example"

    def __init__(self, tier: str = "off") -> None:
        super().__init__(tier)
        self._make_small_pages()

    def create(self, object_name: str, count: int) -> list[str]:
        ids: list[str] = []
        while len(ids) < count:
            size = min(200, count - len(ids))
            rows = [self._fresh(object_name, len(ids) + number) for number in range(size)]
            body = {"allOrNone": True, "records": rows}
            made = self._ask("POST", "/services/data/v64.0/composite/sobjects", body, self._other_app())
            ids += [row["id"] for row in made]
        self._settle()
        return sorted(ids)

    def value(self, object_name: str, id_: str, field: str) -> str:
        path = f"/services/data/v64.0/sobjects/{object_name}/{id_}?fields={field}"
        return str(self._ask("GET", path, None, self._other_app())[field])

    def link(self, person: str, company: str) -> None:
        self.edit("Contact", [person], AccountId=company)

    def fail(self, what: str, how: str, **more: Any) -> None:
        # Salesforce knows the day's calls and calls at the same time, and nothing else to slow down for.
        super().fail(what, how, **{**more, **({"policy": "CONCURRENT"} if "policy" in more else {})})

    def set(self, **knobs: Any) -> None:
        if knobs.pop("tier", None) is not None:
            self._ask("POST", "/_sandbox/settings", {"edition": "trial", "clear": True})
        self._ask("POST", "/_sandbox/knobs", knobs)

    def token_without(self, object_name: str) -> str:
        self._ask(
            "POST", "/_sandbox/settings", {"permissions": {"user": self._SOME_ADMIN, "hide_objects": [object_name]}}
        )
        made = self._ask("POST", "/_sandbox/tokens", {"value": "00D!narrow", "user": self._SOME_ADMIN})
        return str(made["value"])

    def token_without_owners(self) -> str:
        return self.token_without("User")

    def make_unique(self, object_name: str) -> str:
        field = {"object": object_name, "name": "Only_One__c", "type": "string", "length": 80, "unique": True}
        self._ask("POST", "/_sandbox/settings", {"crm": "salesforce", "fields": [field]})
        return "Only_One__c"

    def reset(self) -> None:
        super().reset()
        self._make_small_pages()

    def make_usual_pages(self) -> None:
        """Let pages hold the usual 2,000 rows, until the next reset."""
        self._ask("POST", "/_sandbox/settings", {"readings": {"page_cells": 0}})

    def _make_small_pages(self) -> None:
        self._ask("POST", "/_sandbox/settings", {"readings": {"page_cells": self._PAGE_CELLS}})

    def _credentials(self) -> dict[str, str]:
        return {"client_id": "sandbox-consumer-key", "client_secret": "sandbox-consumer-secret"}

    def _fresh(self, object_name: str, number: int) -> dict[str, Any]:
        attributes = {"attributes": {"type": object_name}}
        if object_name == "Account":
            return {**attributes, "Name": f"Company {number}", "BillingCity": "Bonn"}
        return {
            **attributes, "LastName": f"Lovelace {number}", "Email": f"person-{number}@mail.example",
            "MailingCity": "Bonn",
        }  # fmt: skip

    def _other_app(self) -> dict[str, str]:
        wish = {"value": "00D!other", "app": "other-app", "user": self._SOME_ADMIN}
        made = self._ask("POST", "/_sandbox/tokens", wish)
        return {
            "Authorization": f"Bearer {made['value']}",
            "Sforce-Duplicate-Rule-Header": "allowSave=true",
        }


class Shelf:
    """What a store would hold of one stream."""

    def __init__(self) -> None:
        self.held: dict[str, datetime] = {}
        self.seen: Counter[str] = Counter()
        self.gone: dict[str, str | None] = {}

    def versions(self, ids: Iterable[str]) -> dict[str, datetime]:
        return {id_: self.held[id_] for id_ in ids if id_ in self.held}

    def count(self) -> int:
        return len(self.held)

    def count_since(self, since: datetime) -> int:
        return sum(1 for moment in self.held.values() if moment >= since)

    def keep(self, page: Any) -> None:
        for record in page.records:
            self.held[record.ref.id] = record.modified_at
            self.seen[record.ref.id] += 1
        for gone in page.gone:
            self.held.pop(gone.ref.id, None)
            self.gone[gone.ref.id] = gone.merged_into


def want_people(rig: Rig, *, links: bool = False) -> Want:
    return Want(rig.people, (rig.email, rig.city), (rig.companies,) if links else ())


#: Every connector is held to the promises; a new one adds its rig.
RIGS: tuple[type[Rig], ...] = (HubSpotRig, SalesforceRig)
