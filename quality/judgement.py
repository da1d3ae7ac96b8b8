"""What comes of judging one record: `Judgement`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.model import Finding


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that broke on a record. The record is judged by all others; this one's silence is not a "fine"."""

    rule: str
    field: str
    #: The name of the exception's class; never its text, which may hold a value.
    error: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one record."""

    #: In the order of the phases, within a phase in that of the rules' names.
    findings: tuple[Finding, ...]
    #: When to judge again although the record does not change.
    again_at: datetime | None = None
    failures: tuple[RuleFailure, ...] = ()
