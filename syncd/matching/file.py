"""A whole file: read once to match its rows, and once more to write them with what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from quality.dedupe import Matcher, read_company, read_person
from syncd.clean import Dialect, neutralise, study
from syncd.clean.dialect import unusable
from syncd.clean.formulas import SIGNS
from syncd.clean.reading import rows_of
from syncd.clean.writing import appearing, writer_of
from syncd.errors import ConfigError
from syncd.matching.answers import COLUMNS, Answers, Counts, answers, circles_in, circles_of
from syncd.matching.columns import Layouts, match_layouts
from syncd.matching.comparing import Cluster
from syncd.matching.whole import Means, match_whole
from syncd.matching.worker import Row

#: So many rows are matched in memory; more of them through tables on the disk. The answer is the same.
FEW_ROWS = 20_000
_FIRST = 200
_TELL_EVERY = 2_000
Tell = Callable[[str, int, int | None], object]


@dataclass(frozen=True, slots=True)
class MatchJob:
    """What to match, and how."""

    source: Path
    target: Path
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    #: Fields by heading, where the guess would be wrong.
    given: Mapping[str, str] = field(default_factory=dict)
    means: Means = field(default_factory=Means)
    few_rows: int = FEW_ROWS
    #: The master of a Spark cluster to match on, whatever the size; empty: this machine.
    spark: str = ""


@dataclass(frozen=True, slots=True)
class MatchReport:
    """What became of a file."""

    dialect: Dialect
    layouts: Layouts
    #: Rows by kind; those that do not say what they are go by an empty one, and were left alone.
    rows: Mapping[str, int]
    counts: Counts


def match_file(job: MatchJob, *, tell: Tell = lambda _stage, _done, _all: None) -> MatchReport:
    """Match the rows of a file in bounded memory. ConfigError when it cannot be used."""
    if job.source.resolve() == job.target.resolve():
        raise ConfigError("the file to read and the file to write have to be different ones")
    dialect = study(job.source, encoding=job.encoding, delimiter=job.delimiter)
    with _rows(job.source, dialect) as rows:
        head = next((cells for _, cells in rows), None)
        if head is None:
            raise unusable(job.source, "holds no rows")
        first = [cells for _, cells in islice(rows, _FIRST)]
    layouts = match_layouts(head, kind=job.kind, given=job.given, rows=first)
    with answers() as found:
        for kind in layouts.by_kind:
            _match(job, dialect, layouts, kind, found, tell)
        counts = _write(job, dialect, layouts, found, tell)
        return MatchReport(dialect, layouts, counts, found.counts)


def _match(job: MatchJob, dialect: Dialect, layouts: Layouts, kind: str, found: Answers, tell: Tell) -> None:
    """Find the twins among the rows of one kind."""
    with _rows(job.source, dialect) as rows:
        next(rows)
        records = _records(rows, layouts, kind)
        first = [] if job.spark else list(islice(records, job.few_rows + 1))
        if job.spark or len(first) > job.few_rows:
            for cluster in _clusters(job, kind, chain(first, records), tell):
                for circle in circles_of(cluster):
                    found.add(circle)
            return
    tell("comparing rows", 0, None)
    read = read_person if kind == "person" else read_company
    matcher = Matcher(kind)
    matcher.apply({record_id: read(values) for record_id, values in first})
    for circle in circles_in(matcher):
        found.add(circle)


def _clusters(job: MatchJob, kind: str, records: Iterable[Row], tell: Tell) -> Iterable[Cluster]:
    """Return what hangs together in many records."""
    if not job.spark:
        return match_whole(kind, records, means=job.means, is_explaining=True, tell=tell)
    from syncd.matching.spark import match_with_spark, spark_at

    tell("matching on Spark", 0, None)
    return match_with_spark(kind, records, spark_at(job.spark), is_explaining=True)


def _records(rows: Iterator[tuple[int, list[str]]], layouts: Layouts, kind: str) -> Iterator[Row]:
    """Yield the rows of one kind as records; their ids are their numbers, in figures that sort like numbers."""
    values_of = layouts.by_kind[kind].values
    for number, cells in rows:
        if layouts.kind_of(cells) == kind:
            yield f"{number:010d}", values_of(cells)


def _write(job: MatchJob, dialect: Dialect, layouts: Layouts, found: Answers, tell: Tell) -> Mapping[str, int]:
    """Write all rows with what was found behind them; return how many there were of each kind."""
    columns = next(iter(layouts.by_kind.values())).columns
    kept = [column.position for column in columns.all if column.heading not in COLUMNS]
    width, counts = len(columns.all), Counter[str]()
    with ExitStack() as files:
        rows = files.enter_context(_rows(job.source, dialect))
        write = writer_of(files.enter_context(appearing(job.target, dialect.written_encoding)), dialect).writerow
        next(rows)
        write([*(_neutral(columns.all[place].heading) for place in kept), *COLUMNS])
        for done, (number, cells) in enumerate(rows, start=1):
            counts[layouts.kind_of(cells)] += 1
            own = [_neutral(cells[place]) if place < len(cells) else "" for place in kept]
            write([*own, *map(_neutral, found.of(number)), *map(_neutral, cells[width:])])
            if done % _TELL_EVERY == 0:
                tell("writing rows", done, None)
    return counts


@contextmanager
def _rows(path: Path, dialect: Dialect) -> Iterator[Iterator[tuple[int, list[str]]]]:
    with path.open(encoding=dialect.encoding, newline="") as file:
        yield rows_of(path, file, dialect)


def _neutral(cell: str) -> str:
    return neutralise(cell) if cell[:1] in SIGNS else cell
