"""A person decides in a browser: looks at what waits, chooses who stays and what holds, says yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from syncd.clock import SystemClock
from syncd.model import Action, Fix, FixState, Role
from syncd.settings import parse_settings
from syncd.store import Store
from tests.journeys.crms import ONCE
from tests.journeys.journey import Journey
from tests.web.console_given import Browser, Given, open_console

pytestmark = ONCE

ADA = {"first_name": "Ada", "last_name": "Kingsley", "phone": "+493055573120", "city": "Berlin"}
ADDRESSES = ("ada.kingsley@example-works.com", "ada.kingsley@gmail.com")


@pytest.fixture
def twins(journey: Journey) -> tuple[str, ...]:
    """One person twice, found and waiting for a word, and somebody with two wrong values."""
    made = tuple(journey.create(**{**ADA, "email": address}) for address in ADDRESSES)
    journey.mode = "suggest"
    journey.create(first_name="bruno", last_name="KESTLER", email="Bruno@Example-Mills.com", city="Lyon")
    journey.pass_once()
    return made


@pytest.fixture
def console(journey: Journey) -> Iterator[Given]:
    """Serve a console on the store of the journey."""
    settings = parse_settings(journey.text(), file="syncd.yaml", folder=journey.folder, env=journey.environment())
    store = Store.open(journey.store_url, SystemClock())
    store.migrate()
    given = open_console(store, SystemClock(), settings)
    yield given
    given.server.close()
    store.close()


def merges(journey: Journey, *states: FixState) -> list[Fix]:
    return [fix for fix in journey.fixes("", *states) if fix.action is Action.MERGE]


def hidden(browser: Browser, name: str) -> str:
    """Return what a hidden field of the page shown holds."""
    assert browser.page is not None
    return next(iter(re.findall(rf'name="{name}" value="([^"]*)"', browser.page.body)), "")


def test_two_records_stand_side_by_side_with_what_will_be_and_why(
    journey: Journey, twins: tuple[str, ...], console: Given
) -> None:
    [merge] = merges(journey, FixState.PROPOSED)
    browser = console.logged_in(Role.VIEWER)

    queue = browser.get("/review?part=merges")
    shown = browser.get(f"/review/{merge.id}")

    assert all(one in queue.text for one in twins)
    assert all(address in shown.text for address in ADDRESSES)
    assert "What it cannot bring back" in shown.text
    assert "They are one: merge" not in shown.text, "a viewer decides nothing"
    assert browser.post(f"/review/{merge.id}", decision="approve").status == 403
    assert merges(journey, FixState.PROPOSED) == [merge]


def test_person_lets_the_other_record_stay_with_a_value_of_their_own(
    journey: Journey, twins: tuple[str, ...], console: Given
) -> None:
    [merge] = merges(journey, FixState.PROPOSED)
    email = journey.crm.property(journey.crm.people, "email")
    browser = console.logged_in(Role.REVIEWER)
    browser.get(f"/review/{merge.id}?keep={merge.ref.id}")
    fields = {f"pick {email}": "own", f"own {email}": "ada@example-works.com"}

    said = browser.post(
        f"/review/{merge.id}", decision="approve", keep=merge.ref.id, seen=hidden(browser, "seen"), **fields
    )
    journey.mode = "apply"
    journey.pass_once()

    [done] = merges(journey, FixState.APPLIED)
    at = journey.with_store(lambda tx: tx.aliases.current(journey.stream(), twins[0]))
    assert said.status == 303
    assert done.ref.id == merge.changed.id
    assert journey.value(at, "email") == "ada@example-works.com"
    assert "reviewer" in {one.by for one in journey.with_store(lambda tx: tx.journal.events(done.id))}


@pytest.mark.usefixtures("twins")
def test_page_that_shows_values_of_before_decides_nothing(journey: Journey, console: Given) -> None:
    [merge] = merges(journey, FixState.PROPOSED)
    browser = console.logged_in(Role.REVIEWER)
    browser.get(f"/review/{merge.id}")
    seen = hidden(browser, "seen")

    said = browser.post(f"/review/{merge.id}", decision="approve", seen="0" + seen[:-1])

    assert said.status == 403
    assert "has changed since" in said.text
    assert merges(journey, FixState.PROPOSED) == [merge]


@pytest.mark.usefixtures("twins")
def test_no_keeps_the_two_apart_with_the_reason(journey: Journey, console: Given) -> None:
    [merge] = merges(journey, FixState.PROPOSED)
    browser = console.logged_in(Role.REVIEWER)
    browser.get(f"/review/{merge.id}")

    browser.post(f"/review/{merge.id}", decision="dismiss", why="mother and daughter")
    journey.pass_once()

    [dismissed] = merges(journey, FixState.DISMISSED)
    assert dismissed.id == merge.id
    assert merges(journey, FixState.PROPOSED) == []
    assert "mother and daughter" in browser.get(f"/review/{merge.id}").text


@pytest.mark.usefixtures("twins")
def test_several_are_counted_and_confirmed_before_they_are_decided(journey: Journey, console: Given) -> None:
    waiting = [fix.id for fix in journey.fixes("", FixState.PROPOSED)]
    browser = console.logged_in(Role.REVIEWER)
    browser.get("/review")

    asked = browser.post("/review", decision="approve", fix=waiting)
    before = journey.fixes("", FixState.APPROVED)
    said = browser.post("/review", decision="approve", fix=waiting, sure="yes")

    assert f"Approve {len(waiting)}" in asked.text
    assert before == []
    assert (said.status, said.location) == (303, "/review")
    assert {fix.id for fix in journey.fixes("", FixState.APPROVED)} == set(waiting)
    assert "Write them now" in browser.get("/review").text


@pytest.mark.usefixtures("twins")
def test_queue_is_narrowed_down_and_paged(journey: Journey, console: Given, monkeypatch) -> None:
    monkeypatch.setattr("syncd.review.waiting.PAGE", 1)
    browser = console.logged_in(Role.VIEWER)
    every = journey.fixes("", FixState.PROPOSED)

    first = browser.get("/review")
    rest = re.findall(r'rel="next" href="([^"]+)"', first.body)
    second = browser.get(rest[0].replace("&amp;", "&"))

    shown = [{fix.id for fix in every if f'value="{fix.id}"' in page.body} for page in (first, second)]
    assert [len(ids) for ids in shown] == [1, 1]
    assert shown[0] != shown[1]
    assert browser.get("/review?part=changes&rule=duplicate").text.count("Nothing waits for a decision here.") == 1
    assert browser.get("/review?stream=main/nowhere").status == 409


@pytest.mark.usefixtures("twins")
def test_stop_in_the_console_holds_until_an_admin_says_go_on(journey: Journey, console: Given) -> None:
    reviewer, admin = console.logged_in(Role.REVIEWER), console.logged_in(Role.ADMIN)
    waiting = {fix.id for fix in journey.fixes("", FixState.PROPOSED) if fix.action is not Action.MERGE}
    reviewer.get("/review")
    reviewer.post("/review", decision="approve", fix=sorted(waiting), sure="yes")
    reviewer.get("/streams")

    reviewer.post("/stop", why="the import was wrong")
    journey.pass_once()
    held = {fix.id for fix in journey.fixes("", FixState.APPROVED)}
    told = admin.get("/streams").text
    refused = reviewer.post("/go-on").status
    admin.post("/go-on")
    journey.pass_once()

    assert held == waiting
    assert "the import was wrong" in told
    assert refused == 403
    assert {fix.id for fix in journey.fixes("", FixState.APPLIED)} == waiting
