"""Who is linked with whom, and what is copied between them."""

from __future__ import annotations

import orjson
import pytest

from connectors.sandbox import Sandbox
from connectors.sandbox.native.copying import Both as Field
from connectors.sandbox.native.copying import settled


def test_a_person_in_both_is_linked_by_address_the_first_time_and_by_id_from_then_on(both):
    contact, person = both.linked()
    both.act("update", "Contact", person, properties={"Email": "ada@elsewhere.com"})

    both.native.cycle()

    assert both.here(contact)["salesforcecontactid"] == person
    assert both.here(contact)["email"] == "ada@elsewhere.com"
    assert len(both.living("contacts")) == len(both.living("Contact")) == 1


def test_a_lead_is_linked_as_a_lead_and_as_the_contact_it_becomes(both):
    contact, lead = both.contact(), both.person(object_name="Lead")
    both.native.cycle()
    as_lead = both.here(contact)

    both.act("convert", "Lead", lead)
    both.native.cycle()

    assert as_lead["salesforceleadid"] == lead
    assert both.here(contact)["salesforcecontactid"] == both.living("Contact")[0]
    assert len(both.living("contacts")) == 1


def test_of_several_people_with_one_address_the_last_one_changed_is_linked(both):
    contact, first = both.linked()
    second = both.person()

    both.native.cycle()
    after_second = both.here(contact)["salesforcecontactid"]
    both.act("update", "Contact", first, properties={"Phone": "1"})
    both.native.cycle()

    assert after_second == second
    # By its id: nobody holds it any more, so it is found by its address.
    assert both.here(contact)["salesforcecontactid"] == first


def test_what_one_crm_lacks_is_made_there(both):
    contact = both.contact("here@acme.com", phone="1")
    person = both.person("there@acme.com", Title="CEO")

    both.native.cycle()

    [lead] = both.living("Lead")
    [made] = set(both.living("contacts")) - {contact}
    assert (both.there(lead)["Email"], both.there(lead)["Phone"]) == ("here@acme.com", "1")
    assert (both.here(made)["email"], both.here(made)["jobtitle"]) == ("there@acme.com", "CEO")
    assert (both.here(contact)["salesforceleadid"], both.here(made)["salesforcecontactid"]) == (lead, person)


def test_only_members_of_the_inclusion_list_and_people_with_an_address_go_to_salesforce(both):
    both.native.turn({"inclusion": "7"})
    both.contact()
    both.act("create", "contacts", properties={"lastname": "Nobody"})

    both.native.cycle()

    assert both.living("Lead") == []


def test_a_company_is_the_account_of_a_person_of_both_and_goes_there_only_with_one(both):
    contact, person = both.linked()
    company, lonely = (both.act("create", "companies", properties={"name": name}) for name in ("Acme", "Lonely"))
    both.act("link", "contacts", contact, to="companies", to_id=company, types=[1])
    both.act("create", "Account", properties={"Name": "Acme Inc."})
    [account] = both.living("Account")
    both.act("update", "Contact", person, properties={"AccountId": account})
    both.act("update", "Account", account, properties={"Phone": "1"})

    both.native.cycle()

    assert both.here(company, "companies")["salesforceaccountid"] == account
    assert "salesforceaccountid" not in both.here(lonely, "companies")
    assert len(both.living("Account")) == 1


def test_opportunities_become_deals_whose_stage_is_then_left_alone(both):
    fields = {"Name": "Order", "StageName": "Closed Won", "CloseDate": "2026-12-01", "Amount": 5.0}
    both.act("create", "Opportunity", properties=fields)

    both.native.cycle()

    [deal] = both.living("deals")
    held = both.here(deal, "deals")
    assert (held["dealname"], held["dealstage"], held["amount"]) == ("Order", "closedwon", "5")
    assert held["closedate"].startswith("2026-12-01")


@pytest.mark.parametrize(
    ("rule", "field", "becomes"),
    [
        ("prefer_salesforce", Field("here", "there", 2, 1), "there"),
        ("prefer_salesforce", Field("here", ""), "here"),
        ("always_salesforce", Field("here", ""), ""),
        ("two_way", Field("here", "there", 2, 1), "here"),
        ("two_way", Field("here", "there", 1, 2), "there"),
        ("two_way", Field("", "there", 2, 0), ""),
        ("two_way", Field("here", ""), "here"),  # nobody knows which came first: what there is
        ("never", Field("here", "there", 2, 1), None),
        ("two_way", Field("same", "same", 2, 1), None),
    ],
)
def test_each_field_follows_its_rule(rule, field, becomes):
    assert settled(rule, field) == becomes


def test_values_are_copied_by_rules_an_operator_may_change(both):
    both.native.turn({"rules": {"contacts.phone": "two_way", "contacts.jobtitle": "never"}})
    contact, person = both.linked()
    both.act("update", "contacts", contact, properties={"phone": "1", "jobtitle": "CEO", "city": "Rome"})
    both.native.cycle()

    both.act("update", "contacts", contact, properties={"phone": "2", "city": "Paris"})
    both.native.cycle()

    told = both.there(person)
    assert (told["Phone"], told.get("Title"), told["MailingCity"]) == ("2", None, "Rome")
    # Salesforce has one by now, so HubSpot's goes back to it.
    assert both.here(contact)["city"] == "Rome"


def test_it_writes_in_its_own_name_and_as_an_integration(both):
    contact, person = both.contact(), both.person(Phone="1")

    both.native.cycle()

    assert {effect.actor_kind for effect in both.written()} == {"integration"}
    assert {effect.id for effect in both.written()} == {contact}
    both.act("update", "contacts", contact, properties={"mobilephone": "2"})
    both.native.cycle()
    users = both.org.tables["User"].rows
    assert users[both.there(person)["LastModifiedById"]]["Name"] == "HubSpot Integration"


def test_a_cycle_with_nothing_to_do_writes_nothing_and_its_own_writes_are_no_change(both):
    both.linked(phone="1", city="Rome")
    both.contact("other@acme.com")
    both.native.cycle()
    before = both.world.effects.last_seq

    for _ in range(3):
        both.native.cycle()

    assert both.world.effects.last_seq == before


def test_what_was_there_before_it_was_switched_on_waits_for_a_change_or_for_everything(both):
    both.native.turn({"is_on": False})
    both.contact()
    both.person()
    both.native.turn({"is_on": True})

    both.native.cycle()
    before = len(both.written())
    both.native.cycle(everything=True)

    assert before == 0
    assert "salesforcecontactid" in both.here(both.living("contacts")[0])


def test_what_a_crm_refuses_is_a_sync_error_until_it_goes_through(both):
    contact, person = both.linked()
    both.contact("grace@acme.com")
    both.act("update", "Contact", person, properties={"Email": "grace@acme.com"})

    both.native.cycle()
    errors = {row["id"]: row["message"] for row in both.native.status()["errors"]}
    both.act("update", "Contact", person, properties={"Email": "ada@acme.com"})
    both.native.cycle()

    assert "already exists" in errors[contact]
    assert contact not in {row["id"] for row in both.native.status()["errors"]}


def test_it_runs_every_quarter_of_an_hour_of_the_sandbox_and_is_controlled_like_everything_else(both):
    both.contact()
    both.native.tick()
    before = both.living("Lead")

    both.ask("POST", "clock", b'{"shift_s": 901}')
    both.native.tick()

    assert (before, len(both.living("Lead"))) == ([], 1)
    assert orjson.loads(both.ask("GET", "native").body)["cycles"] == 1
    assert orjson.loads(both.ask("POST", "native/cycle").body)["cycles"] == 2
    assert both.ask("POST", "native", b'{"returns": "perhaps"}').status == 400
    assert orjson.loads(both.ask("POST", "native", b'{"is_on": false}').body)["settings"]["is_on"] is False
    assert both.ask("POST", "native/cycle").status == 400


def test_it_survives_a_restart_of_the_sandbox(tmp_path):
    first = Sandbox(state=tmp_path / "state.json")
    first.native.turn({"is_on": True, "every_s": 60})
    first._file.save()  # type: ignore[union-attr]

    second = Sandbox(state=tmp_path / "state.json")

    assert second.native.settings == first.native.settings
