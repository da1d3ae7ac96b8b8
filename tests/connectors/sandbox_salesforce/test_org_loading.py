"""One population in both CRMs: what Salesforce holds of it, what is true of it, and how it lives on."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.sandbox import Sandbox
from connectors.sandbox.effects import SYSTEM, Cause
from connectors.sandbox.population import generate
from connectors.sandbox.salesforce import Org
from connectors.sandbox.salesforce.loader import load
from connectors.sandbox.world import World

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PEOPLE = generate(600, 200, now=NOW)


@pytest.fixture(scope="module")
def both():
    with Sandbox.start(population=PEOPLE, tier="off") as sandbox:
        yield sandbox


@pytest.fixture
def loaded():
    world = World()
    world.clock.freeze(round(NOW.timestamp() * 1000))
    org = Org(world)
    load(org, PEOPLE)
    return org


def truths(org, name):
    return [json.loads(row) for row in org.truth[name].values()]


def test_everybody_is_a_contact_or_a_lead_and_leads_have_no_account(loaded):
    contacts, leads = truths(loaded, "Contact"), truths(loaded, "Lead")

    assert {row["key"] for row in contacts}.isdisjoint(row["key"] for row in leads)
    assert len(contacts) + len(leads) == len(PEOPLE.people)
    assert len(leads) > 50
    assert {row["company"] for row in leads} == {None}
    linked = [row for row in contacts if row["company"]]
    assert all(loaded.find("Contact", row["id"])["AccountId"] == row["company"] for row in linked)


def test_truth_has_the_same_shape_as_hubspot_s(both):
    org = {frozenset(json.loads(row)) for row in both.crms["salesforce"].truth("Contact", "")}
    account = {frozenset(json.loads(row)) for row in both.crms["hubspot"].truth("contacts", "")}

    assert org == account


def test_with_both_crms_most_people_are_in_both(both):
    here = {json.loads(row)["key"] for name in ("Contact", "Lead") for row in both.crms["salesforce"].truth(name, "")}
    there = {json.loads(row)["key"] for row in both.crms["hubspot"].truth("contacts", "")}

    assert here < there
    assert 0.6 < len(here) / len(there) < 0.8


def test_what_is_loaded_is_what_the_fields_hold(loaded):
    for row in truths(loaded, "Account"):
        record = loaded.find("Account", row["id"])
        assert str(record["Name"]) == row["loaded"]["name"]
        assert record["BillingCity"] == (row["loaded"].get("city") or None)
    for row in truths(loaded, "Lead"):
        record = loaded.find("Lead", row["id"])
        assert record["Email"] == (row["loaded"].get("email") or None)
        assert record["Company"] == row["loaded"]["company_name"]


def test_an_undamaged_field_holds_the_truth(loaded):
    for name in ("Contact", "Lead", "Account"):
        for row in truths(loaded, name):
            damaged = {defect["field"] for defect in row["defects"]}
            for field, value in row["loaded"].items():
                if field not in damaged and value != "[not provided]":
                    assert value == row["truth"].get(field), (name, field, row)


def test_no_org_would_have_taken_what_is_not_there(loaded):
    for name in ("Contact", "Lead"):
        for row in loaded.rows(name):
            email = row["Email"]
            assert email is None or "@" in email
            assert all(
                len(row[field.name]) <= field.length
                for field in loaded.objects[name].fields.values()
                if field.type in {"string", "email", "phone", "textarea"} and field.length and row[field.name]
            )


def test_records_are_made_by_people_and_by_the_users_of_apps(loaded):
    authors = {row["CreatedById"] for row in loaded.rows("Contact")}
    names = {loaded.find("User", author)["Username"] for author in authors}

    assert "ringlinetelephony@syncd-sandbox.example" in names
    assert len(names) > 5


def test_references_lead_to_records_and_stamps_are_whole_seconds(loaded):
    for name, table in loaded.tables.items():
        references = [field for field in loaded.objects[name].fields.values() if field.type == "reference"]
        for row in table.rows.values():
            for field in references:
                target = row[field.name]
                assert target is None or target in loaded.tables[loaded.object_of(target)].rows, (name, field.name)
            stamp = row["SystemModstamp"]
            assert stamp is None or stamp.microsecond == 0


def test_loading_leaves_no_effects_and_the_same_people_every_time(loaded):
    other = Org(World())
    load(other, PEOPLE)

    assert loaded.world.effects.last_seq == 0
    assert other.truth == loaded.truth


def test_the_base_lives_in_both_crms(both):
    both.call(lambda: both._live({"events": 120}))

    effects = list(both.world.effects.since(0))
    assert {"contacts", "Contact"} <= {effect.object for effect in effects}
    assert {"person", "import", "form"} <= {effect.actor_kind for effect in effects if effect.object == "Contact"}


def test_a_snapshot_brings_everything_back(both):
    before = both.crms["salesforce"].state()
    again = json.loads(json.dumps(before))

    both.crms["salesforce"].restore(again)

    assert both.crms["salesforce"].state() == before


def test_the_state_file_keeps_both(tmp_path):
    path = tmp_path / "state.json"
    with Sandbox.start(population=PEOPLE, tier="off", state=path) as sandbox:
        sandbox.org.update("Account", next(iter(sandbox.org.tables["Account"].rows)), {"Site": "kept"}, Cause(SYSTEM))

    with Sandbox.start(state=path, tier="off") as again:
        sites = [row["Site"] for row in again.org.rows("Account")]

    assert sites[0] == "kept"
    assert len(again.account.tables["contacts"].live) == len(PEOPLE.people)


def test_one_crm_alone_has_everybody_and_an_unknown_one_is_refused():
    with Sandbox(population=PEOPLE, crms=("salesforce",)) as alone:
        assert list(alone.crms) == ["salesforce"]
        assert sum(len(alone.org.truth[name]) for name in ("Contact", "Lead")) == len(PEOPLE.people)
    with pytest.raises(ValueError, match="crms must be some of"):
        Sandbox(crms=("pipedrive",))
