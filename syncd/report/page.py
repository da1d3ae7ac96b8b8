"""The report as one HTML page: nothing from outside, no script, fit to be printed; every value is escaped."""

from __future__ import annotations

import functools
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from syncd.controls import escape_controls
from syncd.model import FixState
from syncd.report.facts import Report, share
from syncd.report.grades import GRADES, grade_of
from syncd.report.pictures import points_of, size

#: Lines of each table.
SHOWN = 12


def page_of(report: Report) -> str:
    """Return the page."""
    return _template().render(
        report=report,
        grade=grade_of(report.share),
        grades=GRADES,
        size=size(),
        shown=SHOWN,
        waiting=report.fixes.get(FixState.PROPOSED, 0),
        approved=report.fixes.get(FixState.APPROVED, 0),
        applied=report.fixes.get(FixState.APPLIED, 0),
        undone=report.fixes.get(FixState.UNDONE, 0),
    )


@functools.cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "percent": percent,
        "gained": gained,
        "day": day,
        "count": counted,
        "safe_text": lambda text: escape_controls(str(text)),
        "points": points_of,
        "share": share,
    }
    return environment.from_string((files("syncd.report") / "page.html").read_text("utf-8"))


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


def day(moment: datetime) -> str:
    """Return a day."""
    return f"{moment.day} {moment:%b %Y}"
