"""Fields that are meant to hold one of a list of values do: free text is read through aliases and usual words."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from quality.fields import FieldName, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose, suggest
from quality.subjects.picklists import (
    SEPARATOR,
    WITH_SYNONYMS,
    Reading,
    likely_value_for,
    reading_of,
    value_for,
    values_for,
)
from syncd.model import Severity

_SPELLING = "another word for a value of the list"
_LIKELY = "one slip away from a value of the list"
_REST = "no value of the list: put with the rest"
_UNMAPPED = "no value of the list"
_SEVERAL = "several words for values of the list, or in another form than its own"
_SOME = "something among several values is no value of the list"


class Picklist(BaseModel):
    """The values of a field and what else is written for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    values: tuple[str, ...] = Field(min_length=1)
    #: By value, what else means it. Upper case, marks and punctuation do not matter.
    aliases: Mapping[str, tuple[str, ...]] = {}
    #: The value that stands for all the rest, as `Other`; empty: what is not on the list is only counted.
    rest: str = ""
    #: Whether the usual words for values of this field are known too: of lead_source, type and outcome they are.
    synonyms: bool = True
    #: Whether the field holds several values at once, with semicolons between them.
    several: bool = False

    @model_validator(mode="after")
    def _are_values(self) -> Self:
        strange = sorted({*self.aliases, *filter(None, [self.rest])} - set(self.values))
        if strange:
            message = f"{strange[0]!r} is none of the values"
            raise ValueError(message)
        return self

    def reading(self, field: str) -> Reading:
        """Return what each known word means."""
        aliases = tuple((value, tuple(words)) for value, words in self.aliases.items())
        return _reading(self.values, aliases, field if self.synonyms and field in WITH_SYNONYMS else "")


@functools.lru_cache(maxsize=256)
def _reading(values: tuple[str, ...], aliases: tuple[tuple[str, tuple[str, ...]], ...], synonyms: str) -> Reading:
    return reading_of(values, dict(aliases), synonyms)


class PicklistOptions(Options):
    """The lists, by field."""

    fields: Mapping[FieldName, Picklist] = {}

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - also an admin's own
        """Return the fields of the kind that have a list."""
        return tuple(name for name in self.fields if is_of_kind(name, kind))


def check(case: Case) -> Verdict:
    """Propose the value of the list that is meant; what means none is put with the rest, or flagged and so counted."""
    value = case.value
    listed = case.options.fields.get(case.field)
    if isinstance(value, tuple) and listed is not None:
        return _several(value, listed.reading(case.field))
    if not isinstance(value, str) or not value.strip() or listed is None or value in listed.values:
        return FINE
    reading = listed.reading(case.field)
    if listed.several:
        return _several(value, reading)
    if meant := value_for(value, reading):
        return propose(meant, _SPELLING)
    if likely := likely_value_for(value, reading):
        return suggest(likely, _LIKELY)
    return propose(listed.rest, _REST) if listed.rest else flag(_UNMAPPED)


def _several(value: str | tuple[str, ...], reading: Reading) -> Verdict:
    """Propose the values that all parts of a text mean, each once; where one part means none, nobody knows the rest."""
    found = values_for(value if isinstance(value, str) else SEPARATOR.join(value), reading)
    after = SEPARATOR.join(found) if isinstance(value, str) else found
    if after == value:
        return FINE
    return propose(after, _SEVERAL) if after else flag(_SOME)


_SOURCES = {"fields": {"lead_source": {"values": ["Website", "Trade Show", "Referral", "Other"]}}}
_WITH_REST = {"fields": {"lead_source": {"values": ["Website", "Other"], "rest": "Other"}}}
_REGIONS = {
    "fields": {"x_regions": {"values": ["EMEA", "Asia, Pacific"], "aliases": {"EMEA": ["Europe"]}, "several": True}}
}
_OWN = {"fields": {"x_tier": {"values": ["Gold", "Silver"], "aliases": {"Gold": ["A", "1st class"]}}}}

RULE = Rule(
    check,
    fields={"person": ("lead_source",), "deal": ("lead_source",), "activity": ("outcome",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    options=PicklistOptions,
    depends_on=(),
    examples=(
        Example("Website", FINE, options=_SOURCES),
        Example("web site", propose("Website", _SPELLING), options=_SOURCES),
        Example("Kontaktformular", propose("Website", _SPELLING), options=_SOURCES),
        Example("Messe", propose("Trade Show", _SPELLING), options=_SOURCES),
        Example("展示会", propose("Trade Show", _SPELLING), options=_SOURCES),
        Example("word-of-mouth", propose("Referral", _SPELLING), options=_SOURCES),
        Example("Referal", suggest("Referral", _LIKELY), options=_SOURCES),
        Example("Webinar", flag(_UNMAPPED), options=_SOURCES),
        Example("Bob's list", propose("Other", _REST), options=_WITH_REST),
        Example("1st Class", propose("Gold", _SPELLING), field="x_tier", kind="person", options=_OWN),
        Example("bronze", flag(_UNMAPPED), field="x_tier", kind="person", options=_OWN),
        Example("EMEA;Asia, Pacific", FINE, field="x_regions", kind="person", options=_REGIONS),
        Example("Asia, Pacific", FINE, field="x_regions", kind="person", options=_REGIONS),
        Example(
            "asia, pacific; europe, EMEA",
            propose("Asia, Pacific;EMEA", _SEVERAL),
            field="x_regions",
            kind="person",
            options=_REGIONS,
        ),
        Example(("europe", "EMEA"), propose(("EMEA",), _SEVERAL), field="x_regions", kind="person", options=_REGIONS),
        Example((), FINE, field="x_regions", kind="person", options=_REGIONS),
        Example("Europe, Moon", flag(_SOME), field="x_regions", kind="person", options=_REGIONS),
        Example("anything", FINE),  # no list, nothing to say
        Example("", FINE, options=_SOURCES),
        Example(None, FINE, options=_SOURCES),
    ),
)
