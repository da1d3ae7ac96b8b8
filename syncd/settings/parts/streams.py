"""`streams`: what is watched, and what is otherwise there."""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from syncd.model import Mode
from syncd.settings.parts.guards import GuardSettings
from syncd.settings.parts.matching import MatchingChoice
from syncd.settings.parts.part import Part
from syncd.settings.parts.rules import FieldEntry, RuleEntry
from syncd.settings.parts.tasks import TaskSettings
from syncd.settings.values.duration import Duration


def _pause(given: timedelta) -> timedelta:
    if given < timedelta(seconds=1):
        raise ValueError("should be at least 1s")
    return given


class StreamChoice(Part):
    """What an admin chose for one object of one account."""

    mode: Mode = Mode.OBSERVE
    """The most that may happen to a fix: observe (measure only), suggest (a person approves) or apply."""
    every: Annotated[Duration, AfterValidator(_pause)] = timedelta(minutes=1)
    """The pause between the starts of two passes."""
    mapping: Path | None = None
    """A mapping file of your own, in place of the shipped one; in this file's folder or below."""
    properties: dict[str, Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]*$")]] = {}
    """Other property names for single fields: {quality_flags: my_flags}."""
    values: dict[str, dict[str, str]] = {}
    """More picklist values for single fields, the CRM's on the left: {created_source: {Marketing: INTEGRATION}}."""
    where: Annotated[str | None, StringConstraints(min_length=1, max_length=1000)] = None
    """Which records are judged and changed, as a condition: owner == "123" && country == "DE". The others are read and
    counted, and left alone: they are nobody's company and nobody's twin. Records enter and leave with their values."""
    rules: dict[str, RuleEntry] = {}
    """Rules that this stream has otherwise: `off`, a mode, or a mapping as under `rules` below."""
    fields: dict[str, FieldEntry] = {}
    """How far fixes of a field may go, whatever the rules: protect, suggest, apply, or a mapping."""
    guards: GuardSettings | None = None
    """Guards that this stream has otherwise."""
    matching: MatchingChoice | None = None
    """When two records are one, for all objects but people and companies."""
    create: bool | Annotated[str, StringConstraints(min_length=1, max_length=1000)] = False
    """Whether a person or company that only a linked account has is made here: true, or a condition on what it holds,
    country == "DE" && email != "". Nothing is made of what has a counterpart, if only one in question."""
    tasks: TaskSettings | None = None
    """Tasks in the CRM for what only people can mend; nothing said: none."""
