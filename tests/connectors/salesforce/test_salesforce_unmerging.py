"""Salesforce's merges taken apart: what cannot come back is told, and nothing is brought back in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.protocol import Merged
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


def merged(org, connector, stays, goes):
    images = {one.ref.id: one for one in connector.whole("Contact", [stays, goes]).records}
    into = Ref("main", "Contact", stays)
    (outcome,) = connector.merge("Contact", [MergeWrite("m", Ref("main", "Contact", goes), into, {})])
    assert outcome.state is FixState.APPLIED
    return Merged("m", images[goes], images[stays], into, {})


def test_member_of_a_campaign_cannot_be_put_back_and_is_told(org):
    stays, goes = org.create("Contact", 2)
    campaign = org._act(do="create", object="Campaign", properties={"Name": "Fair"})["results"][0]["id"]
    org._act(do="create", object="CampaignMember", properties={"CampaignId": campaign, "ContactId": goes})
    connector = org.connect()
    done = merged(org, connector, stays, goes)

    (revived,) = connector.revive("Contact", [done])
    (parted,) = connector.part("Contact", [replace(done, back=revived.record.ref)])

    assert (parted.state, parted.detail) == (FixState.APPLIED, "links not put back: CampaignMember.ContactId (1)")


def test_record_that_is_in_the_bin_no_longer_does_not_come_back(org):
    stays, goes = org.create("Contact", 2)
    connector = org.connect()
    done = merged(org, connector, stays, goes)
    org._act(do="purge", object="Contact", id=goes)

    (outcome,) = connector.revive("Contact", [done])

    assert outcome.state is FixState.REJECTED


def test_nobody_is_brought_back_when_the_one_that_stayed_is_gone(org):
    stays, goes = org.create("Contact", 2)
    connector = org.connect()
    done = merged(org, connector, stays, goes)
    org.archive("Contact", stays)

    (outcome,) = connector.revive("Contact", [done])

    assert outcome.state is FixState.STALE
    assert [one.ref.id for one in connector.whole("Contact", [stays, goes]).records] == []
