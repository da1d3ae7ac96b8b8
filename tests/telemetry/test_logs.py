from __future__ import annotations

import io
import json
import logging

import pytest

from syncd.errors import CredentialsError
from syncd.model import Stream
from syncd.telemetry import LogFormat, PassReport, Redaction, Telemetry, configure_logs

CONTACTS = Stream("hubspot-main", "contacts", "person")
SECRET = "planted-4711-secret"


@pytest.fixture
def lines(monkeypatch):
    """Logs of the process, caught; the logging of the test run is put back afterwards."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    level = root.level
    caught = io.StringIO()
    yield caught
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_planted_secret_reaches_no_line_whichever_way_it_takes(lines, clock):
    redaction = Redaction()
    redaction.hide(SECRET)
    telemetry = Telemetry(clock, redaction)
    configure_logs(redaction, form=LogFormat.JSON, level="DEBUG", stream=lines)

    telemetry.pass_failed(CONTACTS, CredentialsError(f"401 for {SECRET}", hint=f"try {SECRET}"))
    telemetry.rule_failed(CONTACTS, "email_form", ValueError(SECRET))
    telemetry.guard_tripped(CONTACTS, "canary", "", SECRET)
    telemetry.request_answered(SECRET, "search", 200, 0.1)
    logging.getLogger("uvicorn.error").warning("hello %s", SECRET)
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("urllib3").exception("while connecting")

    told = lines.getvalue()
    assert SECRET not in told
    assert told.count("\n") == 6
    assert all(json.loads(line)["level"] for line in told.splitlines())


def test_line_in_a_pipe_is_json_that_starts_with_moment_level_and_event(lines, telemetry):
    configure_logs(telemetry.redaction, stream=lines)

    telemetry.pass_finished(CONTACTS, PassReport(pulled=3))

    line = json.loads(lines.getvalue())
    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert line["pulled"] == 3
    assert line["gone"] == 0


def test_line_for_people_leaves_out_what_did_not_happen(lines, telemetry):
    configure_logs(telemetry.redaction, form=LogFormat.TEXT, stream=lines)

    telemetry.pass_finished(CONTACTS, PassReport(pulled=3))

    assert "pulled=3" in lines.getvalue()
    assert "gone" not in lines.getvalue()


def test_value_cannot_forge_a_line_or_drive_the_terminal(lines, telemetry):
    configure_logs(telemetry.redaction, form=LogFormat.TEXT, stream=lines)

    telemetry.guard_tripped(CONTACTS, "canary", "", "x\n2026-01-01 [info] all is well\x1b[2J")

    assert lines.getvalue().count("\n") == 1
    assert "\x1b" not in lines.getvalue()


def test_configuring_twice_does_not_write_twice(lines, telemetry):
    configure_logs(telemetry.redaction, stream=lines)
    configure_logs(telemetry.redaction, stream=lines)

    telemetry.daemon_stopped("asked to")

    assert lines.getvalue().count("\n") == 1
