"""`syncd match`: the same matching on a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import AsJson

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.matching import MatchReport


def match(  # noqa: PLR0913 - a command has as many options as it has
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="The rows: people or companies.")],
    target: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.csv", help="Where the rows go.")],
    *,
    kind: Annotated[
        str, typer.Option(help="What all rows are, person or company; a column or a guess says it when left out.")
    ] = "",
    chosen: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="HEADING=FIELD", help="Which field a column is (HEADING= leaves it alone)."),
    ] = None,
    encoding: Annotated[str, typer.Option(help="How the file is encoded; found out when left out.")] = "",
    delimiter: Annotated[str, typer.Option(help="What separates columns; found out when left out.")] = "",
    spark: Annotated[
        str,
        typer.Option(metavar="MASTER", help="Match on Spark, at local[*] or spark://…; needs syncd[scale] and Java."),
    ] = "",
    as_json: AsJson = False,
) -> ExitCode:
    """Find the twins in a CSV file: which rows are one person or one company, how sure that is, and why.

    All rows and columns stay, in their order, with six columns behind them. Rows of one syncd_group are likely one.
    Rows of one syncd_merge are one beyond doubt; others have "ask" in syncd_answer: a person should look.
    syncd_probability and syncd_reason tell of the row and the one it is nearest to, named by its number in
    syncd_with. A file may hold people and companies, where a column says which each row is. The result is UTF-8;
    cells that a spreadsheet would run as a formula get an apostrophe in front.
    Needs no account and no configuration.
    """
    from syncd.cli.clean import pair_of
    from syncd.cli.output.screen import Screen, error_screen
    from syncd.matching import MatchJob, match_file

    job = MatchJob(
        source=source,
        target=target,
        kind=kind,
        encoding=encoding,
        delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter),
        given=dict(pair_of(one) for one in chosen or ()),
        spark=spark,
    )
    with _progress(error_screen()) as tell:
        report = match_file(job, tell=tell)
    if as_json:
        Screen().json(_data_of(report))
    else:
        _show(Screen(), report, target)
    return ExitCode.OK


def _show(screen: Screen, report: MatchReport, target: Path) -> None:
    dialect, counts = report.dialect, report.counts
    if not dialect.is_sure_of_encoding:
        screen.line(f"The file is not UTF-8; it was read as {dialect.encoding}. If names look wrong, use --encoding.")
    for layout in report.layouts.by_kind.values():
        columns = [
            (column.heading, column.field or "-", column.sureness.value, column.note) for column in layout.columns.all
        ]
        whose = f"Rows are taken for: {layout.kind}" if len(report.layouts.by_kind) == 1 else f"Rows of a {layout.kind}"
        screen.table(("column", "field", "how sure", "note"), columns, title=whose)
    screen.table(
        ("what was found", "groups", "rows"),
        [
            ("likely one", counts.groups, counts.grouped),
            ("beyond doubt, may be merged", counts.merges, counts.merges + counts.merged),
        ],
        title="Twins",
        numbers=("groups", "rows"),
    )
    rows = sum(report.rows.values())
    if report.rows.get(""):
        screen.line(f"{report.rows['']} rows do not say what they are, and were left alone.")
    screen.line(
        f"{rows} rows; merging what is beyond doubt leaves {rows - counts.merged}. "
        f"{counts.questions} pairs are for a person to look at (syncd_answer: ask)."
    )
    screen.line(f"Written to {target}.")


def _data_of(report: MatchReport) -> dict[str, object]:
    """Return the report as JSON data."""
    counts = report.counts
    return {
        "kinds": list(report.layouts.by_kind),
        "encoding": report.dialect.encoding,
        "is_sure_of_encoding": report.dialect.is_sure_of_encoding,
        "delimiter": report.dialect.delimiter,
        "columns": {
            kind: {column.heading: column.field or None for column in layout.columns.all}
            for kind, layout in report.layouts.by_kind.items()
        },
        "rows": sum(report.rows.values()),
        "rows_of_no_kind": report.rows.get("", 0),
        "groups": counts.groups,
        "rows_in_groups": counts.grouped,
        "merges": counts.merges,
        "rows_less_after_merging": counts.merged,
        "questions": counts.questions,
    }


@contextmanager
def _progress(screen: Screen) -> Iterator[Callable[[str, int, int | None], object]]:
    """Yield what tells how far it is: a bar on a terminal, a line for each stage in a pipe."""
    if not screen.is_terminal:
        told: set[str] = set()

        def tell(stage: str, _done: int, _all: int | None) -> None:
            if stage not in told:
                told.add(stage)
                screen.line(stage)

        yield tell
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=screen.console, transient=True) as bar:
        task = bar.add_task("Matching", total=None)
        yield lambda stage, done, whole: bar.update(task, description=stage, completed=done, total=whole)
