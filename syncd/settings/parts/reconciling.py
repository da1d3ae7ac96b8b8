"""What the settings say of looking for what reading changes cannot see."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration


def _rare(given: timedelta) -> timedelta:
    if given < timedelta(minutes=1):
        raise ValueError("should be at least 1m")
    return given


class ReconcileSettings(Part):
    """How often, and how hard, it is looked for what reading changes cannot see."""

    every: Annotated[Duration, AfterValidator(_rare)] = timedelta(days=1)
    """The pause between two looks at every record of a stream: missed and vanished records, links, and values that the
    CRM calculates, which change without a new version. One costs a call for each 100 records (Salesforce: 2,000)."""
    count_every: Annotated[Duration, AfterValidator(_rare)] = timedelta(hours=1)
    """The pause between two comparisons of the counts, one call. What was removed is looked for when they moved."""
    share: Annotated[float, Field(gt=0, le=1)] = 0.25
    """The part of an account's time that such looks may take; passes come in between."""
