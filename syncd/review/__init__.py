"""What waits for a person: in which order, how a merge looks before it is made, and a person's own way for it.

All of it comes from the store; no CRM is asked.
"""

from __future__ import annotations

from syncd.review.by_hand import group_of, keep_by_hand, merge_by_hand, preview_by_hand, waiting_merge
from syncd.review.counterparts import (
    PairShown,
    Saying,
    WantedPairs,
    ends_of,
    linked_streams,
    names_of,
    pairs_in_question,
    say,
    shown_pair,
)
from syncd.review.merges import MergeView, SideBySide, views_of, who, wishes_of
from syncd.review.shown import Shown
from syncd.review.waiting import Queued, Wanted, queue, queue_page

__all__ = [
    "MergeView",
    "PairShown",
    "Queued",
    "Saying",
    "Shown",
    "SideBySide",
    "Wanted",
    "WantedPairs",
    "ends_of",
    "group_of",
    "keep_by_hand",
    "linked_streams",
    "merge_by_hand",
    "names_of",
    "pairs_in_question",
    "preview_by_hand",
    "queue",
    "queue_page",
    "say",
    "shown_pair",
    "views_of",
    "waiting_merge",
    "who",
    "wishes_of",
]
