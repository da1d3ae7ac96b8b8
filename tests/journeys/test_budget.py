"""Calls are shared by urgency: heavy work gives way, waits for hours and for calls, and goes on where it stood."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connectors.purpose import Purpose
from connectors.sandbox import Sandbox
from syncd.daemon.account_work import AccountWork, Shared
from syncd.daemon.outlook import Outlooks
from syncd.daemon.sweeping import Sweeping
from syncd.engine import run_pass
from syncd.engine.review import approve
from syncd.model import FixState
from syncd.scheduler import Reason, Schedule
from syncd.store import Store
from syncd.web import Health
from syncd.wiring import Parts
from tests.journeys.crms import ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey, Said
from tests.journeys.running import Running, free_port

ONLY_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
#: Pages of a first load: enough to pause in between.
PEOPLE = 250


@contextmanager
def at_work(journey: Journey) -> Iterator[tuple[Parts, AccountWork, list[str]]]:
    """Open the account as the daemon does, with its lane in our hands; tells what it did, in order."""
    with journey.life() as parts:
        did: list[str] = []
        work = AccountWork("main", _shared(parts, did), setups=parts.setups)
        yield parts, work, did


def _shared(parts: Parts, did: list[str]) -> Shared:
    def after_pass(_run: str, results: Any) -> None:
        did.extend(f"{one.setup.stream.object} {one.tally.paused or one.tally.pulled}" for one in results)

    health, sweeping = Health(parts.tools.clock), Sweeping(parts.tools)
    return Shared(parts.tools, health, Schedule(), sweeping, after_pass, lambda _: False)


def on_page(parts: Parts, page: int, do: Callable[[], None]) -> None:
    """Do something when so many pages of people are kept."""
    seen = 0

    def watch(stream: Any, *_: Any) -> None:
        nonlocal seen
        seen += stream.kind == "person"
        if seen == page and stream.kind == "person":
            do()

    parts.telemetry.watch(watch)


def set_clock(parts: Parts, hour: int) -> None:
    """Let it be some hour of today, here."""
    clock: Any = parts.tools.clock
    now = clock.now()
    clock._ahead += now.replace(hour=hour, minute=30) - now


def people(journey: Journey, count: int = PEOPLE) -> None:
    wishes = [{"properties": {"email": f"p{n}@example-works.com", "lastname": f"King{n}"}} for n in range(count)]
    for start in range(0, count, 100):
        journey.call("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": wishes[start : start + 100]})


def held(journey: Journey, kind: str = "") -> int:
    count: int = journey.with_store(lambda tx: tx.records.count(journey.stream(kind)))
    return count


def propose(parts: Parts) -> None:
    """Read the companies, and let what is wrong with them wait for a person."""
    companies = [one for one in parts.setups if one.stream.kind == "company"]
    run_pass(parts.tools, companies, trigger="test", may_write=True)


def say_yes(journey: Journey, parts: Parts, work: AccountWork) -> None:
    """Let a person approve what waits, as in another process."""
    proposed = journey.fixes("companies", FixState.PROPOSED)
    beside = Store.open(journey.store_url, parts.tools.clock)
    with beside.transaction() as tx:
        approve(tx, [journey.stream("companies")], [one.id for one in proposed], "ada")
        work.approved = tx.journal.approved_at()
    beside.close()


@ONLY_SQLITE
def test_first_load_waits_for_quiet_hours_pauses_at_their_end_and_goes_on_where_it_stood(journey: Journey) -> None:
    journey.way_in = "token: '${TOKEN}', quiet_hours: '20:00-06:00'"
    people(journey)
    with at_work(journey) as (parts, work, did):
        set_clock(parts, 12)
        work.go_on()
        by_day = (list(did), {reason for reason, _ in work.waiting.values()}, held(journey))
        is_restless = work.is_due
        set_clock(parts, 20)
        on_page(parts, 1, lambda: set_clock(parts, 7))
        work.go_on()
        in_the_morning = (did[-1], held(journey))
        journey.calls()
        set_clock(parts, 21)
        work.go_on()

    assert by_day == ([], {Reason.QUIET_HOURS}, 0)
    assert not is_restless
    assert in_the_morning[0] == "contacts it is for quiet hours"
    assert 0 < in_the_morning[1] < PEOPLE
    assert held(journey) == PEOPLE
    assert journey.calls()["list contacts"] <= 2


@ONLY_SQLITE
def test_fix_that_a_person_approves_does_not_wait_for_a_first_load(journey: Journey) -> None:
    journey.mode = "suggest"
    company = journey.create_company(country="Germany")
    people(journey)
    with at_work(journey) as (parts, work, did):
        propose(parts)
        on_page(parts, 1, lambda: say_yes(journey, parts, work))
        work.go_on()

    load = [place for place, what in enumerate(did) if what.startswith("contacts")]
    assert journey.value(company, "country", "companies") == "DE"
    assert did[load[0]] == "contacts something more urgent is due"
    assert did.index("companies 0") < load[-1]
    assert held(journey) == PEOPLE


@ONLY_SQLITE
def test_storm_that_a_first_load_meets_keeps_no_approved_fix_waiting(journey: Journey) -> None:
    journey.mode = "suggest"
    company = journey.create_company(country="Germany")
    people(journey)
    with at_work(journey) as (parts, work, _):
        propose(parts)

        def storm() -> None:
            journey.fault("throttle", endpoint="list", object="contacts")
            say_yes(journey, parts, work)

        on_page(parts, 1, storm)
        work.go_on()
        meanwhile = (journey.value(company, "country", "companies"), held(journey) < PEOPLE)
        journey.no_faults()
        parts.tools.clock.wait(3_600)
        work.go_on()

    assert meanwhile == ("DE", True)
    assert held(journey) == PEOPLE


@ONLY_SQLITE
def test_when_others_use_up_the_day_first_loads_wait_and_changes_are_read_until_the_reset(journey: Journey) -> None:
    journey.control("POST", "settings", {"tier": "free_starter"})
    company = journey.create_company(country="Germany")
    people(journey, 20)
    with at_work(journey) as (parts, work, did):
        companies = [one for one in parts.setups if one.stream.kind == "company"]
        run_pass(parts.tools, companies, trigger="test", may_write=False)
        journey.control("POST", "settings", {"spend": 200_000})
        run_pass(parts.tools, companies, trigger="test", may_write=False)
        parts.tools.clock.wait(120)
        journey.edit(company, "companies", city="Berlin")

        work.go_on()
        spent = (list(did), work.waiting[journey.stream()][0], held(journey))
        parts.tools.clock.wait(90_000)
        work.go_on()

    assert spent[0][-1].startswith("companies")
    assert spent[1:] == (Reason.DAILY_BUDGET, 0)
    assert held(journey) == 20


@ONLY_SQLITE
def test_restart_goes_on_with_the_days_calls_and_status_tells_them(journey: Journey) -> None:
    journey.control("POST", "settings", {"tier": "free_starter"})
    people(journey, 20)
    with at_work(journey) as (parts, work, _):
        work.go_on()
        used = parts.tools.books["main"].day().used
        Outlooks(parts.tools).close([work])

    told: Said = journey.command("status", "--json")
    with at_work(journey) as (parts, _, _):
        after = parts.tools.books["main"].day().used

    account = told.data["accounts"][0]
    assert used[Purpose.FIRST_LOADS] > 0
    assert account["used"] == {purpose.value: count for purpose, count in used.items()}
    assert account["left"]["first_loads"] < account["left"]["person"] <= 250_000 * 0.9
    assert all(after[purpose] >= count for purpose, count in used.items())
    assert {one["name"]: one["records"] for one in told.data["streams"]}["main/contacts"] == 20


@ONLY_SQLITE
def test_status_and_check_tell_how_long_a_first_load_takes_and_what_it_waits_for(journey: Journey) -> None:
    people(journey, 120)
    checked = journey.command("check")
    journey.way_in = "token: '${TOKEN}', quiet_hours: '20:00-06:00'"
    with at_work(journey) as (parts, work, _):
        set_clock(parts, 12)
        work.go_on()
        Outlooks(parts.tools).close([work])

    told = journey.command("status")

    assert "first load of main/contacts: 120 records, about 3 calls," in checked.out
    assert "at 100% of the limit, done about" in checked.out
    [line] = [line for line in told.out.splitlines() if line.startswith("main/contacts\t")]
    assert "waits for quiet hours until 20:00 UTC" in line or "waits for quiet hours until" in line


@ONLY_SQLITE
def test_storm_of_refusals_costs_time_and_no_record(journey: Journey) -> None:
    people(journey)
    journey.fault("throttle", endpoint="list", object="contacts", count=4)
    with at_work(journey) as (_, work, did):
        work.go_on()

    assert did[-1] == f"contacts {PEOPLE}"
    assert held(journey) == PEOPLE


@ONCE_ON_SALESFORCE
def test_slow_crm_does_not_keep_another_account_waiting(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    record = journey.create(email="a@example-works.com", first_name="Ada", last_name="King", country="Germany")
    with Sandbox.start(tier="off", crms=("hubspot",)) as slow:
        slow.world.faults.add({"kind": "latency", "path": "/crm/*", "seconds": 300.0})
        other = f"other: {{crm: hubspot, token: '${{TOKEN}}', url: '{slow.url}'}}"
        text = journey.text().replace("accounts: {", f"accounts: {{{other}, ")
        text = text.replace("streams:\n", "streams:\n  other/contacts: {mode: observe, every: 1s}\n")
        journey.port = free_port()
        text = text.replace("web: {port: 0}", f"web: {{port: {journey.port}}}")
        monkeypatch.setattr(journey, "text", lambda: text)
        daemon = Running(journey)
        try:
            daemon.until(lambda: journey.value(record, "country") == "DE", patience_s=90.0)
            is_other_read = daemon.metric('syncd_records_pulled_total{account="other",object="contacts"}')
        finally:
            daemon.close()

    assert not is_other_read


def test_lanes_that_pause_leave_the_thread_of_the_loop_free() -> None:
    from syncd.daemon.lanes import Lanes, lane_now

    lanes, go, names = Lanes(threading.Event()), threading.Event(), []

    def work() -> None:
        names.append(lane_now.get())
        go.wait(10)

    lanes.begin("main", work)
    busy = lanes.busy
    go.set()
    lanes.close()
    lanes.collect()

    assert (set(busy), set(lanes.busy), names) == ({"main"}, set(), ["main"])
