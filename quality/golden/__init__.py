"""One golden record of what several accounts hold of one person, company or deal, field by field, with its origins."""

from __future__ import annotations

from quality.facts import Fact, Member, Setter
from quality.golden.carrying import carried_to, differing, is_settled, lacking
from quality.golden.choosing import golden_record
from quality.golden.nouns import Carried, GoldenRecord, GoldenValue, Loser
from quality.golden.sameness import says_same, words_of
from quality.golden.several import doubted_where_several_differ
from quality.golden.wishes import BLOCKS, Authority, FieldAuthority, Wins, block_of, head_of

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
    "Wins",
    "block_of",
    "carried_to",
    "differing",
    "doubted_where_several_differ",
    "golden_record",
    "head_of",
    "is_settled",
    "lacking",
    "says_same",
    "words_of",
]
