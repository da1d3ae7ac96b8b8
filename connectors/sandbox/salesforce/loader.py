"""Loading a population: who is in this org too, and what the org holds of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

import orjson

from connectors.sandbox.population.life import INACTIVE_AFTER, MAILBOX_FLAGS
from connectors.sandbox.population.people import Activity, Company, Deal, Person, Population, Source, Ticket
from connectors.sandbox.salesforce.computed import derived
from connectors.sandbox.salesforce.history import HISTORIES
from connectors.sandbox.salesforce.ids import make_id
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import FIRST_NUMBER, Row, Value
from connectors.sandbox.salesforce.rules import AssignmentRule
from connectors.sandbox.salesforce.setup import ADMINISTRATOR, APP_PROFILE, add_user
from connectors.sandbox.salesforce.spelling import (
    PLACES,
    STAGES,
    Spelled,
    day_of,
    is_here,
    object_of,
    spell_company,
    spell_person,
    true_too,
)

Values = dict[str, Value]
_CASE_STATES = {"new": "New", "waiting_on_contact": "Working", "waiting_on_us": "Working", "closed": "Closed"}
_DISPOSITIONS = {"connected": "Connected", "no_answer": "No Answer", "left_voicemail": "Left Voicemail", "busy": "Busy"}


class Loader:
    """Fills a freshly furnished org. Nothing of this is in the effect log: it is how the world was found."""

    def __init__(self, org: Org, population: Population, *, share: float = 1.0) -> None:
        self._org = org
        self._base = population
        self._share = share
        #: Population key to record id, people and companies.
        self.ids: dict[str, str] = {}
        self._objects: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._authors: dict[str, str] = {}
        self._accounts: dict[str, str] = {}

    def load(self) -> None:
        """Load everything."""
        base, org = self._base, self._org
        self._load_users()
        roots = {it.key: it.duplicate_of for it in base.people}
        people = [it for it in base.people if is_here(_root(roots, it.key), self._share)]
        needed = {key for it in people for key in (it.company, it.true_company) if key}
        firm_roots = {it.key: it.duplicate_of for it in base.companies}
        firms = [
            it for it in base.companies if it.key in needed or is_here(_root(firm_roots, it.key), self._share)
        ]  # fmt: skip
        self._objects = {it.key: object_of(it) for it in people}
        accounts = self._fill_entities("Account", firms, self._account)
        org.truth["Account"] = {one: _company_truth(it, spelled, one, self.ids) for it, spelled, one in accounts}
        self._found_groups(firms)
        self._remember(accounts, "Account")
        told = {
            name: self._fill_entities(name, [it for it in people if self._objects[it.key] == name], self._person)
            for name in ("Contact", "Lead")
        }
        # A twin may be of the other kind, so all of them have to have their ids.
        for name, rows in told.items():
            org.truth[name] = {
                one: person_truth(name, it, spelled, one, self.ids, now=base.now) for it, spelled, one in rows
            }
            self._remember(rows, name)
        self._load_work(firms)
        self._load_fair(people)
        self._load_projects(firms)
        self._assign()

    def _load_users(self) -> None:
        for user in self._base.users:
            made = add_user(
                self._org, user.email, user.first_name, user.last_name, zone="America/Los_Angeles",
                is_active=user.is_active,
            )  # fmt: skip
            self._users[user.key] = self._authors[user.user_id] = made

    def _author(self, it: Any) -> str:
        """Return the user who made a record; apps have users of their own."""
        if isinstance(it, Person | Company):
            return author_of(self._org, it.source, self._authors)
        return self._users.get(it.owner) or next(iter(self._users.values()), self._org.automated_user)

    def _fill_entities(
        self, name: str, entities: Iterable[Any], spell: Callable[[Any], Spelled]
    ) -> list[tuple[Any, Spelled, str]]:
        told: list[tuple[Any, Spelled, str]] = []
        rows: list[Values] = []
        for it in sorted(entities, key=lambda entity: entity.created_at):
            spelled = spell(it)
            one = self.ids[it.key] = self._org.new_id(name)
            told.append((it, spelled, one))
            rows.append(self._row(name, one, spelled.fields, it, self._author(it)))
        self._org.tables[name].fill(rows)
        return told

    def _account(self, it: Company) -> Spelled:
        spelled = spell_company(self._org.objects["Account"], it)
        spelled.fields["RecordTypeId"] = self._org.default_record_type("Account")
        return spelled

    def _found_groups(self, firms: list[Company]) -> None:
        """Say which accounts are parts of others, now that all have their ids."""
        for it in firms:
            if it.parent in self.ids:
                self._org.tables["Account"].rows[self.ids[it.key]]["ParentId"] = self.ids[it.parent]

    def _remember(self, told: list[tuple[Any, Spelled, str]], name: str) -> None:
        """Let the histories of values that were set later say so."""
        later = [
            (one, PLACES[name][field], spelled, at)
            for it, spelled, one in told
            for field, at in it.kin.set_at.items()
            if field in PLACES[name]
        ]
        values = [(one, field, spelled.fields.get(field), at) for one, field, spelled, at in later]
        self._keep_versions(name, [row for row in values if row[2] is not None])

    def _keep_versions(self, name: str, rows: list[tuple[str, str, Value, datetime]]) -> None:
        table, parent = HISTORIES[name]
        self._org.tables[table].fill(
            {
                "Id": self._org.new_id(table), "IsDeleted": False, parent: one, "Field": field, "DataType": "Text",
                "NewValue": value, "CreatedById": self._org.automated_user, "CreatedDate": _whole(at),
            }
            for one, field, value, at in rows
        )  # fmt: skip

    def _person(self, it: Person) -> Spelled:
        name = self._objects[it.key]
        spelled = spell_person(self._org.objects[name], it)
        if name == "Contact" and it.company in self.ids:
            spelled.fields["AccountId"] = self._accounts[it.key] = self.ids[it.company or ""]
        return spelled

    def _row(self, name: str, one: str, fields: Values, it: Any, author: str) -> Values:
        created_at, modified_at = _whole(it.created_at), _whole(it.modified_at)
        owner = self._users.get(it.owner) or author
        values: Values = {
            **_flags(self._org, name), "Id": one, "OwnerId": owner, "CreatedDate": created_at, "CreatedById": author,
            "LastModifiedDate": modified_at, "LastModifiedById": owner, "SystemModstamp": modified_at, **fields,
        }  # fmt: skip
        values |= derived(name, Row(values, {}))
        return {key: value for key, value in values.items() if value is not None}

    def _load_work(self, firms: list[Company]) -> None:
        base, org, here = self._base, self._org, {it.key for it in firms}
        deals = [it for it in base.deals if it.company in here or (it.true_company in here and it.truth is not None)]
        self._fill("Opportunity", deals, self._deal)
        told = [it for it in deals if it.truth is not None]
        if told:
            org.truth["Opportunity"] = {self.ids[it.key]: self._deal_truth(it) for it in told}
            self._keep_versions(
                "Opportunity",
                [
                    (self.ids[it.key], "Amount", float(it.values["amount"]), it.kin.set_at["amount"])
                    for it in told
                    if "amount" in it.kin.set_at
                ],
            )
        roles = [(deal, person) for deal in deals for person in deal.people if self._is_contact(person)]
        self._fill_roles(roles)
        tickets = [it for it in base.tickets if it.company in here]
        self._fill("Case", tickets, self._ticket)
        known = [it for it in base.activities if it.person in self.ids]
        self._fill("Event", [it for it in known if it.kind == "meetings"], self._event)
        self._fill("Task", [it for it in known if it.kind != "meetings"], self._task)

    def _fill(self, name: str, entities: Iterable[Any], spell: Callable[[Any], Values]) -> None:
        rows: list[Values] = []
        for it in sorted(entities, key=_made_at):
            one = self.ids[it.key] = self._org.new_id(name)
            rows.append(self._row(name, one, spell(it), _Dated(it), self._author(it)))
        self._org.tables[name].fill(rows)

    def _deal(self, it: Deal) -> Values:
        values = it.values
        return {
            "Name": values.get("name", "Deal")[:120], "AccountId": self.ids.get(it.company or ""),
            "StageName": STAGES.get(values.get("stage", ""), "Prospecting"),
            "Amount": float(values["amount"]) if values.get("amount") else None,
            "CloseDate": day_of(values.get("close_date")) or it.created_at.date(),
            "RecordTypeId": self._org.default_record_type("Opportunity"),
        }  # fmt: skip

    def _deal_truth(self, it: Deal) -> bytes:
        """Return what is true of a deal that another CRM knows of, too."""
        here, true = (
            [self.ids[key] for key in people if self._is_contact(key)] for people in (it.people, it.true_people)
        )
        return orjson.dumps({
            "object": "Opportunity", "id": self.ids[it.key], "key": it.key, "who": it.key, "kind": "deal",
            "loaded": it.values, "older": it.kin.older, "also_true": {}, "truth": it.truth, "defects": [],
            "company": self.ids.get(it.company or ""), "true_company": self.ids.get(it.true_company or ""),
            "people": here, "true_people": true,
        })  # fmt: skip

    def _fill_roles(self, pairs: list[tuple[Deal, str]]) -> None:
        seen: set[str] = set()
        rows: list[tuple[Any, Values]] = []
        for deal, person in pairs:
            role = "Decision Maker" if deal.key not in seen else "Influencer"
            values: Values = {"OpportunityId": self.ids[deal.key], "ContactId": self.ids[person], "Role": role}
            rows.append((deal, {**values, "IsPrimary": deal.key not in seen}))
            seen.add(deal.key)
        self._add_rows("OpportunityContactRole", rows)

    def _ticket(self, it: Ticket) -> Values:
        person = next((key for key in it.people if self._is_contact(key)), "")
        table = self._org.tables["Case"]
        return {
            "CaseNumber": f"{table.next_number - FIRST_NUMBER:08d}", "AccountId": self.ids.get(it.company or ""),
            "ContactId": self.ids.get(person), "Subject": it.values.get("subject"), "Origin": "Email",
            "Status": _CASE_STATES.get(it.values.get("stage", ""), "New"),
            "Priority": it.values.get("priority", "medium").capitalize(),
        }  # fmt: skip

    def _task(self, it: Activity) -> Values:
        is_done = it.kind != "tasks" or it.values.get("status") == "completed"
        subtype = {"calls": "Call", "emails": "Email"}.get(it.kind, "Task")
        seconds = it.values.get("duration_s")
        return {
            **self._whom(it), "Subject": it.values.get("subject") or it.values.get("title") or "Note",
            "Description": it.values.get("body"), "Status": "Completed" if is_done else "Not Started",
            "Priority": "Normal", "TaskSubtype": subtype, "ActivityDate": it.happened_at.date(),
            "CallDurationInSeconds": int(seconds) if seconds else None,
            "CallDisposition": _DISPOSITIONS.get(it.values.get("outcome", "")) if it.kind == "calls" else None,
        }  # fmt: skip

    def _event(self, it: Activity) -> Values:
        at = _whole(it.happened_at)
        return {
            **self._whom(it), "Subject": it.values.get("title") or "Meeting", "ActivityDateTime": at,
            "StartDateTime": at, "ActivityDate": at.date(), "DurationInMinutes": 30,
        }  # fmt: skip

    def _load_fair(self, people: list[Person]) -> None:
        """One campaign, with those who came in by the import of its badges as members."""
        here = [it for it in people if it.source.type == "IMPORT" and "fair" in it.source.label]
        if not here:
            return
        first = min(here, key=lambda it: it.created_at)
        campaign: Values = {"Name": "Trade fair", "Type": "Trade Show", "Status": "Completed"}
        self._add_rows("Campaign", [(first, campaign)])
        one = next(iter(self._org.tables["Campaign"].rows))
        members: list[tuple[Any, Values]] = [
            (it, {"CampaignId": one, f"{self._objects[it.key]}Id": self.ids[it.key], "Status": "Responded"})
            for it in here
        ]  # fmt: skip
        self._add_rows("CampaignMember", members)

    def _load_projects(self, firms: list[Company]) -> None:
        """A few records of the org's own object: one project for every twentieth account."""
        chosen = firms[::20]
        regions = ("EMEA", "AMER;EMEA", "APAC", "AMER")
        self._add_rows("Project__c", [
            (it, {
                "Name": f"Project {place}", "Account__c": self.ids[it.key], "Status__c": "Running",
                "Regions__c": regions[place % 4], "Budget__c": 1000.0 * place, "Code__c": f"P-{place:05d}",
                "Is_Active__c": place % 2 == 0,
            })
            for place, it in enumerate(chosen, 1)
        ])  # fmt: skip

    def _add_rows(self, name: str, rows: list[tuple[Any, Values]]) -> None:
        has_owner = "OwnerId" in self._org.objects[name].fields
        filled: list[Values] = []
        for it, values in sorted(rows, key=lambda pair: pair[0].created_at):
            row = self._row(name, self._org.new_id(name), values, _Dated(it), self._author(it))
            if not has_owner:
                del row["OwnerId"]
            filled.append(row)
        self._org.tables[name].fill(filled)

    def _whom(self, it: Activity) -> Values:
        return {"WhoId": self.ids[it.person], "AccountId": self._accounts.get(it.person)}

    def _is_contact(self, key: str) -> bool:
        return self._objects.get(key) == "Contact"

    def _assign(self) -> None:
        org = self._org
        queue = next(iter(org.tables["Group"].rows))
        desk = next(iter(self._users.values()), org.automated_user)
        for place, (name, owner) in enumerate((("Lead", queue), ("Case", desk), ("Account", desk)), 1):
            org.assignment_rules[name] = AssignmentRule(make_id("01Q", place), name, owner)


class _Dated:
    """What an activity lacks to be dated as the others are."""

    def __init__(self, it: Any) -> None:
        self.owner = it.owner
        self.created_at = _made_at(it)
        self.modified_at = it.happened_at if isinstance(it, Activity) else it.modified_at


def load(org: Org, population: Population, *, share: float = 1.0) -> Loader:
    """Load a population, or a share of it (the same one each time), into an empty org; return its loader with ids."""
    loader = Loader(org, population, share=share)
    loader.load()
    return loader


def author_of(org: Org, source: Source, colleagues: Mapping[str, str]) -> str:
    """Return the user the records of a source are made by; apps and interfaces have users of their own."""
    if source.user_id in colleagues:
        return colleagues[source.user_id]
    if source.type in {"INTEGRATION", "API"}:
        plain = "".join(letter for letter in source.label.lower() if letter.isalnum()) or "app"
        username = f"{plain}@syncd-sandbox.example"
        known = org.tables["User"].having("Username", username)
        profile = org.tables["Profile"].having("Name", APP_PROFILE)[0].id
        return known[0].id if known else add_user(org, username, "", source.label[:80], profile=profile)
    return org.tables["User"].having("Username", ADMINISTRATOR)[0].id


def flags_of(it: Person, spelled: Spelled, now: datetime) -> frozenset[str]:
    """Return what a careful person would say who sees this org only.

    An org keeps one sign of life, the day of the last activity. This one has everything logged as an activity, mails
    and visits as well: whoever has a last activity that is old is inactive, and of whoever has none nothing is known.
    """
    last = spelled.fields.get("LastActivityDate")
    is_inactive = isinstance(last, date) and now - datetime.combine(last, time(), UTC) >= INACTIVE_AFTER
    # Of an address that the org never took nothing can be said.
    unseen = {"inactive", *(MAILBOX_FLAGS if spelled.fields.get("Email") is None else ())}
    return it.true_flags - unseen | ({"inactive"} if is_inactive else frozenset[str]())


def person_truth(name: str, it: Person, spelled: Spelled, one: str, ids: Mapping[str, str], *, now: datetime) -> bytes:
    """Return what is true of a person, as JSON, with record ids instead of keys."""
    is_contact = name == "Contact"
    defects = [asdict(defect) for defect in spelled.defects if is_contact or defect.field != "company"]
    return orjson.dumps({
        "object": name, "id": one, "key": it.key, "who": it.who, "kind": "person", "loaded": spelled.loaded,
        "truth": spelled.truth, "older": it.kin.older, "also_true": true_too(it.kin.also_true),
        # A lead has no account to be linked to.
        "company": ids.get(it.company or "") if is_contact else None,
        "true_company": ids.get(it.true_company or "") if is_contact else None,
        "true_flags": sorted(flags_of(it, spelled, now)), "defects": defects,
        "duplicate_of": ids.get(it.duplicate_of), "lookalike_of": ids.get(it.lookalike_of),
        "likeness": it.likeness, "is_real": it.is_real, "has_bounced": it.has_bounced,
        "has_opted_out": it.has_opted_out, "source": asdict(it.source),
    })  # fmt: skip


def _company_truth(it: Company, spelled: Spelled, one: str, ids: Mapping[str, str]) -> bytes:
    """Return the same of a company."""
    return orjson.dumps({
        "object": "Account", "id": one, "key": it.key, "who": it.who, "kind": "company", "loaded": spelled.loaded,
        "older": it.kin.older, "also_true": true_too(it.kin.also_true),
        "parent": ids.get(it.parent), "true_parent": ids.get(it.true_parent),
        "truth": spelled.truth, "defects": [asdict(defect) for defect in spelled.defects],
        "duplicate_of": ids.get(it.duplicate_of), "lookalike_of": ids.get(it.lookalike_of),
        "likeness": it.likeness, "source": asdict(it.source),
    })  # fmt: skip


def _root(roots: Mapping[str, str], key: str) -> str:
    while roots.get(key):
        key = roots[key]
    return key


def _flags(org: Org, name: str) -> Values:
    return {it.name: bool(it.default_value) for it in org.objects[name].fields.values() if it.type == "boolean"}


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _made_at(entity: Any) -> datetime:
    made: datetime = entity.happened_at if isinstance(entity, Activity) else entity.created_at
    return made
