"""From what is wrong to a record, and back: over HTTP, and in a real browser with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from syncd.daemon.orders import OrderDesk
from syncd.model import Role
from syncd.web import passwords
from syncd.wiring import Parts
from tests.journeys.crms import ONCE
from tests.journeys.journey import Journey
from tests.web.console_given import PASSWORD, Given, open_console

pytestmark = ONCE

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = '"><img src=x onerror=alert(1)>\u202egnp'
#: Every page that somebody may open without a record.
PAGES = (
    "/",
    "/findings",
    "/left-alone",
    "/counterparts",
    "/runs",
    "/orders",
    "/accesses",
    "/users",
    "/account",
    "/search?q=nobody",
)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class Watched:
    """A console over an account that a daemon works on."""

    journey: Journey
    parts: Parts
    console: Given
    ada: str

    def work(self) -> int:
        """Let the daemon carry out what was ordered."""
        return OrderDesk(self.parts.tools, lambda: self.parts.settings).work(self.parts.setups)

    def record(self, record_id: str) -> str:
        return f"/records/main/{self.journey.crm.people}/{record_id}"


@contextmanager
def watched(journey: Journey) -> Iterator[Watched]:
    """Two people with something wrong: one put right, one that nobody can put right."""
    journey.rules = "{duplicate: suggest}"
    ada = journey.create(email="ada@example-works.com", first_name="ADA", last_name="King", country="Germany")
    journey.create(phone="ask reception", first_name=HOSTILE, last_name="Hostile", country="Germany")
    with journey.life() as parts:
        journey.live(parts)
        console = open_console(parts.store, parts.tools.clock, parts.settings)
        try:
            yield Watched(journey, parts, console, ada)
        finally:
            console.server.close()


def test_reviewer_finds_looks_and_undoes(journey: Journey) -> None:
    with watched(journey) as at:
        browser = at.console.logged_in(Role.REVIEWER, "grace")
        record = browser.get(at.record(at.ada))
        asked = browser.post("/undo", account="main", target=re.findall(r'name="target" value="(\w+)"', record.body)[0])
        waiting = browser.get(asked.location)
        at.work()
        planned = browser.get(asked.location)
        before = journey.value(at.ada, "first_name")
        ordered = browser.post("/undo/now", **dict(re.findall(r'name="(account|target)" value="(\w+)"', planned.body)))
        at.work()
        done = browser.get(ordered.location)
        after = browser.get(at.record(at.ada))
        notes = {(one.by, one.command, one.target) for one in at.console.notes()}

    assert "ADA → after: Ada" in record.text
    assert 'http-equiv="refresh"' in waiting.body
    assert "1 fix can be put back" in planned.text
    assert 'http-equiv="refresh"' not in planned.body
    assert (before, journey.value(at.ada, "first_name")) == ("Ada", "ADA")
    assert "1 fix put back" in done.text
    assert "undone" in after.text
    assert "grace" in after.text
    assert "Left alone because a person decided so" in after.text
    assert {command for by, command, _ in notes if by == "grace"} >= {
        "console record",
        "console plan undo",
        "console undo",
    }
    assert ("grace", "console record", f"account=main object=contacts id={at.ada}") in notes


def test_reviewer_lets_rules_look_afresh_at_what_people_decided(journey: Journey) -> None:
    with watched(journey) as at:
        journey.edit(at.ada, first_name="ADA")
        other = journey.create(first_name="Grace", last_name="Two")
        journey.live(at.parts)
        stream = journey.stream()
        with at.parts.store.transaction() as tx:
            tx.twins.keep_apart(stream, at.ada, other, by="ada")
        browser = at.console.logged_in(Role.REVIEWER, "grace")
        listed = browser.get("/left-alone").text
        two = {"stream": stream.name, "one": at.ada, "other": other}
        asked = {"stream": stream.name, "record": at.ada, "field": "first_name", "rule": "person_name_case"}
        said = [
            browser.post(path, **fields).location
            for path, fields in (
                ("/left-alone/look-afresh", asked),
                ("/left-alone/look-afresh", asked),
                ("/left-alone/join", two),
            )
        ]
        afterwards = browser.get("/left-alone").text
        journey.live(at.parts)
        viewer = at.console.logged_in(Role.VIEWER)
        shown = viewer.get("/left-alone").text
        refused = viewer.post("/left-alone/join", **two).status

    assert "ADA King" in listed
    assert "person_name_case" in listed
    assert "Grace Two" in listed
    assert said[0] != said[1]
    assert "Nobody has set anything back. " in afterwards
    assert "No two records are kept apart." in afterwards
    assert journey.value(at.ada, "first_name") == "Ada"
    assert "Look afresh" not in shown
    assert refused == 403


def test_viewer_looks_and_changes_nothing(journey: Journey) -> None:
    with watched(journey) as at:
        browser = at.console.logged_in(Role.VIEWER)
        record = browser.get(at.record(at.ada))
        browser.get("/account")
        refused = browser.post("/undo", account="main", target="x")

        assert at.work() == 0

    assert "Undo" not in record.text
    assert refused.status == 403


def test_findings_are_narrowed_down_and_hostile_values_are_only_text(journey: Journey) -> None:
    with watched(journey) as at:
        browser = at.console.logged_in(Role.VIEWER)
        every, one_rule = (
            browser.get("/findings"),
            browser.get("/findings?rule=phone_valid&field=phone&severity=warning"),
        )
        nobody, unknown = (
            browser.get("/findings?owner=nobody&origin=IMPORT"),
            browser.get("/findings?stream=main/nothing"),
        )
        link = re.findall(r'href="(/records/[^"]+)"', one_rule.body)[0]
        asked = ("ASK+recep", link.rsplit("/", 1)[1], "nowhere+said")
        said, named, unsaid = (browser.get(f"/findings?q={text}") for text in asked)
        record = browser.get(link)
        by_mail, by_name = browser.get("/search?q=ADA@example-works.com"), browser.get("/search?q=ada+king")
        by_id, gone = browser.get(f"/search?q={at.ada}"), browser.get(at.record("no-such/../../id"))

    for page in (every, one_rule, record):
        assert "<img" not in page.body.replace('<img src="/static', "")
        assert "\u202e" not in page.body
    assert "\\u202egnp" in record.body
    assert "ask reception" in one_rule.text
    assert "ask reception" in said.text
    assert set(re.findall(r'href="(/records/[^"]+)"', named.body)) == {link}
    assert "No finding fits." in unsaid.text
    assert nobody.status == 200
    assert (unknown.status, gone.status) == (404, 404)
    assert "nobody can know the right value" in record.text
    assert by_mail.location == by_name.location == by_id.location == at.record(at.ada)


@contextmanager
def chromium() -> Iterator[tuple[Any, list[str]]]:
    """A real browser, and what its pages complain of."""
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is not installed, so nobody has looked at the console in one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield browser, []
        browser.close()


def opened(browser: Any, complaints: list[str], at: Watched, name: str, **options: Any) -> Any:
    """Log somebody in and return the page."""
    page = browser.new_context(**options).new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{at.console.server.url}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("navigation", name="Main").wait_for()
    return page


def undo(page: Any, at: Watched) -> None:
    """Find a record by its id and take back what was written to it, with the keyboard where that is natural."""
    page.get_by_label("Find a record by id or e-mail").fill(at.ada)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo …").first.click()
    page.get_by_text("waiting", exact=True).wait_for()
    at.work()
    page.get_by_role("button", name="Put back this fix").click()
    page.get_by_text("waiting", exact=True).wait_for()
    at.work()
    page.get_by_text("fix put back").wait_for()


def serious(page: Any, *rules: str) -> list[str]:
    """Return what an accessibility check finds that keeps people out."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    options = {"runOnly": list(rules)} if rules else {}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in {"serious", "critical"}]


def test_console_in_a_browser_without_scripts_and_with_them(journey: Journey) -> None:
    found: dict[str, list[str]] = {}
    with watched(journey) as at, chromium() as (browser, complaints):
        at.console.add("grace", Role.ADMIN)
        undo(opened(browser, complaints, at, "grace", java_script_enabled=False), at)
        page = opened(browser, complaints, at, "grace", viewport={"width": 390, "height": 800})
        for path in (*PAGES, at.record(at.ada)):
            page.emulate_media(color_scheme="light")
            page.goto(f"{at.console.server.url}{path}")
            found[path] = serious(page)
            page.emulate_media(color_scheme="dark")
            found[f"{path} in the dark"] = serious(page, "color-contrast")
            is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found[f"{path} on a phone"] = ["wider than the screen"] if is_wider else []
        page.keyboard.press("/")
        is_found = page.evaluate("document.activeElement.id")

    assert journey.value(at.ada, "first_name") == "ADA"
    assert {path: told for path, told in found.items() if told} == {}
    assert is_found == "find"
    assert complaints == []
