"""`rules`, `presets`, and `fields` of a stream: what judges, and how far fixes may go."""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

from syncd.located import did_you_mean
from syncd.model import Mode, Severity
from syncd.settings.parts.part import Part


def _severity(given: object) -> object:
    known = {severity.name.lower(): severity for severity in Severity}
    if isinstance(given, Severity):
        return given
    if not isinstance(given, str) or given not in known:
        raise ValueError("should be info, warning or error")
    return known[given]


SeverityName = Annotated[
    Severity,
    BeforeValidator(_severity),
    PlainSerializer(lambda severity: severity.name.lower(), return_type=str),
    WithJsonSchema({"type": "string", "enum": [severity.name.lower() for severity in Severity]}),
]


class RuleSettings(Part):
    """What an admin chose for a rule. What is left out stays as the rule itself has it."""

    enabled: bool | None = None
    """Whether the rule judges at all."""
    mode: Mode | None = None
    """The most that may happen to its fixes: observe, suggest or apply. The weaker of this and the stream's holds."""
    severity: SeverityName | None = None
    """How much a finding matters: info, warning or error. A record with a warning or an error is not clean."""
    when: Annotated[str | None, StringConstraints(max_length=1000)] = None
    """Which records it judges, as a condition: country == "DE" && lifecycle_stage != "customer"."""
    owner: Annotated[str | None, StringConstraints(max_length=200)] = None
    """Who is responsible for what it finds: a name, a team or an address."""
    options: dict[str, Any] = {}
    """The rule's own options."""


def _rule(given: object) -> object:
    """Understand the short form: `off`, or a mode, which also switches the rule on."""
    if given == "off":
        return {"enabled": False}
    if given in list(Mode):
        return {"enabled": True, "mode": given}
    if given is None or isinstance(given, dict | RuleSettings):
        return given
    guess = did_you_mean(given, ("off", *Mode)) if isinstance(given, str) else ""
    raise ValueError(f"should be off, observe, suggest or apply, or a mapping{guess}")


RuleEntry = Annotated[
    RuleSettings,
    BeforeValidator(_rule, json_schema_input_type=Literal["off", "observe", "suggest", "apply"] | RuleSettings),
]


class Policy(StrEnum):
    """How far fixes of a field may go."""

    PROTECT = "protect"
    SUGGEST = "suggest"
    APPLY = "apply"

    @property
    def mode(self) -> Mode:
        """Return the strongest mode there may be."""
        return Mode.OBSERVE if self is Policy.PROTECT else Mode(self.value)


class FieldChoice(Part):
    """What an admin chose for one field, whatever the rules."""

    policy: Policy = Policy.APPLY
    """How far fixes of the field may go: protect (never written), suggest (a person approves each) or apply."""
    rules: list[str] = []
    """The rules that may change the field; others only observe. Empty: all."""


def _field_choice(given: object) -> object:
    """Understand the short form: a policy."""
    if given in list(Policy):
        return {"policy": given}
    if given is None or isinstance(given, dict | FieldChoice):
        return given
    guess = did_you_mean(given, list(Policy)) if isinstance(given, str) else ""
    raise ValueError(f"should be protect, suggest or apply, or a mapping{guess}")


FieldEntry = Annotated[
    FieldChoice,
    BeforeValidator(_field_choice, json_schema_input_type=Literal["protect", "suggest", "apply"] | FieldChoice),
]


class Preset(StrEnum):
    """Which records are looked through in which rhythm."""

    #: What is made up, cannot be reached, or was never completed.
    MONTHLY = "monthly"
    #: Who has not engaged for long.
    QUARTERLY = "quarterly"
