"""A bar for each stream on a terminal; in a pipe the telemetry's own lines say how far a pull is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from connectors.forecast import in_words
from syncd.model import Stream
from syncd.telemetry import Telemetry


@contextmanager
def watching(telemetry: Telemetry) -> Iterator[None]:
    """Draw the progress of pulls while the block runs."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield
        return
    left = TextColumn("{task.fields[left]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), left)
    tasks: dict[Stream, TaskID] = {}
    with Progress(*columns, console=console, transient=True) as progress:

        def watch(stream: Stream, done: int, total: int | None, seconds_left: float | None) -> None:
            task = tasks.get(stream)
            if task is None:
                task = tasks[stream] = progress.add_task(stream.name, total=total, left="")
            left = f"{in_words(seconds_left)} left" if seconds_left else ""
            progress.update(task, completed=done, total=total, left=left)

        telemetry.watch(watch)
        try:
            yield
        finally:
            telemetry.watch(None)
