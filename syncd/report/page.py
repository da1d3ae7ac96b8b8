"""The report as one HTML page: nothing from outside, no script, fit to be printed; every value is escaped."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from syncd.controls import escape_controls
from syncd.engine.figures.maturity import STAGES
from syncd.model import FixState
from syncd.report.charts import HEIGHT, WIDTH, chart_of
from syncd.report.facts import Report, share
from syncd.report.grades import GRADES, grade_of
from syncd.report.words import counted, day, gained, money, percent

if TYPE_CHECKING:
    from syncd.report.audit import AuditReport

#: Lines of each table.
SHOWN = 12


def page_of(report: Report) -> str:
    """Return the page."""
    page = _pages().get_template("page.html")
    return page.render(
        style=_style(),
        report=report,
        stages=STAGES,
        grade="–" if report.since is None else grade_of(report.share),
        grades=GRADES,
        size=(WIDTH, HEIGHT),
        shown=SHOWN,
        waiting=report.fixes.get(FixState.PROPOSED, 0),
        approved=report.fixes.get(FixState.APPROVED, 0),
        applied=report.fixes.get(FixState.APPLIED, 0),
        undone=report.fixes.get(FixState.UNDONE, 0),
    )


def audit_page_of(audit: AuditReport) -> str:
    """Return an audit as a page."""
    return _pages().get_template("audit.html").render(style=_style(), audit=audit)


def _style() -> Markup:
    return Markup(_text("page.css").strip())  # noqa: S704 - a file of ours


def _text(name: str) -> str:
    return (files("syncd.report") / name).read_text("utf-8")


@functools.cache
def _pages() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "percent": percent,
        "gained": gained,
        "day": day,
        "count": counted,
        "safe_text": lambda text: escape_controls(str(text)),
        "chart": chart_of,
        "share": share,
        "money": money,
    }
    return environment
