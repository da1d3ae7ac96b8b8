"""What one rule wrote is put back, and nothing else; undo has limits, a switch and a first few like any write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncd.cli import ExitCode
from syncd.engine import Choice, plan_undo, put_back
from syncd.engine.writing.write import write_batch
from syncd.model import FixState
from tests.journeys.crms import EACH_CRM_ONCE, ONCE
from tests.journeys.journey import Journey, outcome
from tests.journeys.test_killed_at_any_moment import Mortal, mortal

#: Tests that share all points of an undo between them.
PARTS = 8
DIRTY = {"country": "Germany", "phone": "030 5557312"}


@pytest.fixture
def made(journey: Journey) -> list[str]:
    """Contacts with two fields each that two rules have put right, in one fix."""
    journey.rules = "{duplicate: off}"
    ids = [
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", **DIRTY)
        for number in range(6)
    ]
    journey.pass_once()
    return ids


def values(journey: Journey, ids: list[str], name: str) -> list[str | None]:
    return [journey.value(one, name) for one in ids]


def undo(journey: Journey, *arguments: str) -> Any:
    return journey.command("undo", "--rule", "country_form", *arguments, "--json")


@EACH_CRM_ONCE
def test_undo_of_a_rule_puts_back_its_part_and_leaves_what_other_rules_and_people_wrote(
    journey: Journey, made: list[str]
) -> None:
    journey.edit(made[0], country="AT")

    said = undo(journey)
    results = journey.pass_once()
    journey.edit(made[1], phone=DIRTY["phone"])
    later = [outcome(journey.pass_once()) for _ in range(2)]

    assert said.code == ExitCode.LEFT_TO_DO
    assert [one["id"] for one in said.data["refused"]] == [made[0]]
    assert values(journey, made, "country") == ["AT", *["Germany"] * 5]
    assert outcome(results) == {}
    # What the other rule wrote in the same fix is ours as before: who sets it back is noticed and wins.
    assert later == [{}, {}]
    assert values(journey, made, "phone") == ["+49305557312", DIRTY["phone"], *["+49305557312"] * 4]


@ONCE
def test_undoing_a_rule_twice_is_undoing_it_once_and_the_rest_of_its_fixes_can_still_be_undone(
    journey: Journey, made: list[str]
) -> None:
    undo(journey)
    wrote = len(journey.written())
    again = undo(journey)
    run = journey.fixes("", FixState.APPLIED)[0].run

    rest = journey.command("undo", run, "--json")

    assert (again.data["undone"], len(journey.written()) - wrote) == ([], 6)
    assert rest.code == ExitCode.OK
    assert values(journey, made, "phone") == [DIRTY["phone"]] * 6
    assert len(journey.fixes("", FixState.UNDONE)) == 6


@ONCE
def test_undo_can_be_of_one_record_and_of_a_time(journey: Journey, made: list[str]) -> None:
    stream = journey.stream().name
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    none = undo(journey, "--since", f"{tomorrow:%Y-%m-%d}")
    one = journey.command("undo", "--stream", stream, "--record", made[2], "--json")
    wrong = [undo(journey, "--since", "soon"), journey.command("undo"), journey.command("undo", "--record", "1")]
    rest = undo(journey, "--since", "1h", "--stream", stream)

    assert none.data["undone"] == []
    assert {fix["id"] for fix in one.data["undone"]} == {made[2]}
    assert [said.code for said in wrong] == [ExitCode.USAGE] * 3
    assert len(rest.data["undone"]) == 5


@ONCE
@pytest.mark.parametrize("most", [1, 4])
def test_undo_writes_as_many_as_a_run_may_and_the_next_passes_go_on(
    journey: Journey, made: list[str], most: int
) -> None:
    journey.guards = f"{{max_changes_per_run: {most}, canary: 4}}"

    said = undo(journey)
    first = values(journey, made, "country").count("Germany")
    journey.guards = "{canary: 0}"
    journey.pass_once()

    assert (said.code, first) == (ExitCode.LEFT_TO_DO, most)
    assert '"guard": "max_changes_per_run"' in said.err
    assert values(journey, made, "country") == ["Germany"] * 6


@ONCE
def test_undo_that_the_crm_does_not_hold_ends_with_its_first_few(journey: Journey, made: list[str]) -> None:
    journey.guards = "{canary: 2}"
    newest = list(reversed(made))
    yes = journey.crm.yes(newest[:2], journey.crm.spelled(journey.crm.people, {"country": "Germany"}))
    journey.fault("status", endpoint=journey.crm.writes, status=200, body=yes)
    journey.calls()

    undo(journey)

    assert journey.calls()[f"{journey.crm.writes} {journey.crm.people}"] == 1
    assert values(journey, made, "country") == ["DE"] * 6


@ONCE
def test_stop_file_ends_an_undo_within_a_batch(
    journey: Journey, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = journey.folder / "syncd.stop"
    journey.guards = f"{{canary: 2, stop_file: {stop}}}"

    def written(*arguments: Any) -> None:
        stop.touch()
        write_batch(*arguments)

    monkeypatch.setattr("syncd.engine.writing.undo.write_batch", written)

    undo(journey)
    first = values(journey, made, "country").count("Germany")
    again = undo(journey)
    stop.unlink()
    journey.pass_once()

    assert first == 2
    assert again.data["undone"] == []
    assert values(journey, made, "country") == ["Germany"] * 6


def die_in_undo(syncd: Mortal, journey: Journey, number: int, point: int) -> str:
    """Undo a rule, die on the way, go on; check that it happened, and once."""
    name = f"kill{number}@example-works.com"
    one = journey.create(email=name, first_name="Ada", last_name="King", **DIRTY)
    assert syncd.live(0).startswith("ended")
    journey.control("DELETE", "effects")

    told = syncd.live(point, "undo", "rule:country_form")
    for what, target in (("pass", ""), ("undo", "rule:country_form")):
        assert syncd.live(0, what, target).startswith("ended")

    assert journey.value(one, "country") == "Germany", f"point {point}"
    assert journey.value(one, "phone") == "+49305557312", f"point {point}"
    assert [after for id_, name, after in journey.changes() if id_ == one] == ["Germany"], f"point {point}"
    return told


@ONCE
def test_undo_of_a_rule_that_is_cut_off_behind_its_call_is_finished_and_happens_once(
    journey: Journey, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with journey.life() as parts:
        connector: Any = parts.connectors["main"]
        update = connector.update

        def cut_off(*arguments: Any) -> None:
            update(*arguments)
            raise KeyboardInterrupt

        monkeypatch.setattr(connector, "update", cut_off)
        planned = plan_undo(parts.tools, parts.setups, Choice("country_form"))
        with pytest.raises(KeyboardInterrupt):
            put_back(parts.tools, parts.setups, planned)

    journey.pass_once()
    again = undo(journey)

    assert again.data["undone"] == []
    assert values(journey, made, "country") == ["Germany"] * 6
    assert len([after for _, name, after in journey.changes() if (name, after) == ("country", "Germany")]) == 6


@pytest.mark.soak
@EACH_CRM_ONCE
@pytest.mark.parametrize("part", range(PARTS))
def test_undo_of_a_rule_killed_at_every_single_point_is_finished_and_happens_once(journey: Journey, part: int) -> None:
    journey.rules = "{duplicate: off}"
    with mortal(journey) as syncd:
        points = int(die_in_undo(syncd, journey, 0, 0).partition(" ")[2])
        chosen = range(1 + part, points + 1, PARTS)
        killed = sum(die_in_undo(syncd, journey, point, point) == "killed" for point in chosen)

    assert killed > len(chosen) // 2
