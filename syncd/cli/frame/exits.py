"""What the exit code of a command means. Scripts rely on it."""

from __future__ import annotations

from enum import IntEnum

from syncd.errors import (
    ConfigError,
    ConnectorError,
    GuardTrippedError,
    RefusedError,
    StoreError,
    SyncdError,
    UnknownNameError,
)


class ExitCode(IntEnum):
    """How a command went."""

    #: It did what was asked, and nothing is left to do.
    OK = 0
    #: Something nobody foresaw; `--debug` shows where.
    UNEXPECTED = 1
    #: The command line itself cannot be understood, or names something that does not exist.
    USAGE = 2
    #: The configuration, or a file that was named, cannot be used.
    CONFIGURATION = 3
    #: The CRM does not accept the credentials, or they lack a permission.
    PERMISSION = 4
    #: The CRM could not be reached, or could not answer.
    CRM = 5
    #: The store cannot be used, or another syncd holds it.
    STORE = 6
    #: A guard stopped the run; a person has to look.
    GUARD = 7
    #: It did what was asked, and something is left for a person: fixes to review, or rejected, unknown or left alone.
    LEFT_TO_DO = 8
    #: Ctrl-C.
    INTERRUPTED = 130


#: The first family an error belongs to decides.
_FAMILIES: tuple[tuple[type[SyncdError], ExitCode], ...] = (
    (ConfigError, ExitCode.CONFIGURATION),
    (RefusedError, ExitCode.PERMISSION),
    (ConnectorError, ExitCode.CRM),
    (StoreError, ExitCode.STORE),
    (GuardTrippedError, ExitCode.GUARD),
    (UnknownNameError, ExitCode.USAGE),
)


def exit_code_of(error: SyncdError) -> ExitCode:
    """Return the exit code of a command that ended with `error`."""
    return next((code for family, code in _FAMILIES if isinstance(error, family)), ExitCode.UNEXPECTED)
