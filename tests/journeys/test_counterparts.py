"""One person in both CRMs: found, asked about where it is not sure, and decided by a person, who may take it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from syncd.model import Role
from syncd.store import CounterpartCount
from syncd.web import passwords
from tests.journeys.both import LINK, BothJourney
from tests.web.console_given import open_console

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

ADA = {
    "first_name": "Ada",
    "last_name": "Kingsley",
    "email": "ada.kingsley@example-works.com",
    "phone": "+493055573120",
}
GRACE = {"first_name": "Grace", "last_name": "Hoppner", "email": "grace@example-works.com"}


@pytest.fixture
def both(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BothJourney]:
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with Sandbox.start(tier="off") as sandbox:
        begun = BothJourney(sandbox.url, store_url, tmp_path)
        yield begun
        begun.close()


def enter(both: BothJourney) -> tuple[str, str, str, str]:
    """Let one person be the same beyond doubt in both, and another one by name alone."""
    sure = both.create(**ADA), both.create("Contact", **ADA)
    asked = both.create(**GRACE), both.create("Contact", first_name="Grace", last_name="Hoppner", phone="+493055573121")
    both.pass_once()
    return (*sure, *asked)


def counts(both: BothJourney, name: str = "contacts") -> CounterpartCount:
    found: CounterpartCount = both.with_store(lambda tx: tx.counterparts.counts(both.stream(name)))
    return found


def test_what_is_in_question_is_listed_shown_and_decided(both: BothJourney, tmp_path: Path) -> None:
    _, _, here, there = enter(both)
    pair = (f"hubspot-main/contacts/{here}", f"salesforce-main/Contact/{there}")
    sheet = tmp_path / "pairs.csv"

    listed = both.command("counterparts", "--json").data
    shown = both.command("counterparts", *pair)
    explained = both.command("explain", "hubspot-main/contacts", here)
    both.command("counterparts", "--out", str(sheet))
    sheet.write_text(sheet.read_text("utf-8-sig").replace("\n,", "\njoin,").replace("\n\ufeff", "\n"), "utf-8")
    taken = both.command("counterparts", "--in", str(sheet))
    both.pass_once()
    joined = counts(both)
    said = both.command("counterparts", "--said", "--json").data
    back = both.command("counterparts", *pair, "--take-back")
    both.pass_once()
    asked_again = counts(both)
    both.command("counterparts", *pair, "--apart")
    both.pass_once()

    assert [(one["one"], one["other"]) for one in listed["pairs"]] == [pair]
    assert listed["streams"]["hubspot-main/contacts"] == {"records": 2, "sure": 1, "in_question": 1}
    assert "They share a name" in shown.out
    assert "a person is asked" in explained.out
    assert taken.out.strip() == "1 are one, 0 are kept apart"
    assert joined == CounterpartCount(2, 0)
    assert [(one["one"], one["is_one"]) for one in said] == [(pair[0], True)]
    assert back.code == ExitCode.OK
    assert asked_again == CounterpartCount(1, 1)
    assert counts(both) == counts(both, "Contact") == CounterpartCount(1, 0)


def test_known_id_is_enough_and_leaves_no_question(both: BothJourney) -> None:
    enter(both)
    both.native(is_on=True, ids_writable=True)
    there = both.create("Contact", first_name="Eve", last_name="Lovell")
    both.create(first_name="Eve", last_name="Lovell", **{LINK: there[:15]})

    both.pass_once()

    assert counts(both) == CounterpartCount(2, 1)


def test_names_that_are_none_are_told_and_nothing_is_taken_from_a_wrong_file(both: BothJourney, tmp_path: Path) -> None:
    _, _, here, _ = enter(both)
    sheet = tmp_path / "pairs.csv"
    sheet.write_text(f"decision,record,other\njoni,hubspot-main/contacts/{here},x\njoin,a,b\n", "utf-8")

    unknown = both.command("counterparts", f"hubspot-main/contact/{here}", "salesforce-main/Contact/1")
    wrong = both.command("counterparts", "--in", str(sheet))
    alone = both.command("counterparts", f"hubspot-main/contacts/{here}")

    assert "Did you mean hubspot-main/contacts?" in unknown.complaint
    assert "not 'joni' (did you mean 'join'?)" in wrong.complaint
    assert "'a' names no record" in wrong.complaint
    assert alone.code == ExitCode.USAGE


def test_reviewer_decides_in_the_console(both: BothJourney) -> None:
    _, _, here, there = enter(both)
    pair = {"one": f"hubspot-main/contacts/{here}", "other": f"salesforce-main/Contact/{there}"}
    with both.life() as parts:
        console = open_console(parts.store, parts.tools.clock, parts.settings)
        try:
            reviewer, viewer = console.logged_in(Role.REVIEWER, "grace"), console.logged_in(Role.VIEWER, "eve")
            listed = reviewer.get("/counterparts").text
            side_by_side = viewer.get("/counterparts/pair?one={one}&other={other}".format(**pair)).text
            refused = viewer.post("/counterparts/say", **pair, saying="join").status
            reviewer.post("/counterparts/say", **pair, saying="join")
            both.live(parts)
            afterwards = reviewer.get("/counterparts").text
        finally:
            console.server.close()

    assert "Grace Hoppner" in listed
    assert "They share a name" in side_by_side
    assert refused == 403
    assert "No pair is in question." in afterwards
    assert counts(both) == CounterpartCount(2, 0)
