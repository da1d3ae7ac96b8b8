"""Whoever looks at records, takes them out or changes something leaves a note; an encrypted store works like others."""

from __future__ import annotations

import base64
import getpass
from datetime import timedelta
from typing import Any

import pytest

from syncd.cli import ExitCode
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT
from tests.journeys.journey import Journey

KEY, OTHER = (base64.b64encode(sign * 32).decode() for sign in (b"k", b"o"))


def notes(journey: Journey) -> list[dict[str, Any]]:
    """Return the access log, oldest first; that it was looked at is left out."""
    found: list[dict[str, Any]] = journey.command("accesses", "--json").data
    return [one for one in reversed(found) if one["command"] != "accesses"]


@EACH_CRM_ONCE
def test_every_command_that_shows_or_changes_records_is_noted_without_a_value_of_theirs(journey: Journey) -> None:
    journey.mode = "suggest"
    who = journey.create(email="zoe@example-works.com", first_name="zoe", last_name="Quarrington", country="Germany")
    name, table = journey.stream().name, journey.folder / "review.csv"
    journey.command("sync")
    [first, *_] = [fix.id for fix in journey.fixes() if fix.ref.id == who]

    journey.command("explain", name, who, "--json")
    journey.command("explain", name, "zoe@example-works.com")
    journey.command("review", "export", str(table))
    journey.command("review", "dismiss", first, "--why", "Quarrington is right")
    journey.command("apply", "--json")
    journey.command("forget", name, who, "--yes")

    found = notes(journey)
    assert {one["by"] for one in found} == {getpass.getuser()}
    assert [one["command"] for one in found] == [
        "sync", "explain", "explain", "review export", "review dismiss", "apply", "forget",
    ]  # fmt: skip
    assert [one["target"] for one in found[1:2]] == [f"{name} {who}"]
    assert [found[place]["counts"] for place in (1, 4, 6)] == [{"records": 1}, {"dismissed": 1}, {"records": 1}]
    assert found[3]["target"] == str(table)
    assert found[3]["counts"]["exported"] >= 1
    assert "uarrington" not in str(found)
    assert "zoe@" not in str(found)


@pytest.mark.parametrize("crm", [HUBSPOT], ids=["hubspot"])
def test_encrypted_store_does_all_that_another_does_and_nothing_can_be_read_from_its_files(journey: Journey) -> None:
    journey.more_of_store = ", key: '${KEY}'"
    journey.secrets = {"KEY": KEY}
    who = journey.create(email="zoe@quarrington.com", first_name="zoe", last_name="Quarrington", country="Germany")
    name = journey.stream().name

    synced = journey.command("sync")
    told = journey.command("explain", name, who, "--json")
    held = b"".join(path.read_bytes() for path in journey.folder.glob("*.db*"))
    journey.secrets = {"KEY": OTHER}
    refused = journey.command("explain", name, who)
    journey.more_of_store = ", old_keys: ['${KEY}']"
    journey.secrets = {"KEY": KEY}
    decrypted = journey.command("rekey", "--yes", "--json")
    journey.more_of_store = ""

    assert (synced.code, told.code, decrypted.code) == (ExitCode.OK,) * 3
    assert journey.value(who, "country") == "DE"
    assert told.data["values"]["lastname"] == "Quarrington"
    assert b"uarrington" not in held
    assert refused.code == ExitCode.STORE
    assert "which the settings do not name" in refused.complaint
    assert decrypted.data["store"] == "plain"
    assert journey.command("explain", name, who, "--json").data["values"] == told.data["values"]


def test_notes_are_let_go_of_when_they_are_old_enough(store, clock) -> None:
    with store.transaction() as tx:
        tx.accesses.begin("ann", "explain", "main/contacts 1")
    clock.advance(timedelta(days=2).total_seconds())
    with store.transaction() as tx:
        tx.accesses.begin("bob", "explain", "main/contacts 2")

    with store.transaction() as tx:
        gone = tx.accesses.forget_before(clock.now() - timedelta(days=1))
        left = tx.accesses.since(clock.now() - timedelta(days=9), 10)

    assert gone == 1
    assert [one.by for one in left] == ["bob"]
