"""Loading a population: what people, companies and deals look like in HubSpot's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any

import orjson

from connectors.sandbox.clock import from_iso, iso, to_ms
from connectors.sandbox.hubspot.account import Account, Owner
from connectors.sandbox.hubspot.claims import claim
from connectors.sandbox.hubspot.history import birth
from connectors.sandbox.hubspot.properties import ObjectType, Option, Property
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.population.people import Activity, Company, Deal, Kin, Person, Population, Source, Ticket

PERSON = {
    "first_name": "firstname", "last_name": "lastname", "email": "email", "phone": "phone", "mobile": "mobilephone",
    "job_title": "jobtitle", "company_name": "company", "website": "website", "street": "address", "city": "city",
    "state": "state", "postal_code": "zip", "country": "country", "lifecycle_stage": "lifecyclestage",
    "lead_status": "hs_lead_status", "lead_source": "leadsource", "birth_date": "date_of_birth",
}  # fmt: skip
COMPANY = {
    "name": "name", "domain": "domain", "website": "website", "phone": "phone", "street": "address", "city": "city",
    "state": "state", "postal_code": "zip", "country": "country", "industry": "industry",
    "employee_count": "numberofemployees", "description": "description", "lifecycle_stage": "lifecyclestage",
}  # fmt: skip
DEAL = {"name": "dealname", "amount": "amount", "stage": "dealstage", "pipeline": "pipeline", "close_date": "closedate"}
TICKET = {
    "subject": "subject", "content": "content", "priority": "hs_ticket_priority", "stage": "hs_pipeline_stage",
    "pipeline": "hs_pipeline",
}  # fmt: skip
ACTIVITY: dict[str, dict[str, str]] = {
    "notes": {"body": "hs_note_body"},
    "tasks": {"subject": "hs_task_subject", "body": "hs_task_body", "status": "hs_task_status"},
    "calls": {"title": "hs_call_title", "body": "hs_call_body", "outcome": "hs_call_status"},
    "emails": {"subject": "hs_email_subject", "body": "hs_email_text", "direction": "hs_email_direction"},
    "meetings": {"title": "hs_meeting_title", "body": "hs_meeting_body", "outcome": "hs_meeting_outcome"},
}
#: Words of the population HubSpot has another word for.
_WORDS = {
    ("hs_call_status", "connected"): "COMPLETED",
    ("hs_email_direction", "outgoing"): "EMAIL",
    ("hs_email_direction", "incoming"): "INCOMING_EMAIL",
    ("hs_pipeline", "default"): "0",
}
SIGNALS = {
    "last_opened": "hs_email_last_open_date",
    "last_clicked": "hs_email_last_click_date",
    "last_replied": "hs_email_last_reply_date",
    "last_sent": "hs_email_last_send_date",
    "last_visited": "hs_analytics_last_visit_timestamp",
    "last_contacted": "notes_last_contacted",
    "last_called": "hs_last_sales_activity_timestamp",
    "last_form": "recent_conversion_date",
}
#: What HubSpot knows of an address that bounced hard.
_BOUNCED = {"hs_email_bounce": "1", "hs_email_hard_bounce_reason_enum": "UNKNOWN_USER", "hs_email_bad_address": "true"}
_FIRST_OWNER = 41_629_779
#: The type of link that leads from a company to the one it is a part of.
TO_PARENT = 14


class Loader:
    """Fills an empty account. Nothing of this is in the effect log: it is how the world was found."""

    def __init__(self, account: Account, population: Population, *, with_truth: bool = True) -> None:
        self._account = account
        self._population = population
        self._with_truth = with_truth
        self._owners: dict[str, str] = {}
        #: Population key to record id, by object.
        self.ids: dict[str, dict[str, int]] = {}

    def load(self) -> None:
        """Load everything."""
        base = self._population
        self._load_owners()
        self._fill("companies", base.companies, self._company)
        self._fill("contacts", base.people, self._person)
        self._fill("deals", base.deals, self._deal)
        self._fill("tickets", base.tickets, self._ticket)
        for kind in ACTIVITY:
            self._fill(kind, [it for it in base.activities if it.kind == kind], self._activity)
        self._link()
        if self._with_truth:
            self._keep_truth()

    def _load_owners(self) -> None:
        for place, user in enumerate(self._population.users):
            owner_id = _FIRST_OWNER + 17 * place
            teams = [(str(1 + sum(map(ord, user.team)) % 97), user.team)] if user.team else []
            number = int(user.user_id) if user.user_id.isdecimal() else 9_586_504 + place
            self._account.owners[owner_id] = Owner(
                owner_id, user.email, user.first_name, user.last_name, number, teams, not user.is_active
            )  # fmt: skip
            self._owners[user.key] = str(owner_id)

    def _fill(self, name: str, entities: Any, spell: Any) -> None:
        """Load one object; ids ascend with the moments of making, as in any grown base."""
        table, kind = self._account.tables[name], self._account.types[name]
        keys = self.ids[name] = {}
        records = []
        for entity in sorted(entities, key=_made_at):
            keys[entity.key] = table.take_id()
            records.append(spell(kind, entity, keys[entity.key]))
        table.fill(records)
        unique = [it.name for it in kind.properties.values() if it.is_unique]
        if name == "contacts":
            unique.append("email")
        for record in records:
            for property_name in unique:
                claim(self._account, kind, record, property_name)

    def _person(self, kind: ObjectType, it: Person, record_id: int) -> Record:
        values = spell_all(self._account, kind, it.values, PERSON)
        for signal, at in it.signals.items():
            if signal in SIGNALS:
                values[SIGNALS[signal]] = iso(to_ms(at))
        seen = [at for signal, at in it.signals.items() if signal in {"last_contacted", "last_called"}]
        if seen:
            values["notes_last_updated"] = iso(to_ms(max(seen)))
        if it.has_bounced:
            values |= _BOUNCED
        if it.has_opted_out:
            values["hs_email_optout"] = "true"
        values |= _source(it.source)
        return self._timed(self._record(record_id, values, it.owner, it.created_at, it.modified_at), it.kin, PERSON)

    def _company(self, kind: ObjectType, it: Company, record_id: int) -> Record:
        values = spell_all(self._account, kind, it.values, COMPANY) | _source(it.source)
        return self._timed(self._record(record_id, values, it.owner, it.created_at, it.modified_at), it.kin, COMPANY)

    def _deal(self, kind: ObjectType, it: Deal, record_id: int) -> Record:
        values = {"pipeline": "default", "dealstage": "appointmentscheduled"} | spell_all(
            self._account, kind, it.values, DEAL
        )
        if (closes := values.get("closedate")) and (at_ms := from_iso(closes)) is not None:
            values["closedate"] = iso(at_ms)
        return self._timed(self._record(record_id, values, it.owner, it.created_at, it.modified_at), it.kin, DEAL)

    def _ticket(self, kind: ObjectType, it: Ticket, record_id: int) -> Record:
        values = {"hs_pipeline": "0", "hs_pipeline_stage": "1"} | spell_all(self._account, kind, it.values, TICKET)
        return self._record(record_id, values, it.owner, it.created_at, it.modified_at)

    def _activity(self, kind: ObjectType, it: Activity, record_id: int) -> Record:
        values = spell_all(self._account, kind, it.values, ACTIVITY[it.kind])
        values["hs_timestamp"] = iso(to_ms(it.happened_at))
        if "duration_s" in it.values:
            values["hs_call_duration"] = str(int(it.values["duration_s"]) * 1000)
        return self._record(record_id, values, it.owner, it.happened_at, it.happened_at)

    def _record(
        self, record_id: int, values: dict[str, str], owner: str, created_at: datetime, modified_at: datetime
    ) -> Record:
        if owner and owner in self._owners:
            values["hubspot_owner_id"] = self._owners[owner]
        return Record(record_id, values, to_ms(created_at), to_ms(modified_at))

    def _timed(self, record: Record, kin: Kin, names: Mapping[str, str]) -> Record:
        """Let the histories of values that were set later say so."""
        for field, at in kin.set_at.items():
            if (value := record.values.get(names[field])) is not None:
                made = birth(record, value)
                versions = [made._replace(value=""), made._replace(at_ms=to_ms(at))]
                record.history = {**(record.history or {}), intern(names[field]): versions}
        return record

    def _link(self) -> None:
        base = self._population
        for person in base.people:
            self._put("contacts", person.key, "companies", person.company, is_primary=True)
        for object_name, entities in (("deals", base.deals), ("tickets", base.tickets)):
            for entity in entities:
                self._put(object_name, entity.key, "companies", entity.company, is_primary=True)
                for person_key in entity.people:
                    self._put(object_name, entity.key, "contacts", person_key)
        for company in base.companies:
            self._put_parent(company)
        for activity in base.activities:
            self._put(activity.kind, activity.key, "contacts", activity.person)

    def _put(self, source: str, key: str, target: str, other: str | None, *, is_primary: bool = False) -> None:
        if other is None or other not in self.ids[target] or key not in self.ids.get(source, {}):
            return
        one, to = self._account.types[source].type_id, self._account.types[target].type_id
        links = self._account.links
        primary = links.primary(one, to) if is_primary else None
        types = frozenset({primary.id}) if primary else frozenset[int]()
        links.put(one, self.ids[source][key], to, self.ids[target][other], types)

    def _put_parent(self, company: Company) -> None:
        child, parent = (self.ids["companies"].get(key) for key in (company.key, company.parent))
        if child is not None and parent is not None:
            kind = self._account.types["companies"].type_id
            self._account.links.put(kind, child, kind, parent, frozenset({TO_PARENT}))

    def _keep_truth(self) -> None:
        people, firms, deals = self.ids["contacts"], self.ids["companies"], self.ids["deals"]
        self._account.truth["contacts"] = {
            people[it.key]: fitted(_describe_person(it, people, firms)) for it in self._population.people
        }
        self._account.truth["companies"] = {
            firms[it.key]: fitted(_describe_company(it, firms)) for it in self._population.companies
        }
        told = [it for it in self._population.deals if it.truth is not None]
        if told:
            self._account.truth["deals"] = {
                deals[it.key]: fitted(_describe_deal(it, deals, firms, people)) for it in told
            }


def fitted(text: bytes) -> bytes:
    """Return a copy that is no larger than it has to be: the encoder leaves room for growth, six times the text."""
    return bytes(memoryview(text))


def _describe_person(it: Person, people: Mapping[str, int], firms: Mapping[str, int]) -> bytes:
    """Return what is true of a person, as JSON, with record ids instead of keys."""
    return orjson.dumps({
        "object": "contacts", "id": _id(people, it.key), "key": it.key, "who": it.who, "kind": "person",
        "loaded": it.values, "older": it.kin.older, "also_true": it.kin.also_true,
        "truth": it.truth, "company": _id(firms, it.company), "true_company": _id(firms, it.true_company),
        "true_flags": sorted(it.true_flags), "defects": it.defects,
        "duplicate_of": _id(people, it.duplicate_of), "lookalike_of": _id(people, it.lookalike_of),
        "likeness": it.likeness, "is_real": it.is_real, "has_bounced": it.has_bounced,
        "has_opted_out": it.has_opted_out, "source": it.source,
    })  # fmt: skip


def _describe_company(it: Company, firms: Mapping[str, int]) -> bytes:
    """Return the same of a company."""
    return orjson.dumps({
        "object": "companies", "id": _id(firms, it.key), "key": it.key, "who": it.who, "kind": "company",
        "loaded": it.values, "older": it.kin.older, "also_true": it.kin.also_true,
        "truth": it.truth, "parent": _id(firms, it.parent), "true_parent": _id(firms, it.true_parent),
        "defects": it.defects,
        "duplicate_of": _id(firms, it.duplicate_of), "lookalike_of": _id(firms, it.lookalike_of),
        "likeness": it.likeness, "source": it.source,
    })  # fmt: skip


def _describe_deal(it: Deal, deals: Mapping[str, int], firms: Mapping[str, int], people: Mapping[str, int]) -> bytes:
    """Return what is true of a deal that another CRM knows of, too."""
    return orjson.dumps({
        "object": "deals", "id": _id(deals, it.key), "key": it.key, "who": it.key, "kind": "deal", "loaded": it.values,
        "older": it.kin.older, "also_true": {}, "truth": it.truth, "defects": [],
        "company": _id(firms, it.company), "true_company": _id(firms, it.true_company),
        "people": [_id(people, key) for key in it.people], "true_people": [_id(people, key) for key in it.true_people],
    })  # fmt: skip


def load(account: Account, population: Population, *, with_truth: bool = True) -> Loader:
    """Load a population into an empty account; return its loader with the ids."""
    loader = Loader(account, population, with_truth=with_truth)
    loader.load()
    return loader


def spell_all(account: Account, kind: ObjectType, given: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return canonical values under HubSpot's names; what HubSpot has no property for is left out."""
    values: dict[str, str] = {}
    for field, value in given.items():
        name = names.get(field, field)
        definition = kind.known(name)
        if definition is not None:
            values[intern(name)] = spelled(account, kind, definition, value)
    return values


def spelled(account: Account, kind: ObjectType, definition: Property, value: str) -> str:
    """Return a value in HubSpot's spelling; an option HubSpot does not have becomes one of the account's own."""
    if definition.type != "enumeration" or not value:
        return value
    value = _WORDS.get((definition.name, value), value)
    if any(it.value == value for it in definition.options):
        return value
    if definition.has_external_options:
        choices = _choices(account, kind, definition)
    else:
        choices = {_plain(text): it.value for it in definition.options for text in (it.label, it.value)}
    found = choices.get(_plain(value))
    if found is None:
        found = value
        definition.options.append(Option(value, value.replace("_", " ").capitalize(), len(definition.options)))
    return found


def _choices(account: Account, kind: ObjectType, definition: Property) -> dict[str, str]:
    pipelines = account.pipelines.get(kind.name, {}).values()
    if definition.name in {"pipeline", "hs_pipeline"}:
        return {_plain(it.id): it.id for it in pipelines}
    stages = [stage for it in pipelines for stage in it.stages]
    return {_plain(text): stage.id for stage in stages for text in (stage.label, stage.id)}


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _made_at(entity: Any) -> datetime:
    made: datetime = entity.happened_at if isinstance(entity, Activity) else entity.created_at
    return made


def _id(ids: Mapping[str, int], key: str | None) -> str | None:
    found = ids.get(key) if key else None
    return None if found is None else str(found)


def _source(source: Source) -> dict[str, str]:
    values = {"hs_object_source": source.type, "hs_object_source_label": source.label or source.type}
    if source.label:
        values["hs_object_source_detail_1"] = source.label
    if source.id:
        values["hs_object_source_id"] = source.id
    if source.user_id:
        values["hs_object_source_user_id"] = source.user_id
    return {intern(name): intern(value) for name, value in values.items()}
