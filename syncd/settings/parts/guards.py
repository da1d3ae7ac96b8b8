"""`guards`: what keeps a wrong rule from doing much."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration
from syncd.settings.values.hours import Hours, Zone


class GuardSettings(Part):
    """What keeps a wrong rule from doing much: limits, a first few, and a switch."""

    max_changes_per_run: Annotated[int, Field(ge=0)] = 1000
    """A run that would change more records than this stops and waits for a person."""
    max_changes_per_day: Annotated[int, Field(ge=0)] = 5000
    """The same for a day (UTC), all runs of a stream together."""
    max_share: Annotated[float, Field(gt=0, le=1)] = 0.2
    """The part of a stream's records that one rule may change in a run. Filling an empty property that only syncd
    writes, as the normalised title or the quality flags, does not count."""
    max_share_per_day: Annotated[float | None, Field(gt=0, le=1)] = None
    """The same within 24 hours, all runs of a stream together; as `max_share` where nothing is said."""
    max_rule_changes_per_run: Annotated[int | None, Field(ge=0)] = None
    """This many records one rule may change in a run; the rest waits. Nothing said: as all rules together."""
    max_rule_changes_per_day: Annotated[int | None, Field(ge=0)] = None
    """The same within 24 hours, all runs of a stream together."""
    canary: Annotated[int, Field(ge=0)] = 5
    """This many fixes of each rule are written and read back before more of it follows. 0: none."""
    canary_pause: Duration = timedelta(0)
    """How long the first fixes that a rule ever writes to a stream stand alone, before more of it follows; long enough
    for people and workflows to set them back, 1h or 1d. 0: not at all."""
    max_jump: Annotated[float, Field(gt=0, le=1)] = 0.1
    """The part of a stream's records that may suddenly get findings of one rule, lose the value of one field, get one
    and the same text in one field, or be gone. More than that, and more than 50 records, are not believed: what
    follows from it waits for a person."""
    max_set_back: Annotated[int, Field(ge=1)] = 5
    """So often within a week may somebody set back what a rule has written before the rule is parked: on a tenth of
    the records it wrote to, or again and again on one."""
    max_removals_per_run: Annotated[int, Field(ge=0)] = 100
    """This many records a run may put into the CRM's recycle bin; the rest waits for the next."""
    removals_every: Duration = timedelta(0)
    """The pause between two runs that remove records: 30d for a monthly clean-up, 90d for a quarterly one."""
    max_merges_per_run: Annotated[int, Field(ge=0)] = 50
    """This many records a run may merge into others; the rest waits for the next."""
    max_creates_per_run: Annotated[int, Field(ge=0)] = 50
    """This many records a run may make; the rest waits for the next."""
    max_group: Annotated[int, Field(ge=2)] = 10
    """This many records at most become one in a run; what else would go into the same one waits for the next."""
    keep_copies: Duration = timedelta(days=400)
    """How long the store keeps the copy of a record that was removed or merged away."""
    keep_gone: Duration = timedelta(days=90)
    """How long the store keeps what a record said that the CRM has no more; some can be restored for so long."""
    keep_history: Duration = timedelta(days=400)
    """How long the journal keeps the values of a fix; what is older cannot be undone."""
    keep_accesses: Duration = timedelta(days=400)
    """How long the store keeps who looked at records, or changed something, by which command."""
    stop_file: Path = Path("syncd.stop")
    """While this file exists, nothing is written."""
    write_hours: Hours = ""
    """When the daemon may write, 20:00-06:00; what is approved at other hours waits. Empty: at any hour."""
    write_zone: Zone = "UTC"
    """The time zone of these hours, Europe/Berlin."""
