"""`syncd check`: every problem at once, before anything runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.frame.exits import ExitCode, exit_code_of
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from connectors.book import CallBook
    from syncd.checkup import Remark

_STYLES = {"ok": "green", "warning": "yellow", "error": "bold red"}


def check(config: ConfigPath = DEFAULT_CONFIG, *, as_json: AsJson = False) -> int:
    """Check configuration, store, credentials, permissions, fields and limits. Writes nothing to a CRM."""
    from syncd.cli.output.screen import Screen

    remarks = _examined(config)
    code = min((exit_code_of(one.error) for one in remarks if one.error is not None), default=ExitCode.OK)
    screen = Screen()
    if as_json:
        screen.json({"exit_code": int(code), "remarks": [_data(one) for one in remarks]})
        return code
    screen.table(
        ("", "what", "which", "found"),
        [(one.level.value, one.area, one.subject, one.message) for one in remarks],
        styles=[_STYLES[one.level.value] for one in remarks],
        whole=("", "what"),
    )
    for hint in dict.fromkeys(one.hint for one in remarks if one.hint):
        screen.line(f"→ {hint}")
    errors = sum(one.error is not None for one in remarks)
    screen.line("Nothing stands in the way of a run." if not errors else f"In the way of a run: {errors}.")
    return code


def _examined(config: Path) -> list[Remark]:
    from connectors.purpose import Purpose, calling_for
    from syncd.checkup import examine, mistakes_of
    from syncd.cli.frame.secrecy import keep_to_oneself
    from syncd.clock import SystemClock
    from syncd.errors import ConfigError
    from syncd.settings import load_settings
    from syncd.telemetry import Telemetry
    from syncd.wiring import open_connectors

    clock = SystemClock()
    try:
        settings = load_settings(config, os.environ)
        telemetry = Telemetry(clock)
        keep_to_oneself(settings.secrets(), telemetry.redaction)
        books: dict[str, CallBook] = {}
        connectors = open_connectors(settings, clock=clock, telemetry=telemetry, attempts=2, books=books)
    except ConfigError as error:
        return mistakes_of(error)
    try:
        with calling_for(Purpose.PERSON):
            return list(examine(settings, connectors, clock, books))
    finally:
        for connector in connectors.values():
            connector.close()


def _data(remark: Remark) -> dict[str, str]:
    return {
        "level": remark.level.value,
        "area": remark.area,
        "subject": remark.subject,
        "message": remark.message,
        "hint": remark.hint,
    }
