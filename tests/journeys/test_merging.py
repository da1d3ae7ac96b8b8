"""Merging is done once, as it was decided, and undone as far as the CRM lets it. The effect log is the witness."""

from __future__ import annotations

import pytest

from syncd.cli import ExitCode
from syncd.model import Action, Change, Fix, FixState
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT
from tests.journeys.graphs import graph, hang_on
from tests.journeys.journey import Journey

pytestmark = EACH_CRM_ONCE

FIRST = {"email": "ada.king@example-works.com", "first_name": "Ada", "last_name": "King", "city": "Paris"}
SECOND = {"email": "a.king@example-works.com", "first_name": "Ada", "last_name": "King", "phone": "+49305557312"}


@pytest.fixture
def pair(journey: Journey) -> tuple[str, str]:
    """One person twice, known to syncd: the record that is to stay, and the one that is to go."""
    stays, goes = journey.create(**FIRST), journey.create(**SECOND)
    journey.pass_once()
    journey.control("DELETE", "effects")
    return stays, goes


def decided(journey: Journey, stays: str, goes: str, **values: str) -> str:
    """Let a merge be approved, by which the one that stays gets values; return the fix."""
    held = journey.with_store(lambda tx: tx.records.read(journey.stream(), [stays]))[stays].values
    spelled = journey.crm.spelled(journey.crm.people, values)
    changes = tuple(
        Change(journey.crm.field(journey.crm.people, name), name, held[name], value, ("duplicate",), ("It is known.",))
        for name, value in spelled.items()
    )
    fix = Fix(
        "", journey.ref(goes), Action.MERGE, FixState.APPROVED, changes,
        rules=("duplicate",), reasons=("They are one.",), into=journey.ref(stays),
    )  # fmt: skip
    with journey.life() as parts, parts.tools.store.transaction() as tx:
        [made] = tx.journal.add(journey.stream(), [fix], "test")
    return made


def merges(journey: Journey) -> list[tuple[str, str]]:
    """Return the merges that syncd made, by the sandbox's own log: what went into what."""
    return [(one["before"] or one["id"], one["after"]) for one in journey.written(kind="merge")]


def the(journey: Journey, fix: str) -> Fix:
    return journey.with_store(lambda tx: tx.journal.find(fix))


def current(journey: Journey, record: str) -> str:
    """Return the id that answers for a record, by what syncd knows."""
    return journey.with_store(lambda tx: tx.aliases.current(journey.stream(), record))


def test_pair_is_merged_once_with_the_values_that_were_decided(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"], city="Lyon")

    journey.apply()
    journey.apply()

    at = current(journey, pair[0])
    assert the(journey, fix).state is FixState.APPLIED
    assert len(merges(journey)) == 1
    assert current(journey, pair[1]) == at
    assert (journey.value(at, "phone"), journey.value(at, "city")) == (SECOND["phone"], "Lyon")


def test_undone_merge_leaves_both_records_and_all_that_hangs_on_them_as_they_were(
    journey: Journey, pair: tuple[str, str]
) -> None:
    hang_on(journey, *pair)
    journey.pass_once()
    before = graph(journey, {"stays": pair[0], "goes": pair[1]})
    fix = decided(journey, *pair, phone=SECOND["phone"], email=SECOND["email"])
    journey.apply()

    said = journey.command("undo", fix, "--json")

    after = graph(journey, {"stays": current(journey, pair[0]), "goes": current(journey, pair[1])})
    assert said.code == ExitCode.OK, said
    assert the(journey, fix).state is FixState.UNDONE
    assert after == before
