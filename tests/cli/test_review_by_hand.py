"""A person's own way for a merge: who stays, what a property holds, a whole group at once, and who is kept apart."""

from __future__ import annotations

import csv
import json

import pytest

from syncd.cli import ExitCode, run_command
from syncd.model import FixState
from tests.cli.given_merges import ADA, CONTACTS, base, fixes, kept, merge, opened


@pytest.fixture
def config(tmp_path, monkeypatch):
    return base(tmp_path, monkeypatch)


def said(capsys, *command):
    capsys.readouterr()
    code = run_command(["review", *command])
    out = capsys.readouterr()
    return code, out.out, out.err


def values(fix):
    return {change.property: change.after for change in fix.changes}


def test_other_record_stays_with_the_values_that_come_of_it(config, tmp_path, capsys):
    fix = fixes(tmp_path)["12"]

    _, shown, _ = said(capsys, "show", fix.id, "--keep", "12", "--json", "--config", config)
    code, _, _ = said(capsys, "approve", fix.id, "--keep", "12", "--config", config)

    turned = fixes(tmp_path)["11"]
    preview = json.loads(shown)
    assert code == ExitCode.OK
    assert (preview["id"], preview["into"]) == ("11", "main/contacts/12")
    assert (turned.state, turned.into and turned.into.id, turned.rules) == (FixState.APPROVED, "12", ("duplicate",))
    # 12 has the phone number itself, and the title that 11 lacks.
    assert "phone" not in values(turned)
    assert (fixes(tmp_path)["12"].state, fixes(tmp_path)["12"].detail[-len(turned.id) :]) == (FixState.STALE, turned.id)


def test_property_holds_what_a_person_says_or_what_a_record_has(config, tmp_path, capsys):
    fix = fixes(tmp_path)["12"]
    chosen = ["--set", "email=12", "--set", "city=Lyon", "--set", "phone=11"]

    code, _, _ = said(capsys, "approve", fix.id, *chosen, "--config", config)

    done = fixes(tmp_path)["12"]
    assert (code, done.state) == (ExitCode.OK, FixState.APPROVED)
    assert values(done) == {"email": "ada.king@example-works.com", "city": "Lyon"}
    assert {change.reasons for change in done.changes} == {("chosen by a person",)}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--keep", "99"], "'99' is neither"),
        (["--set", "city"], "--set wants a property and a value"),
        (["--set", "ctiy=Lyon"], "no property to choose a value for"),
        (["--group", "--keep", "12"], "not together with --keep"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_decided(config, tmp_path, capsys, options, complaint):
    fix = fixes(tmp_path)["12"]

    code, _, err = said(capsys, "approve", fix.id, *options, "--config", config)

    assert code != ExitCode.OK
    assert complaint in " ".join(err.split()).replace("│ ", "")
    assert {one.state for one in fixes(tmp_path).values()} == {FixState.PROPOSED}


def test_record_with_a_wish_for_no_more_mail_cannot_go(config, tmp_path, capsys):
    kept(tmp_path, "11", {**ADA, "hs_email_optout": "true"})

    code, _, err = said(capsys, "approve", fixes(tmp_path)["12"].id, "--keep", "12", "--config", config)

    assert code != ExitCode.OK
    assert "11 cannot go: it says that no more mail is wanted" in err


def test_group_is_approved_as_a_whole(config, tmp_path, capsys):
    kept(tmp_path, "13", ADA)
    with opened(tmp_path).transaction() as tx:
        tx.journal.add(CONTACTS, [merge("13", "11")], "run")

    _, out, _ = said(capsys, "approve", fixes(tmp_path)["13"].id, "--group", "--config", config)

    assert out.startswith("2 approved")
    assert {key for key, one in fixes(tmp_path).items() if one.state is FixState.APPROVED} == {"12", "13"}


def test_file_says_who_stays_and_gives_a_value_of_its_own(config, tmp_path, capsys):
    file = tmp_path / "wait.csv"
    said(capsys, "export", str(file), "--action", "merge", "--config", config)
    with file.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.DictReader(written))
    for row in rows:
        if row["fix"] == fixes(tmp_path)["12"].id:
            row["decision"] = "approve"
            row["keep"] = "goes" if not row["field"] else ""
            row["value"] = "ada@example.com" if row["field"] == "email" else ""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)

    code, told, _ = said(capsys, "import", str(file), "--config", config)

    turned = fixes(tmp_path)["11"]
    assert (code, told.partition(",")[0]) == (ExitCode.OK, "1 approved")
    assert (turned.state, turned.into and turned.into.id, values(turned)["email"]) == (
        FixState.APPROVED,
        "12",
        "ada@example.com",
    )


def test_pairs_kept_apart_are_listed_and_may_be_joined_again(config, tmp_path, capsys):
    said(capsys, "dismiss", fixes(tmp_path)["12"].id, "--config", config)
    said(capsys, "apart", "21", "22", "--stream", "main/contacts", "--config", config)
    pair = ["11", "12", "--stream", "main/contacts", "--config", config]

    before = {(row["one"], row["other"]) for row in json.loads(said(capsys, "apart", "--json", "--config", config)[1])}
    first, again = said(capsys, "join", *pair)[1], said(capsys, "join", *pair)[1]

    after = json.loads(said(capsys, "apart", "--json", "--config", config)[1])
    assert {tuple(one.rpartition("/")[2] for one in row) for row in before} == {("11", "12"), ("21", "22")}
    assert [row["one"].rpartition("/")[2] for row in after] == ["21"]
    assert ("may be one again" in first, "were not kept apart" in again) == (True, True)
    with opened(tmp_path).reading() as tx:
        assert tx.journal.parted(CONTACTS, ["11", "12", "21"]) == {}
