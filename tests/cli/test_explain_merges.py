"""What a record is told to be, or to become, when it is one of two that are one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from syncd.cli import ExitCode, run_command
from syncd.model import Finding, FixState, Gone, Merge, Mode, Severity
from tests.cli.given_merges import ADA, CONTACTS, base, fixes, kept, opened, ref


@pytest.fixture
def config(tmp_path, monkeypatch):
    return base(tmp_path, monkeypatch)


def explained(capsys, config: str, *asked: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run_command(["explain", "main/contacts", *asked, "--config", config])
    out = capsys.readouterr()
    return code, out.out, out.err


def settle(folder: Any, goes: str, stays: str) -> None:
    """Let a merge take place: the id that went is an alias of the one that stayed."""
    fix = fixes(folder)[goes].id
    with opened(folder).transaction() as tx:
        tx.journal.approve([fix], "ada")
        tx.journal.intend([fix], "run", tx.journal.now)
        tx.journal.settle([(fix, FixState.APPLIED, "")], tx.journal.now)
        tx.records.mark_gone(CONTACTS, [Gone(ref(goes), stays)], tx.journal.now)


@pytest.mark.parametrize(
    ("record", "expected"), [("12", "is to be merged into contacts/11"), ("11", "will take in contacts/12")]
)
def test_both_records_of_a_merge_tell_of_it(config, capsys, record, expected):
    code, out, _ = explained(capsys, config, record)

    assert code == ExitCode.OK
    assert expected in out
    assert "phone\t(empty)\t+14155550100\tduplicate\tthe record that stays holds nothing here" in out


def test_old_id_leads_to_the_record_that_answers_now(config, tmp_path, capsys):
    settle(tmp_path, "12", "11")

    code, out, _ = explained(capsys, config, "12")

    assert code == ExitCode.OK
    assert out.splitlines()[:2] == ["main/contacts/11", "12 is now record 11: it was merged into it"]
    assert "took in contacts/12" in out


def test_record_names_the_ids_it_answers_for(config, tmp_path, capsys):
    settle(tmp_path, "12", "11")
    settle(tmp_path, "22", "21")
    with opened(tmp_path).transaction() as tx:
        tx.aliases.keep(CONTACTS, "11", "21")

    _, out, _ = explained(capsys, config, "21", "--json")

    assert sorted(json.loads(out)["old_ids"]) == ["11", "12", "22"]


def test_two_records_are_told_apart_or_one_with_reasons_and_points(config, capsys):
    code, out, _ = explained(capsys, config, "11", "--against", "12")

    assert code == ExitCode.OK
    assert out.splitlines()[:2] == [
        "contacts/11  Ada King, ada@example-works.com",
        "contacts/12  Ada King, ada.king@example-works.com",
    ]
    assert "points\treason" in out
    assert "email\tada@example-works.com\tada.king@example-works.com" in out


def test_pair_that_a_person_keeps_apart_says_so(config, tmp_path, capsys):
    with opened(tmp_path).transaction() as tx:
        tx.twins.keep_apart(CONTACTS, "11", "12", by="ada")

    _, out, _ = explained(capsys, config, "12", "--against", "11", "--json")

    data = json.loads(out)
    assert data["is_apart"]
    assert data["verdict"] == "They are kept apart: somebody said that they are not one."
    assert data["pair"]["reasons"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("99", "main/contacts holds no record 99."),
        ("11", "11 and 11 are one record: contacts/11."),
        ("main/contacts/99", "main/contacts holds no record 99."),
        ("other/Contact/003", "`syncd counterparts main/contacts/11 other/Contact/003` shows two of linked accounts"),
    ],
)
def test_comparison_that_cannot_be_made_is_one_sentence(config, capsys, other, expected):
    code, _, err = explained(capsys, config, "11", "--against", other)

    assert code == ExitCode.USAGE
    assert expected in err


def test_record_that_an_undo_brought_back_tells_under_which_id(config, tmp_path, capsys):
    settle(tmp_path, "12", "11")
    undo = replace(fixes(tmp_path)["12"], id="", state=FixState.APPROVED, undoes=fixes(tmp_path)["12"].id)
    with opened(tmp_path).transaction() as tx:
        [made] = tx.journal.add(CONTACTS, [undo], "run")
        tx.journal.intend([made], "run", tx.journal.now)
        tx.journal.settle([(made, FixState.APPLIED, "")], tx.journal.now)
        tx.aliases.keep(CONTACTS, "12", "41")

    code, out, _ = explained(capsys, config, "12")

    assert code == ExitCode.OK
    assert out.splitlines()[:2] == ["main/contacts/41", "12 is now record 41: an undo brought it back under this id"]
    assert "taken apart again" in out


def test_finding_that_proposes_a_merge_is_told_in_words(config, tmp_path, capsys):
    told = Finding(ref("12"), "duplicate", "", Severity.WARNING, "the same", Mode.SUGGEST, Merge(ref("11")), True)
    kept(tmp_path, "12", ADA, told)

    _, out, _ = explained(capsys, config, "12")

    assert "duplicate\t\twarning\tthe same\tmerged into main/contacts/11" in out
    assert "duplicate\t\tall of both records: `--against 11` compares them" in out
