"""Records of a colleague who has left are flagged without anybody changing them, and only theirs are judged again."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.crms import EACH_CRM, EACH_CRM_ONCE, SALESFORCE
from tests.journeys.journey import Journey

HOUR = timedelta(hours=1)
DAY = timedelta(hours=25)


def owner_field(journey: Journey) -> str:
    """Return what the CRM calls the owner of a person."""
    return "OwnerId" if journey.crm is SALESFORCE else "hubspot_owner_id"


def colleague(journey: Journey) -> str:
    """Let somebody join; return the id that records name."""
    return str(journey.act("join")["results"][0]["id"])


def flagged(journey: Journey, *contacts: str) -> list[str]:
    """Return the contacts that belong to somebody who has left."""
    return [contact for contact in contacts if "owner_active" in journey.rules_against(contact)]


def asked(journey: Journey) -> int:
    """Return how often the owners were asked for since the last look."""
    return sum(count for name, count in journey.calls().items() if name in {"owners", "query User"})


@EACH_CRM
def test_records_of_a_colleague_who_leaves_are_flagged_until_they_come_back(journey: Journey) -> None:
    stays, goes = colleague(journey), colleague(journey)
    field = owner_field(journey)
    contacts = [
        journey.create(email=f"{name}@example-works.com", last_name=name.title(), **{field: owner})
        for name, owner in (("king", stays), ("mortensen", goes))
    ]
    # A stamp that is not over yet has a record judged once more.
    journey.pass_time(60)

    seen = []
    for days, back in ((0, None), (1, None), (2, True)):
        if days:
            journey.act("leave", id=goes, **({"back": back} if back else {}))
        journey.ahead = days * DAY
        result = journey.pass_once()
        seen.append((flagged(journey, *contacts), result[journey.crm.people].report.judged))

    assert seen == [([], 2), ([contacts[1]], 1), ([], 1)]


@EACH_CRM_ONCE
def test_owners_are_asked_for_once_a_day_however_often_syncd_begins(journey: Journey) -> None:
    colleague(journey)
    counts = []

    for ahead in (0 * HOUR, HOUR, 23 * HOUR, 25 * HOUR, 26 * HOUR):
        journey.ahead = ahead
        journey.pass_once()
        counts.append(asked(journey))

    first = 2 if journey.crm.name == "hubspot" else 1
    assert counts == [first, 0, 0, first, 0]


@EACH_CRM_ONCE
def test_nobody_asks_for_owners_when_no_rule_wants_to_know(journey: Journey) -> None:
    journey.rules = "{owner_active: off, duplicate: off}"

    journey.pass_once()

    assert asked(journey) == 0


@EACH_CRM_ONCE
def test_owners_that_may_not_be_read_are_unknown_and_check_says_so(journey: Journey) -> None:
    owner = colleague(journey)
    journey.act("leave", id=owner)
    contact = journey.create(email="ada@example-works.com", last_name="King", **{owner_field(journey): owner})
    journey.allow_all()
    if journey.crm is SALESFORCE:
        journey.control("POST", "settings", {"crm": "salesforce", "permissions": {"hide_objects": ["User"]}})

    results = journey.pass_once()
    told = journey.command("check", "--json")

    assert results[journey.crm.people].error is None
    assert flagged(journey, contact) == []
    warnings = [one for one in told.data["remarks"] if "who owns records cannot be read" in one["message"]]
    assert told.code == 0
    assert [(one["level"], one["area"], bool(one["hint"])) for one in warnings] == [("warning", "account", True)]


@EACH_CRM_ONCE
def test_owners_that_cannot_be_told_now_are_asked_for_by_the_next_life(journey: Journey) -> None:
    owner = colleague(journey)
    journey.act("leave", id=owner)
    contact = journey.create(email="ada@example-works.com", last_name="King", **{owner_field(journey): owner})
    asking = {"endpoint": "query", "object": "User"} if journey.crm is SALESFORCE else {"endpoint": "owners"}
    journey.fault("status", status=503, **asking)

    results = journey.pass_once()
    before = flagged(journey, contact)
    journey.no_faults()
    journey.pass_once()

    assert results[journey.crm.people].error is None
    assert (before, flagged(journey, contact)) == ([], [contact])
