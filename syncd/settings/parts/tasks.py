"""Tasks in the CRM, for what only people can mend."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from syncd.located import did_you_mean
from syncd.model import Severity
from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration

#: What the subject of a task may hold beside plain words.
_PLACES = frozenset({"rules", "count", "name"})


def _subject(given: str) -> str:
    try:
        named = {name for _, name, _, _ in Formatter().parse(given) if name is not None}
    except ValueError:
        raise ValueError("has a bracket too many, or one too few") from None
    unknown = sorted(named - _PLACES)
    if unknown:
        raise ValueError(f"knows no {{{unknown[0]}}}; there are: {{rules}}, {{count}}, {{name}}")
    return given


class TaskSettings(Part):
    """Tasks for the owners of records: one for a record, whatever is wrong with it that no rule can put right."""

    rules: tuple[str, ...] = ()
    """Whose findings are a task; empty: those of all rules. What a rule proposes is never one, that can be approved."""
    severity: Literal["info", "warning", "error"] = "warning"
    """From which severity on."""
    max_per_day: Annotated[int, Field(ge=0)] = 20
    """This many tasks at most are made within 24 hours for a stream."""
    max_per_owner: Annotated[int, Field(ge=1)] = 5
    """This many of them for one owner."""
    due_in: Duration = timedelta(days=7)
    """When a task is due, from when it is made."""
    owner: str = ""
    """Whose task it is where the record has no active owner, as the CRM names its users; empty: then none is made."""
    subject: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_subject)] = (
        "Please mend this record: {rules}"
    )
    """What the task is called: {rules} are the rules, {count} is how many, {name} the name of the record."""

    @property
    def at_least(self) -> Severity:
        """Return the least severity."""
        return Severity[self.severity.upper()]

    def unknown_rule(self, known: Collection[str]) -> str:
        """Return what is wrong with the rules that are named; empty when nothing is."""
        lost = next((name for name in self.rules if name not in known), None)
        return f"there is no rule '{lost}'{did_you_mean(lost, known)}" if lost is not None else ""
