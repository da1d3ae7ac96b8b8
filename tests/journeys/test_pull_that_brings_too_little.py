"""A pull that ends well and brings far too little is not believed, and nothing follows from it (FM-12)."""

from __future__ import annotations

from syncd.cli import ExitCode
from syncd.model import Action
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey


@EACH_CRM_ONCE
def test_a_pull_that_brings_far_too_little_is_not_believed(journey: Journey) -> None:
    journey.rules = "{duplicate: off}"  # they are all alike
    for number in range(12):
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
    # What counts the records goes through: of Salesforce's queries it is the first.
    first = 2 if journey.crm.lists == "query" else 1
    journey.fault("cut", endpoint=journey.crm.lists, object=journey.crm.people, rows=1, total=1, nth=first)

    said = journey.command("sync", "--json")
    held_meanwhile = journey.with_store(lambda tx: tx.holds.of(journey.stream()))
    journey.no_faults()
    journey.calls()
    written_meanwhile = journey.written(object=journey.crm.people)
    again = journey.command("sync", "--json")
    held_after = journey.with_store(lambda tx: tx.holds.of(journey.stream()))

    assert said.code != ExitCode.OK
    assert "counts 12 records" in str(said.data)
    assert written_meanwhile == []
    assert [one.guard for one in held_meanwhile] == ["pull_too_small"]
    assert again.code == ExitCode.OK
    assert journey.calls()[f"{journey.crm.lists} {journey.crm.people}"] >= 1, "a pull that was not believed is repeated"
    assert held_after == []
    assert len(journey.written(object=journey.crm.people)) >= 12
    assert all(fix.action is not Action.ARCHIVE for fix in journey.fixes())
