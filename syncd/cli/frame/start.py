"""The frame around every command: finds the commands, starts one, and turns whatever happens into an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any, NoReturn, TextIO

import typer

from syncd.cli.frame.exits import ExitCode, exit_code_of
from syncd.cli.frame.noting import remember_line
from syncd.errors import ConfigError, SyncdError

#: Every command, in the order of the help: first what one tries, then what one runs, then what one looks at.
#: Each is a file here with a function of that name; only these files are imported to show the help.
COMMANDS = (
    "demo",
    "sandbox",
    "init",
    "check",
    "run",
    "status",
    "sync",
    "sweep",
    "plan",
    "review",
    "counterparts",
    "apply",
    "undo",
    "stop",
    "explain",
    "golden",
    "report",
    "audit",
    "overrides",
    "holds",
    "inbound",
    "notify",
    "forget",
    "users",
    "accesses",
    "rekey",
    "rules",
    "clean",
    "match",
)
_DEBUG = "--debug"


def main() -> NoReturn:
    """Run the command of this process and exit."""
    for stream in (sys.stdout, sys.stderr):
        spell_out(stream)
    sys.exit(run_command(sys.argv[1:]))


def spell_out(stream: TextIO | None) -> None:
    """Have a stream spell out what its encoding lacks, where a terminal or a pipe is not in UTF-8, rather than fail."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Nothing but SystemExit of a dying interpreter comes out."""
    is_debugging = _DEBUG in arguments
    given = [argument for argument in arguments if argument != _DEBUG]
    try:
        remember_line(given)
        code = build_app()(args=given, prog_name="syncd", standalone_mode=False)
    except SyncdError as error:
        _show_traceback(is_wanted=is_debugging)
        _tell(error)
        return exit_code_of(error)
    except typer.Abort as error:
        return _stopped(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return _end_quietly()
    except Exception as error:  # noqa: BLE001 - the last place before a person would see a traceback
        return _usage(error) or _unexpected(error, is_debugging=is_debugging)
    return int(code) if isinstance(code, int) else ExitCode.OK


def _print_version(is_wanted: bool) -> None:  # noqa: FBT001 - typer calls it
    if is_wanted:
        from syncd.version import version

        typer.echo(f"syncd {version()}")
        raise typer.Exit


def build_app() -> typer.Typer:
    """Return the application with every command that has a file."""
    app = typer.Typer(
        name="syncd",
        help="Keeps a CRM clean: reads what changed, judges it, decides, remembers, and only then writes.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        # Boxes are for people; in a pipe they are in the way, and take longer to load than everything else together.
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_about)
    for name, command in _commands():
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, short_help=_first_line(command.info.help))
        else:
            app.command(name, short_help=_first_line(command.__doc__))(command)
    return app


def _first_line(told: object) -> str:
    """Return what the list of commands says of one: all of its first line, where it would else be cut off in a pipe."""
    return str(told or "").strip().partition("\n")[0]


def _about(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
    debug: Annotated[bool, typer.Option(_DEBUG, help="Show where an error comes from.")] = False,
) -> None:
    """Hold the options that belong to no command."""


def _commands() -> list[tuple[str, Callable[..., Any] | typer.Typer]]:
    """Return the commands by name, in the order of the help."""
    return [(name, getattr(import_module(f"syncd.cli.{name}"), name)) for name in COMMANDS]


def _stopped(error: typer.Abort) -> ExitCode:
    """Say that a question was answered with no or Ctrl-C, or that nobody is there to answer it."""
    if error.__context__ is not None:
        # The question still stands on its line.
        sys.stderr.write("\n")
    if not isinstance(error.__context__, EOFError):
        _say("Stopped; nothing was written.")
        return ExitCode.INTERRUPTED
    _say("Nobody answered; nothing was written.", "Without a terminal, --yes goes on without asking.")
    return ExitCode.USAGE


def _usage(error: Exception) -> ExitCode | None:
    """Show a mistake in the command line; None when `error` is something else."""
    show = getattr(error, "show", None)
    if show is None:
        return None
    show(file=sys.stderr)
    return ExitCode.USAGE


def _unexpected(error: Exception, *, is_debugging: bool) -> ExitCode:
    _show_traceback(is_wanted=is_debugging)
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    _say(f"Something nobody foresaw: {told}", "" if is_debugging else "Run it again with --debug to see where.")
    return ExitCode.UNEXPECTED


def _tell(error: SyncdError) -> None:
    message = error.message
    if isinstance(error, ConfigError) and len(error.mistakes) > 1:
        message = f"{len(error.mistakes)} mistakes:\n{message}"
    _say(message, error.hint)


def _say(message: str, hint: str = "") -> None:
    """Write to standard error: what went wrong, and what to do."""
    from syncd.cli.frame.secrecy import without_secrets
    from syncd.cli.output.screen import error_screen

    error_screen().failure(without_secrets(message), without_secrets(hint))


def _show_traceback(*, is_wanted: bool) -> None:
    if is_wanted:
        import traceback

        from syncd.cli.frame.secrecy import without_secrets
        from syncd.controls import escape_controls

        told = without_secrets(traceback.format_exc())
        sys.stderr.write(escape_controls(told, keep_newlines=True))


def _end_quietly() -> ExitCode:
    """Let the interpreter close without complaining that nobody reads on (`syncd plan | head`)."""
    import os

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return ExitCode.OK
