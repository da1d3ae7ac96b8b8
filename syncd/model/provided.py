"""Values that come from outside: neither a CRM's nor a person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.model.records import Value


@dataclass(frozen=True, slots=True)
class Offered:
    """A value that a provider knows of something."""

    value: Value
    #: How sure it is, from 0 to 1.
    confidence: float
    #: Of when it is, where the provider says so.
    as_of: datetime | None = None
