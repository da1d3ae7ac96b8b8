"""The demo's last word: figures a script can count with, and what is left for people."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from syncd.cli.demonstration.outcome import Outcome, show
from syncd.cli.demonstration.score import Score
from syncd.cli.output.screen import Screen
from syncd.engine import PassResult, Tally
from syncd.model import Severity, Stream
from syncd.telemetry import Kpis, PassReport

SETUP: Any = SimpleNamespace(stream=Stream("demo", "contacts", "person"))
FOUND = {("email_role", Severity.WARNING): 2, ("email_valid", Severity.ERROR): 3, ("email_free", Severity.INFO): 9}


def outcome() -> Outcome:
    passed = [PassResult(SETUP, Tally(), PassReport(), Kpis(records=8, clean=3, findings=FOUND))]
    score = Score(examples=[("contacts/1", "city", None, "Bonn", "Köln")])
    return Outcome(passed, passed, passed, {}, {}, {}, score)


def test_figures_are_numbers():
    data = outcome().data()

    assert data["kpis"]["demo/contacts"]["after"] == {
        "records": 8,
        "clean": 0.375,
        "findings": 5,
        "notes": 9,
        "to review": 0,
        "without company": None,
        "stale": 0,
    }
    assert data["left"] == {"email_valid": 3, "email_role": 2}


def test_person_sees_what_is_left_and_what_was_wrong(capsys):
    show(Screen(), outcome())

    told = capsys.readouterr().out
    assert "email_valid\t3\tE-mail fields hold one address that mail could be sent to." in told
    assert "email_free" not in told
    assert "wrong: contacts/1 city: (empty) became Bonn, true is Köln" in told
    assert "37.5%" in told
