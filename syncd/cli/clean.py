"""`syncd clean`: the same rules on a file."""

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

#: Rows between two lines of progress where no terminal is.
_LINE_EVERY = 100_000


def clean(  # noqa: PLR0913 - a command has as many options as it has
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="The rows: people, companies, deals or tickets.")],
    target: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT.csv", help="Where the fixed rows go.")
    ] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write no rows; say whether these may be imported, and what is in the way.")
    ] = False,
    min_complete: Annotated[
        float, typer.Option(min=0, max=1, help="With --check: the share of rows that must have all required fields.")
    ] = 0.9,
    against: Annotated[
        str,
        typer.Option(
            metavar="CRM/OBJECT", help="What the rows are for: hubspot/contacts, or a stream of the configuration."
        ),
    ] = "",
    findings: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Also write one line a finding.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report as a page of its own.")] = None,
    kind: Annotated[
        str, typer.Option(help="What the rows are: person, company, deal or ticket; guessed when left out.")
    ] = "",
    chosen: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="HEADING=FIELD", help="Which field a column is (HEADING= leaves it alone)."),
    ] = None,
    without: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Leave a rule out.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="A configuration whose rules to follow, your own included.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="How the file is encoded; found out when left out.")] = "",
    delimiter: Annotated[str, typer.Option(help="What separates columns; found out when left out.")] = "",
    as_json: AsJson = False,
) -> ExitCode:
    """Clean a CSV file: fixed rows and findings out; or check one before an import. Needs no account.

    The result has the same columns and one more, syncd_findings. It is UTF-8. Cells that a spreadsheet would run as
    a formula get an apostrophe in front; plain numbers and phone numbers do not. Which column was taken for which
    field is shown; --map corrects it. With --check, the exit code is 8 when something is in the way of an import.
    """
    from syncd.clean import Job, clean_file
    from syncd.cli.cleaning.choices import Chosen
    from syncd.cli.cleaning.page import write_page
    from syncd.cli.cleaning.words import data_of, show
    from syncd.cli.output.screen import Screen, error_screen
    from syncd.clock import SystemClock

    _one_of(check=check, target=target)
    wanted = Chosen.of(config, against)
    job = Job(
        source=source,
        target=target,
        findings=findings,
        kind=kind,
        encoding=encoding,
        delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter),
        given=dict(pair_of(one) for one in chosen or ()),
        without=tuple(without or ()),
        choices=wanted.choices,
        mapping=wanted.mapping,
        min_complete=min_complete if check else None,
        others=() if html is None else (html,),
    )
    with _progress(error_screen(), source) as tell:
        report = clean_file(job, SystemClock(), tell=tell)
    if html is not None:
        write_page(html, report, source.name, wanted.describe)
    if as_json:
        Screen().json(data_of(report))
    else:
        show(Screen(), report, [path for path in (target, findings, html) if path is not None])
    return ExitCode.OK if report.gate is None or report.gate.passes else ExitCode.LEFT_TO_DO


def _one_of(*, check: bool, target: Path | None) -> None:
    if check and target is not None:
        raise typer.BadParameter("writes no rows; leave --output out", param_hint="--check")
    if not check and target is None:
        raise typer.BadParameter("is needed to say where the rows go; --check does without", param_hint="--output")


def pair_of(text: str) -> tuple[str, str]:
    """Return what `--map HEADING=FIELD` says."""
    heading, sign, field = text.rpartition("=")
    if not sign:
        raise typer.BadParameter(f"'{text}' is not HEADING=FIELD", param_hint="--map")
    return heading, field.strip()


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
