"""What happens while nobody lets us look, or leaves no new stamp, is made good all the same: on each CRM in its way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syncd.engine import Sweep, sweep
from syncd.model import Stream
from tests.journeys.crms import EACH_CRM_ONCE, ONCE, ONCE_ON_SALESFORCE, SALESFORCE
from tests.journeys.journey import Journey

PROJECTS = """\
crm: salesforce
object: Project__c
kind: custom
fields:
  name: {source: Name, write: true}
  x_account_name: {source: Account_Name__c, type: text}
links: {company: Account}
examples:
  - given: {Name: Bridge, Account_Name__c: Acme}
    becomes: {name: Bridge, x_account_name: Acme}
"""


def persons(journey: Journey, count: int, **more: str) -> list[str]:
    made = [
        journey.create(email=f"{one}.king@example-works.com".lower(), first_name=one, last_name="King", **more)
        for one in ("Ada", "Grace", "Mary", "Hedy")[:count]
    ]
    journey.pass_once()
    journey.pass_time(7200)
    return made


def look(journey: Journey, kind: Sweep, object_name: str = "") -> None:
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream.object == (object_name or journey.crm.people))
        sweep(parts.tools, setup, kind)


def copies(journey: Journey) -> dict[str, dict[str, Any]]:
    """Return the values that are held, by id."""
    stream = journey.stream()
    held = journey.with_store(lambda tx: tx.records.read(stream, tx.records.ids(stream, "", 1000)))
    return {id_: dict(one.values) for id_, one in held.items()}


def caught(journey: Journey) -> dict[tuple[str, str], int]:
    return dict(journey.with_store(lambda tx: tx.sweeps.caught(journey.stream())))


@EACH_CRM_ONCE
def test_what_happened_while_an_object_was_closed_to_us_is_read_when_it_is_open_again(journey: Journey) -> None:
    journey.mode = "observe"
    edited, archived, lost, kept = persons(journey, 4)
    journey.allow(*(one for one in journey.crm.objects if one != journey.crm.people))
    journey.edit(edited, city="Ulm")
    journey.act("archive", object=journey.crm.people, id=archived)
    merged = journey.act("merge", object=journey.crm.people, id=kept, other=lost)["results"][0]["id"]
    made = journey.create(email="joan.hopper@example-works.com", first_name="Joan", last_name="Hopper")
    opened = journey.pass_once().keys()
    journey.pass_time(86_400)
    journey.allow_all()

    error = journey.pass_once()[journey.crm.people].error
    look(journey, Sweep.REMOVALS)

    assert (journey.crm.people in opened, error) == (False, None)
    held = copies(journey)
    assert held.keys() == {edited, merged, made}
    assert held[edited][journey.crm.property(journey.crm.people, "city")] == "Ulm"
    assert journey.with_store(lambda tx: tx.aliases.current(journey.stream(), lost)) == merged


# Salesforce's recycle bin: `test_record_restored_from_the_bin_is_kept_and_put_right_again`.
@ONCE
def test_a_record_that_a_person_brings_back_is_held_and_judged_again(journey: Journey) -> None:
    journey.mode = "observe"
    one, other = persons(journey, 2, country="Germany")
    journey.act("archive", object=journey.crm.people, id=one)
    look(journey, Sweep.REMOVALS)
    gone = copies(journey).keys()
    journey.pass_time(7200)
    journey.pass_once()
    journey.act("restore", object=journey.crm.people, id=one)
    journey.pass_time(7200)

    journey.pass_once()
    look(journey, Sweep.CENSUS)

    assert gone == {other}
    assert copies(journey).keys() == {one, other}
    assert journey.rules_against(one) == journey.rules_against(other) != set()


@ONCE_ON_SALESFORCE
def test_a_record_edited_while_it_was_not_shared_with_us_is_read_once_it_is(journey: Journey) -> None:
    journey.mode = "observe"
    owner = str(journey.act("join")["results"][0]["id"])
    (hidden,) = persons(journey, 1, OwnerId=owner)
    journey.control("POST", "settings", {"crm": "salesforce", "permissions": {"view_all": False}})
    journey.edit(hidden, city="Ulm")
    journey.pass_once()
    journey.pass_time(86_400)
    # Somebody else's changes move the cursor on meanwhile.
    persons(journey, 1)
    journey.control("POST", "settings", {"crm": "salesforce", "permissions": {"view_all": True}})
    journey.pass_once()
    unseen = copies(journey)[hidden]["MailingCity"]

    look(journey, Sweep.CENSUS)

    assert (unseen, copies(journey)[hidden]["MailingCity"]) == (None, "Ulm")
    assert caught(journey)["sweep", "change"] == 1


@ONCE_ON_SALESFORCE
def test_a_field_that_was_hidden_while_it_changed_is_fetched_once_it_is_shown(journey: Journey) -> None:
    journey.mode = "observe"
    changed, untouched = persons(journey, 2)
    journey.control("POST", "settings", {"permissions": {"hide": ["Contact.MailingCity"]}})
    journey.edit(changed, city="Ulm", job_title="CFO")
    journey.pass_once()
    hidden = copies(journey)
    journey.pass_time(86_400)
    journey.control("POST", "settings", {"permissions": {"hide": []}})

    journey.pass_once()

    assert "MailingCity" not in hidden[changed]
    assert copies(journey)[changed]["MailingCity"] == "Ulm"
    assert "MailingCity" in copies(journey)[untouched]


class Projects(Journey):
    """A journey whose records are of the org's own object."""

    def stream(self, object_name: str = "") -> Stream:
        """Return a stream of the org, that of projects unless another is named."""
        name = object_name or self.crm.people
        return Stream("main", name, "company" if name == self.crm.companies else "custom")


@ONCE_ON_SALESFORCE
def test_a_formula_that_follows_another_record_is_seen_by_the_look_through_everything(journey: Journey) -> None:
    (journey.folder / "projects.yaml").write_text(PROJECTS, "utf-8")
    crm = replace(SALESFORCE, people="Project__c")
    journey = Projects(journey.url, journey.store_url, journey.folder, crm)
    journey.mode, journey.extra = "observe", "mapping: projects.yaml"
    company = journey.create_company("Acme")
    project = journey.create(Name="Bridge", Account__c=company)
    journey.pass_once()
    journey.pass_time(7200)
    # What was read in the second of its stamp is looked at once more.
    journey.pass_once()
    journey.edit(company, journey.crm.companies, name="Apex")
    journey.pass_once()
    before = copies(journey)[project]["Account_Name__c"]

    look(journey, Sweep.CENSUS)

    assert (before, copies(journey)[project]["Account_Name__c"]) == ("Acme", "Apex")
    assert caught(journey) == {("sweep", "calculated"): 1}
