"""The daemon as an operator meets it: probes, metrics, a calm end, a changed file, a second one on the same store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from tests.journeys.journey import Journey
from tests.journeys.running import Running, free_port

CLEAN_RATIO = 'syncd_clean_ratio{account="main",object="contacts"}'
RECORDS = 'syncd_records{account="main",object="contacts"}'
RELOADED = "syncd_config_reload_success"

Start = Callable[[], Running]
#: A process takes seconds to start, and what these tests look at is the same whatever the store is.
one_store = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def start(journey: Journey) -> Iterator[Start]:
    """Start a daemon on the journey's configuration as it is then; all are ended with the test."""
    running: list[Running] = []

    def begin() -> Running:
        running.append(Running(journey))
        return running[-1]

    journey.extra = "every: 1s"
    yield begin
    for one in running:
        one.close()


def dirty(journey: Journey, country: str = "Germany") -> str:
    return journey.create(email=f"{country}@example-works.com", firstname="Ada", lastname="King", country=country)


@one_store
def test_daemon_is_alive_before_it_is_ready_and_puts_right_what_it_finds(journey: Journey, start: Start) -> None:
    contact = dirty(journey)
    journey.fault("latency", endpoint="list", object="contacts", seconds=2, count=1)
    daemon = start()

    daemon.until(lambda: daemon.status("/healthz") == 200)
    assert daemon.status("/readyz") == 503
    daemon.until(daemon.is_ready)

    assert journey.value(contact, "country") == "DE"
    assert daemon.metric(CLEAN_RATIO) == 1.0
    assert daemon.metric(RECORDS) == 1.0


def test_daemon_keeps_up_with_what_people_do(journey: Journey, start: Start) -> None:
    daemon = start()
    daemon.until(daemon.is_ready)

    contact = dirty(journey)

    daemon.until(lambda: journey.value(contact, "country") == "DE")


@one_store
def test_daemon_ends_calmly_when_it_is_asked_to(journey: Journey, start: Start) -> None:
    dirty(journey)
    daemon = start()
    daemon.until(daemon.is_ready)

    code, seconds = daemon.stop()

    assert code == ExitCode.OK
    assert seconds < 5
    assert "Traceback" not in daemon.said()


@one_store
def test_daemon_that_is_asked_to_end_while_it_reads_ends_within_its_grace(journey: Journey, start: Start) -> None:
    journey.fault("throttle", endpoint="list", object="contacts", retry_after=30)
    daemon = start()
    daemon.until(lambda: daemon.status("/healthz") == 200)

    code, seconds = daemon.stop()

    assert code == ExitCode.OK
    assert seconds < 5


def test_kpis_are_there_right_after_a_restart(journey: Journey, start: Start) -> None:
    journey.mode = "observe"
    dirty(journey)
    first = start()
    first.until(first.is_ready)
    assert first.metric(CLEAN_RATIO) == 0.0
    first.stop()
    journey.fault("latency", endpoint="search", seconds=3)

    second = start()
    second.until(lambda: second.status("/healthz") == 200)

    assert second.status("/readyz") == 503
    assert second.metric(RECORDS) == 1.0
    assert second.metric(CLEAN_RATIO) == 0.0


@one_store
def test_changed_configuration_is_taken_up(journey: Journey, start: Start) -> None:
    journey.mode = "observe"
    contact = dirty(journey)
    daemon = start()
    daemon.until(daemon.is_ready)
    journey.mode = "apply"

    daemon.config.write_text(journey.text(), "utf-8")

    daemon.until(lambda: journey.value(contact, "country") == "DE")
    assert daemon.metric(RELOADED) == 1.0


@one_store
def test_broken_configuration_is_refused_and_the_old_one_stays(journey: Journey, start: Start) -> None:
    daemon = start()
    daemon.until(daemon.is_ready)
    good = daemon.config.read_text("utf-8")

    daemon.config.write_text(good.replace("rules: {}", "rules: {contry_form: off}"), "utf-8")

    daemon.until(lambda: daemon.metric(RELOADED) == 0.0)
    contact = dirty(journey)
    daemon.until(lambda: journey.value(contact, "country") == "DE")


@one_store
def test_old_configuration_in_place_of_a_broken_one_ends_the_alarm(journey: Journey, start: Start) -> None:
    daemon = start()
    daemon.until(daemon.is_ready)
    good = daemon.config.read_text("utf-8")
    daemon.config.write_text(good.replace("rules: {}", "rules: {contry_form: off}"), "utf-8")
    daemon.until(lambda: daemon.metric(RELOADED) == 0.0)

    daemon.config.write_text(good, "utf-8")

    daemon.until(lambda: daemon.metric(RELOADED) == 1.0, patience_s=5.0)


def test_second_daemon_on_the_same_store_is_refused_naming_the_first(journey: Journey, start: Start) -> None:
    first = start()
    first.until(first.is_ready)
    journey.port = free_port()

    second = start()

    assert second.ended() == ExitCode.STORE
    assert f"syncd {first.pid}" in second.said()
    assert "Traceback" not in second.said()
    assert first.is_ready()


@one_store
def test_crm_that_is_down_at_the_start_is_waited_for(journey: Journey, start: Start) -> None:
    port = free_port()
    journey.url = f"http://127.0.0.1:{port}"
    daemon = start()
    daemon.until(lambda: "The next try is in" in daemon.said())

    with Sandbox.start(tier="off", port=port):
        daemon.until(daemon.is_ready)
