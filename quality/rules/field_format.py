"""Values follow the formats an admin has laid down for their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from quality.fields import FIELDS, FieldName, is_empty, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from quality.subjects.patterns import whole_match

_OTHER = "not in the format laid down for the field"


def _usable(pattern: str) -> str:
    whole_match(pattern)
    return pattern


class Format(BaseModel):
    """What the values of a field look like, and what to say of those that do not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: A regular expression that the whole value, without surrounding blanks, has to match (RE2's syntax).
    pattern: Annotated[str, AfterValidator(_usable)]
    #: Becomes a heading; never put a value into it.
    message: str = Field(default=_OTHER, min_length=1, max_length=120)


class FormatOptions(Options):
    """A format for each field that has one."""

    formats: Mapping[FieldName, Format] = {}

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - also an admin's own
        """Return the fields of the kind that have a format."""
        return tuple(name for name in self.formats if is_of_kind(name, kind))


def check(case: Case) -> Verdict:
    """Flag a filled value that is not of the format. What it should be, nobody can know."""
    wanted = case.options.formats.get(case.field)
    if wanted is None or is_empty(case.value) or isinstance(case.value, bool):
        return FINE
    text = case.value.strip() if isinstance(case.value, str) else str(case.value)
    return FINE if whole_match(wanted.pattern)(text) else flag(wanted.message)


_DEALS = {"formats": {"name": {"pattern": r"\S.* - \d{4}"}}}
_NUMBERS = {"formats": {"x_number": {"pattern": "[A-Z]{2}-[0-9]{4,6}", "message": "not a customer number"}}}
_SLOW = {"formats": {"job_title": {"pattern": "(a+)+"}}}


RULE = Rule(
    check,
    fields=FIELDS,
    phase=Phase.VALIDATE,
    options=FormatOptions,
    depends_on=(),
    examples=(
        Example("Renewal - 2026", FINE, kind="deal", field="name", options=_DEALS),
        Example(" Renewal - 2026 ", FINE, kind="deal", field="name", options=_DEALS),
        Example("Продление - 2026", FINE, kind="deal", field="name", options=_DEALS),
        Example("renewal", flag(_OTHER), kind="deal", field="name", options=_DEALS),
        Example(None, FINE, kind="deal", field="name", options=_DEALS),
        Example("anything", FINE, kind="deal", field="name"),
        Example("AB-1234", FINE, kind="company", field="x_number", options=_NUMBERS),
        Example("ab 1234", flag("not a customer number"), kind="company", field="x_number", options=_NUMBERS),
        Example(1234, flag("not a customer number"), kind="company", field="x_number", options=_NUMBERS),
        Example("a" * 4000 + "!", flag(_OTHER), kind="person", field="job_title", options=_SLOW),
        Example("a" * 5000, flag(_OTHER), kind="person", field="job_title", options=_SLOW),  # longer than any value
    ),
)
