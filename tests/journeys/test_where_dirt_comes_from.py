"""A defect counts by what wrote the value, not by what made the record, where somebody asks and the CRM tells."""

from __future__ import annotations

from syncd.telemetry import Kpis
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT
from tests.journeys.journey import Journey

IMPORT = {"kind": "import", "id": "import-1", "label": "fair.xlsx"}
SYNC = {"kind": "integration", "id": "app-7", "label": "Phone sync"}


def passed(journey: Journey) -> Kpis:
    """Pass once; return the figures of the people."""
    return journey.pass_once()[journey.crm.people].kpis


def makers(journey: Journey) -> dict[str, int]:
    """Return the defects of people by what made them, as the report names it."""
    told = journey.command("report", "--json").data["makers"]
    return {one["name"]: one["defects"] for one in told if one["stream"] == journey.stream().name and one["defects"]}


def begun(journey: Journey) -> str:
    """Let a file with a name in capitals be read in, and somebody else break the phone number afterwards."""
    journey.mode = "observe"
    journey.rules = "{duplicate: off}"
    record = journey.create(who=IMPORT, first_name="ADA", last_name="King", email="ada@example-works.com")
    passed(journey)
    journey.edit(record, who=SYNC, phone="+1 (415) 555 01 23")
    journey.pass_time(60)
    return record


@EACH_CRM_ONCE
def test_defects_count_by_what_made_the_record_unless_somebody_asks(journey):
    begun(journey)

    kpis = passed(journey)

    assert sum(kpis.defects_by_source.values()) == 2
    assert len([source for source, count in kpis.defects_by_source.items() if count]) == 1


@EACH_CRM_ONCE
def test_defects_count_by_what_wrote_the_value_as_far_as_the_crm_tells(journey):
    journey.sections = "metrics: {trace: 50}\n"
    record = begun(journey)

    kpis = passed(journey)
    again = passed(journey)

    assert sum(kpis.defects_by_source.values()) == 2
    assert again.defects_by_source == kpis.defects_by_source
    if journey.crm is HUBSPOT:
        assert kpis.defects_by_source == {"IMPORT": 1, "INTEGRATION": 1}
        assert makers(journey) == {"fair.xlsx": 1, "Phone sync": 1}

    journey.edit(record, phone="+14155550123")
    journey.pass_time(60)
    assert sum(passed(journey).defects_by_source.values()) == 1
