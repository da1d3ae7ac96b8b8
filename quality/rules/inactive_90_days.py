"""The person opened a mail, visited the site, engaged with something digital or was talked to of late."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import Field

from quality.rule import FINE, SILENT, Case, Example, Options, Phase, Rule, Surroundings, Verdict, fine_until, flag
from syncd.model import Severity, Value

_INACTIVE = "no sign of life on any signal that is kept for too long"
_FLAG = flag(_INACTIVE)

Sign = Literal[
    "last_opened", "last_clicked", "last_replied", "last_visited", "last_form", "last_contacted", "last_called"
]
#: The four signals and the fields that tell of them. A signal none of whose fields has a value is unknown.
_SIGNALS = (
    ("last_opened", "last_clicked", "last_replied"),
    ("last_visited",),
    ("last_form", "last_clicked"),
    ("last_contacted", "last_called"),
)
_FIELDS = frozenset(name for fields in _SIGNALS for name in fields)
_ALL: tuple[Sign, ...] = Sign.__args__  # type: ignore[attr-defined]


class InactivityOptions(Options):
    """How long is too long, and what tells of it."""

    days: int = Field(default=90, ge=1, le=3650)
    #: The fields a base keeps of signs of life: each of their signals has to be known before anybody is called
    #: inactive. A fresh sign in any other field counts all the same.
    signs: tuple[Sign, ...] = Field(default=_ALL, min_length=1)


def check(case: Case) -> Verdict:
    """Flag a person all of whose signals are known and old. An unknown signal is no sign of inactivity.

    A field that was not fetched could hold yesterday: nothing is said without all of those that the base keeps.
    """
    values, signs = case.record.values, case.options.signs
    for name in signs:
        if name not in values:
            return SILENT
    value_of = values.get
    latest = None
    for fields, is_kept in _signals(signs):
        is_known = False
        for name in fields:
            moment = value_of(name)
            if moment is not None and isinstance(moment, datetime):
                is_known = True
                if latest is None or moment > latest:
                    latest = moment
        if is_kept and not is_known:
            return FINE
    if latest is None:
        return FINE
    until = latest + timedelta(days=case.options.days)
    return _FLAG if case.surroundings.now >= until else fine_until(until)


@functools.lru_cache(maxsize=64)
def _signals(signs: tuple[Sign, ...]) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the fields of each signal, and whether the base keeps one of them."""
    return tuple((fields, any(name in signs for name in fields)) for fields in _SIGNALS)


_NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def _ago(days: int) -> datetime:
    return _NOW - timedelta(days=days)


def _example(verdict: Verdict, *ages: int | None, days: int = 90) -> Example:
    """Return an example whose signals (opened, visited, form, contacted) are so many days old."""
    names = ("last_opened", "last_visited", "last_form", "last_contacted")
    record: dict[str, Value] = dict.fromkeys(("last_clicked", "last_replied", "last_called"))
    record |= {name: None if age is None else _ago(age) for name, age in zip(names, ages, strict=False)}
    return Example(None, verdict, record, surroundings=Surroundings(_NOW), options={"days": days})


def _only(verdict: Verdict, record: dict[str, Value]) -> Example:
    """Return an example of a base that keeps one sign of life, the last contact."""
    signs = {"signs": ("last_contacted",)}
    return Example(None, verdict, record, surroundings=Surroundings(_NOW), options=signs)


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
        _example(SILENT, 200, 200, 200),  # not fetched: unknown
        _only(flag(_INACTIVE), {"last_contacted": _ago(91)}),
        _only(FINE, {"last_contacted": None}),  # nobody ever noted anything: unknown
        _only(fine_until(_NOW + timedelta(days=80)), {"last_contacted": _ago(200), "last_opened": _ago(10)}),
        _only(SILENT, {"last_opened": _ago(200)}),
        _example(FINE, None, None, None, None),
        _example(flag(_INACTIVE), 31, 31, 31, 31, days=30),
        _example(fine_until(_NOW + timedelta(days=91)), -1, 200, 200, 200),  # the CRM's clock is ahead
        Example(None, SILENT),
    ),
)
