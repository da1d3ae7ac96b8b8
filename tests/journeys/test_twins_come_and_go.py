"""Who is whose twin is known in the pass in which a record comes, changes or goes, whatever happens in between."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from syncd.clock import SystemClock
from syncd.engine import StreamSetup
from syncd.engine.figures.measure import count
from syncd.store import Store, pack_parts, schema
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

pytestmark = EACH_CRM_ONCE

NAMED = {"first_name": "Ada", "last_name": "Lovelace", "phone": "+493055573127"}
ADA = {**NAMED, "email": "ada@lovelace-engines.com"}
GRACE = {"first_name": "Grace", "last_name": "Hopper", "email": "grace@hopper-ships.com", "phone": "+493055573911"}


@pytest.fixture
def twins(journey: Journey) -> tuple[str, str]:
    """One person twice, known to syncd, which only watches."""
    journey.mode = "observe"
    made = journey.create(**ADA), journey.create(**NAMED, city="Paris")
    journey.pass_once()
    return made


def found(journey: Journey, *records: str) -> list[bool]:
    """Return of which records it is said that they are duplicates."""
    return ["duplicate" in journey.rules_against(record) for record in records]


def duplicates(journey: Journey) -> tuple[int | None, int | None]:
    """Return the groups of people and the people in them, as a monitor would be told right after a start."""
    with journey.life() as parts, parts.tools.store.reading() as tx:
        setup: StreamSetup = next(one for one in parts.setups if one.stream.object == journey.crm.people)
        kpis = count(tx, setup)
    return kpis.duplicate_groups, kpis.duplicate_records


def group(journey: Journey, record: str) -> str:
    """Return the group a record is in."""
    rows = journey.with_store(lambda tx: tx.twins.of(journey.stream(), [record]))
    return str(rows[record][0].group)


def test_twin_that_goes_is_found_in_the_pass_in_which_it_arrives(journey: Journey, twins: tuple[str, str]) -> None:
    assert sorted(found(journey, *twins)) == [False, True]
    assert duplicates(journey) == (1, 2)


def test_pass_in_which_nothing_happens_judges_nobody(journey: Journey, twins: tuple[str, str]) -> None:
    # What is read in the second in which it changed is read once more: the CRM's stamps know no shorter time.
    journey.pass_time(2.0)
    journey.pass_once()

    results = journey.pass_once()

    assert sum(result.tally.judged for result in results.values()) == 0
    assert sorted(found(journey, *twins)) == [False, True]


def test_third_record_is_matched_with_what_is_kept(journey: Journey, twins: tuple[str, str]) -> None:
    third = journey.create(**NAMED)

    journey.pass_once()

    assert sorted(found(journey, *twins, third)) == [False, True, True]
    assert duplicates(journey) == (1, 3)


def test_record_that_becomes_somebody_else_is_no_twin_any_more(journey: Journey, twins: tuple[str, str]) -> None:
    journey.edit(twins[1], "", **GRACE)

    journey.pass_once()

    assert found(journey, *twins) == [False, False]
    assert duplicates(journey) == (0, 0)


def test_pair_somebody_keeps_apart_is_not_found_again(journey: Journey, twins: tuple[str, str]) -> None:
    with journey.life() as parts, parts.tools.store.transaction() as tx:
        tx.twins.keep_apart(journey.stream(), *twins, by="ada")

    journey.pass_once()
    journey.edit(twins[0], "", city="Rome")
    journey.pass_once()

    assert found(journey, *twins) == [False, False]


def test_pass_that_ends_before_it_matches_leaves_that_to_the_next(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.mode = "observe"
    twins = journey.create(**ADA), journey.create(**NAMED)
    with monkeypatch.context() as patched:
        patched.setattr("syncd.engine.passes.match", _killed)
        with pytest.raises(KeyboardInterrupt):
            journey.pass_once()

    journey.pass_once()

    assert sorted(found(journey, *twins)) == [False, True]


def test_base_matched_in_another_way_keeps_its_groups(
    journey: Journey, twins: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = group(journey, twins[0])
    monkeypatch.setattr("syncd.engine.matching.pools.matching_fingerprint", lambda: "another")

    journey.pass_once()

    assert group(journey, twins[0]) == before
    assert duplicates(journey) == (1, 2)


def test_facts_that_another_version_took_apart_are_read_anew(journey: Journey, twins: tuple[str, str]) -> None:
    store = Store.open(journey.store_url, SystemClock())
    with store.transaction() as tx:
        tx.match_rows.connection.execute(update(schema.match_pools).values(version="of an older syncd"))
        tx.match_rows.connection.execute(update(schema.match_records).values(facts=pack_parts([])))
    store.close()
    journey.edit(twins[0], phone="+493055573128")

    journey.pass_once()

    assert sorted(found(journey, *twins)) == [False, True]


def test_large_base_is_compared_at_once(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncd.engine.matching.match.WHOLE", 2)
    journey.mode = "observe"
    twins = journey.create(**ADA), journey.create(**NAMED), journey.create(**GRACE)

    journey.pass_once()

    assert sorted(found(journey, *twins[:2])) == [False, True]
    assert duplicates(journey) == (1, 2)


def test_without_the_rule_nothing_is_matched_and_nothing_counted(journey: Journey, twins: tuple[str, str]) -> None:
    journey.rules = "{duplicate: {enabled: false}}"
    journey.pass_once()
    off = duplicates(journey), found(journey, *twins)

    journey.rules = "{}"
    journey.pass_once()

    assert off == ((None, None), [False, False])
    assert duplicates(journey) == (1, 2)
    assert sorted(found(journey, *twins)) == [False, True]


def _killed(_works: object) -> None:
    raise KeyboardInterrupt
