"""What is wanted of figures: owners and teams in metrics, targets with their dates, what a dirty record costs."""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from syncd.errors import Mistake
from syncd.located import Document, did_you_mean
from syncd.model import Stream
from syncd.settings.parts.part import Part

#: What may stand as a label of a metric.
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$")]
Ratio = Annotated[float, Field(gt=0, le=1)]
Money = Annotated[float, Field(ge=0)]


class TargetSettings(Part):
    """A share that is to be reached by a day. Without a rule or a field: the share of clean records."""

    at_least: Ratio
    """The share to be reached, 0.95."""
    by: date
    """The day at whose end (UTC) it is to be reached, 2027-03-31."""
    rule: str | None = None
    """Of one rule: the share of records that it finds nothing of weight in."""
    field: str | None = None
    """Of one field: the share of records that have it filled."""
    streams: list[str] = []
    """The streams it is for, each by itself; empty: all that have the rule or the field."""
    since: date | None = None
    """From which day on the way there is counted; nothing said: from the first look at the stream."""

    @model_validator(mode="after")
    def _makes_sense(self) -> TargetSettings:
        if self.rule is not None and self.field is not None:
            raise ValueError("is of a rule or of a field, not of both")
        if self.since is not None and self.since >= self.by:
            raise ValueError("begins before it ends")
        return self

    @property
    def deadline(self) -> datetime:
        """Return the moment by which it is to be reached."""
        return datetime.combine(self.by, time(), UTC) + timedelta(days=1)

    @property
    def starts_at(self) -> datetime | None:
        """Return the moment from which on its way is counted; None: from the first look."""
        return None if self.since is None else datetime.combine(self.since, time(), UTC)


class CostSettings(Part):
    """What bad data cost: assumptions to be replaced by your own figures. The defaults are what is often quoted."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    """The currency of all of these, as ISO 4217 has it."""
    per_record: Money = 11.0
    """What a record that is not clean costs; published: up to 11 dollars. 0: is not counted."""
    hours_per_owner: Money = 550.0
    """Hours a year that somebody who works with the records loses where all of them are bad; published: 550."""
    per_owner: Money = 32000.0
    """What that comes to a year; published: 32,000 dollars."""
    revenue: Money = 0.0
    """The revenue of a year; 0: what bad data take from it is not counted."""
    share_of_revenue: tuple[Ratio, Ratio] = (0.15, 0.25)
    """The part of it that wrong data cost where all of them are bad, from and to; published: 15 to 25 %."""


class MetricsSettings(Part):
    """What metrics tell of people and of single sources; nothing of either unless asked for."""

    owners: Annotated[int, Field(ge=0, le=200)] = 0
    """So many owners of records get series of their own, those with the most records; the rest is `other`."""
    owner_names: bool = False
    """Whether they are called by their names; else by the ids of the CRM."""
    trace: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Of so many wrong values in each pass the CRM is asked what wrote them. In HubSpot one call tells of 50 records,
    in Salesforce of 100, and only of fields that the org tracks. 0: a defect counts by what made its record."""
    teams: dict[Label, list[str]] = {}
    """Owners who count as one, by names of your choice: {North: [Ada King, "1234"]}; by their names or ids."""


@dataclass(frozen=True, slots=True)
class UpkeepSettings:
    """What the settings say of the upkeep of one account."""

    streams: tuple[Stream, ...] = ()
    #: How many rules judge its records.
    rules: int = 0
    #: Whether an object has fixes written without a person asking each time.
    is_applying: bool = False
    is_somebody_told: bool = False
    has_targets: bool = False


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """What is wanted of the figures of one stream."""

    upkeep: UpkeepSettings = field(default_factory=UpkeepSettings)
    targets: Mapping[str, TargetSettings] = field(default_factory=dict)
    cost: CostSettings = field(default_factory=CostSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    #: Whether its records may have counterparts in linked accounts.
    is_linked: bool = False


def wrong_targets(
    targets: Mapping[str, TargetSettings],
    document: Document,
    streams: Mapping[str, Sequence[str]],
    rules: Sequence[str],
) -> list[Mistake]:
    """Return what targets name that is not there. `streams`: the fields of each, by its name."""
    mistakes = []
    for name, target in targets.items():
        for number, stream in enumerate(target.streams):
            if stream not in streams:
                told = f"there is no such stream{did_you_mean(stream, list(streams))}"
                mistakes.append(document.mistake(("targets", name, "streams", number), told))
        if target.rule is not None and target.rule not in rules:
            told = f"there is no such rule{did_you_mean(target.rule, rules)}"
            mistakes.append(document.mistake(("targets", name, "rule"), told))
        chosen = [fields for stream, fields in streams.items() if stream in target.streams or not target.streams]
        fields = sorted({one for found in chosen for one in found})
        if target.field is not None and target.field not in fields:
            told = f"no such stream has this field{did_you_mean(target.field, fields)}"
            mistakes.append(document.mistake(("targets", name, "field"), told))
    return mistakes


def targets_of(
    targets: Mapping[str, TargetSettings], stream: Stream, rules: Sequence[str], fields: Sequence[str]
) -> dict[str, TargetSettings]:
    """Return the targets of a stream that has these rules and fields."""
    return {
        name: target
        for name, target in targets.items()
        if (stream.name in target.streams or not target.streams)
        and (target.rule is None or target.rule in rules)
        and (target.field is None or target.field in fields)
    }
