"""One golden record of what several accounts hold of one person, company or deal, field by field, with its origins."""

from __future__ import annotations

from quality.golden.carrying import carried_to, differing, lacking
from quality.golden.choosing import golden_record
from quality.golden.nouns import Carried, Fact, GoldenRecord, GoldenValue, Loser, Member, Setter
from quality.golden.sameness import says_same, words_of
from quality.golden.wishes import BLOCKS, Authority, FieldAuthority, Table, Wins, head_of

__all__ = [
    "BLOCKS",
    "Authority",
    "Carried",
    "Fact",
    "FieldAuthority",
    "GoldenRecord",
    "GoldenValue",
    "Loser",
    "Member",
    "Setter",
    "Table",
    "Wins",
    "carried_to",
    "differing",
    "golden_record",
    "head_of",
    "lacking",
    "says_same",
    "words_of",
]
