"""Activities are of one of few types, whatever people call them: call, e-mail, meeting, note, task, message, letter."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose, suggest
from quality.subjects.picklists import likely_value_for, reading_of, value_for
from syncd.model import Severity

_WORD = "another word for a type of activity"
_LIKELY = "one slip away from a type of activity"
_UNKNOWN = "no type of activity known"

TYPES = ("call", "e-mail", "meeting", "note", "task", "message", "letter")
_READING = reading_of(TYPES, {}, "type")


def check(case: Case) -> Verdict:
    """Propose the type a word stands for; the mapping says how the CRM spells it."""
    value = case.value
    if not isinstance(value, str) or value in TYPES or not value.strip():
        return FINE
    if meant := value_for(value, _READING):
        return propose(meant, _WORD)
    likely = likely_value_for(value, _READING)
    return suggest(likely, _LIKELY) if likely else flag(_UNKNOWN)


RULE = Rule(
    check,
    fields={"activity": ("type",)},
    phase=Phase.FORM,
    severity=Severity.INFO,
    depends_on=(),
    examples=(
        Example("call", FINE),
        Example("e-mail", FINE),
        Example("Call", propose("call", _WORD)),
        Example("Phone conversation", propose("call", _WORD)),
        Example("Telefonat", propose("call", _WORD)),
        Example("звонок", propose("call", _WORD)),
        Example("通话", propose("call", _WORD)),
        Example("EMAIL", propose("e-mail", _WORD)),
        Example("Zoom call", propose("meeting", _WORD)),
        Example("F2F", propose("meeting", _WORD)),
        Example("to-do", propose("task", _WORD)),
        Example("WhatsApp", propose("message", _WORD)),
        Example("Meetng", suggest("meeting", _LIKELY)),
        Example("Quarterly business review", flag(_UNKNOWN)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
