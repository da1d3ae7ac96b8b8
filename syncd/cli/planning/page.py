"""The plan as one HTML page: nothing from outside, no script, and every value of the CRM is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from syncd.cli.output.fix_lines import by_object, counts_by_rule, rows_of
from syncd.cli.planning.content import Part, Plan, weightiest_first
from syncd.controls import escape_controls
from syncd.model import Fix

#: Columns of the page's tables, with the class that gives each its width and colour.
_COLUMNS = (("record", "id"), ("field", "id"), ("now", "now"), ("will be", "new"), ("rule", "id"), ("why", "why"))


def page_of(plan: Plan) -> str:
    """Return the page."""
    parts = "".join(_part(part) for part in plan.parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>syncd plan</title>'
        f"<style>{_STYLE}</style></head><body><h1>Plan</h1>"
        "<p>What syncd would write, record by record, and why. Making this page wrote nothing.</p>"
        f"{parts}{_notes(plan.notes)}</body></html>\n"
    )


def _notes(notes: Mapping[str, Sequence[str]]) -> str:
    if not notes:
        return ""
    told = "".join(f"<h3>{_text(what)}</h3><ul>{''.join(map(_item, part))}</ul>" for what, part in notes.items())
    return f"<h2>What <code>syncd undo</code> would not bring back</h2>{told}"


def _item(sentence: str) -> str:
    return f"<li>{_text(sentence)}</li>"


def _text(text: str) -> str:
    return escape(escape_controls(text))


def _part(part: Part) -> str:
    title = escape(part.heading).replace("`syncd apply`", "<code>syncd apply</code>")
    title = title.replace("`syncd review`", "<code>syncd review</code>")
    if not part.fixes:
        return f'<h2 class="none">{title}</h2>'
    counts = "".join(f"<tr><td>{escape(rule)}</td><td>{count}</td></tr>" for rule, count in counts_by_rule(part.fixes))
    streams = "".join(_stream(name, fixes) for name, fixes in by_object(part.fixes).items())
    return (
        f"<h2>{title}</h2><table class=counts><thead><tr><th>rule</th><th>fixes</th></tr></thead>"
        f"<tbody>{counts}</tbody></table>{streams}"
    )


def _stream(name: str, fixes: Sequence[Fix]) -> str:
    head = "".join(f"<th class={style}>{column}</th>" for column, style in _COLUMNS)
    body = "".join(_row(row) for row in rows_of(weightiest_first(fixes)))
    return (
        f"<h3>{escape(name)}: {len(fixes)}</h3>"
        f"<table class=fixes><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(row: Iterable[object]) -> str:
    _, record, *rest = (escape(escape_controls(str(cell))) for cell in row)
    cells = (record.rpartition("/")[2], *rest)
    styled = zip(cells, _COLUMNS, strict=True)
    return "<tr>" + "".join(f"<td class={style}>{cell}</td>" for cell, (_, style) in styled) + "</tr>"


_STYLE = """
:root{color-scheme:light dark;--line:#8884;--old:#b3261e;--new:#14702f}
@media(prefers-color-scheme:dark){:root{--old:#ff8a80;--new:#7ddc9a}}
body{font:15px/1.5 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem}h2.none{font-weight:400;font-size:1.1rem;margin-top:1rem}code{font-size:.95em}
table{border-collapse:collapse;margin:.5rem 0}th,td{text-align:left;padding:.25rem .7rem .25rem 0;
vertical-align:top;border-bottom:1px solid var(--line)}th{font-weight:600}
.counts td:nth-child(2),.counts th:nth-child(2){text-align:right}
.fixes{width:100%;table-layout:fixed}.fixes th,.fixes td{overflow-wrap:anywhere}
.fixes th{position:sticky;top:0;background:Canvas}
.id{width:14%}.why{width:22%}td.now{color:var(--old)}td.new{color:var(--new)}td.why{opacity:.8}
"""
