"""Several daemons on one PostgreSQL: each account has one that works on it, whatever becomes of the others."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from syncd.cli import ExitCode
from tests.journeys.hooked import serving
from tests.journeys.journey import Journey
from tests.journeys.running import Running, free_port

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)

Start = Callable[[], Running]


@pytest.fixture
def start(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start one more daemon on the same store; all are ended with the test."""
    running: list[Running] = []
    written = journey.text

    def text() -> str:
        quick = written().replace("url: '${STORE}'", "url: '${STORE}', silence: 2s")
        return quick.replace("{mode: apply, ", "{every: 1s, mode: apply, ")

    monkeypatch.setattr(journey, "text", text)

    def begin() -> Running:
        journey.port = free_port()
        running.append(Running(journey))
        return running[-1]

    yield begin
    for one in running:
        one.close()


def has(daemon: Running, account: str = "main") -> bool:
    return daemon.metric(f'syncd_account_held{{account="{account}"}}') == 1.0


def dirty(journey: Journey, number: int, country: str = "Germany") -> str:
    return journey.create(email=f"ada{number}@example-works.com", first_name="Ada", last_name="King", country=country)


def written_once(journey: Journey) -> bool:
    effects = Counter((one["id"], one["property"]) for one in journey.written(kind="update"))
    return bool(effects) and set(effects.values()) == {1}


def test_daemons_share_the_accounts_the_one_that_is_left_takes_over_and_lends_one_to_a_command(
    journey: Journey, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = journey.text()
    main = re.search(r"main: \{crm.*?share: 1.0\}", text)
    assert main is not None
    text = text.replace(main[0], f"{main[0]}, other: {main[0].removeprefix('main: ')}")
    text = text.replace("main/companies", "other/companies")
    monkeypatch.setattr(journey, "text", lambda: re.sub(r"port: \d+", f"port: {journey.port}", text))
    first = start()
    first.until(lambda: first.said().count("account_taken") == 2 and first.is_ready())

    second = start()
    second.until(lambda: "account_taken" in second.said() and second.is_ready())
    shared = {has(first, name) != has(second, name) for name in ("main", "other")}
    os.kill(first.pid, signal.SIGKILL)
    contact, company = dirty(journey, 1), journey.create_company(domain="HTTPS://Example-Works.com/")
    second.until(lambda: journey.value(contact, "country") == "DE")
    second.until(lambda: journey.value(company, "domain", journey.crm.companies) == "example-works.com")

    once = written_once(journey)
    [fix] = [fix for fix in journey.fixes() if any(change.property == "country" for change in fix.changes)]
    said = journey.command("undo", fix.id, "--yes")

    assert shared == {True}
    assert once
    assert said.code == ExitCode.OK, said.err
    assert journey.value(contact, "country") == "Germany"
    second.until(lambda: second.said().count("account_taken") == 4)
    assert has(second, "main")
    assert has(second, "other")


def test_daemons_tell_each_account_once_whoever_is_scraped_and_the_stop_switch_once_to_people(
    journey: Journey, start: Start
) -> None:
    for number in range(3):
        dirty(journey, number)
    with serving() as hook:
        journey.secrets["HOOK"] = f"http://127.0.0.1:{hook.server_port}/"
        channel = "{webhook: '${HOOK}', form: json, allow_private: true, pause: 0s, events: [writing_stopped, over]}"
        journey.sections = f"notifications: {{channels: {{ops: {channel}}}}}\n"
        daemons = []
        for _ in range(2):
            daemons.append(start())
            daemons[-1].until(daemons[-1].is_ready)
        records = f'syncd_records{{account="main",object="{journey.crm.people}"}}'
        holder = next(one for one in daemons if has(one))
        holder.until(lambda: holder.metric(records) == 3.0)
        told = [one.metric(records) for one in daemons if one is not holder]
        journey.command("stop")
        holder.until(lambda: hook.lines)
        journey.command("stop", "--lift")
        holder.until(lambda: len(hook.lines) == 2)
        passes = holder.said().count("pass_finished")
        holder.until(lambda: holder.said().count("pass_finished") >= passes + 3)

    assert told in ([None], [0.0])
    assert hook.lines == ["Nothing is written to any CRM", "Over: Nothing is written to any CRM"]


def test_holder_that_was_paused_and_overtaken_writes_nothing_more(journey: Journey, start: Start) -> None:
    holder = start()
    holder.until(holder.is_ready)
    standby = start()
    standby.until(standby.is_ready)
    assert not has(standby)
    # Its intent is in the journal, and it waits to send the write again.
    journey.fault("throttle", endpoint=journey.crm.writes, retry_after=5, count=1)
    contact = dirty(journey, 1)
    holder.until(lambda: journey.struck() == [1])

    os.kill(holder.pid, signal.SIGSTOP)
    standby.until(lambda: journey.value(contact, "country") == "DE")
    journey.edit(contact, country="Germany")
    os.kill(holder.pid, signal.SIGCONT)
    holder.until(lambda: "account_left" in holder.said())

    standby.until(lambda: "override_seen" in standby.said())
    assert (has(holder), has(standby)) == (False, True)
    assert journey.value(contact, "country") == "Germany"
    assert [one[1:] for one in journey.changes(property="country")] == [("country", "DE")]
    assert holder.is_ready()
    assert "Traceback" not in holder.said()
