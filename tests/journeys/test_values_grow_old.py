"""A value that nobody has set or proved right for long is flagged; setting it makes it young, our tidying does not."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.crms import EACH_CRM
from tests.journeys.journey import Journey

pytestmark = EACH_CRM

MAIL = "ada.king@example-works.com"
DAY_S = 86_400


def aged_after(journey: Journey, contact: str, days: int) -> set[str]:
    """Return the fields that are flagged when so many days have passed."""
    journey.ahead = timedelta(days=days)
    journey.pass_once()
    found = journey.with_store(lambda tx: tx.findings.of(journey.ref(contact)))
    return {one.finding.field for one in found if one.finding.rule == "field_aged"}


def test_old_value_is_flagged_until_somebody_sets_it_anew(journey: Journey) -> None:
    journey.rules = "{field_aged: {enabled: true, options: {days: 30}}}"
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King", job_title=" Clerk", phone="+49 30 5557312")

    flagged = [aged_after(journey, contact, days) for days in (0, 29, 31)]
    journey.pass_time(40 * DAY_S)
    journey.edit(contact, job_title="Head of Sales", city="Ulm")
    flagged += [aged_after(journey, contact, days) for days in (41, 69, 71)]

    old = {"email", "phone"}
    assert flagged == [set(), set(), {*old, "job_title"}, old, old, {*old, "job_title"}]
