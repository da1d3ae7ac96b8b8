"""What `syncd check` and `syncd status` tell of the ways in."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.checkup import examine
from syncd.engine.figures.standing import standing_of
from syncd.model import Mode, Stream
from syncd.settings import Settings, parse_settings
from syncd.store import ArrivalState, Entrance, FileState, Said

CONTACTS = Stream("main", "contacts", "person")

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def doors(tmp_path: Path, store_url: str) -> Settings:
    return parse_settings(
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\n"
        "streams: {main/contacts: {mode: suggest}}\n"
        f"store: {{url: '{store_url}'}}\n"
        "inbound:\n"
        "  forms: {site: {stream: main/contacts, secret: '${FORM}', mode: apply}}\n"
        "  folders: {fair: {stream: main/contacts, path: there}, lost: {stream: main/contacts, path: nowhere}}\n",
        file="syncd.yaml",
        folder=tmp_path,
        env={"TOKEN": "pat-na1-for-a-test", "FORM": "a-secret-of-the-web-site-0123456789"},
    )


def test_check_tells_where_forms_post_and_which_folders_can_be_worked_with(doors, clock, tmp_path):
    (tmp_path / "there").mkdir()

    remarks = {one.subject: (one.level.value, one.message) for one in examine(doors, {}, clock)}

    assert remarks["form site"] == ("ok", "posts to http://127.0.0.1:9187/inbound/site, for main/contacts (apply)")
    assert remarks["folder fair"] == ("ok", f"{tmp_path / 'there'}, every 10s, for main/contacts (observe)")
    assert remarks["folder lost"] == ("warning", f"{tmp_path / 'nowhere'} is not there yet")
    assert any(message.endswith("no more than that happens") for _, message in remarks.values())


def test_status_tells_what_waits_and_how_far_a_file_has_come(doors, store, clock):
    with store.transaction() as tx:
        for number, state in enumerate((ArrivalState.RECEIVED, ArrivalState.ASKED, ArrivalState.NOTED)):
            tx.arrivals.enter(Entrance("site", CONTACTS, str(number), Mode.APPLY, Said({"email": "a@b.de"})), state)
        tx.arrival_files.begin("fair", "d1", "messe.csv")
        tx.arrival_files.move("fair", "d1", FileState.TAKING, taken=40)

    with store.reading() as tx:
        fair, lost, site = sorted(standing_of(tx, doors, clock.now()).inbound, key=lambda one: one.door)

    assert (site.kind, dict(site.waiting), site.since) == ("form", {"received": 1, "asked": 1}, clock.now())
    assert [(one.name, one.taken) for one in fair.files] == [("messe.csv", 40)]
    assert (dict(lost.waiting), lost.files) == ({}, ())
