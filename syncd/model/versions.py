"""What a field held before, as the CRM remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.model.people import Maker
from syncd.model.records import Raw


@dataclass(frozen=True, slots=True)
class Version:
    """One value that a property held, from a moment on."""

    value: Raw
    at: datetime
    #: What wrote it; None where the CRM does not tell. Its kind is empty where only the user is told.
    maker: Maker | None = None
