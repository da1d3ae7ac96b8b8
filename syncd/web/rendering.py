"""Templates into pages. Whatever comes from a CRM is escaped, and what hides in it or turns it round is spelled out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from syncd.controls import escape_controls
from syncd.model import Removal, Role, Severity
from syncd.report.pictures import points_of, size
from syncd.report.words import counted, day, gained, percent
from syncd.store import Run
from syncd.version import version

if TYPE_CHECKING:
    from syncd.web.ask import Ask

_STATIC = ("console.css", "console.js")
#: Days of the week and months are not translated: the console speaks one language.
_AGES = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))


def render(ask: Ask, template: str, values: Mapping[str, Any]) -> str:
    """Return a page."""
    return _environment().get_template(template).render(ask=ask, now=ask.console.clock.now(), **values)


def spelled(value: object) -> str:
    """Return a value of a record as a person reads it; empty text for what is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return minute(value)
        case str():
            return value
        case tuple() | list():
            return "; ".join(spelled(one) for one in value)
        case _:
            return str(value)


def things(number: int, names: str) -> str:
    """Return how many of something there are; `names` is the plural."""
    one = names.removesuffix("es") if names.endswith("xes") else names.removesuffix("s")
    return f"{counted(number)} {one if number == 1 else names}"


def coded(text: str) -> Markup:
    """Return a sentence of ours with what stands between backticks as code."""
    parts = [escape(escape_controls(part)) for part in text.split("`")]
    told = [Markup("<code>%s</code>") % part if place % 2 else part for place, part in enumerate(parts)]
    return Markup("").join(told if len(parts) % 2 else [escape(escape_controls(text))])


def minute(moment: datetime | None) -> str:
    """Return a moment, to the minute, in UTC."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def age(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was: 3 min, 2 h, 5 d."""
    if moment is None:
        return "never"
    seconds = max(0.0, (now - moment).total_seconds())
    unit_s, unit = next((one for one in _AGES if seconds >= one[0]), _AGES[-1])
    return f"{seconds / unit_s:.0f} {unit}"


def duration(seconds: float) -> str:
    """Return how long something takes."""
    unit_s, unit = next((one for one in _AGES if seconds >= one[0]), _AGES[-1])
    return f"{seconds / unit_s:.0f} {unit}"


def severity(grade: int) -> str:
    """Return the name of a severity."""
    return Severity(grade).name.lower()


def trend(shares: Sequence[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """Return a trend with its scale drawn out between its lowest and highest, so that a change can be seen."""
    low, high = min(share for _, share in shares), max(share for _, share in shares)
    return [(moment, (share - low) / (high - low) if high > low else 0.5) for moment, share in shares]


def sure(probability: float | None) -> str:
    """Return how sure something is; never a rounded certainty."""
    return "unknown" if probability is None else f"{min(max(probability, 0.001), 0.999):.1%}".replace(".0%", "%")


def done(run: Run, what: str) -> int:
    """Return how much of something a run did, all its streams together."""
    parts = [part for part in run.report.values() if isinstance(part, Mapping)]
    # An undo tells states alone: `applied`.
    return sum(int(part.get(what) or part.get(what.removeprefix("fixes_")) or 0) for part in parts)


def did_something(run: Run) -> bool:
    """Return whether a run did anything worth showing; most passes find nothing new."""
    did = any(done(run, what) for what in ("judged", "fixes_applied", "gone", "undone"))
    return did or went_wrong(run) or not run.finished_at


def went_wrong(run: Run) -> bool:
    """Return whether a part of a run ended with an error."""
    return any(isinstance(part, Mapping) and part.get("error") for part in run.report.values())


@cache
def stamp() -> str:
    """Return what changes whenever a style or a script does, so that browsers may keep them until then."""
    digest = hashlib.sha256()
    for name in _STATIC:
        digest.update((files("syncd.web") / "static" / name).read_bytes())
    return digest.hexdigest()[:12]


def _shown(value: Any) -> Any:
    """Spell out, in all text that a template shows, what drives a terminal, hides or turns text round."""
    return escape_controls(value, keep_newlines=True) if isinstance(value, str) and type(value) is not Markup else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("syncd.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    environment.filters |= {
        "age": age,
        "coded": coded,
        "count": counted,
        "day": day,
        "done": done,
        "duration": duration,
        "gained": gained,
        "is_removal": lambda proposed: isinstance(proposed, Removal),
        "minute": minute,
        "percent": percent,
        "points": points_of,
        "segment": lambda text: quote(str(text), safe=""),
        "severity": severity,
        "spelled": spelled,
        "sure": sure,
        "things": things,
        "trend": trend,
        "went_wrong": went_wrong,
    }
    environment.globals |= {"Role": Role, "picture": size(), "stamp": stamp(), "version": version()}
    return environment
