"""A whole file: read row by row, judged, written beside the result and put in its place at the end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from mappings import RecordMapping
from syncd.clean.columns import guess_columns
from syncd.clean.dialect import study, unusable
from syncd.clean.gate import Gate
from syncd.clean.reading import rows_of
from syncd.clean.report import CleanReport
from syncd.clean.rows import Choices, Cleaner, ruleset_of
from syncd.clean.writing import Notes, Target
from syncd.clock import Clock
from syncd.errors import ConfigError

#: Rows between two tellings of how far it is.
_TELL_EVERY = 2_000
#: Rows that are looked at before it is settled what the columns are.
_FIRST = 200


def no_choices(_kind: str) -> Choices:
    """Return what holds where nobody chose anything."""
    return Choices()


@dataclass(frozen=True, slots=True)
class Job:
    """What to clean, and how."""

    source: Path
    #: Where the fixed rows go; None: nowhere, as when a file is only checked.
    target: Path | None = None
    #: Also write one line a finding here.
    findings: Path | None = None
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    #: Fields by heading, where the guess would be wrong.
    given: Mapping[str, str] = field(default_factory=dict)
    #: Rules that stay silent.
    without: Collection[str] = ()
    #: What was chosen for rows of a kind.
    choices: Callable[[str], Choices] = no_choices
    #: The object of a CRM that the rows are for.
    mapping: RecordMapping | None = None
    #: Check whether the rows may be imported: the share of them that has to be complete.
    min_complete: float | None = None
    #: Other files that will be written, so that none is written over what is read.
    others: tuple[Path, ...] = ()


def clean_file(job: Job, clock: Clock, *, tell: Callable[[int, int], object] | None = None) -> CleanReport:
    """Clean a file in bounded memory. `tell` hears of rows done and bytes read. ConfigError when it cannot be used."""
    _keep_apart(job)
    dialect = study(job.source, encoding=job.encoding, delimiter=job.delimiter)
    with ExitStack() as open_files:
        raw = open_files.enter_context(job.source.open("rb"))
        source = open_files.enter_context(TextIOWrapper(raw, encoding=dialect.encoding, newline=""))
        rows = rows_of(job.source, source, dialect)
        head = _head(job.source, rows)
        first = list(islice(rows, _FIRST))
        columns = guess_columns(
            head, kind=job.kind, given=job.given, rows=[cells for _, cells in first], mapping=job.mapping
        )
        ruleset = ruleset_of(columns.kind, job.choices(columns.kind), job.without)
        gate = None if job.min_complete is None else Gate(columns, ruleset, job.min_complete, job.mapping)
        report = CleanReport(dialect, columns, gate=gate)
        cleaner = Cleaner(columns, ruleset, clock.now(), job.mapping)
        target = open_files.enter_context(Target(job.target, dialect, columns).opened())
        notes = open_files.enter_context(Notes(job.findings, dialect, columns).opened())
        for number, cells in chain(first, rows):
            row = cleaner.clean(number, cells)
            report.add(number, row)
            if gate is not None:
                gate.add(number, row)
            target.write(row)
            notes.write(number, row)
            if tell is not None and report.rows % _TELL_EVERY == 0:
                tell(report.rows, raw.tell())
    return report


def _head(path: Path, rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    for _, cells in rows:
        return cells
    raise unusable(path, "holds no rows")


def _keep_apart(job: Job) -> None:
    """Refuse to write over what is read."""
    places = [path.resolve() for path in (job.source, job.target, job.findings, *job.others) if path is not None]
    if len(set(places)) < len(places):
        raise ConfigError("the file to read and the files to write have to be different ones")
