"""kill -9 anywhere: no fix lost, none sent twice, none over a person's edit. The effect log is the witness."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from syncd.model import FixState
from tests.journeys.crms import EACH_CRM
from tests.journeys.journey import Journey

#: Lives in the short form; the soak marker has more.
LIVES = {"hubspot": 18, "salesforce": 14}
#: The points among which the first life ends.
FIRST_REACH = 600
PEOPLE = 14
FIELDS = {"first_name": "Ada", "last_name": "Lovelace", "city": "Paris", "country": "FR"}


class Mortal:
    """A syncd whose lives can be ended at a chosen point."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def live(self, point: int = 0, what: str = "pass", target: str = "") -> str:
        """Live for one pass, or for something else, and die at `point`; 0: live it to the end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{point} {what} {target}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def mortal(journey: Journey) -> Iterator[Mortal]:
    """Start one."""
    config = journey.folder / "syncd.yaml"
    config.write_text(journey.text())
    root = Path(__file__).parents[2]
    environment = {**os.environ, **journey.environment(), "PYTHONPATH": str(root), "SANDBOX": journey.url}
    command = [sys.executable, str(Path(__file__).with_name("killable.py")), str(config)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    )
    with process:
        yield Mortal(process)
        assert process.stdin is not None
        process.stdin.close()


class Account:
    """People and imports at work on a few contacts, and what they left behind."""

    def __init__(self, journey: Journey, dice: random.Random) -> None:
        self.journey = journey
        self.dice = dice
        journey.create_company("Example Works SAS")
        self.ids = [
            journey.create(email=f"Ada.{number}@Example-Works.com", first_name="ADA", last_name="LOVELACE")
            for number in range(PEOPLE)
        ]
        # Older than what a look at changes reads again: a page whose cursor was kept and whose rows were not is lost.
        journey.pass_time(3600)
        #: What a person left in a field after they had undone our fix.
        self.decided: dict[tuple[str, str], str] = {}
        self.set_back_count = 0

    def act(self) -> None:
        """Let an import shout, or a person set back something that was fixed."""
        for _ in range(self.dice.randint(1, 3)):
            if self.dice.random() < 0.5:
                self._shout()
            else:
                self._set_back()

    def _shout(self) -> None:
        contact, name = self.dice.choice(self.ids), self.dice.choice(list(FIELDS))
        text = "France" if name == "country" else FIELDS[name].upper()
        self.journey.edit(contact, who="import", **{name: text})
        self.decided.pop((contact, name), None)

    def _set_back(self) -> None:
        """Let a person put back what stood there before one of our last writes, where our value still stands."""
        for one in reversed(self.journey.written(kind="update")[-20:]):
            name = self.journey.crm.field(one["object"], one["property"])
            if name in FIELDS and one["before"] and self.journey.value(one["id"], name) == one["after"]:
                self.journey.edit(one["id"], **{name: one["before"]})
                self.decided[one["id"], name] = one["before"]
                self.set_back_count += 1
                return


def run_lives(journey: Journey, lives: int, seed: int) -> Account:
    dice = random.Random(seed)
    account = Account(journey, dice)
    with mortal(journey) as syncd:
        killed, reach = 0, FIRST_REACH
        for _ in range(lives):
            told, _, points = syncd.live(dice.randint(1, reach)).partition(" ")
            assert told in {"killed", "ended"}, points
            killed += told == "killed"
            # A pass that writes has about twice the points of an idle one: both are to be hit, and some to be lived.
            reach = int(points) * 3 // 2 if told == "ended" else reach + reach // 8
            if dice.random() < 0.6:
                account.act()
        for _ in range(3):
            assert syncd.live().startswith("ended")
    assert killed > lives // 3, "hardly any life was ended early"
    assert account.set_back_count > lives // 50, "people hardly ever set anything back"
    return account


def check(journey: Journey, account: Account) -> None:
    fixes = journey.fixes()
    assert not [fix for fix in fixes if fix.state in {FixState.INTENDED, FixState.UNKNOWN, FixState.APPROVED}]
    effects = Counter(
        (one["id"], one["property"], one["before"] or None, one["after"] or None)
        for one in journey.written(kind="update", object=journey.crm.people)
        if one["property"] not in {journey.crm.company_link, *journey.crm.derived}
    )
    applied = _changes(fix for fix in fixes if fix.state is FixState.APPLIED)
    assert not applied - effects, "said to be applied, and never happened"
    assert not effects - applied, "happened, and nobody stands for it"
    # Both CRMs remember what these fields have been: there is never any doubt.
    assert not [fix for fix in fixes if "left to a person" in fix.detail]
    links = Counter(person for person, _ in journey.links())
    assert set(links.values()) <= {1}
    for (contact, name), value in account.decided.items():
        assert journey.value(contact, name) == value, "a person's edit was overwritten"
    # What somebody set back after our write, import or person, is left as they left it; all else is clean.
    overridden = {(one.ref.id, one.field) for one in journey.with_store(lambda tx: tx.overrides.select())}
    for contact in account.ids:
        for name, clean in FIELDS.items():
            if (contact, name) not in overridden:
                assert journey.value(contact, name) in {clean, None, ""}


def _changes(fixes: Any) -> Counter[tuple[str, str, Any, Any]]:
    return Counter(
        (fix.ref.id, change.property, change.before or None, change.after or None)
        for fix in fixes
        for change in fix.changes
    )


@EACH_CRM
def test_a_daemon_killed_at_any_moment_loses_nothing_repeats_nothing_and_overwrites_nobody(journey: Journey) -> None:
    account = run_lives(journey, LIVES[journey.crm.name], seed=7)

    check(journey, account)


@pytest.mark.soak
@EACH_CRM
@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_kills_lose_nothing_repeat_nothing_and_overwrite_nobody(journey: Journey, seed: int) -> None:
    account = run_lives(journey, 100, seed)

    check(journey, account)
