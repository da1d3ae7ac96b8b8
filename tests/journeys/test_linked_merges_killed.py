"""kill -9 at every step of a merge in both CRMs: no orphan, no double, nobody brought back."""

from __future__ import annotations

import random

import pytest

from connectors.sandbox import Sandbox
from syncd.model import FixState
from tests.journeys.both import LINK, BothJourney
from tests.journeys.test_killed_at_any_moment import Mortal, mortal

#: Here, there, and the contact of each that goes.
Twins = tuple[str, str, str, str]
_CONSONANTS = "bdfgklmnprstvz"


def enter(both: BothJourney, number: int) -> Twins:
    """Let somebody be entered twice in both CRMs: nobody like anybody else."""
    dice = random.Random(number)
    first, last = ("".join(dice.choice(_CONSONANTS) + dice.choice("aeiou") for _ in range(4)) for _ in range(2))
    common = {"first_name": first.title(), "last_name": last.title(), "phone": f"+4930{dice.randrange(10**7, 10**8)}"}
    mails = [f"{part}@{last}-works.com" for part in (f"{first}.{last}", f"{first[0]}.{last}")]
    mobile = f"+4915155{dice.randrange(10**5, 10**6)}"
    here = [both.create(**common, email=one, mobilephone=mobile) for one in mails]
    there = [both.create("Contact", **common, email=one, MobilePhone=mobile) for one in mails]
    return here[0], there[0], here[1], there[1]


def die_at_each(both: BothJourney, syncd: Mortal, couples: list[Twins], deaths: int) -> int:
    """Let lives end at points spread over one, the first couple's at none; return how many did."""
    points = int(check(both, syncd, couples[0], 0).partition(" ")[2])
    chosen = sorted({1 + (points - 1) * turn // max(1, deaths - 1) for turn in range(deaths)})
    told = [check(both, syncd, couple, point) for couple, point in zip(couples[1:], chosen, strict=False)]
    both.native(3)
    for couple in couples[: len(chosen) + 1]:
        assert_one(both, couple)
    assert both.living("Lead") == []
    return told.count("killed")


def check(both: BothJourney, syncd: Mortal, couple: Twins, point: int) -> str:
    """Let a couple be merged in both, and the life that does it end at a point; then hold it to what has to be."""
    [fix] = [one for one in both.merges(FixState.PROPOSED) if one.ref.id in couple and one.ref.object == "contacts"]
    assert both.command("review", "approve", fix.id).code == 0
    told = syncd.live(point, "apply")
    both.native(1)
    for _ in range(2):
        assert syncd.live(0, "pass").startswith("ended"), f"point {point}"
    assert_one(both, couple, f"point {point}")
    return told


def assert_one(both: BothJourney, couple: Twins, where: str = "") -> None:
    """Hold a couple to be one record in each CRM, linked, and merged once on either side."""
    here, there, goes, goes_there = couple
    assert both.value(here, "hs_object_id") == both.value(goes, "hs_object_id"), where
    assert both.value(here, LINK) == there, where
    living = both.living("Contact")
    assert (there in living, goes_there in living) == (True, False), where
    merged = [one["id"] for one in both.written(kind="merge") if one["id"] == goes_there]
    assert len(merged) == 1, where


def undo_dies_at_each(both: BothJourney, syncd: Mortal, couples: list[Twins], deaths: int) -> int:
    """Let lives that take a plan back end at points spread over one; return how many did."""
    points = int(check_undo(both, syncd, couples[0], 0).partition(" ")[2])
    chosen = sorted({1 + (points - 1) * turn // max(1, deaths - 1) for turn in range(deaths)})
    told = [check_undo(both, syncd, couple, point) for couple, point in zip(couples[1:], chosen, strict=False)]
    both.native(3)
    for couple in couples[: len(chosen) + 1]:
        assert_two(both, couple)
    assert both.living("Lead") == []
    return told.count("killed")


def check_undo(both: BothJourney, syncd: Mortal, couple: Twins, point: int) -> str:
    """Let the merges of a couple be taken back, and the life that does it end at a point: passes alone do the rest.

    They come before the connector's next cycle: one between the two halves gives the link of the contact that
    is there to the one that came back, and its values with it.
    """
    [fix] = [one for one in both.merges(FixState.APPLIED) if one.ref.id == couple[2]]
    told = syncd.live(point, "undo", fix.id)
    for _ in range(2):
        assert syncd.live(0, "pass").startswith("ended"), f"point {point}"
    mates = [one for one in both.merges() if {one.ref.id, one.changed.id} & {*couple}]
    states = {one.state for one in mates}
    if states == {FixState.APPLIED}:
        # Nothing was journalled yet: nobody knows that it was to be taken back.
        assert told == "killed", f"point {point}"
        assert syncd.live(0, "undo", fix.id).startswith("ended"), f"point {point}"
        states = {both.with_store(lambda tx: tx.journal.find(one.id)).state for one in mates}  # noqa: B023 - used at once
    assert states == {FixState.UNDONE}, f"point {point}"
    both.native(1)
    assert_two(both, couple, f"point {point}")
    return told


def assert_two(both: BothJourney, couple: Twins, where: str = "") -> None:
    """Hold a couple to be two contacts in each CRM again, each linked with its own."""
    here, there, _, goes_there = couple
    assert {there, goes_there} <= {*both.living("Contact")}, where
    linked = [one for one in both.living("contacts") if both.value(one, LINK) in {there, goes_there}]
    assert sorted(both.value(one, LINK) or "" for one in linked) == sorted([there, goes_there]), where
    assert both.value(here, LINK) == there, where


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
@pytest.mark.parametrize("deaths", [1, pytest.param(60, marks=pytest.mark.soak)])
def test_a_life_that_ends_anywhere_leaves_one_in_both_and_an_undo_two_again(
    store_url: str, tmp_path, deaths: int
) -> None:
    with Sandbox.start(tier="off") as sandbox:
        both = BothJourney(sandbox.url, store_url, tmp_path)
        both.rules = both.rules.replace("duplicate: apply", "duplicate: suggest")
        both.native(is_on=True, recreates_deleted=True)
        couples = [enter(both, number) for number in range(deaths + 1)]
        both.native(1)
        for _ in range(2):
            both.pass_once()
        both.control("DELETE", "effects")

        with mortal(both) as syncd:
            died = die_at_each(both, syncd, couples, deaths)
            undone = undo_dies_at_each(both, syncd, couples, deaths)

        assert min(died, undone) >= deaths - 1
        both.close()
