from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from syncd.cli import ExitCode, run_command
from syncd.clock import SystemClock
from syncd.settings import Answers, starter_settings
from syncd.store import Store
from syncd.web import passwords

GOOD = "correct horse battery staple"


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    """Run a command with something on standard input; return its exit code and what it said."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setenv("HUBSPOT_TOKEN", "t")
    file = tmp_path / "syncd.yaml"
    file.write_text(starter_settings(Answers("hubspot-main", "hubspot", "${HUBSPOT_TOKEN}")))

    def run(*arguments, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run_command(["users", *arguments, "--config", str(file)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_users_are_added_listed_changed_and_removed(say, tmp_path):
    added = say("add", "Ada", "--role", "reviewer", "--password-stdin", stdin=f"{GOOD}\n")
    role = say("role", "ada", "admin")
    password = say("password", "ada", "--password-stdin", stdin=f"{GOOD} again\n")
    _, listed = say("list", "--json")
    store = Store.open(f"sqlite:///{tmp_path / 'syncd.db'}", SystemClock())
    with store.reading() as tx:
        kept = tx.users.find("ada")
        assert kept is not None
        notes = [(one.command, one.target) for one in tx.accesses.since(kept.created_at - timedelta(minutes=5), 10)]
    store.close()
    removed, again = say("remove", "ada", "--yes"), say("remove", "ada", "--yes")

    assert [one[0] for one in (added, role, password, removed)] == [ExitCode.OK] * 4
    assert [(one["name"], one["role"]) for one in json.loads(listed)] == [("ada", "admin")]
    assert kept.version == 3
    assert passwords.is_right(kept.password, f"{GOOD} again")
    assert ("users add", "Ada --role reviewer") in notes
    assert (again[0], "no user 'ada'" in again[1]) == (ExitCode.USAGE, True)


def test_weak_passwords_and_second_users_of_a_name_are_refused(say):
    code, said = say("add", "ada", "--password-stdin", stdin="short\n")
    first, _ = say("add", "ada", "--password-stdin", stdin=f"{GOOD}\n")
    second, told = say("add", "ADA", "--password-stdin", stdin=f"{GOOD}\n")

    assert (code, "needs at least 12" in said) == (ExitCode.USAGE, True)
    assert (first, second, "already" in told) == (ExitCode.OK, ExitCode.USAGE, True)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaa", "Ada-ada-ada-ada-ada!", "", "x" * 1001])
def test_password_that_is_guessed_at_once_is_weak(weak):
    assert passwords.weakness_of(weak, "ada")
    assert not passwords.weakness_of(GOOD, "ada")
