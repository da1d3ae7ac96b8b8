"""The person opened a mail, visited the site, engaged with something digital or was talked to of late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, fine_until, flag
from syncd.model import Severity, Value

_INACTIVE = "no sign of life on any of four signals for too long"

#: The four signals and the fields that tell of them. A signal none of whose fields has a value is unknown.
_SIGNALS = (
    ("last_opened", "last_clicked", "last_replied"),
    ("last_visited",),
    ("last_form", "last_clicked"),
    ("last_contacted", "last_called"),
)
_FIELDS = frozenset(name for fields in _SIGNALS for name in fields)


class InactivityOptions(Options):
    """How long is too long."""

    days: int = Field(default=90, ge=1, le=3650)


def check(case: Case) -> Verdict:
    """Flag a person all of whose four signals are known and old. An unknown signal is no sign of inactivity.

    A field that was not fetched could hold yesterday: nothing is said without all of them.
    """
    values = case.record.values
    if not values.keys() >= _FIELDS:
        return FINE
    latest = None
    is_known = True
    for fields in _SIGNALS:
        moments = [moment for name in fields if isinstance(moment := values[name], datetime)]
        is_known = is_known and bool(moments)
        latest = max([*moments, latest] if latest else moments, default=None)
    if latest is None or not is_known:
        return FINE
    until = latest + timedelta(days=case.options.days)
    return flag(_INACTIVE) if case.surroundings.now >= until else fine_until(until)


_NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def _ago(days: int) -> datetime:
    return _NOW - timedelta(days=days)


def _example(verdict: Verdict, *ages: int | None, days: int = 90) -> Example:
    """Return an example whose signals (opened, visited, form, contacted) are so many days old."""
    names = ("last_opened", "last_visited", "last_form", "last_contacted")
    record: dict[str, Value] = dict.fromkeys(("last_clicked", "last_replied", "last_called"))
    record |= {name: None if age is None else _ago(age) for name, age in zip(names, ages, strict=False)}
    return Example(None, verdict, record, surroundings=Surroundings(_NOW), options={"days": days})


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.DECAY,
    severity=Severity.INFO,
    options=InactivityOptions,
    flag="inactive",
    depends_on=tuple(sorted(_FIELDS)),
    examples=(
        _example(fine_until(_NOW + timedelta(days=1)), 89, 200, 200, 200),
        _example(flag(_INACTIVE), 90, 200, 200, 200),
        _example(flag(_INACTIVE), 91, 91, 91, 91),
        _example(fine_until(_NOW + timedelta(days=80)), 200, 200, 200, 10),
        _example(FINE, 200, 200, 200, None),  # never called, or calls are not logged: unknown
        _example(FINE, 200, 200, 200),  # not fetched: unknown
        _example(FINE, None, None, None, None),
        _example(flag(_INACTIVE), 31, 31, 31, 31, days=30),
        _example(fine_until(_NOW + timedelta(days=91)), -1, 200, 200, 200),  # the CRM's clock is ahead
        Example(None, FINE),
    ),
)
