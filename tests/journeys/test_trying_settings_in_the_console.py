"""An admin tries a rule otherwise in a browser: what would change on the base there is, then saved or taken along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from syncd.clock import SystemClock
from syncd.model import Role
from syncd.settings import load_settings
from syncd.store import Store
from tests.journeys.crms import ONCE
from tests.journeys.journey import Journey
from tests.web.console_given import Browser, Given, open_console

pytestmark = ONCE

RULE = """\
description: People in Lyon have a phone number.
kind: person
check: phone != "" || city != "Lyon"
message: somebody in Lyon without a phone number
examples:
  - {given: {city: Lyon}, is_right: false}
  - {given: {city: Lyon, phone: "+33472000000"}, is_right: true}
"""


@pytest.fixture
def console(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Iterator[Given]:
    """Serve a console on a base of three, two of them with a name in capitals."""
    journey.mode = "suggest"
    for last_name in ("KESTLER", "MARCHAND", "Roux"):
        journey.create(first_name="Bruno", last_name=last_name, email=f"{last_name}@example-mills.com", city="Lyon")
    for name, value in journey.environment().items():
        monkeypatch.setenv(name, value)
    file = journey.folder / "syncd.yaml"
    file.write_text(journey.text(), "utf-8")
    journey.pass_once()
    store = Store.open(journey.store_url, SystemClock())
    store.migrate()
    given = open_console(store, SystemClock(), load_settings(file, journey.environment()))
    yield given
    given.server.close()
    store.close()


def text_of(browser: Browser) -> str:
    """Return the file in the form of the page shown."""
    assert browser.page is not None
    found = re.search(r'<textarea class="mono" name="text"[^>]*>\n(.*?)</textarea>', browser.page.body, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def base_of(browser: Browser) -> str:
    assert browser.page is not None
    return str(re.findall(r'name="base" value="([0-9a-f]*)"', browser.page.body)[0])


def test_rule_is_tried_otherwise_on_the_base_and_saved(journey: Journey, console: Given) -> None:
    browser = console.logged_in(Role.ADMIN)
    shown = browser.get("/rules/person_name_case")

    tried = browser.post("/settings/try", rule="person_name_case", said="off")
    text, base = text_of(browser), base_of(browser)
    untouched = (journey.folder / "syncd.yaml").read_text()
    saved = browser.post("/settings/save", file="syncd.yaml", text=text, base=base)

    assert "Try it otherwise" in shown.text
    assert "2 would come out otherwise" in tried.text
    assert "KESTLER → Kestler" in re.sub(r"before: |after: ", "", tried.text)
    assert "person_name_case: off" in tried.text
    assert untouched == journey.text()
    assert saved.location == "/settings"
    rules = load_settings(journey.folder / "syncd.yaml", journey.environment()).streams[-1].rules
    assert rules["person_name_case"].enabled is False


def test_rule_of_ones_own_is_tried_before_it_exists(journey: Journey, console: Given) -> None:
    browser = console.logged_in(Role.ADMIN)
    begun = browser.get("/settings/edit?rule=x_lyon")

    tried = browser.post("/settings/try", file="rules/x_lyon.yaml", text=RULE, base=base_of(browser))
    wrong = browser.post("/settings/try", file="rules/x_lyon.yaml", text=RULE.replace("kind: person", "kind: persn"))
    taken = browser.post("/settings/difference", file="rules/x_lyon.yaml", text=RULE, token=console_token(browser))

    assert "Customers in Germany" in begun.text
    assert "3 would come out otherwise" in tried.text
    assert (wrong.status, "rules/x_lyon.yaml:2:7" in wrong.text) == (422, True)
    assert taken.headers["content-disposition"] == 'attachment; filename="rules-x_lyon.yaml.diff"'
    assert "+check: phone" in taken.body
    assert not (journey.folder / "rules").exists()


def console_token(browser: Browser) -> str:
    browser.get("/settings")
    return str(browser.token)


def test_what_another_changed_meanwhile_is_not_written_over(journey: Journey, console: Given) -> None:
    browser = console.logged_in(Role.ADMIN)
    browser.get("/settings/edit?file=syncd.yaml")
    text, base = text_of(browser), base_of(browser)
    (journey.folder / "syncd.yaml").write_text(journey.text() + "# a colleague was here\n")

    said = browser.post("/settings/save", file="syncd.yaml", text=text, base=base)

    assert (said.status, "was changed since" in said.text) == (409, True)
    assert "a colleague" in (journey.folder / "syncd.yaml").read_text()


def test_only_admins_change_settings_and_no_other_file(journey: Journey, console: Given) -> None:
    reviewer, admin = console.logged_in(Role.REVIEWER), console.logged_in(Role.ADMIN)

    refused = [reviewer.get("/settings").status, reviewer.post("/settings/try", file="syncd.yaml", text="").status]
    elsewhere = [
        admin.get(f"/settings/edit?file={name}").status for name in ("../secret", "/etc/passwd", "rules/../../x_a.yaml")
    ]

    assert refused == [403, 403]
    assert elsewhere == [409, 409, 409]
    assert "Try it otherwise" not in reviewer.get("/rules/email_form").text
