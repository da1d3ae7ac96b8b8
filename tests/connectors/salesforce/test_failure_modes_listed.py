"""The list of failure modes names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_failure_mode_has_a_test_or_a_reason():
    journeys = (HERE.parent.parent / "journeys").glob("test_*.py")
    files = [*HERE.glob("test_*.py"), *HERE.parent.glob("test_promises_*.py"), *journeys]
    there = {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)}
    rows = [line.split("|") for line in (HERE / "README.md").read_text().splitlines() if re.match(r"\| \d", line)]

    named = {name for row in rows for name in re.findall(r"`(test_\w+)`", row[3])}

    assert [int(row[1]) for row in rows] == list(range(1, 36))
    assert all(row[3].strip() for row in rows)
    assert named <= there
