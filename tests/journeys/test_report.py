"""The report tells from where to where the base has come, and every figure of it can be counted again."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from syncd.store import LEFT_ALONE
from tests.journeys.crms import EACH_CRM
from tests.journeys.journey import Journey

pytestmark = [EACH_CRM]
DIRTY = {"first_name": "ADA", "last_name": "LOVELACE"}
OWNER = {"hubspot": "hubspot_owner_id", "salesforce": "OwnerId"}


class Reader(HTMLParser):
    """Notes which elements a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


@pytest.fixture
def dirty(journey: Journey) -> Journey:
    """Three people of whom two are dirty, not read yet."""
    journey.rules = "{duplicate: off}"
    journey.create(email="ada@example-works.com", **DIRTY)
    journey.create(email="grace@example-works.com", first_name="GRACE", last_name="Hopper")
    journey.create(email="mary@example-works.com", first_name="Mary", last_name="Somerville")
    return journey


def of_people(told, journey):
    (found,) = (one for one in told["streams"] if one["stream"] == journey.stream().name)
    return found


def test_baseline_is_from_before_the_first_fix_and_the_gain_is_counted_from_there(dirty):
    dirty.pass_once()

    told = dirty.command("report", "--json").data

    people = of_people(told, dirty)
    assert people["trend"][0]["clean_share"] < people["clean_share"]
    assert people["gained"] == pytest.approx(people["clean_share"] - people["trend"][0]["clean_share"])
    assert told["fixes"]["applied"] == len(dirty.fixes())


def test_figures_are_those_of_an_independent_count(dirty):
    dirty.mode = "observe"
    dirty.pass_once()

    told = dirty.command("report", "--json").data

    people = of_people(told, dirty)
    unclean = dirty.with_store(
        lambda tx: {
            one
            for one in tx.records.ids(dirty.stream(), "", 100)
            if any(found.finding.severity >= 1 for found in tx.findings.of(dirty.ref(one)))
        }
    )
    assert (people["judged"], people["judged"] - people["clean"]) == (3, len(unclean))
    for part in ("sources", "owners"):
        assert sum(one["not_clean"] for one in told[part] if one["stream"] == people["stream"]) == len(unclean), part
    assert LEFT_ALONE not in {one["source"] for one in told["sources"]}


def test_one_look_a_day_is_kept_however_often_is_passed(dirty):
    for _ in range(3):
        dirty.pass_once()
    dirty.ahead += timedelta(days=1, minutes=1)
    dirty.pass_once()

    trend = of_people(dirty.command("report", "--json").data, dirty)["trend"]

    assert len(trend) == 3, "two that were kept, and now"


def test_page_needs_nothing_from_outside_and_runs_nothing(dirty):
    dirty.pass_once()

    said = dirty.command("report", "--html", str(dirty.folder / "report.html"))

    page = (dirty.folder / "report.html").read_text("utf-8")
    assert said.out.startswith("Grade ")
    assert {"script", "link", "img", "iframe"}.isdisjoint(Reader(page).tags)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_store_that_was_never_read_has_a_report_too(dirty):
    said = dirty.command("report")

    assert said.code == 0
    assert "Nothing was read yet" in said.out


def test_audit_has_seven_steps_says_the_same_twice_and_is_remembered(dirty):
    dirty.sections = "targets: {all-clean: {at_least: 1.0, by: 2020-01-01}}\n"
    dirty.mode = "observe"
    dirty.pass_once()

    first, again = (dirty.command("audit", "--json", "--no-keep").data for _ in range(2))
    kept = dirty.command("audit", "--html", str(dirty.folder / "audit.html"))
    after = dirty.command("audit", "--json").data

    assert [step["name"] for step in first["steps"]] == [step["name"] for step in after["steps"]]
    assert len(first["steps"]) == 7
    assert first["steps"] == again["steps"]
    assert "all-clean has 33.3 %" in kept.out
    assert (first["before"], after["clean_before"]) == (None, first["clean"])
    assert {"script", "link", "img"}.isdisjoint(Reader((dirty.folder / "audit.html").read_text("utf-8")).tags)
    (upkeep,) = dirty.command("report", "--json").data["maturity"]
    assert upkeep["audited_at"]
    assert (upkeep["stage"], upkeep["name"]) == (2, "visibility")


def test_owners_are_called_by_their_names(dirty):
    dirty.pass_once()
    owner = str(dirty.act("join")["results"][0]["id"])
    dirty.create(email="emmy@example-works.com", **DIRTY, **{OWNER[dirty.crm.name]: owner})
    dirty.ahead += timedelta(days=1, minutes=1)
    dirty.mode = "observe"
    dirty.pass_once()

    owners = dirty.command("report", "--json").data["owners"]

    assert [bool(one["name"]) for one in owners if one["owner"] == owner] == [True]
