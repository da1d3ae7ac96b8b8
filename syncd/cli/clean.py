"""`syncd clean`: the same rules on a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import AsJson

if TYPE_CHECKING:
    from syncd.clean import CleanReport
    from syncd.cli.screen import Screen

#: Rows between two lines of progress where no terminal is.
_LINE_EVERY = 100_000


def clean(  # noqa: PLR0913 - a command has as many options as it has
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="The rows: people or companies.")],
    target: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.csv", help="Where the fixed rows go.")],
    *,
    findings: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Also write one line a finding.")] = None,
    kind: Annotated[str, typer.Option(help="What the rows are, person or company; guessed when left out.")] = "",
    chosen: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="HEADING=FIELD", help="Which field a column is (HEADING= leaves it alone)."),
    ] = None,
    without: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Leave a rule out.")] = None,
    encoding: Annotated[str, typer.Option(help="How the file is encoded; found out when left out.")] = "",
    delimiter: Annotated[str, typer.Option(help="What separates columns; found out when left out.")] = "",
    as_json: AsJson = False,
) -> int:
    """Clean a CSV file: fixed rows and findings out. Needs no account and no configuration.

    The result has the same columns and one more, syncd_findings. It is UTF-8. Cells that a spreadsheet would run as
    a formula get an apostrophe in front; plain numbers and phone numbers do not.
    """
    from syncd.clean import Job, clean_file
    from syncd.cli.screen import Screen, error_screen
    from syncd.clock import SystemClock

    job = Job(
        source=source,
        target=target,
        findings=findings,
        kind=kind,
        encoding=encoding,
        delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter),
        given=dict(_pair(one) for one in chosen or ()),
        without=tuple(without or ()),
    )
    with _progress(error_screen(), source) as tell:
        report = clean_file(job, SystemClock(), tell=tell)
    if as_json:
        Screen().json(_data(report))
    else:
        _show(Screen(), report, target)
    return 0


def _pair(text: str) -> tuple[str, str]:
    heading, sign, field = text.rpartition("=")
    if not sign:
        raise typer.BadParameter(f"'{text}' is not HEADING=FIELD", param_hint="--map")
    return heading, field.strip()


def _show(screen: Screen, report: CleanReport, target: Path) -> None:
    dialect, columns = report.dialect, report.columns
    if not dialect.is_sure_of_encoding:
        screen.line(f"The file is not UTF-8; it was read as {dialect.encoding}. If names look wrong, use --encoding.")
    rows = [(column.heading, column.field or "(left as it is)") for column in columns.all]
    screen.table(("column", "field"), rows, title=f"Rows are taken for: {columns.kind}")
    ranked = sorted(report.rules.items(), key=lambda pair: (-pair[1].found, pair[0]))
    screen.table(
        ("rule", "found", "fixed", "suggested", "open"),
        [(name, one.found, one.fixed, one.suggested, one.found - one.fixed - one.suggested) for name, one in ranked],
        title="What the rules found",
        numbers=("found", "fixed", "suggested", "open"),
    )
    before, after = _share(report.clean_before, report.rows), _share(report.clean_after, report.rows)
    screen.line(f"{report.rows} rows, {report.changed} changed; clean: {before} before, {after} after.")
    screen.line(f"Written to {target}.")
    if report.misshapen:
        screen.line(f"{report.misshapen} rows have more or fewer cells than the head; they were kept.")
    for rule, count in sorted(report.broken.items()):
        screen.line(f"The rule {rule} broke on {count} rows; they were judged by all others.", "yellow")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "100 %"


def _data(report: CleanReport) -> dict[str, object]:
    return {
        "kind": report.columns.kind,
        "encoding": report.dialect.encoding,
        "delimiter": report.dialect.delimiter,
        "columns": {column.heading: column.field or None for column in report.columns.all},
        "rows": report.rows,
        "changed": report.changed,
        "clean_before": report.clean_before,
        "clean_after": report.clean_after,
        "misshapen": report.misshapen,
        "rules": {
            name: {"found": one.found, "fixed": one.fixed, "suggested": one.suggested}
            for name, one in sorted(report.rules.items())
        },
        "broken_rules": dict(report.broken),
    }


@contextmanager
def _progress(screen: Screen, source: Path) -> Iterator[Callable[[int, int], None]]:
    """Yield what tells how far it is: a bar on a terminal, now and then a line in a pipe."""
    if not screen.is_terminal:
        yield lambda rows, _done: screen.line(f"{rows} rows") if rows % _LINE_EVERY == 0 else None
        return
    from rich.progress import Progress

    total = source.stat().st_size if source.is_file() else None
    with Progress(console=screen.console, transient=True) as bar:
        task = bar.add_task("Cleaning", total=total)
        yield lambda rows, done: bar.update(task, completed=done, description=f"Cleaning {rows} rows")
