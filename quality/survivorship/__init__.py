"""Who stays when records are one, and which value each field holds afterwards. Pure.

The order records come in never matters; every choice carries its reason, and what is dropped is listed.
"""

from __future__ import annotations

from quality.survivorship.combining import combine
from quality.survivorship.linked import linked_survivor
from quality.survivorship.nouns import Choice, Known
from quality.survivorship.ranking import in_rank, must_stay, why_it_stays
from quality.survivorship.wishes import Criterion, Loser, Merging, Policy, Wishes

__all__ = [
    "Choice",
    "Criterion",
    "Known",
    "Loser",
    "Merging",
    "Policy",
    "Wishes",
    "combine",
    "in_rank",
    "linked_survivor",
    "must_stay",
    "why_it_stays",
]
