"""Values from outside: providers, what each is asked and knows, and which of them may fill which field."""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, create_model

from connectors.providers import provider_types
from syncd.located import did_you_mean
from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Place = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Confidence = Annotated[float, Field(ge=0, le=1)]
#: The kinds of records that providers may know something of.
KINDS = ("company", "person", "deal", "ticket", "custom")


def _kind(given: str) -> str:
    if given not in KINDS:
        raise ValueError(f"should be {', '.join(KINDS)}{did_you_mean(given, KINDS)}")
    return given


Kind = Annotated[str, AfterValidator(_kind), WithJsonSchema({"enum": [*KINDS]})]


class OfferedSettings(Part):
    """Where a provider's value for a field stands."""

    at: Place
    """The column, or the path into the answer: company.offices.0.city."""
    words: dict[str, str] = {}
    """What the provider says on the left, our value on the right; what is not named stays as it is."""
    confidence: Confidence | None = None
    """How sure this value is, from 0 to 1, if not as the others."""


def _offered(given: object) -> object:
    """Understand the short form: the place alone."""
    return {"at": given} if isinstance(given, str) else given


OfferedEntry = Annotated[OfferedSettings, BeforeValidator(_offered, json_schema_input_type=str | OfferedSettings)]


def _wait(given: timedelta) -> timedelta:
    if not timedelta(milliseconds=100) <= given <= timedelta(minutes=2):
        raise ValueError("should be from 100ms to 2m")
    return given


def _age(given: timedelta) -> timedelta:
    if given < timedelta(minutes=1):
        raise ValueError("should be at least 1m")
    return given


class ProviderSettings(Part):
    """One source of values outside the CRMs; what stands here for its type is asked for beside this."""

    type: str
    """What it is: csv, http or sql."""
    about: Kind = "company"
    """What it knows of: company, person, deal, ticket or custom."""
    by: Annotated[list[str], Field(min_length=1, max_length=5)]
    """The fields it is asked by, all together: [domain]. The domain of a person is that of their address."""
    values: Annotated[dict[str, OfferedEntry], Field(min_length=1)]
    """What it knows: our field, and the column or the path where its value stands."""
    confidence: Confidence = 0.8
    """How sure its values are, from 0 to 1."""
    confidence_at: Place | None = None
    """Where it says itself how sure it is, from 0 to 1 or to 100; the less of the two counts."""
    as_of: Place | None = None
    """Where it says of when its values are."""
    keep: Annotated[Duration, AfterValidator(_age)] = timedelta(days=90)
    """How long an answer is good for; then it is asked again, if anybody still lacks something."""
    keep_misses: Annotated[Duration, AfterValidator(_age)] = timedelta(days=30)
    """How long it is believed that it knows nothing of something."""
    calls_per_day: Annotated[int | None, Field(ge=0)] = None
    """The most calls in a day (UTC). Nothing said: 1000 for http, as many as it takes for the others."""
    calls_per_minute: Annotated[int | None, Field(ge=1, le=6000)] = None
    """The most calls in a minute. Nothing said: 60 for http."""
    cost_per_call: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """What a call costs, in your own currency, for the metrics and `syncd status`."""
    timeout: Annotated[Duration, AfterValidator(_wait)] = timedelta(seconds=10)
    """How long one call may take, from the first to the last byte."""


def _models() -> tuple[Any, ...]:
    """Return a model for each type of provider: what is said of all, and what of this one."""
    return tuple(
        create_model(
            f"{name.capitalize()}ProviderSettings",
            __base__=(one.options, ProviderSettings),
            __doc__=one.options.__doc__,
            type=(Literal[name], Field(description=f"What it is: {name}.")),  # type: ignore[arg-type]  # known at run time
        )
        for name, one in provider_types().items()
    )


if TYPE_CHECKING:
    AnyProvider = ProviderSettings
else:
    AnyProvider = Annotated[reduce(or_, _models()), Field(discriminator="type")]


class WaterfallSettings(Part):
    """Who may fill one field."""

    providers: Annotated[list[str], Field(min_length=1, max_length=10)]
    """Their names, the first to be asked first: the next is asked only when those before know nothing."""
    least: Confidence = 0.5
    """A value that is less sure than this is none."""
    sure: Confidence = 0.9
    """A value that is as sure as this is written where the rule may write; others wait for a person."""
    replace: bool = False
    """Whether a value that a provider gave before is replaced by what it says now. What anybody else wrote never is."""


def _waterfall(given: object) -> object:
    """Understand the short form: the providers alone."""
    return {"providers": given} if isinstance(given, list) else given


WaterfallEntry = Annotated[
    WaterfallSettings, BeforeValidator(_waterfall, json_schema_input_type=list[str] | WaterfallSettings)
]


class EnrichmentSettings(Part):
    """Values from outside for what records lack. What leaves for a provider is what it is asked `by`, nothing else."""

    providers: dict[Name, AnyProvider] = {}
    """Where values come from, by a name of your choice in small letters."""
    fields: dict[Kind, dict[str, WaterfallEntry]] = {}
    """Which providers fill which field, by kind: {company: {industry: [our-list, firmo]}}."""
    streams: list[str] = []
    """The streams whose records are enriched, account/object. Empty: all of the kinds under `fields`."""
