"""HubSpot's merges: what stands against them, what HubSpot picks otherwise, and addresses that belong to one alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.protocol import Merged
from syncd.model import Ending, FixState, MergeWrite, Ref
from tests.connectors.doubles import answer
from tests.connectors.rigs import HubSpotRig

STAMP = "2026-02-01T00:00:00.000Z"


@pytest.fixture(scope="module")
def running():
    started = HubSpotRig()
    yield started
    started.close()


@pytest.fixture
def hubspot(running):
    running.reset()
    return running


IN_STEP = "HubSpot merges no companies while its own connector keeps them in step with Salesforce"


def row(id_, **values):
    return {"id": str(id_), "properties": {"hs_lastmodifieddate": STAMP, "lastmodifieddate": STAMP, **values}}


def write(object_name, goes, stays, **values):
    return MergeWrite("m", Ref("main", object_name, goes), Ref("main", object_name, stays), values)


def images(connector, *ids):
    return {one.ref.id: one for one in connector.whole("contacts", ids).records}


def told(connector, id_, *names):
    (record,) = connector.whole("contacts", [id_]).records
    return [record.values[name] for name in names]


def test_a_record_with_too_many_identities_is_not_merged(desk):
    lineage = ";".join(str(number) for number in range(100, 599))
    there = desk(answer(200, {"results": [row(1, hs_merged_object_ids=lineage), row(2)]}))

    blocked = there.connector.why_not_merged("contacts", [write("contacts", "2", "1")])

    assert blocked == {"m": "together they would have more than 250 identities, HubSpot's limit"}


def test_companies_kept_in_step_with_salesforce_are_not_merged(desk):
    there = desk(answer(200, {"results": [row(1, salesforceaccountid="001A"), row(2)]}))

    blocked = there.connector.why_not_merged("companies", [write("companies", "2", "1")])

    assert blocked == {"m": IN_STEP}


def test_companies_that_are_not_kept_in_step_are_not_merged_either_while_others_are(desk):
    two = answer(200, {"results": [row(1), row(2)]})
    there = desk(two, answer(200, {"total": 3, "results": [row(9)]}), two)

    blocked = [there.connector.why_not_merged("companies", [write("companies", "2", "1")]) for _ in range(2)]

    assert blocked == [{"m": IN_STEP}] * 2


def test_companies_are_merged_where_the_account_knows_nothing_of_salesforce(desk):
    refusal = {"category": "VALIDATION_ERROR", "message": "There was a problem with the request"}
    there = desk(answer(200, {"results": [row(1), row(2)]}), answer(400, refusal))

    assert there.connector.why_not_merged("companies", [write("companies", "2", "1")]) == {}


def test_a_company_may_be_archived_when_the_account_that_it_is_kept_in_step_with_goes_too(desk):
    there = desk(answer(200, {"results": [row(2, salesforceaccountid="001A")]}))
    one = write("companies", "2", "1")

    assert there.connector.why_not_preserved("companies", [replace(one, counterpart_goes=True)], Ending()) == {}
    assert "bring it back" in there.connector.why_not_preserved("companies", [one], Ending())["m"]


@pytest.mark.parametrize(
    ("status", "state"), [(404, FixState.STALE), (414, FixState.REJECTED), (400, FixState.REJECTED)]
)
def test_a_merge_that_hubspot_refuses_ends_in_its_words(desk, status, state):
    there = desk(answer(status, {"category": "VALIDATION_ERROR", "message": "Cannot have more than 250 identities"}))

    (outcome,) = there.connector.merge("contacts", [write("contacts", "2", "1")])

    assert outcome.state is state
    assert "Cannot have more than 250 identities" in outcome.detail


def test_the_address_that_was_first_stays_with_the_record_when_another_one_becomes_it(hubspot):
    stays, goes = hubspot.create("contacts", 2)
    connector = hubspot.connect()

    (outcome,) = connector.merge("contacts", [write("contacts", goes, stays, email="person-1@mail.example")])

    names = ("email", "hs_additional_emails")
    assert told(connector, outcome.gone.merged_into, *names) == ["person-1@mail.example", "person-0@mail.example"]


def test_a_value_that_hubspot_refuses_after_a_merge_is_told(hubspot):
    stays, goes = hubspot.create("contacts", 2)
    connector = hubspot.connect()

    (outcome,) = connector.merge("contacts", [write("contacts", goes, stays, hs_lead_status="nonsense")])

    assert outcome.state is FixState.APPLIED
    assert outcome.detail.startswith("merged; not all values were taken")


def test_a_life_cycle_stage_goes_back_where_it_was(hubspot):
    stays, goes = hubspot.create("contacts", 2)
    hubspot.edit("contacts", [stays], lifecyclestage="lead")
    hubspot.edit("contacts", [goes], lifecyclestage="customer")
    connector = hubspot.connect()
    before = images(connector, stays, goes)
    (outcome,) = connector.merge("contacts", [write("contacts", goes, stays)])
    at = outcome.gone.merged_into
    merged = Merged("u", before[goes], before[stays], Ref("main", "contacts", at), {})

    (revived,) = connector.revive("contacts", [merged])

    assert told(connector, at, "lifecyclestage") == ["lead"]
    assert told(connector, revived.record.ref.id, "lifecyclestage") == ["customer"]


def test_a_record_whose_address_somebody_else_has_by_now_comes_back_without_it(hubspot):
    stays, goes = hubspot.create("contacts", 2)
    connector = hubspot.connect()
    before = images(connector, stays, goes)
    (outcome,) = connector.merge("contacts", [write("contacts", goes, stays)])
    at = outcome.gone.merged_into
    connector._client.change_emails(at, "person-1@mail.example", remove=True)
    hubspot._act(do="create", object="contacts", properties={"email": "person-1@mail.example"})
    merged = Merged("u", before[goes], before[stays], Ref("main", "contacts", at), {})

    (revived,) = connector.revive("contacts", [merged])
    back = revived.record.ref
    (parted,) = connector.part("contacts", [Merged("u", before[goes], before[stays], merged.at, {}, back)])

    assert told(connector, back.id, "email", "firstname") in ([None, "Ada"], ["", "Ada"])
    assert "email" in parted.detail


def test_ids_that_a_batch_does_not_follow_still_name_the_record_that_answers(hubspot):
    stays, goes = hubspot.create("contacts", 2)
    at = hubspot.merge("contacts", stays, goes)
    hubspot._ask("POST", "/_sandbox/settings", {"readings": {"batch_read_follows_merges": False}})
    connector = hubspot.connect()

    reading = connector.whole("contacts", [stays, goes])

    assert {one.ref.id: one.merged_into for one in reading.gone} == {stays: at, goes: at}
    assert [one.ref.id for one in reading.records] == [at]
