"""A finding as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from syncd.model import Finding, Mode, Ref, Severity
from syncd.store.columns.packing import unpack_proposal


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding and since when it is there."""

    finding: Finding
    opened_at: datetime


def to_finding(ref: Ref, row: Row[Any]) -> OpenFinding:
    """Return the finding in a row."""
    proposal = None if row.proposal is None else unpack_proposal(row.proposal)
    return OpenFinding(
        Finding(
            ref,
            row.rule,
            row.field,
            Severity(row.severity),
            row.message,
            Mode(row.mode),
            proposal,
            has_proposal=row.proposal is not None,
        ),
        row.opened_at,
    )
