"""The command line. Each command is one file, named after it: `syncd/cli/<command>.py` with a function `<command>`.

This file has to be readable by old Pythons, so that a wrong one gets a sentence instead of a traceback.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the metadata stops pip, not a person with another interpreter
    sys.exit(
        "syncd needs Python 3.11 or newer; this is Python %d.%d (%s).\n"  # noqa: UP031 - no f-strings before 3.6
        "Make an environment with a newer Python, for example: python3.11 -m venv .venv"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.start import main, run_command

__all__ = ["ExitCode", "main", "run_command"]
