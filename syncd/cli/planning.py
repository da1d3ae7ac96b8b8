"""The plan: what `syncd apply` would write, what waits for a person, and what a stronger mode would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quality import compile_ruleset
from syncd.cli.fix_lines import COLUMNS, counts_by_rule, data_of, rows_of
from syncd.cli.screen import Screen
from syncd.engine import StreamSetup, preview
from syncd.model import Fix, FixState, Mode
from syncd.store import Store

if TYPE_CHECKING:
    from syncd.wiring import Parts

#: Fixes read from the journal at a time.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the plan."""

    name: str
    title: str
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of the findings, in three parts."""

    #: What `syncd apply` writes; the same set, read from the same journal.
    apply: Part
    review: Part
    #: What the streams in mode observe would have written. No part of the journal.
    observe: Part

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the parts, the most certain first."""
        return (self.apply, self.review, self.observe)

    def data(self) -> dict[str, Any]:
        """Return the plan as JSON data."""
        return {
            part.name: {
                "count": len(part.fixes),
                "by_rule": dict(counts_by_rule(part.fixes)),
                "fixes": [data_of(fix) for fix in part.fixes],
            }
            for part in self.parts
        }


def make_plan(parts: Parts) -> Plan:
    """Collect the plan of the opened streams from the journal and, for those that only observe, from the copy."""
    approved = [fix for setup in parts.setups for fix in _open(parts.tools.store, setup, FixState.APPROVED)]
    proposed = [fix for setup in parts.setups for fix in _open(parts.tools.store, setup, FixState.PROPOSED)]
    observed = [fix for setup in parts.setups if setup.mode is Mode.OBSERVE for fix in _preview(parts, setup)]
    return Plan(
        Part("apply", "Will be written by `syncd apply`", tuple(approved)),
        Part("review", "Waiting for a person: `syncd review`", tuple(proposed)),
        Part("observe", "Only observed; would be written if the stream's mode were apply", tuple(observed)),
    )


def show_plan(screen: Screen, plan: Plan, limit: int | None) -> None:
    """Show the plan; `limit` fixes of each part."""
    for part in plan.parts:
        screen.heading(f"{part.title}: {len(part.fixes)}")
        if not part.fixes:
            continue
        screen.table(("rule", "fixes"), counts_by_rule(part.fixes), numbers=("fixes",))
        screen.table(COLUMNS, rows_of(part.fixes[:limit]))
        left = len(part.fixes) - len(part.fixes[:limit])
        if left:
            screen.line(f"and {left} more: --all or --json shows them")
        screen.line()


def page_of(plan: Plan) -> str:
    """Return the plan as one HTML page without anything from outside; every value of the CRM is escaped."""
    from html import escape

    def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in columns)
        body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    sections = "".join(
        f"<h2>{escape(part.title)}: {len(part.fixes)}</h2>"
        + (table(("rule", "fixes"), counts_by_rule(part.fixes)) + table(COLUMNS, rows_of(part.fixes)))
        * bool(part.fixes)
        for part in plan.parts
    )
    return f"<!doctype html><html lang=en><meta charset=utf-8><title>syncd plan</title>{_STYLE}<h1>Plan</h1>{sections}"


def _open(store: Store, setup: StreamSetup, state: FixState) -> list[Fix]:
    fixes: list[Fix] = []
    while True:
        with store.reading() as tx:
            after = fixes[-1].id if fixes else ""
            part = tx.journal.select(stream=setup.stream, states=(state,), limit=BATCH, after=after)
        if not part:
            return fixes
        fixes += part


def _preview(parts: Parts, setup: StreamSetup) -> list[Fix]:
    wanted = parts.settings.stream(setup.stream.name)
    choices = wanted.rules if wanted is not None else {}
    return list(preview(parts.tools, setup, compile_ruleset(setup.stream.kind, choices, Mode.APPLY)))


_STYLE = """<meta name=viewport content="width=device-width"><style>
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{text-align:left;padding:.3rem .6rem;vertical-align:top;
border-bottom:1px solid #8884;overflow-wrap:anywhere}th{font-weight:600}td:nth-child(4){color:#b3261e}
td:nth-child(5){color:#1b7f3b}@media(prefers-color-scheme:dark){td:nth-child(4){color:#ff8a80}
td:nth-child(5){color:#7ddc9a}}</style>"""
