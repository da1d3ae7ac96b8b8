from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime

from syncd.cli.output.screen import Screen

HOSTILE = "Ada\x1b[31m\nforged [bold]\t\u202e"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_table_in_a_pipe_is_plain_lines():
    out = io.StringIO()

    Screen(out).table(("rule", "open"), [("email_form", 3), ("x", 0.25)], title="Rules")

    assert out.getvalue() == "Rules\nrule\topen\nemail_form\t3\nx\t0.25\n"


def test_hostile_value_stays_in_its_cell_in_a_pipe():
    out = io.StringIO()

    Screen(out).table(("a", "b"), [(HOSTILE, "end")])

    assert out.getvalue() == "a\tb\nAda\\x1b[31m\\nforged [bold]\\t\\u202e\tend\n"


def test_hostile_value_drives_no_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    out = Terminal()

    Screen(out).table(("a",), [(HOSTILE,)], styles=("green",))

    assert "\\x1b[31m\\nforged [bold]" in out.getvalue()
    assert "\u202e" not in out.getvalue()


def test_terminal_too_narrow_for_a_table_gets_each_row_as_lines_and_no_word_is_broken(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    narrow, wide = Terminal(), Terminal()
    table = (("stream", "mode", "to review"), [("hubspot-main/companies", "observe", 0)])

    Screen(narrow).table(*table, whole=("stream",))
    monkeypatch.setenv("COLUMNS", "80")
    Screen(wide).table(*table, whole=("stream",))

    lines, rows = (re.sub(r"\x1b\[[0-9;]*m", "", one.getvalue()).split("\n") for one in (narrow, wide))
    assert lines[:3] == ["hubspot-main/companies", "  mode: observe", "  to review: 0"]
    assert rows[2].split() == ["hubspot-main/companies", "observe", "0"]


def test_json_holds_the_value_and_drives_no_terminal():
    out = io.StringIO()

    Screen(out).json({"name": HOSTILE + "\x9b Ünï"})

    assert json.loads(out.getvalue()) == {"name": HOSTILE + "\x9b Ünï"}
    assert not set("\x1b\x9b\u202e") & set(out.getvalue())
    assert "Ünï" in out.getvalue()


def test_moment_is_short_for_a_person_and_exact_for_a_script(capsys):
    moment = datetime(2026, 3, 1, 9, 30, 5, 250, tzinfo=UTC)

    Screen().table(("at",), [(moment,)])
    Screen().json({"at": moment})

    assert "2026-03-01 09:30:05Z" in (told := capsys.readouterr().out)
    assert '"at": "2026-03-01T09:30:05.000250+00:00"' in told
