"""What became of a file, as tables on a screen and as data for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from syncd.clean import CleanReport, Counts
from syncd.cli.output.screen import Screen


def show(screen: Screen, report: CleanReport, written: Sequence[Path]) -> None:
    """Write the summary."""
    dialect = report.dialect
    if not dialect.is_sure_of_encoding:
        screen.line(f"The file is not UTF-8; it was read as {dialect.encoding}. If names look wrong, use --encoding.")
    _show_columns(screen, report)
    _show_rules(screen, report)
    before, after = share(report.clean_before, report.rows), share(report.clean_after, report.rows)
    verb = "changed" if report.gate is None else "would change"
    screen.line(f"{report.rows} rows, {report.changed} {verb}; clean: {before} before, {after} after.")
    if report.misshapen:
        screen.line(f"{report.misshapen} rows have more or fewer cells than the head; they were kept.")
    for rule, count in sorted(report.broken.items()):
        screen.line(f"The rule {rule} broke on {count} rows; they were judged by all others.", "yellow")
    _show_gate(screen, report)
    for path in written:
        screen.line(f"Written to {path}.")


def share(part: int, whole: int) -> str:
    """Return a share as people read it."""
    return f"{100 * part / whole:.1f} %" if whole else "100 %"


def ranked(report: CleanReport) -> list[tuple[str, Counts]]:
    """Return the rules, those that found most first."""
    return sorted(report.rules.items(), key=lambda pair: (-pair[1].found, pair[0]))


def data_of(report: CleanReport) -> dict[str, object]:
    """Return the report as JSON data."""
    return {
        "kind": report.columns.kind,
        "encoding": report.dialect.encoding,
        "is_sure_of_encoding": report.dialect.is_sure_of_encoding,
        "delimiter": report.dialect.delimiter,
        "columns": {column.heading: column.field or None for column in report.columns.all},
        "column_details": [
            {
                "heading": column.heading,
                "field": column.field or None,
                "how_sure": column.sureness.value,
                "note": column.note,
                "filled": counts.filled,
                "fixed": counts.fixed,
                "left": counts.left,
                "unfit": counts.unfit,
            }
            for column, counts in zip(report.columns.all, report.by_column, strict=True)
        ],
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
        "check": _data_of_gate(report),
    }


def _show_columns(screen: Screen, report: CleanReport) -> None:
    gate = report.gate
    fits = gate.fits() if gate is not None else ()
    rows = []
    for column, counts in zip(report.columns.all, report.by_column, strict=True):
        cells = [column.heading, column.field or "-", column.sureness.value]
        cells += [share(counts.filled, report.rows), str(counts.fixed), str(counts.left), column.note]
        if fits:
            fit = fits[column.position]
            cells.insert(3, " ".join(("yes" if fit.fits else "NO", fit.property)).rstrip() if column.field else "-")
            if not fit.fits and column.field:
                cells[-1] = fit.reason
            if not fit.fits and not column.field:
                cells[3] = "NO"
        rows.append(cells)
    heads = ["column", "field", "how sure", *(["fits"] if fits else []), "filled", "fixed", "left", "note"]
    numbers = ("filled", "fixed", "left")
    screen.table(heads, rows, title=f"Rows are taken for: {report.columns.kind}", numbers=numbers)


def _show_rules(screen: Screen, report: CleanReport) -> None:
    screen.table(
        ("rule", "found", "fixed", "suggested", "open"),
        [(name, one.found, one.fixed, one.suggested, one.open) for name, one in ranked(report)],
        title="What the rules found",
        numbers=("found", "fixed", "suggested", "open"),
    )


def _show_gate(screen: Screen, report: CleanReport) -> None:
    gate = report.gate
    if gate is None:
        return
    asked = ", ".join(gate.required) or "nothing"
    screen.line(f"Complete rows: {gate.complete_share:.1%} (required: {asked}). Nothing was written to a CRM.")
    problems = gate.problems()
    screen.line("In the way of an import:" if problems else "Nothing is in the way of an import.", "bold")
    for problem in problems:
        screen.line(f"  {problem}")


def _data_of_gate(report: CleanReport) -> dict[str, object] | None:
    gate = report.gate
    if gate is None:
        return None
    return {
        "passes": gate.passes,
        "problems": list(gate.problems()),
        "complete_share": round(gate.complete_share, 6),
        "min_complete": gate.min_complete,
        "required": list(gate.required),
        "required_without_column": list(gate.without_column),
        "lacking": gate.lacking,
        "unfit": gate.unfit,
        "wrong_rows": gate.wrong,
        "duplicates": gate.duplicates,
        "fits": {
            column.heading: {"fits": fit.fits, "property": fit.property or None, "reason": fit.reason}
            for column, fit in zip(report.columns.all, gate.fits(), strict=True)
        },
    }
