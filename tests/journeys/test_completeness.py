"""What reading changes missed, or could not see, is found by looking through everything, told, and never overdone."""

from __future__ import annotations

import pytest

from syncd.daemon.sweeping import Sweeping
from syncd.engine import Sweep, sweep
from tests.journeys.crms import EACH_CRM_ONCE, ONCE, ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey

#: Open but for the guard that tells what is sudden.
GUARDS = "{max_changes_per_run: 100000, max_changes_per_day: 100000, max_share: 1.0, canary: 0}"


def look(journey: Journey, kind: Sweep = Sweep.CENSUS) -> None:
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream.object == journey.crm.people)
        sweep(parts.tools, setup, kind)


def caught(journey: Journey) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = journey.with_store(lambda tx: tx.sweeps.caught(journey.stream()))
    return found


def missing(journey: Journey) -> int:
    found: int = journey.with_store(lambda tx: tx.cursors.missing(journey.stream()))
    return found


def held(journey: Journey) -> int:
    found: int = journey.with_store(lambda tx: tx.records.count(journey.stream()))
    return found


def crowd_of_a_colleague(journey: Journey) -> list[str]:
    """Return persons that somebody else owns, and that are not quite clean."""
    owner = str(journey.act("join")["results"][0]["id"])
    return [
        journey.create(email=f"p{one}@Example-Works.com", first_name="Ada", last_name="King", OwnerId=owner)
        for one in range(60)
    ]


@EACH_CRM_ONCE
def test_changes_shown_late_are_told_by_whether_the_overlap_or_the_look_caught_them(journey: Journey) -> None:
    journey.mode = "observe"
    names = ("Ada", "Grace", "Mary")
    ids = [journey.create(email=f"{one}@example-works.com", first_name=one, last_name="King") for one in names]
    with journey.life() as parts:
        journey.live(parts)
        # What is shown after two minutes is still within the overlap; what is shown after an hour is behind it.
        for lag_s, seconds in ((120, (60, 300)), (3600, (900, 900, 7200))):
            journey.control("POST", "knobs", {"index_lag_s": 0})
            journey.pass_time(3600)
            journey.live(parts)
            journey.control("POST", "knobs", {"index_lag_s": lag_s})
            journey.edit(ids[0], city=f"Ulm {lag_s}")
            name = "Hedy" if lag_s == 120 else "Joan"
            journey.create(email=f"{name}@example-works.com", first_name=name, last_name=f"Late{lag_s}")
            for later in seconds:
                journey.pass_time(later)
                journey.live(parts)

    look(journey)

    assert caught(journey) == {
        ("overlap", "new"): 1, ("overlap", "change"): 1, ("sweep", "new"): 1, ("sweep", "change"): 1,
    }  # fmt: skip
    assert missing(journey) == 1
    copies = journey.with_store(lambda tx: tx.records.read(journey.stream(), ids))
    assert copies[ids[0]].values[journey.crm.property(journey.crm.people, "city")] == "Ulm 3600"


@ONCE
def test_what_moves_without_a_new_version_is_told_by_its_kind(journey: Journey) -> None:
    ids = [journey.create(email=f"p{one}@example-works.com", first_name="Ada", last_name="King") for one in range(4)]
    company = journey.create_company(domain="elsewhere.example")
    deal = journey.create("deals", dealname="One", dealstage="appointmentscheduled", pipeline="default")
    journey.pass_once()
    journey.pass_time(3600)
    journey.pass_once()
    journey.act("archive", object="contacts", id=ids[0])
    look(journey, Sweep.REMOVALS)
    journey.act("link", object="contacts", id=ids[1], to="companies", to_id=company, types=[279])
    journey.act("link", object="contacts", id=ids[2], to="deals", to_id=deal, types=[4])
    journey.act("purge", object="contacts", id=ids[3])

    look(journey)
    first = caught(journey)
    look(journey)

    assert first == {
        ("removals", "deleted"): 1,
        ("sweep", "link"): 1,
        ("sweep", "calculated"): 1,
        ("sweep", "deleted"): 1,
    }
    assert caught(journey) == first, "what was found once is not found again"


@ONCE_ON_SALESFORCE
def test_records_that_are_no_longer_shared_with_us_are_not_taken_for_deleted(journey: Journey) -> None:
    journey.rules, journey.guards = "{duplicate: off}", GUARDS
    ids = crowd_of_a_colleague(journey)
    journey.pass_once(may_write=False)
    journey.control("POST", "settings", {"crm": "salesforce", "permissions": {"view_all": False}})

    look(journey)
    journey.pass_once()
    kept, holds = held(journey), journey.with_store(lambda tx: [one.guard for one in tx.holds.of(journey.stream())])
    written = journey.written(object=journey.crm.people)
    journey.control("POST", "settings", {"crm": "salesforce", "permissions": {"view_all": True}})
    look(journey)
    journey.pass_once()

    assert (kept, holds, written) == (len(ids), ["records_lost"], [])
    assert journey.with_store(lambda tx: tx.holds.of(journey.stream())) == []
    assert len(journey.written(object=journey.crm.people)) >= len(ids)
    assert ("sweep", "deleted") not in caught(journey)


@ONCE_ON_SALESFORCE
def test_records_that_are_not_shown_are_gone_once_a_person_says_so(journey: Journey) -> None:
    journey.mode, journey.guards = "observe", GUARDS
    ids = crowd_of_a_colleague(journey)
    journey.pass_time(3600)
    journey.pass_once()
    journey.control("POST", "settings", {"crm": "salesforce", "permissions": {"view_all": False}})
    look(journey)
    journey.pass_once()

    said = journey.command("holds", "--release", "--yes")
    journey.pass_once()
    wanted = journey.with_store(lambda tx: tx.sweeps.of(journey.stream()).is_wanted)
    look(journey)
    journey.pass_once()

    gone, holds = held(journey), journey.with_store(lambda tx: tx.holds.of(journey.stream()))
    journey.control("POST", "settings", {"crm": "salesforce", "permissions": {"view_all": True}})
    look(journey)

    assert (said.code, wanted, gone, holds) == (0, True, 0, [])
    assert (held(journey), missing(journey), caught(journey)["sweep", "restored"]) == (len(ids),) * 3


@ONCE
def test_a_look_gives_way_to_passes_and_goes_on_over_a_restart(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncd.daemon.sweeping.SLICE_S", 0.0)
    journey.sections = "reconcile: {every: 1m, count_every: 1h, share: 0.5}\n"
    for one in range(210):
        journey.create(email=f"p{one}@example-works.com", first_name="Ada", last_name="King")
    journey.pass_once(may_write=False)
    slices: list[dict[str, int]] = []

    for _ in range(4):
        with journey.life() as parts:
            people = [one for one in parts.setups if one.stream.object == "contacts"]
            sweeping = Sweeping(parts.tools)
            sweeping.remember(people)
            journey.calls()
            parts.tools.clock.wait(61)
            sweeping.turn(people, ())
            sweeping.turn(people, ())
            slices.append(journey.calls())

    # Each life has time for one slice, of one page: its second turn comes too early. The last has nothing to do.
    assert [one.get("list contacts", 0) for one in slices] == [1, 1, 1, 1]
    state = journey.with_store(lambda tx: tx.sweeps.of(journey.stream()))
    assert (state.last.seen, state.under_way.seen) == (210, 100)


@ONCE
def test_what_was_removed_is_only_looked_for_when_the_counts_have_moved(journey: Journey) -> None:
    ids = [journey.create(email=f"p{one}@example-works.com", first_name="Ada", last_name="King") for one in range(3)]
    journey.pass_once()

    journey.calls()
    look(journey, Sweep.REMOVALS)
    idle = journey.calls()
    journey.act("archive", object="contacts", id=ids[0])
    look(journey, Sweep.REMOVALS)
    moved = journey.calls()

    assert {name: count for name, count in idle.items() if "contacts" in name and "properties" not in name} == {
        "search contacts": 1
    }
    assert moved["list contacts"] == 1
    assert held(journey) == 2


@ONCE
def test_a_first_load_that_lost_records_without_a_word_is_made_good_before_its_time(journey: Journey) -> None:
    ids = [journey.create(email=f"p{one}@example-works.com", first_name="Ada", last_name="King") for one in range(40)]
    journey.fault("hide", endpoint="list", ids=ids[5:8])
    journey.pass_time(3600)

    with journey.life() as parts:
        people = [one for one in parts.setups if one.stream.object == "contacts"]
        journey.live(parts)
        lost = held(journey)
        journey.no_faults()
        sweeping = Sweeping(parts.tools)
        sweeping.turn(people, ())

    assert (lost, held(journey), missing(journey)) == (37, 40, 3)


@ONCE
def test_a_cursor_that_an_index_held_up_moves_on_behind_a_look_through_everything(journey: Journey) -> None:
    ids = [journey.create(email=f"p{one}@example-works.com", first_name="Ada", last_name="King") for one in range(9)]
    journey.pass_once(may_write=False)
    journey.pass_time(3600)
    for one in ids[:3]:
        journey.edit(one, city="Ulm")
    # What changes within the second in which a pull begins is for the next one.
    journey.pass_time(5)
    journey.fault("hide", endpoint="search", object="contacts", ids=[ids[1]])

    with journey.life() as parts:
        people = next(one for one in parts.setups if one.stream.object == "contacts")
        before = journey.with_store(lambda tx: tx.cursors.read(people.stream))
        journey.live(parts)
        held_up = journey.with_store(lambda tx: tx.cursors.read(people.stream))
        told = parts.telemetry.exposition()[0].decode()
        sweeping = Sweeping(parts.tools)
        sweeping.turn([people], ())
        after = journey.with_store(lambda tx: tx.cursors.read(people.stream))
        journey.live(parts)
        journey.calls()
        parts.tools.clock.wait(60)
        sweeping.turn([people], ())
        calls = journey.calls()

    assert held_up == before
    assert 'syncd_pulls_short_total{account="main",object="contacts"} 1.0' in told
    assert after.since > before.since
    assert "list contacts" not in calls, "an index that goes on contradicting itself has nothing looked through at once"
    copy = journey.with_store(lambda tx: tx.records.read(journey.stream(), [ids[1]]))[ids[1]]
    assert copy.values["city"] == "Ulm"


@ONCE
def test_what_was_caught_is_told_by_a_command_in_metrics_and_in_one_line_of_the_log(journey: Journey) -> None:
    journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    never = journey.command("sweep", "--show", "--json")
    journey.pass_once()
    journey.control("POST", "knobs", {"index_lag_s": 3600})
    journey.create(email="grace@example-works.com", first_name="Grace", last_name="Hopper")
    for seconds in (1800, 7200):
        journey.pass_time(seconds)
        journey.pass_once()

    said = journey.command("sweep", "main/contacts", "--json")
    shown = journey.command("sweep", "--show")
    with journey.life() as parts:
        metrics = parts.telemetry.exposition()[0].decode()

    (told,) = said.data["streams"]
    lines = [line for line in said.err.splitlines() if '"census_taken"' in line]
    series = 'syncd_records_caught_total{account="main",by="sweep",kind="new",object="contacts"}'
    assert [one["looked_through_at"] for one in never.data["streams"]] == [None, None]
    assert (told["records"], told["missing"], told["last"]) == (2, 1, {"new": 1})
    assert told["over_all_time"] == {"sweep": {"new": 1}}
    assert len(lines) == 1
    assert '"new": 1' in lines[0]
    assert f"{series} 1.0" in metrics
    assert "Over all time" in shown.out
