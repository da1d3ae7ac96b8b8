"""kill -9 at every step of a merge and of its undo: never twice, never half without being finished.

Whoever makes one record of two, the CRM or syncd, and on both kinds of store.
"""

from __future__ import annotations

import pytest

from syncd.clock import SystemClock
from syncd.model import Action, Change, Ending, Fix, FixState
from syncd.store import Store
from tests.journeys.crms import HUBSPOT, SALESFORCE
from tests.journeys.graphs import Told, graph
from tests.journeys.journey import Journey
from tests.journeys.test_killed_at_any_moment import Mortal, mortal
from tests.journeys.test_merging_without_the_crm import let_mark

#: Lives that end early in the short form, spread over all points of one; the soak marker has them all.
DEATHS = 4
#: More than any of these lives has.
MOST_POINTS = 1200
#: Who makes one of two: the CRM; syncd, and the record that goes is archived, or marked.
WAYS = ("native", "archive", "mark")


class Couples:
    """Pairs of records that stand for one person each, and what is to become of them."""

    def __init__(self, journey: Journey, count: int, way: str) -> None:
        journey.rules = "{duplicate: off}"
        self.journey = journey
        self.mark = let_mark(journey) if way == "mark" else ""
        self.ending = None if way == "native" else Ending(self.mark)
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
            rules=("duplicate",), into=journey.ref(stays), ending=self.ending,
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

    def effects(self, kind: str, **wanted: str) -> int:
        """Return how often syncd did something to a record."""
        return len(self.journey.written(kind=kind, **wanted))

    def ended(self, number: int) -> int:
        """Return how often the record that went was made an end of, and forget what syncd did."""
        if self.ending is None:
            found = self.effects("merge")
        elif self.mark:
            found = self.effects("update", property=self.mark, id=self.pairs[number][1])
        else:
            found = self.effects("archive")
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
    assert couples.state(fix) is FixState.APPLIED, f"point {point}"
    assert couples.ended(number) == 1, f"point {point}"
    assert (goes == stays) is not bool(couples.mark)
    assert couples.ending is None or stays == couples.pairs[number][0]
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


def kill(journey: Journey, what: str, way: str, deaths: int) -> int:
    """Let lives end; return how many did."""
    couples = Couples(journey, deaths + 1, way)
    with mortal(journey) as syncd:
        return die_at_each(syncd, what, couples, deaths)


@pytest.mark.parametrize(
    ("crm", "backend", "what", "way"),
    [
        pytest.param(HUBSPOT, "postgresql", "undo", "native", id="hubspot-undo-postgresql"),
        pytest.param(HUBSPOT, "sqlite", "apply", "native", id="hubspot-merge"),
        pytest.param(SALESFORCE, "sqlite", "apply", "archive", id="salesforce-archive"),
    ],
)
def test_a_merge_or_its_undo_killed_on_the_way_is_finished_and_happens_once(
    journey: Journey, what: str, way: str
) -> None:
    assert kill(journey, what, way, DEATHS) > DEATHS // 2


@pytest.mark.soak
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
@pytest.mark.parametrize("crm", [HUBSPOT, SALESFORCE], ids=lambda crm: crm.name)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["apply", "undo"])
def test_a_merge_or_its_undo_killed_at_every_single_point_is_finished_and_happens_once(
    journey: Journey, what: str, way: str
) -> None:
    assert kill(journey, what, way, MOST_POINTS) > 50, "hardly any life was ended early"
