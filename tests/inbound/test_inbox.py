"""A folder that files are put into: no row is taken twice, whatever happens; and no file does any harm."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syncd.engine import Tools
from syncd.inbound import inbox
from syncd.inbound.doors import doors_of
from syncd.inbound.inbox import Inbox
from syncd.settings import parse_settings
from syncd.store import FileState
from syncd.telemetry import Telemetry

#: What the store makes of it is asked on both kinds elsewhere.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
HEAD = "E-Mail,Vorname,Nachname"
PEOPLE = [f"person{number}@example-works.com,Vera,Zander{number}" for number in range(7)]


@pytest.fixture
def watched(store, clock, tmp_path) -> Callable[[], Inbox]:
    """What makes the inbox of a folder, as each life of the daemon does."""
    settings = parse_settings(
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\n"
        "streams: {main/contacts: {mode: apply}}\n"
        # A column that is left alone, and that no file here has.
        "inbound: {folders: {fair: {stream: main/contacts, path: inbox, mode: apply, max_bytes: 2000,"
        ' columns: {Bemerkung: ""}}}}\n',
        file="syncd.yaml",
        folder=tmp_path,
        env={"TOKEN": "pat-na1-for-a-test"},
    )
    (tmp_path / "inbox").mkdir()
    _, [folder] = doors_of(settings)
    return lambda: Inbox(folder, Tools(store=store, telemetry=Telemetry(clock), clock=clock))


def put(folder: Path, *rows: str, name: str = "messe.csv") -> Path:
    path = folder / "inbox" / name
    path.write_text("\n".join(rows) + "\n")
    return path


def look(box: Inbox, clock) -> None:
    """Look twice, with so much time in between that a file is complete."""
    box.look()
    clock.advance(6)
    box.look()


def kept(store) -> list[str]:
    with store.reading() as tx:
        return sorted(str(one.said.values["email"]) for one in tx.arrivals.select())


class CutError(Exception):
    """The daemon died."""


def cut_after(box: Inbox, steps: int) -> bool:
    """Look, and die after so many steps; return whether that came before the end."""
    left = steps

    def step() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise CutError

    box.beat = box.wake = step
    try:
        box.look()
    except CutError:
        return True
    return False


def test_file_is_gone_on_with_wherever_the_daemon_died_and_no_row_is_taken_twice(
    watched, store, clock, tmp_path, monkeypatch
):
    monkeypatch.setattr(inbox, "BATCH", 2)
    put(tmp_path, HEAD, *PEOPLE)
    box, steps, deaths = watched(), 0, 0
    box.look()
    clock.advance(6)

    while cut_after(box, steps):
        box, steps, deaths = watched(), steps + 1, deaths + 1
    look(watched(), clock)
    put(tmp_path, HEAD, *PEOPLE, name="the same again.csv")
    look(watched(), clock)

    assert deaths > 3
    assert kept(store) == sorted(row.partition(",")[0] for row in PEOPLE)
    assert not list((tmp_path / "inbox" / "taking").iterdir())


def test_file_that_still_grows_is_left_alone_and_rows_that_are_wrong_are_told_with_their_places(
    watched, store, clock, tmp_path
):
    box = watched()
    put(tmp_path, HEAD, PEOPLE[0])
    box.look()
    clock.advance(6)
    put(tmp_path, HEAD, PEOPLE[0], "nobody,=cmd|' /C calc'!A0,King", ",,")
    box.look()
    while_it_grew = kept(store)
    clock.advance(6)
    box.look()

    assert while_it_grew == []
    assert kept(store) == ["person0@example-works.com"]
    [path] = (tmp_path / "inbox" / "done").glob("*.result.csv")
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert [row[:2] for row in rows[1:]] == [["2", "received"], ["3", "refused"], ["4", "refused"]]
    assert "E-Mail: not an e-mail address" in rows[2][3]
    assert "Vorname: begins as a formula" in rows[2][3]
    with store.reading() as tx:
        [file] = tx.arrival_files.recent()
    assert (file.state, file.count, dict(file.outcomes)) == (FileState.SETTLING, 3, {"received": 1, "refused": 2})


HOSTILE: dict[str, Callable[[Path], Any]] = {
    "an archive": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(50)),
    "no text": lambda path: path.write_bytes(bytes(range(256)) * 4),
    "gigantic": lambda path: path.write_text("email\n" + "a@example-works.com\n" * 500),
    "a quote without end": lambda path: path.write_text(f'{HEAD}\n"a@b.de,A,King\n' + "b@x.de,B,Berg\n" * 30),
    "without our fields": lambda path: path.write_text("foo,bar\n1,2\n"),
    "empty": lambda path: path.write_text(""),
}


def _as_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


LEFT_ALONE: dict[str, Callable[[Path], Any]] = {
    "a link": _as_link,
    "a pipe": _as_pipe,
    "hidden": lambda path: path.rename(path.with_name(".a.csv")),
    "of another kind": lambda path: path.rename(path.with_name("a.xlsx")),
    "a folder": _as_folder,
}


def test_hostile_file_harms_nothing_and_says_what_is_wrong_with_it(watched, store, clock, tmp_path):
    told = {}
    for name, make in HOSTILE.items():
        make(put(tmp_path, HEAD, PEOPLE[0], name="a.csv"))
        look(watched(), clock)
        [reason] = (tmp_path / "inbox" / "failed").glob("*.reason.txt")
        told[name] = reason.read_text().splitlines()[0].rpartition("/")[2]
        for path in (tmp_path / "inbox" / "failed").iterdir():
            path.unlink()

    assert kept(store) == []
    assert not list((tmp_path / "inbox" / "done").iterdir())
    assert {name: any(word in reason for word in ("a.csv", "column", "columns")) for name, reason in told.items()} == (
        dict.fromkeys(HOSTILE, True)
    )


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_what_is_no_plain_csv_file_is_left_where_it_is(watched, store, clock, tmp_path, what):
    LEFT_ALONE[what](put(tmp_path, HEAD, PEOPLE[0], name="a.csv"))

    look(watched(), clock)

    assert kept(store) == []
    assert [path for path in (tmp_path / "inbox").iterdir() if path.name not in {"taking", "done", "failed"}]
    assert not [path for name in ("taking", "done", "failed") for path in (tmp_path / "inbox" / name).iterdir()]


def test_link_in_place_of_one_of_our_folders_leads_nowhere(watched, store, clock, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "inbox" / "done").symlink_to(elsewhere)
    put(tmp_path, HEAD, *PEOPLE)

    look(watched(), clock)

    assert kept(store) == []
    assert list(elsewhere.iterdir()) == []
