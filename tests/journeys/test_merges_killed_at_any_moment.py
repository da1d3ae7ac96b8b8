"""kill -9 at every step of a merge and of its undo: never twice, never half without being finished."""

from __future__ import annotations

import pytest

from syncd.clock import SystemClock
from syncd.model import Action, Change, Fix, FixState
from syncd.store import Store
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.graphs import Told, graph
from tests.journeys.journey import Journey
from tests.journeys.test_killed_at_any_moment import Mortal, mortal

pytestmark = EACH_CRM_ONCE

#: Lives that end early in the short form, spread over all points of one; the soak marker has them all.
DEATHS = 8
#: More than any of these lives has.
MOST_POINTS = 1200


class Couples:
    """Pairs of records that stand for one person each, and what is to become of them."""

    def __init__(self, journey: Journey, count: int) -> None:
        self.journey = journey
        self.pairs = [self._made(number) for number in range(count)]
        for _ in range(2):
            journey.pass_once()
        journey.control("DELETE", "effects")

    def _made(self, number: int) -> tuple[str, str]:
        name = "x" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")
        common = {"first_name": f"Ad{name}", "last_name": f"Lovelace{name}"}
        stays = self.journey.create(email=f"ada.{name}@example-works.com", city="Paris", **common)
        goes = self.journey.create(email=f"{name}.ada@example-works.com", phone="+49305557312", **common)
        return stays, goes

    def decide(self, number: int) -> str:
        """Let a pair be merged; return the fix."""
        journey = self.journey
        stays, goes = self.pairs[number]
        wanted = journey.crm.spelled(journey.crm.people, {"phone": "+49305557312", "city": "Lyon"})
        before = {journey.crm.property(journey.crm.people, "city"): "Paris"}
        changes = tuple(
            Change(journey.crm.field(journey.crm.people, name), name, before.get(name), value, ("duplicate",))
            for name, value in wanted.items()
        )
        fix = Fix(
            "", journey.ref(goes), Action.MERGE, FixState.APPROVED, changes,
            rules=("duplicate",), into=journey.ref(stays),
        )  # fmt: skip
        store = Store.open(journey.store_url, SystemClock())
        try:
            with store.transaction() as tx:
                [made] = tx.journal.add(journey.stream(), [fix], "test")
        finally:
            store.close()
        return made

    def current(self, number: int) -> tuple[str, str]:
        """Return the ids that answer for a pair."""
        journey = self.journey
        stays, goes = self.pairs[number]
        found: tuple[str, str] = journey.with_store(
            lambda tx: tuple(tx.aliases.current(journey.stream(), one) for one in (stays, goes))
        )
        return found

    def told(self, number: int) -> dict[str, Told]:
        """Tell all there is of a pair."""
        return graph(self.journey, dict(zip(("stays", "goes"), self.current(number), strict=True)))

    def state(self, fix: str) -> FixState:
        """Return what became of a fix."""
        found: Fix = self.journey.with_store(lambda tx: tx.journal.find(fix))
        return found.state

    def effects(self, kind: str) -> int:
        """Return how often syncd did something to a record, and forget it."""
        found = len(self.journey.written(kind=kind))
        self.journey.control("DELETE", "effects")
        return found


def die_at_each(syncd: Mortal, what: str, couples: Couples, deaths: int) -> int:
    """Let lives end at points spread over what they live for, the first couple's at none; return how many did."""
    check = check_merge if what == "apply" else check_undo
    points = int(check(syncd, couples, 0, 0).partition(" ")[2])
    chosen = sorted({1 + (points - 1) * turn // max(1, deaths - 1) for turn in range(deaths)})
    return sum(check(syncd, couples, number, point) == "killed" for number, point in enumerate(chosen, 1))


def check_merge(syncd: Mortal, couples: Couples, number: int, point: int) -> str:
    fix = couples.decide(number)
    told = syncd.live(point, "apply")
    assert syncd.live(0, "apply").startswith("ended")

    stays, goes = couples.current(number)
    assert couples.state(fix) is FixState.APPLIED
    assert couples.effects("merge") == 1, f"point {point}"
    assert stays == goes
    assert [couples.journey.value(stays, name) for name in ("phone", "city")] == ["+49305557312", "Lyon"]
    return told


def check_undo(syncd: Mortal, couples: Couples, number: int, point: int) -> str:
    before = couples.told(number)
    fix = couples.decide(number)
    assert syncd.live(0, "apply").startswith("ended")
    couples.journey.control("DELETE", "effects")
    told = syncd.live(point, "undo", fix)
    assert syncd.live(0, "apply").startswith("ended")
    assert syncd.live(0, "undo", fix).startswith("ended")

    assert couples.state(fix) is FixState.UNDONE
    assert couples.effects("create") <= 1, f"point {point}"
    assert couples.told(number) == before, f"point {point}"
    return told


@pytest.mark.parametrize("what", ["apply", "undo"])
def test_a_merge_or_its_undo_killed_on_the_way_is_finished_and_happens_once(journey: Journey, what: str) -> None:
    couples = Couples(journey, DEATHS + 1)

    with mortal(journey) as syncd:
        killed = die_at_each(syncd, what, couples, DEATHS)

    assert killed > DEATHS // 2


@pytest.mark.soak
@pytest.mark.parametrize("what", ["apply", "undo"])
def test_a_merge_or_its_undo_killed_at_every_single_point_is_finished_and_happens_once(
    journey: Journey, what: str
) -> None:
    couples = Couples(journey, MOST_POINTS + 1)

    with mortal(journey) as syncd:
        killed = die_at_each(syncd, what, couples, MOST_POINTS)

    assert killed > 100, "hardly any life was ended early"
