"""The shape of a rule that an admin writes, `rules/<name>.yaml`; the sentences below the fields document it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from syncd.model import Mode, Severity

Plain = str | bool | int | float | None
_SEVERITIES = {severity.name.lower(): severity for severity in Severity}


def _severity(given: object) -> object:
    if isinstance(given, Severity):
        return given
    if not isinstance(given, str) or given not in _SEVERITIES:
        raise ValueError("should be info, warning or error")
    return _SEVERITIES[given]


def _listed(given: object) -> object:
    return given if isinstance(given, list) else [given]


SeverityName = Annotated[
    Severity,
    BeforeValidator(_severity),
    PlainSerializer(lambda severity: severity.name.lower(), return_type=str),
    WithJsonSchema({"type": "string", "enum": list(_SEVERITIES)}),
]
Short = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(min_length=3, max_length=200)]


class Shape(BaseModel):
    """A part of the file: closed and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True)


class Pattern(Shape):
    """What a pattern finds, and what stands in its place."""

    pattern: Short
    """A regular expression in the syntax of RE2: no look-around, no back-references, and never slow."""
    to: Short = ""
    r"""What takes the place of each find; \1 is the first group."""


class Step(Shape):
    """One step of a change: exactly one of these. `trim` and the like may stand alone, without a mapping."""

    set: Plain = None
    """This value."""
    copy_from: Annotated[str | None, Field(alias="copy")] = None
    """The value of another field; an empty one changes nothing."""
    template: Annotated[str | None, Field(max_length=500)] = None
    """A text with fields in it: "{first_name} {last_name}". While one of them is empty, nothing changes."""
    replace: dict[Short, Short] | None = None
    """Texts within the value, and what takes their places."""
    pattern: Pattern | None = None
    """A regular expression, and what takes the place of each find."""
    map: dict[Short, Plain] | None = None
    """Whole values, however spelled with capitals, and what each becomes; others stay."""

    @model_validator(mode="after")
    def _is_one(self) -> Step:
        if len(self.model_fields_set) != 1:
            raise ValueError("a step is one of set, copy, template, replace, pattern or map")
        return self


Word = Literal["trim", "collapse_blanks", "lower", "upper", "title", "clear"]
Change = Annotated[
    Annotated[Word, Tag("word")] | Annotated[Step, Tag("step")],
    Discriminator(lambda given: "word" if isinstance(given, str) else "step"),
]


class ExampleSpec(Shape):
    """One example, run whenever the file is read."""

    given: Annotated[dict[str, Plain | list[str]], Field(min_length=1)]
    """The fields of a record; those left out are empty."""
    field: str | None = None
    """The field it is about, where the rule has several."""
    at: str | None = None
    """The moment judged at, where the rule asks for the time: 2026-01-31."""
    is_right: bool | None = None
    """true: the rule has nothing to say. false: it finds something, and proposes nothing."""
    becomes: Plain = None
    """What the rule proposes for the field."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> ExampleSpec:
        if ("becomes" in self.model_fields_set) == (self.is_right is not None):
            raise ValueError("says either what the value `becomes` or whether it `is_right`")
        return self


class CustomSpec(Shape):
    """The whole of a rule's file."""

    description: Words
    """What holds for a right record, in one sentence."""
    kind: Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)]
    """The kind or kinds of records it judges: person, company, deal ..."""
    field: Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])] = []
    """The field or fields it judges, each by itself; `value` stands for it in conditions. None: the whole record."""
    when: str | None = None
    """Which records it judges, as a condition: country == "DE"."""
    check: str | None = None
    """What holds for a right value, as a condition: value != ""."""
    change: Annotated[
        list[Change],
        BeforeValidator(_listed, json_schema_input_type=Change | list[Change]),
        Field(max_length=20),
    ] = []
    """The steps that make a value right, in their order."""
    message: Words | None = None
    """What is said of a record that it finds; the description unless given. Never holds a value."""
    severity: SeverityName = Severity.WARNING
    """How much a finding matters: info, warning or error."""
    mode: Mode = Mode.SUGGEST
    """The most that may happen to its fixes: observe, suggest or apply. The weaker of this and the stream's holds."""
    flag: bool = False
    """Whether the rule's name stands among the flags on a record (`quality_flags`) while it finds something there."""
    owner: Short = ""
    """Who is responsible: a name, a team or an address."""
    examples: Annotated[list[ExampleSpec], Field(min_length=2)]
    """Records and what the rule says of them: at least one that is right, and one that is not."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_absent(cls, given: Any) -> Any:
        return {key: value for key, value in given.items() if value is not None} if isinstance(given, dict) else given
