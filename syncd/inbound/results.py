"""The file beside a file that came in: what became of each row, and what was wrong with it."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncd.clean import neutralise
from syncd.inbound.gate import Problem
from syncd.store import Arrival

_HEAD = ("row", "outcome", "record", "what was wrong")
#: What became of a row, in words; a row that was refused is not kept.
REFUSED = "refused"


class Result:
    """The rows of a result as they are written."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self.counts: dict[str, int] = {}

    def write(self, number: int, arrival: Arrival | None, problems: tuple[Problem, ...]) -> None:
        """Write what became of a row; nothing is told of a record but its id."""
        outcome = REFUSED if arrival is None else arrival.state.value
        record = "" if arrival is None or arrival.ref is None else str(arrival.ref)
        told = "; ".join(_sentence(one) for one in problems)
        if arrival is not None and arrival.told.detail:
            told = "; ".join(filter(None, (told, arrival.told.detail)))
        self._writer.writerow([number, outcome, neutralise(record), neutralise(told)])
        self.counts[outcome] = self.counts.get(outcome, 0) + 1


@contextmanager
def result_at(path: Path) -> Iterator[Result]:
    """Open a result, for its owner only; it takes its place when it is complete."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEAD)
            yield Result(writer)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _sentence(problem: Problem) -> str:
    meant = f" (did you mean {problem.suggestion}?)" if problem.suggestion else ""
    return f"{problem.field}: {problem.message}{meant}" if problem.field else f"{problem.message}{meant}"
