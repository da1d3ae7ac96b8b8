"""How fixes look to a person and to a script, and the last lines of a command that writes."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from connectors import Fidelity
from syncd.cli.output.fix_lines import show_fixes, show_run
from syncd.cli.output.screen import Screen
from syncd.engine import PassResult, Tally
from syncd.model import Action, Change, Ending, Fix, FixState, Ref, Stream
from syncd.telemetry import Kpis, PassReport

CONTACTS = Stream("main", "contacts", "person")
SETUP: Any = SimpleNamespace(stream=CONTACTS)


FIX = Fix(
    id="1m80hqc082v3hbd",
    ref=Ref("main", "contacts", "0035g0000004CFxAAM"),
    action=Action.UPDATE,
    changes=(
        Change("city", "City", "MÜNCHEN", "München", ("city_case",), ("all capitals",)),
        Change("country", "Country", "Germany", "DE", ("country_form",), ("a name in place of the code",)),
    ),
    state=FixState.REJECTED,
    detail="locked by the legal department",
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [80, 160])
def test_person_reads_each_fix_once_with_ids_that_can_be_copied_and_why_it_was_refused(monkeypatch, columns):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    out = Terminal()

    show_fixes(Screen(out), [FIX])

    assert [out.getvalue().count(name) for name in (FIX.id, FIX.ref.id, "main/contacts")] == [1, 1, 1]
    assert all(word in out.getvalue() for word in ("locked", "legal", "department"))


def test_script_gets_what_became_of_a_fix_in_a_column_of_its_own(capsys):
    show_fixes(Screen(), [FIX])

    first, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert first[-1] == "became"
    assert [row[-1] for row in rows] == ["locked by the legal department"] * 2


def test_no_fixes_are_no_table(capsys):
    show_fixes(Screen(), [])

    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (PassReport(), ["run r1; nothing was written"]),
        (PassReport(fixes_applied=3), ["run r1; `syncd undo r1` takes it back"]),
        (
            PassReport(fixes_rejected=2, fixes_unknown=1),
            [
                "main/contacts: 2 rejected and 1 unknown; `syncd review list --state STATE` shows them",
                "run r1; nothing was written",
            ],
        ),
    ],
)
def test_run_ends_with_what_to_do(capsys, report, expected):
    show_run(Screen(), "r1", [PassResult(SETUP, Tally(), report, Kpis())])

    assert capsys.readouterr().out.splitlines() == expected


def test_command_that_ends_with_something_left_says_what_waits(capsys):
    show_run(Screen(), "r1", [PassResult(SETUP, Tally(), PassReport(), Kpis(review_pending=4))])

    assert capsys.readouterr().out.splitlines()[0] == "4 fixes wait for a person: `syncd review`"


def test_run_says_what_no_undo_takes_back_before_anybody_relies_on_it(capsys):
    connector = SimpleNamespace(
        why_not_restored=lambda _object: "the API cannot",
        merge_fidelity=lambda _object, ending: Fidelity(("the values",), ("lists" if ending else "it gets a new id",)),
    )
    setup: Any = SimpleNamespace(stream=CONTACTS, connector=connector)
    results = [PassResult(setup, Tally(), PassReport(fixes_applied=9), Kpis())]

    show_run(
        Screen(), "r1", results, {(CONTACTS, Action.ARCHIVE): 2, (CONTACTS, Action.MERGE): 3, (CONTACTS, Ending()): 4}
    )

    assert capsys.readouterr().out.splitlines() == [
        "run r1; `syncd undo r1` takes it back, but for this:",
        "  removals from main/contacts (2):",
        "    - the API cannot",
        "  merges in main/contacts (3):",
        "    - it gets a new id",
        "  two made one in main/contacts (4):",
        "    - lists",
    ]
