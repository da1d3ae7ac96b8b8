"""The last line of a command that writes: what to do with what was written, and with what was not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from syncd.cli.fix_lines import show_run
from syncd.cli.screen import Screen
from syncd.engine import PassResult, Tally
from syncd.model import Stream
from syncd.telemetry import Kpis, PassReport

SETUP: Any = SimpleNamespace(stream=Stream("main", "contacts", "person"))


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
