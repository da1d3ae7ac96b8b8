"""Records vanish, or are merged or linked otherwise, between a decision and its write: that is seen and kept."""

from __future__ import annotations

import pytest

from syncd.model import FixState
from tests.journeys.crms import EACH_CRM, EACH_CRM_ONCE, ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey, outcome
from tests.journeys.unclean import dirty, put_right


@EACH_CRM
@pytest.mark.parametrize("what", ["archive", "purge"])
def test_record_that_vanishes_before_the_write_is_closed_as_gone(journey: Journey, what: str) -> None:
    made = dirty(journey)
    journey.pass_once(may_write=False)
    journey.act(what, object=journey.crm.people, id=made[0])

    journey.apply()

    (stale,) = journey.fixes("", FixState.STALE)
    assert (stale.ref.id, stale.detail) == (made[0], "the record is gone")
    assert sorted(journey.changes()) == put_right(made[1:])
    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 2


@EACH_CRM
def test_record_that_vanishes_between_comparing_and_writing_is_closed_as_gone(journey: Journey) -> None:
    made = dirty(journey)
    journey.fault("edit", endpoint=journey.crm.writes, do="archive", id=made[0], count=1)

    journey.pass_once()

    (stale,) = journey.fixes("", FixState.STALE)
    assert stale.ref.id == made[0]
    assert sorted(journey.changes()) == put_right(made[1:])
    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 2


@EACH_CRM_ONCE
def test_record_that_is_gone_when_a_lost_write_is_read_back_is_closed_as_gone(journey: Journey) -> None:
    made = dirty(journey)
    journey.fault("edit", endpoint=journey.crm.writes, when="after", do="archive", id=made[0], count=1)
    journey.fault("lost_answer", endpoint=journey.crm.writes, count=1)

    journey.pass_once()

    assert journey.struck() == [1, 1]
    (stale,) = journey.fixes("", FixState.STALE)
    assert (stale.ref.id, "whether it was written before that is not known" in stale.detail) == (made[0], True)
    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 2


@EACH_CRM_ONCE
def test_link_to_a_company_that_vanished_is_closed_once_and_leaves_the_person_alone(journey: Journey) -> None:
    company = journey.create_company()
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.pass_once(may_write=False)
    journey.act("archive", object=journey.crm.companies, id=company)

    first, second = journey.pass_once(), journey.pass_once()

    assert sum(outcome(first, journey.crm.people).values()) <= 1
    assert outcome(second) == {}
    assert journey.with_store(lambda tx: tx.records.ids(journey.stream(), "", 10)) == [contact]
    assert journey.links() == []


@EACH_CRM_ONCE
def test_company_that_vanishes_right_before_the_link_to_it_is_known_to_be_gone(journey: Journey) -> None:
    journey.rules = "{fill_from_company: off}"
    company = journey.create_company()
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    going = {"do": "archive", "object": journey.crm.companies, "id": company}
    journey.fault("edit", endpoint=journey.crm.links, count=1, **going)

    first, second = journey.pass_once(), journey.pass_once()

    assert journey.struck() == [1]
    assert set(outcome(first, journey.crm.people)) <= {"rejected", "stale"}
    assert outcome(second) == {}
    assert journey.with_store(lambda tx: tx.records.count(journey.stream(journey.crm.companies))) == 0
    assert (contact, company) not in journey.links()


@ONCE_ON_SALESFORCE
def test_company_that_somebody_else_chooses_right_before_our_link_is_known_at_once(journey: Journey) -> None:
    journey.rules = "{fill_from_company: off}"
    journey.create_company()
    other = journey.create_company("Other Works GmbH", "other-works.com")
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.edited_meanwhile(contact, journey.crm.reads, {"company": other}, nth=4)

    results = journey.pass_once()

    # Right before the comparison or right behind it: that goes by the second the record was made in.
    assert outcome(results, journey.crm.people) in ({"rejected": 1}, {"stale": 1})
    [copy] = journey.with_store(lambda tx: tx.records.read(journey.stream(), [contact])).values()
    assert copy.links[journey.crm.companies] == (other,)
    assert journey.links() == []


@EACH_CRM
def test_record_merged_away_before_the_write_is_closed_and_the_winner_put_right(journey: Journey) -> None:
    loser, winner = dirty(journey, 2)
    journey.pass_once(may_write=False)
    merged = journey.act("merge", object=journey.crm.people, id=winner, other=loser)["results"][0]["id"]

    journey.apply()
    journey.pass_once()

    # Some CRMs give the merged record a new id; in others the winner keeps its own, and its fix.
    assert {fix.ref.id for fix in journey.fixes("", FixState.STALE)} == {loser, winner} - {merged}
    assert [one for one in journey.changes() if one[1] == "country"] == [(merged, "country", "DE")]
