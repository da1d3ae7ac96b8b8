from __future__ import annotations

import ast
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
import typer

import syncd.cli
from syncd.cli import ExitCode, run_command
from syncd.cli.frame import start as frame
from syncd.cli.frame.exits import exit_code_of
from syncd.errors import (
    ConfigError,
    CredentialsError,
    GuardTrippedError,
    Mistake,
    RetryableError,
    StoreLockedError,
    SyncdError,
)


@pytest.fixture
def command(monkeypatch):
    """Let the only command be one that does what the test says."""

    def install(work):
        monkeypatch.setattr(frame, "_commands", lambda: [("work", work)])

    return install


def raising(error):
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("bad"), ExitCode.CONFIGURATION),
        (CredentialsError(), ExitCode.PERMISSION),
        (RetryableError(), ExitCode.CRM),
        (StoreLockedError(), ExitCode.STORE),
        (GuardTrippedError(), ExitCode.GUARD),
        (SyncdError(), ExitCode.UNEXPECTED),
    ],
)
def test_error_is_a_sentence_a_hint_and_a_code(command, capsys, error, code):
    error.hint = "Do this next."
    command(raising(error))

    got = run_command(["work"])

    told = capsys.readouterr()
    assert got == code == exit_code_of(error)
    assert told.out == ""
    assert told.err == f"syncd: {error.message}\n  → Do this next.\n"


def test_every_mistake_is_shown(command, capsys):
    command(raising(ConfigError([Mistake("a.yaml", 1, 2, "one"), Mistake("a.yaml", 3, 4, "two")])))

    run_command(["work"])

    assert capsys.readouterr().err == "syncd: 2 mistakes:\n  a.yaml:1:2: one\n  a.yaml:3:4: two\n"


def test_what_nobody_foresaw_shows_its_place_only_on_request(command, capsys):
    command(raising(ZeroDivisionError("by nothing")))

    assert run_command(["work"]) == ExitCode.UNEXPECTED
    plain = capsys.readouterr().err
    assert run_command(["work", "--debug"]) == ExitCode.UNEXPECTED
    debugged = capsys.readouterr().err

    assert "Traceback" not in plain
    assert "ZeroDivisionError: by nothing" in plain
    assert "--debug" in plain
    assert "Traceback" in debugged


def test_error_shows_no_secret_and_drives_no_terminal(command, capsys):
    command(raising(SyncdError("401 for Bearer abcdef123456 \x1b[2J", hint="token=abcdef123456")))

    run_command(["work", "--debug"])

    told = capsys.readouterr().err
    assert "abcdef123456" not in told
    assert "\x1b" not in told


def test_interrupted_command_ends_with_130(command):
    command(raising(KeyboardInterrupt()))

    assert run_command(["work"]) == ExitCode.INTERRUPTED


def test_question_that_nobody_can_answer_is_usage_and_names_the_way_round_it(command, capsys):
    error = typer.Abort()
    error.__context__ = EOFError()
    command(raising(error))

    assert run_command(["work"]) == ExitCode.USAGE
    assert "--yes goes on without asking" in capsys.readouterr().err


def test_what_an_encoding_lacks_is_spelled_out():
    written = BytesIO()
    stream = TextIOWrapper(written, encoding="latin-1")

    frame.spell_out(stream)
    stream.write("Städte → 東京")
    stream.flush()

    assert written.getvalue().decode("latin-1") == r"Städte \u2192 \u6771\u4eac"


def test_list_of_commands_cuts_no_sentence_off(capsys):
    run_command(["--help"])

    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]


def test_command_tells_how_it_went(command):
    command(lambda: ExitCode.LEFT_TO_DO)

    assert run_command(["work"]) == 8


@pytest.mark.parametrize("arguments", [["nonsense"], ["work", "--nonsense"], ["work", "extra"]])
def test_wrong_command_line_is_usage(command, capsys, arguments):
    command(lambda: None)

    assert run_command(arguments) == ExitCode.USAGE
    assert "Traceback" not in capsys.readouterr().err


def test_bad_parameter_is_usage(command, capsys):
    command(raising(typer.BadParameter("not like this")))

    assert run_command(["work"]) == ExitCode.USAGE
    assert "not like this" in capsys.readouterr().err


def test_version_is_printed(capsys):
    assert run_command(["--version"]) == ExitCode.OK
    assert capsys.readouterr().out.startswith("syncd ")


def test_help_names_every_command(capsys):
    assert run_command(["--help"]) == ExitCode.OK

    told = capsys.readouterr().out
    for name, _ in frame._commands():
        assert f" {name} " in told


def test_every_file_beside_the_rooms_is_a_command_of_the_help():
    files = {path.stem for path in Path(syncd.cli.__file__).parent.glob("*.py")} - {"__init__"}

    assert files == set(frame.COMMANDS)


def test_every_command_explains_itself(capsys):
    for name, _ in frame._commands():
        assert run_command([name, "--help"]) == ExitCode.OK, name


def test_help_needs_no_heavy_library():
    script = (
        "import sys; from syncd.cli import run_command; run_command(['--help']); print(*sys.modules, file=sys.stderr)"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr.split()

    heavy = {"pydantic", "sqlalchemy", "structlog", "hubspot", "phonenumbers", "uvicorn", "ruamel.yaml", "quality"}
    assert not heavy & set(told)


def test_reader_that_goes_away_is_no_error():
    script = "from syncd.cli import main; main()"
    arguments = [sys.executable, "-c", script, "--help"]

    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read().decode()

    assert "Traceback" not in told


def test_wrong_python_gets_one_sentence(monkeypatch):
    source = Path(syncd.cli.__file__).read_text()
    ast.parse(source, feature_version=(3, 8))
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))

    with pytest.raises(SystemExit) as raised:
        exec(compile(source, "syncd/cli/__init__.py", "exec"), {})

    assert "syncd needs Python 3.11 or newer; this is Python 3.8" in str(raised.value)
