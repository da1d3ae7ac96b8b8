"""What became of a file, as one HTML page: nothing from outside, no script, and every value is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from syncd.clean import FIXED, SUGGESTED, CleanReport, Column, ColumnCounts, Counts, Fit, Sureness
from syncd.cli.cleaning.style import STYLE
from syncd.cli.cleaning.words import ranked, share
from syncd.controls import escape_controls
from syncd.errors import ConfigError, Mistake
from syncd.model import Severity

_LONGEST = 160
#: Signs beside the colours, for those who do not see them and for paper.
_SIGNS = {FIXED: "✓", SUGGESTED: "?"}


def write_page(file: Path, report: CleanReport, name: str, describe: Callable[[str], str]) -> None:
    """Write the page; ConfigError when it cannot be written."""
    try:
        file.write_text(page_of(report, name, describe), "utf-8")
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from error


def page_of(report: CleanReport, name: str, describe: Callable[[str], str]) -> str:
    """Return the page. `describe` says what a rule says of a right record."""
    verb = "checked" if report.gate is not None else "cleaned"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>syncd: {_text(name)}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>{_text(name)}</h1><p>{_number(report.rows)} rows of {_plural(report)}, {verb} by syncd. "
        f"{_said_of_encoding(report)}</p></header>"
        f"{_gate(report)}{_tiles(report)}{_columns(report)}{_rules(report, describe)}</body></html>\n"
    )


def _tiles(report: CleanReport) -> str:
    found = sum(one.found for one in report.rules.values())
    fixed = sum(one.fixed for one in report.rules.values())
    suggested = sum(one.suggested for one in report.rules.values())
    changed = "would change" if report.gate is not None else "changed"
    return (
        "<section class=tiles>"
        f"{_tile('clean rows before', share(report.clean_before, report.rows), report.clean_before, report.rows)}"
        f"{_tile('clean rows after', share(report.clean_after, report.rows), report.clean_after, report.rows)}"
        f"{_tile(f'rows {changed}', _number(report.changed), report.changed, report.rows, 'fine')}"
        f"{_tile('findings put right', _number(fixed), fixed, found)}"
        f"{_tile('with a suggestion', _number(suggested), suggested, found, 'fine')}"
        f"{_tile('left to a person', _number(found - fixed - suggested), found - fixed - suggested, found, 'left')}"
        "</section>"
    )


def _tile(label: str, figure: str, part: int, whole: int, style: str = "fixed") -> str:
    width = 100 * part / whole if whole else 0
    return (
        f"<div><b>{figure}</b><span>{label}</span><i class=bar><u class={style} style=width:{width:.1f}%></u></i></div>"
    )


def _gate(report: CleanReport) -> str:
    gate = report.gate
    if gate is None:
        return ""
    problems = "".join(f"<li>{_text(problem)}</li>" for problem in gate.problems())
    verdict = "Not ready to be imported" if problems else "Ready to be imported"
    asked = ", ".join(gate.required) or "nothing"
    return (
        f"<section class='gate {'no' if problems else 'yes'}'><h2>{verdict}</h2>"
        f"<p>{share(gate.complete, gate.rows)} of the rows are complete (required: {_text(asked)}; "
        f"asked for: {100 * gate.min_complete:g} %).</p><ul>{problems}</ul></section>"
    )


def _columns(report: CleanReport) -> str:
    fits = report.gate.fits() if report.gate is not None else ()
    rows = "".join(
        _column(column, counts, report.rows, fits[column.position] if fits else None)
        for column, counts in zip(report.columns.all, report.by_column, strict=True)
    )
    fit_head = "<th>fits</th>" if fits else ""
    return (
        f"<section><h2>Columns</h2><table class=columns><thead><tr><th>column</th><th>field</th><th>how sure</th>"
        f"{fit_head}<th class=n>filled</th><th class=n>fixed</th><th class=n>left</th><th>cells</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><p class=key><i class=fixed></i> put right <i class=left></i> still wrong "
        "<i class=fine></i> fine or not judged <i class=none></i> empty</p></section>"
    )


def _column(column: Column, counts: ColumnCounts, rows: int, fit: Fit | None) -> str:
    note = fit.reason if fit is not None and not fit.fits else column.note
    told = f"<small>{_text(note)}</small>" if note else ""
    field = f"<code>{_text(column.field)}</code>" if column.field else "<span class=quiet>left as it is</span>"
    fits = "" if fit is None else f"<td>{_fit(column, fit)}</td>"
    sure = column.sureness.value if column.sureness is not Sureness.LEFT else ""
    style = "" if column.field else " class=quiet"
    return (
        f"<tr{style}><td>{_text(column.heading)}</td><td>{field}{told}</td><td>{sure}</td>{fits}"
        f"<td class=n>{share(counts.filled, rows)}</td><td class=n>{_count(counts.fixed)}</td>"
        f"<td class=n>{_count(counts.left)}</td><td>{_bar(counts, rows)}</td></tr>"
    )


def _fit(column: Column, fit: Fit) -> str:
    if not fit.fits:
        return "<span class=bad>✗ no</span>"
    where = f" <code>{_text(fit.property)}</code>" if fit.property else ""
    return f"<span class=good>✓</span>{where}" if column.field else ""


def _bar(counts: ColumnCounts, rows: int) -> str:
    """Return the cells of a column as a bar. A cell that was fixed and is still wrong counts as wrong.

    An empty cell can be wrong, or have been filled: what is fine is what remains.
    """
    healed = min(counts.healed, rows)
    left = min(counts.left, rows - healed)
    parts = (("fixed", healed), ("left", left), ("fine", max(0, counts.filled - healed - left)))
    drawn = "".join(
        f"<u class={name} style=width:{100 * part / rows:.2f}%></u>" for name, part in parts if part and rows
    )
    return f"<i class=bar>{drawn}</i>"


def _rules(report: CleanReport, describe: Callable[[str], str]) -> str:
    if not report.rules:
        return "<section><h2>Findings</h2><p>The rules found nothing.</p></section>"
    headings = {column.field: column.heading for column in report.columns.all if column.field}
    order = sorted(ranked(report), key=lambda pair: pair[1].severity < Severity.WARNING)
    table = "".join(_rule_row(name, one) for name, one in order)
    told = "".join(_rule(name, one, describe(name), headings) for name, one in order)
    return (
        "<section><h2>Rules that found most</h2><table class=rules><thead><tr><th>rule</th><th>weight</th>"
        "<th class=n>found</th><th class=n>fixed</th><th class=n>suggested</th><th class=n>open</th></tr></thead>"
        f"<tbody>{table}</tbody></table></section><section><h2>Examples</h2>{told}</section>"
    )


def _rule_row(name: str, one: Counts) -> str:
    weight = one.severity.name.lower()
    numbers = (one.found, one.fixed, one.suggested, one.open)
    cells = "".join(f"<td class=n>{_count(number)}</td>" for number in numbers)
    return f'<tr><td><a href="#{_text(name)}">{_text(name)}</a></td><td class={weight}>{weight}</td>{cells}</tr>'


def _rule(name: str, one: Counts, description: str, headings: dict[str, str]) -> str:
    rows = "".join(
        f"<tr><td class=n>{_number(example.row)}</td><td>{_text(headings.get(example.field, example.field))}</td>"
        f"<td class=before>{_value(example.before)}</td><td class=arrow>→</td>"
        f"<td class={_text(example.outcome)}>{_after(example.outcome, example.after)}</td></tr>"
        for example in one.examples
    )
    return (
        f'<article id="{_text(name)}"><h3>{_text(name)} <span class=quiet>{_number(one.found)}</span></h3>'
        f"<p>{_text(description)}</p><table class=examples><thead><tr><th class=n>row</th><th>column</th>"
        f"<th>before</th><th></th><th>after</th></tr></thead><tbody>{rows}</tbody></table></article>"
    )


def _after(outcome: str, after: str) -> str:
    sign = _SIGNS.get(outcome)
    return "<span class=quiet>left to a person</span>" if sign is None else f"<b>{sign}</b> {_value(after)}"


def _value(text: str) -> str:
    if not text:
        return "<span class=quiet>empty</span>"
    return _text(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _said_of_encoding(report: CleanReport) -> str:
    parts: Iterable[str] = (
        ""
        if report.dialect.is_sure_of_encoding
        else f"Not UTF-8: read as {report.dialect.encoding}, which is a guess.",
        f"{_number(report.misshapen)} rows have more or fewer cells than the head." if report.misshapen else "",
        *(f"The rule {rule} broke on {_number(count)} rows." for rule, count in sorted(report.broken.items())),
    )
    return escape(" ".join(part for part in parts if part))


def _plural(report: CleanReport) -> str:
    return {"person": "people", "company": "companies"}[report.columns.kind]


def _count(number: int) -> str:
    return _number(number) if number else "<span class=quiet>0</span>"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _text(text: str) -> str:
    return escape(escape_controls(text))
