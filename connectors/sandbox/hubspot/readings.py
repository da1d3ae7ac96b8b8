"""What HubSpot's own texts leave open, one switch each, set to the reading that is hardest on a client.

Nobody has verified these. Each can be turned through the control API, so that a client can be tried against both
readings; where one is settled by an observation, change its default here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Readings:
    """One careful reading per open question."""

    #: A requested, defined, never set property is `null` (false: absent).
    unset_is_null: bool = True
    #: A moment on the full second says `.000` (false: no fraction at all, as the server's language spells it).
    whole_seconds_have_a_fraction: bool = True
    #: `null` in a write clears, as `""` does (false: it is passed over).
    null_clears: bool = True
    #: Writing the value that is there already moves the last-modified property (the history stays as it is).
    same_value_bumps: bool = True
    #: Making or taking away an association moves the last-modified property of both ends.
    association_bumps: bool = False
    #: Setting a life-cycle stage that lies further back is passed over in silence (false: 400).
    lifecycle_backwards_is_ignored: bool = True
    #: Batch read answers a merged-away id with its survivor (false: as a missing id).
    batch_read_follows_merges: bool = True
    #: A page size above the maximum is refused (false: it is clamped).
    list_limit_is_refused: bool = True
    #: Archiving an id that is not there: 204 (false: 404). Batch archive is always 204.
    archive_missing_is_fine: bool = True
    #: Associations batch read names records without any in a 207 error (false: leaves them out).
    unassociated_are_errors: bool = True
    #: Search shows `hs_merged_object_ids` of contacts (false: `null`, as some portals are said to).
    search_shows_merged_ids: bool = True
    #: NEQ, NOT_IN and NOT_CONTAINS_TOKEN also find records where the property is not set.
    negation_matches_unset: bool = False
    #: A search filter on a property that does not exist finds nothing (false: 400). Known for contacts'
    #: `hs_lastmodifieddate`.
    unknown_filter_finds_nothing: bool = True
    #: A BETWEEN or GTE on a date property that starts at 0 is answered 500.
    epoch_zero_fails: bool = True
    #: E-mail addresses are trimmed and put into lower case when they are written.
    email_is_lowered: bool = True
    #: Paths older than 2026-09 hold writes to the rules an admin has made, too.
    older_paths_hold_to_write_rules: bool = True
    #: Deals and tickets may leave out their pipeline where there is only one (false: they have to name it).
    only_pipeline_is_implied: bool = True
    #: Largest page of owners.
    owners_limit: int = 500
    #: How many associated ids come inline with a record.
    inline_associations: int = 100
    #: Filters per search: groups, filters in a group, filters in all (a changelog of 2024 says 5, 10, 25).
    search_groups: int = 5
    search_group_filters: int = 6
    search_filters: int = 18

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
