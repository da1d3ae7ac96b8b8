"""A guard that trips in a daemon is told once, also when the daemon is killed right behind it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from syncd.cli import ExitCode
from tests.journeys.hooked import HookServer, serving
from tests.journeys.journey import Journey
from tests.journeys.running import Running

#: What is told does not depend on the CRM, and tests/store holds the outbox to every database.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def hook() -> Iterator[HookServer]:
    """A webhook on this machine."""
    with serving() as server:
        yield server


@pytest.fixture
def told(journey: Journey, hook: HookServer) -> Journey:
    """A journey in which a rule wants too much, and somebody is told by the hook."""
    for number in range(25):
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
    journey.guards = "{max_share: 0.5}"
    journey.extra = "every: 1s"
    journey.secrets["HOOK"] = f"http://127.0.0.1:{hook.server_port}/"
    channel = "{webhook: '${HOOK}', form: json, allow_private: true, pause: 0s, events: [guard_tripped]}"
    journey.sections = f"notifications: {{channels: {{ops: {channel}}}}}\n"
    return journey


def test_guard_trip_is_told_once_by_a_daemon_that_is_killed_behind_it_and_started_again(
    told: Journey, hook: HookServer
) -> None:
    first = Running(told)
    try:
        first.until(lambda: "guard_tripped" in first.said())
        first._process.send_signal(signal.SIGKILL)
        first.ended()
    finally:
        first.close()
    second = Running(told)
    try:
        second.until(lambda: hook.lines)
        passes = second.said().count("pass_finished")
        second.until(lambda: second.said().count("pass_finished") >= passes + 4)
        ended, _ = second.stop()
    finally:
        second.close()

    assert ended == ExitCode.OK
    assert hook.lines == [f"{told.stream().name}: the guard max_share holds the rule country_form back"]
    assert "example-works" not in str(hook.bodies)


def test_pass_without_a_daemon_tells_once_too(told: Journey, hook: HookServer) -> None:
    codes = [told.command("sync").code for _ in range(2)]

    assert codes == [ExitCode.GUARD, ExitCode.GUARD]
    assert hook.lines == [f"{told.stream().name}: the guard max_share holds the rule country_form back"]


def test_channel_is_tested_and_shown_by_a_command(told: Journey, hook: HookServer) -> None:
    tested = told.command("notify", "--test", "ops")
    hook.answer = 410
    refused = told.command("notify", "--test", "ops")
    unknown = told.command("notify", "--test", "opps")
    shown = told.command("notify", "--json")

    assert (tested.code, tested.out) == (ExitCode.OK, "The channel ops has taken a test message.\n")
    assert refused.code == ExitCode.CONFIGURATION
    assert "the webhook answered 410" in refused.complaint
    assert unknown.code == ExitCode.USAGE
    assert [(one["channel"], one["waiting"]) for one in shown.data["channels"]] == [("ops", 0)]
    assert told.secrets["HOOK"] not in shown.out + refused.err
