"""The daemon as an operator meets it: probes, metrics, a calm end, a changed file, a second one on the same store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from tests.journeys.crms import EACH_CRM, HUBSPOT, ONCE, ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey
from tests.journeys.running import Running, free_port

RELOADED = "syncd_config_reload_success"
REACHED = 'syncd_account_reached{{account="{}"}}'

Start = Callable[[], Running]


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
    return journey.create(email=f"{country}@example-works.com", first_name="Ada", last_name="King", country=country)


def kpi(journey: Journey, name: str) -> str:
    return f'{name}{{account="main",object="{journey.crm.people}"}}'


def slow_reading(journey: Journey, seconds: float) -> None:
    """Let the first page of people come late; nothing else that the start asks for."""
    journey.fault("latency", endpoint=journey.crm.lists, object=journey.crm.people, seconds=seconds, count=1)


@ONCE_ON_SALESFORCE
def test_daemon_is_alive_before_it_is_ready_and_puts_right_what_it_finds(journey: Journey, start: Start) -> None:
    contact = dirty(journey)
    slow_reading(journey, 2)
    daemon = start()

    daemon.until(lambda: daemon.status("/healthz") == 200)
    assert daemon.status("/readyz") == 503
    daemon.until(daemon.is_ready)

    assert journey.value(contact, "country") == "DE"
    assert daemon.metric(kpi(journey, "syncd_clean_ratio")) == 1.0
    assert daemon.metric(kpi(journey, "syncd_records")) == 1.0
    assert daemon.metric(REACHED.format("main")) == 1.0


@ONCE
def test_daemon_keeps_up_with_what_people_do_and_ends_calmly(journey: Journey, start: Start) -> None:
    daemon = start()
    daemon.until(daemon.is_ready)

    contact = dirty(journey)

    daemon.until(lambda: journey.value(contact, "country") == "DE")
    code, seconds = daemon.stop()
    assert code == ExitCode.OK
    assert seconds < 5
    assert "Traceback" not in daemon.said()


@ONCE_ON_SALESFORCE
def test_daemon_that_is_asked_to_end_while_it_reads_ends_within_its_grace(journey: Journey, start: Start) -> None:
    journey.fault("throttle", endpoint=journey.crm.lists, object=journey.crm.people, retry_after=30,
                  **journey.crm.slow_down)  # fmt: skip
    daemon = start()
    daemon.until(lambda: journey.struck() != [0])

    code, seconds = daemon.stop()

    assert code == ExitCode.OK
    assert seconds < 5


@EACH_CRM
def test_kpis_are_there_right_after_a_restart(journey: Journey, start: Start) -> None:
    journey.mode = "observe"
    dirty(journey)
    first = start()
    first.until(first.is_ready)
    assert first.metric(kpi(journey, "syncd_clean_ratio")) == 0.0
    first.stop()
    journey.fault("latency", endpoint=journey.crm.pulls, seconds=3)

    second = start()
    second.until(lambda: second.status("/healthz") == 200 and second.metric(REACHED.format("main")) == 1.0)

    second.until(lambda: second.metric(kpi(journey, "syncd_records")) == 1.0, patience_s=2.0)
    assert second.status("/readyz") == 503
    assert second.metric(kpi(journey, "syncd_clean_ratio")) == 0.0


@ONCE
def test_changed_configuration_is_taken_up(journey: Journey, start: Start) -> None:
    journey.mode = "observe"
    contact = dirty(journey)
    daemon = start()
    daemon.until(daemon.is_ready)
    journey.mode = "apply"

    daemon.config.write_text(journey.text(), "utf-8")

    daemon.until(lambda: journey.value(contact, "country") == "DE")
    assert daemon.metric(RELOADED) == 1.0


@ONCE_ON_SALESFORCE
def test_broken_configuration_is_refused_and_the_old_one_stays_until_the_file_is_mended(
    journey: Journey, start: Start
) -> None:
    daemon = start()
    daemon.until(daemon.is_ready)
    good = daemon.config.read_text("utf-8")

    daemon.config.write_text(good.replace("rules: {}", "rules: {contry_form: off}"), "utf-8")

    daemon.until(lambda: daemon.metric(RELOADED) == 0.0)
    contact = dirty(journey)
    daemon.until(lambda: journey.value(contact, "country") == "DE")
    daemon.config.write_text(good, "utf-8")
    daemon.until(lambda: daemon.metric(RELOADED) == 1.0, patience_s=5.0)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_second_daemon_on_the_same_file_is_refused_naming_the_first(journey: Journey, start: Start) -> None:
    # Only the store has a say in this; no CRM is asked before it.
    first = start()
    first.until(first.is_ready)
    journey.port = free_port()

    second = start()

    assert second.ended() == ExitCode.STORE
    assert f"syncd {first.pid}" in second.said()
    assert "Traceback" not in second.said()
    assert first.is_ready()


@ONCE
def test_crm_that_is_down_at_the_start_is_waited_for_by_a_daemon_that_says_so(journey: Journey, start: Start) -> None:
    port = free_port()
    journey.url = f"http://127.0.0.1:{port}"
    daemon = start()

    daemon.until(lambda: "account_unreached" in daemon.said())
    assert daemon.status("/healthz") == 200
    assert daemon.status("/readyz") == 503
    assert f"main: not reached: no connection to {journey.url}" in daemon.reasons()
    assert daemon.metric(REACHED.format("main")) == 0.0
    assert "next_try_in_s" in daemon.said()

    with Sandbox.start(tier="off", port=port, crms=(journey.crm.name,)):
        daemon.until(daemon.is_ready)
    assert daemon.metric(REACHED.format("main")) == 1.0
    assert "account_reached" in daemon.said()


@ONCE_ON_SALESFORCE
def test_crm_that_is_down_keeps_no_other_one_waiting(
    journey: Journey, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = dirty(journey)
    journey.port = free_port()
    down = f"other: {{crm: {HUBSPOT.name}, token: '${{TOKEN}}', url: 'http://127.0.0.1:{free_port()}'}}"
    text = journey.text().replace("accounts: {", f"accounts: {{{down}, ")
    text = text.replace("streams:\n", "streams:\n  other/contacts: {mode: observe}\n")
    monkeypatch.setattr(journey, "text", lambda: text)

    daemon = start()

    daemon.until(lambda: journey.value(contact, "country") == "DE")
    assert daemon.status("/readyz") == 503
    assert "other: not reached" in daemon.reasons()
    assert (daemon.metric(REACHED.format("main")), daemon.metric(REACHED.format("other"))) == (1.0, 0.0)
