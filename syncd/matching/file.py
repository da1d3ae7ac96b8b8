"""A whole file: read once to match its rows, and once more to write them with what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from quality.dedupe import Matcher, read_company, read_person
from syncd.clean import Columns, Dialect, neutralise, study
from syncd.clean.dialect import unusable
from syncd.clean.formulas import SIGNS
from syncd.clean.reading import rows_of
from syncd.clean.writing import appearing, writer_of
from syncd.errors import ConfigError
from syncd.matching.answers import COLUMNS, Answers, Counts, answers, circles_in, circles_of
from syncd.matching.columns import match_columns
from syncd.matching.comparing import Cluster
from syncd.matching.whole import Means, match_whole
from syncd.matching.worker import Row
from syncd.model import Value

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
    columns: Columns
    rows: int
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
    columns = match_columns(head, kind=job.kind, given=job.given, rows=first)
    with answers() as found:
        _match(job, dialect, columns, found, tell)
        count = _write(job, dialect, columns, found, tell)
        return MatchReport(dialect, columns, count, found.counts)


def _match(job: MatchJob, dialect: Dialect, columns: Columns, found: Answers, tell: Tell) -> None:
    with _rows(job.source, dialect) as rows:
        next(rows)
        records = _records(rows, columns)
        first = [] if job.spark else list(islice(records, job.few_rows + 1))
        if job.spark or len(first) > job.few_rows:
            for cluster in _clusters(job, columns.kind, chain(first, records), tell):
                for circle in circles_of(cluster):
                    found.add(circle)
            return
    tell("comparing rows", 0, None)
    read = read_person if columns.kind == "person" else read_company
    matcher = Matcher(columns.kind)
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


def _records(rows: Iterator[tuple[int, list[str]]], columns: Columns) -> Iterator[Row]:
    """Yield the rows as records; their ids are their numbers, in figures that sort like numbers."""
    places = tuple(columns.by_field.items())
    for number, cells in rows:
        width = len(cells)
        values: dict[str, Value] = {name: _bare(cells[at]) for name, at in places if at < width and cells[at]}
        yield f"{number:010d}", values


def _write(job: MatchJob, dialect: Dialect, columns: Columns, found: Answers, tell: Tell) -> int:
    """Write all rows with what was found behind them; return how many there were."""
    kept = [column.position for column in columns.all if column.heading not in COLUMNS]
    width, count = len(columns.all), 0
    with ExitStack() as files:
        rows = files.enter_context(_rows(job.source, dialect))
        write = writer_of(files.enter_context(appearing(job.target, dialect.written_encoding)), dialect).writerow
        next(rows)
        write([*(_neutral(columns.all[place].heading) for place in kept), *COLUMNS])
        for number, cells in rows:
            count += 1
            own = [_neutral(cells[place]) if place < len(cells) else "" for place in kept]
            write([*own, *map(_neutral, found.of(number)), *map(_neutral, cells[width:])])
            if count % _TELL_EVERY == 0:
                tell("writing rows", count, None)
    return count


@contextmanager
def _rows(path: Path, dialect: Dialect) -> Iterator[Iterator[tuple[int, list[str]]]]:
    with path.open(encoding=dialect.encoding, newline="") as file:
        yield rows_of(path, file, dialect)


def _neutral(cell: str) -> str:
    return neutralise(cell) if cell[:1] in SIGNS else cell


def _bare(cell: str) -> str:
    """Return a cell without the apostrophe that an earlier run put before what looked like a formula."""
    return cell[1:] if cell[:1] == "'" and neutralise(cell[1:]) == cell else cell
