"""Somebody asks to be forgotten: nothing of them stays here, and nothing of them is kept when they come back."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, inspect, text

from syncd.cli import ExitCode
from syncd.engine import Sweep, sweep
from syncd.model import Action
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

MAILBOX = "zoe.quarrington@example-works.com"


def person(journey: Journey) -> str:
    return journey.create(email=MAILBOX, first_name="zoe", last_name="Quarrington", country="Germany")


@EACH_CRM_ONCE
def test_nothing_of_somebody_who_is_forgotten_stays_in_the_files_of_the_store(journey: Journey) -> None:
    who = person(journey)
    assert journey.command("sync").code == ExitCode.OK
    held_before = _files(journey)

    said = journey.command("forget", journey.stream().name, who, "--yes")

    assert said.code == ExitCode.OK
    assert b"uarrington" in held_before
    assert b"uarrington" not in _files(journey)


@EACH_CRM_ONCE
def test_somebody_forgotten_who_comes_back_under_another_id_is_not_kept_judged_or_missed(journey: Journey) -> None:
    who = person(journey)
    journey.command("sync")
    journey.act("archive", object=journey.crm.people, id=who)
    journey.command("sync")
    journey.command("forget", journey.stream().name, who, "--yes")
    back = person(journey)
    written_before = len(journey.written(object=journey.crm.people))

    said = journey.command("sync", "--json")
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream == journey.stream())
        sweep(parts.tools, setup, Sweep.CENSUS)

    assert said.code == ExitCode.OK
    assert len(journey.written(object=journey.crm.people)) == written_before
    assert journey.command("explain", journey.stream().name, back).code == ExitCode.USAGE
    assert journey.with_store(lambda tx: tx.cursors.missing(journey.stream())) == 0
    assert b"uarrington" not in _files(journey)


@EACH_CRM_ONCE
@pytest.mark.parametrize("decision", ["", "dismiss"], ids=["proposed", "dismissed"])
def test_nothing_of_somebody_forgotten_stays_in_what_was_decided_on_their_twin(journey: Journey, decision: str) -> None:
    same = {"first_name": "Zoe", "last_name": "Quarrington", "phone": "+493055573120"}
    stays = journey.create(email="zoe@example-works.com", city="Berlin", **same)
    who = journey.create(email="zq@gmail.com", job_title="Keeper of Otters", **same)
    journey.command("sync")
    [merge] = [fix for fix in journey.fixes() if fix.action is Action.MERGE]
    if decision:
        journey.command("review", "dismiss", merge.id, "--why", "the Keeper of Otters is her sister")
    held_before = _files(journey)

    with journey.life():
        said = journey.command("forget", journey.stream().name, who, "--yes")
        held = _files(journey)

    assert said.code == ExitCode.OK
    assert merge.ref.id == who
    assert b"Keeper of Otters" in held_before
    assert b"Keeper of Otters" not in held
    assert b"zq@gmail.com" not in held
    assert b"zoe@example-works.com" in held
    assert journey.command("explain", journey.stream().name, stays).code == ExitCode.OK


@EACH_CRM_ONCE
def test_fix_of_somebody_forgotten_is_not_undone(journey: Journey) -> None:
    who = person(journey)
    journey.command("sync")
    [fix] = [one for one in journey.fixes() if one.ref.id == who]
    journey.command("forget", journey.stream().name, who, "--yes")
    written_before = len(journey.written(object=journey.crm.people))

    said = journey.command("undo", fix.id, "--yes", "--json")

    assert said.code in {ExitCode.OK, ExitCode.LEFT_TO_DO}
    assert said.data["undone"] == []
    assert len(journey.written(object=journey.crm.people)) == written_before


def test_unknown_record_cannot_be_forgotten(journey: Journey) -> None:
    said = journey.command("forget", journey.stream().name, "999", "--yes")

    assert said.code == ExitCode.USAGE
    assert "Nothing is kept of" in said.complaint


def _files(journey: Journey) -> bytes:
    """Return all the store's files hold, where it is one of files; else what its tables hold."""
    if journey.store_url.startswith("sqlite"):
        return b"".join(path.read_bytes() for path in journey.folder.glob("*.db*"))
    held: bytes = journey.with_store(lambda tx: _tables(tx.records.connection))
    return held


def _tables(connection: Connection) -> bytes:
    rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in inspect(connection).get_table_names()]
    return repr(
        [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for part in rows for row in part]
    ).encode()
