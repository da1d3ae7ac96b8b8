"""The report as one HTML page: nothing from outside, no script, fit to be printed; every value is escaped."""

from __future__ import annotations

import functools
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from syncd.controls import escape_controls
from syncd.engine.maturity import STAGES
from syncd.model import FixState
from syncd.report.charts import HEIGHT, WIDTH, chart_of
from syncd.report.facts import Report, share
from syncd.report.grades import GRADES, grade_of

if TYPE_CHECKING:
    from syncd.report.audit import AuditReport

#: Lines of each table.
SHOWN = 12
#: From which amount of money on nobody counts in hundredths.
_WHOLE = 1000


def page_of(report: Report) -> str:
    """Return the page."""
    return _template("page.html").render(
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
    return _template("audit.html").render(style=_style(), audit=audit)


def _style() -> Markup:
    return Markup((files("syncd.report") / "page.css").read_text("utf-8").strip())  # noqa: S704 - a file of ours


@functools.cache
def _template(name: str) -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
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
    return environment.from_string((files("syncd.report") / name).read_text("utf-8"))


def percent(share_of: float) -> str:
    """Return a share as a person reads it. What is not whole is never rounded to 100 %."""
    shown = round(share_of * 100, 1)
    return f"{min(shown, 99.9) if share_of < 1 else 100:.4g} %"


def gained(gain: float | None) -> str:
    """Return by how many points of a hundred something has grown; a dash where nobody knows."""
    if gain is None:
        return "–"
    points = round(gain * 100, 1)
    return f"{points:+.1f}" if points else "±0"


def counted(number: int) -> str:
    """Return a number with its thousands apart."""
    return f"{number:,}"


def money(amount: float, currency: str) -> str:
    """Return an amount of money, to the whole unit from a thousand on."""
    return f"{amount:,.0f} {currency}" if amount >= _WHOLE or amount == int(amount) else f"{amount:,.2f} {currency}"


def day(moment: datetime) -> str:
    """Return a day."""
    return f"{moment.day} {moment:%b %Y}"
