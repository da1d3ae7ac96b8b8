"""What Salesforce's texts leave open, one switch each, set to the reading that is hardest on a client.

Nobody has verified these. Each can be turned through the control API, so that a client can be tried against both
readings; where one is settled by an observation, change its default here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Readings:
    """One careful reading per open question."""

    #: An update that changes no value still moves LastModifiedDate and SystemModstamp.
    same_value_bumps: bool = True
    #: A new or finished activity moves SystemModstamp of the person and the account it belongs to.
    activity_bumps: bool = False
    #: Undelete moves SystemModstamp.
    undelete_bumps: bool = True
    #: Blank space around texts is cut off when they are written.
    text_is_trimmed: bool = False
    #: A changed Email takes EmailBouncedReason and EmailBouncedDate away.
    new_email_clears_bounce: bool = True
    #: Updates of Account, Case and Lead run the active assignment rule unless `Sforce-Auto-Assign: FALSE` is sent.
    assignment_on_update: bool = True
    #: Ids in the histories come twice: as a label and as the id.
    history_doubles_ids: bool = True
    #: `If-Unmodified-Since` in the `httpHeaders` of a composite subrequest is honoured.
    conditions_in_composite: bool = True
    #: `allowSave=true` lets rows through that a rule set to Block refuses.
    allow_save_passes_blocks: bool = False
    #: In collections the duplicate error of a row names no records.
    collections_hide_duplicates: bool = True
    #: `/deleted` fails where `earliestDateAvailable` lies within the window.
    gap_fails_get_deleted: bool = False
    #: An id of the right shape of which there is no record: 404 in writes (false: 400).
    missing_id_is_404: bool = True
    #: Seconds during which a query locator is good.
    locator_life_s: int = 172_800
    #: Queries and collections allowed in one composite.
    composite_queries: int = 5
    #: A converted lead is not edited; false: the user may view and edit converted leads.
    converted_leads_are_locked: bool = True
    #: A record, or a key, that comes twice in one collection is refused each time.
    repeated_ids_fail: bool = True
    #: How often a batch of Bulk API 1.0 says `InProgress` before it is done; clients wait for seconds each time.
    bulk1_questions: int = 0
    #: Logins per user and hour before they are refused.
    logins_per_hour: int = 3600
    #: Fields times rows a query page may have; 0: as many as asked for (a hint all the same).
    page_cells: int = 0
    #: Rows a collection retrieve by POST may ask for.
    retrieve_rows: int = 2000
    #: How long the bin keeps records, in days.
    bin_days: int = 15

    def turned(self, changes: dict[str, Any]) -> Readings:
        """Return these with some changed; ValueError names one that does not exist."""
        unknown = set(changes) - {reading.name for reading in fields(self)}
        if unknown:
            message = f"no such reading: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        return replace(self, **changes)

    def state(self) -> dict[str, Any]:
        """Return every reading."""
        return asdict(self)
