"""Writes the dashboards: `python deploy/grafana/build.py`. What they show stands beside this file, as tables."""

from __future__ import annotations

from pathlib import Path

from cleanliness import CLEANLINESS
from operations import OPERATIONS
from panels import text_of

FOLDER = Path(__file__).parent / "dashboards"
DASHBOARDS = (CLEANLINESS, OPERATIONS)


def texts() -> dict[str, str]:
    """Return the files of the dashboards, by name."""
    return {f"{board.uid}.json": text_of(board, DASHBOARDS) for board in DASHBOARDS}


if __name__ == "__main__":
    for name, text in texts().items():
        (FOLDER / name).write_text(text)
