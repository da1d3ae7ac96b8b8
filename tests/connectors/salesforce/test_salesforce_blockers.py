"""What stands against merges in Salesforce is found by reading, and the org would have refused it."""

from __future__ import annotations

import pytest

from syncd.model import FixState, MergeWrite, Ref
from tests.connectors.rigs import SalesforceRig


@pytest.fixture(scope="module")
def running():
    started = SalesforceRig()
    yield started
    started.close()


@pytest.fixture
def org(running):
    running.reset()
    return running


def made(org, object_name, **values):
    return str(org._act(do="create", object=object_name, properties=values)["results"][0]["id"])


def against(connector, object_name, goes, stays):
    """Return what is said against a merge, and what becomes of it when it is tried all the same."""
    merge = MergeWrite("m", Ref("main", object_name, goes), Ref("main", object_name, stays), {})
    said = connector.why_not_merged(object_name, [merge])
    (outcome,) = connector.merge(object_name, [merge])
    return said.get("m", ""), outcome.state


def test_nothing_stands_against_two_plain_records(org):
    stays, goes = org.create("Contact", 2)

    assert against(org.connect(), "Contact", goes, stays) == ("", FixState.APPLIED)


def test_a_lead_that_was_converted_is_no_lead_any_more(org):
    stays, goes = (made(org, "Lead", LastName=f"King {number}", Company="Works") for number in (1, 2))
    org._act(do="convert", object="Lead", id=goes)

    said, state = against(org.connect(), "Lead", goes, stays)

    assert said == "a lead that was converted is no lead any more"
    assert state is FixState.REJECTED


@pytest.mark.parametrize("steps", [0, 1])
def test_nobody_comes_to_stand_above_themselves(org, steps):
    goes = made(org, "Contact", LastName="King")
    above = goes
    for number in range(steps):
        above = made(org, "Contact", LastName=f"Between {number}", ReportsToId=above)
    stays = made(org, "Contact", LastName="King", ReportsToId=above)

    said, state = against(org.connect(), "Contact", goes, stays)

    assert said == "the record that stays would stand above itself, by its ReportsToId"
    assert state is FixState.REJECTED


def test_who_may_not_delete_merges_nothing(org):
    stays, goes = org.create("Contact", 2)
    rights = {"read_only_objects": ["Contact"]}
    org._ask("POST", "/_sandbox/settings", {"permissions": rights})

    said, state = against(org.connect(), "Contact", goes, stays)

    assert said.startswith("Salesforce does not merge records of Contact")
    assert state is FixState.REJECTED


def test_locked_records_are_merged_when_the_lock_is_gone(org):
    stays, goes = org.create("Contact", 2)
    org._ask("POST", "/_sandbox/settings", {"locks": {"ids": [goes], "seconds": 2}})

    assert against(org.connect(), "Contact", goes, stays) == ("", FixState.APPLIED)
