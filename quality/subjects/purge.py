"""Letting records go: what all classes of records to purge have in common.

A class is one rule, off until an admin turns it on. It flags its records; with `policy: archive` it proposes to put
them into the CRM's recycle bin, and even then a person has to approve unless the rule's mode is set to `apply`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from quality.rule import (
    FINE,
    Case,
    Example,
    Options,
    Phase,
    Rule,
    Surroundings,
    Verdict,
    fine_until,
    flag,
    remove,
)
from syncd.model import Mode, Severity, Value

#: Moments a person or company shows life at. When we last wrote to somebody says nothing about them.
SIGNS = (
    "last_opened",
    "last_clicked",
    "last_replied",
    "last_visited",
    "last_contacted",
    "last_called",
    "last_form",
)


class PurgeOptions(Options):
    """Which records of the class are let go, and how."""

    #: `flag` only says so; `archive` proposes to remove the record.
    policy: Literal["flag", "archive"] = "flag"
    #: Days without any sign of life, or since the record was made, before it is let go.
    days: int = Field(default=365, ge=1, le=36500)
    #: Lifecycle stages (in small letters) whose records are never let go.
    protected_stages: frozenset[str] = frozenset(
        {"customer", "customer - direct", "customer - channel", "evangelist", "opportunity", "salesqualifiedlead"}
    )
    #: Whether records of people who asked for no more mail are kept: the CRM may forget their wish with the record.
    keep_opted_out: bool = True
    #: Whether a record may be removed whose number of deals the CRM does not tell, as Salesforce's contacts.
    even_if_deals_unknown: bool = False


def purging(
    check: Callable[[Case], Verdict],
    *,
    flag: str,
    examples: tuple[Example, ...],
    options: type[PurgeOptions] = PurgeOptions,
    kind: str = "person",
) -> Rule:
    """Return the rule of a class: off, a fact of life rather than a fault, never more than a suggestion by itself."""
    return Rule(
        check,
        fields={kind: ()},
        phase=Phase.PURGE,
        severity=Severity.INFO,
        mode=Mode.SUGGEST,
        options=options,
        flag=flag,
        is_on=False,
        examples=examples,
    )


def let_go(case: Case, message: str) -> Verdict:
    """Say what becomes of a record of the class: nothing as long as it is protected or too young.

    Nothing is removed whose deals are unknown: where their number was not fetched, the record is only flagged.
    """
    options: PurgeOptions = case.options
    since = last_sign(case)
    if since is None or is_protected(case, options):
        return FINE
    due = since + timedelta(days=options.days)
    if case.surroundings.now < due:
        return fine_until(due)
    is_known = options.even_if_deals_unknown or case.is_fetched("deals_count")
    return remove(message) if options.policy == "archive" and is_known else flag(message)


def last_sign(case: Case) -> datetime | None:
    """Return when the record last showed life, at the latest when it was made; None when that is unknown."""
    created = case.record.created_at
    if created is None:
        return None
    return max([created, *[moment for name in SIGNS if isinstance(moment := case.get(name), datetime)]])


def is_protected(case: Case, options: PurgeOptions) -> bool:
    """Return whether the record must stay: it has deals, a stage worth keeping, or a wish to be remembered."""
    deals = case.get("deals_count")
    has_deals = bool(case.record.links.get("deal")) or (isinstance(deals, (int, float)) and deals > 0)
    is_suppressed = options.keep_opted_out and case.get("has_opted_out") is True
    return has_deals or is_suppressed or case.text("lifecycle_stage").casefold() in options.protected_stages


def examples_of(
    message: str,
    record: Mapping[str, Value],
    *,
    kind: str = "person",
    days: int = 365,
    options: Mapping[str, Any] | None = None,
    links: Mapping[str, tuple[str, ...]] | None = None,
    raised_flags: frozenset[str] = frozenset(),
) -> tuple[Example, ...]:
    """Return what holds for every class, shown with a `record` that belongs to this one."""
    now = datetime(2025, 6, 1, tzinfo=UTC)
    known: dict[str, Value] = {"deals_count": 0, "has_opted_out": False, "lifecycle_stage": "lead", **record}
    old = Example(
        None,
        flag(message),
        known,
        kind=kind,
        options=options or {},
        surroundings=Surroundings(now),
        raised_flags=raised_flags,
        links=links,
        created_at=now - timedelta(days=days),
    )

    def but(verdict: Verdict, **changes: Any) -> Example:
        return dataclasses.replace(old, verdict=verdict, **changes)

    archiving = {**old.options, "policy": "archive"}
    without_deals = {name: value for name, value in known.items() if name != "deals_count"}
    return (
        old,
        but(remove(message), options=archiving),
        but(flag(message), options=archiving, record=without_deals),  # not fetched is not "none"
        but(remove(message), options={**archiving, "even_if_deals_unknown": True}, record=without_deals),
        but(fine_until(now + timedelta(days=1)), created_at=now - timedelta(days=days - 1)),
        but(fine_until(now + timedelta(days=days - 3)), record={**known, "last_contacted": now - timedelta(days=3)}),
        but(FINE, record={**known, "deals_count": 1}),
        but(FINE, record={**known, "lifecycle_stage": "Customer"}),
        but(FINE, record={**known, "has_opted_out": True}),
        but(flag(message), record={**known, "has_opted_out": True}, options={**old.options, "keep_opted_out": False}),
        but(FINE, created_at=None),
    )
