"""The merges that syncd proposes, held against what the sandbox knows of who is whose twin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncd.model import Action, Fix, FixState
from syncd.wiring import Parts

#: Proposals read at a time.
PART = 1000


@dataclass(frozen=True, slots=True)
class ProposedPair:
    """A record that syncd would merge into another one."""

    crm: str
    object: str
    goes: str
    stays: str
    #: Whether it is beyond doubt to syncd; else it asks.
    is_sure: bool


@dataclass(slots=True)
class MergeScore:
    """How many proposed merges are of one and the same, and how many twins nobody would merge."""

    sure_right: int = 0
    sure_wrong: int = 0
    asked_right: int = 0
    asked_wrong: int = 0
    missed: int = 0

    def data(self) -> dict[str, int]:
        """Return the score as JSON data."""
        return {
            "sure_right": self.sure_right,
            "sure_wrong": self.sure_wrong,
            "asked_right": self.asked_right,
            "asked_wrong": self.asked_wrong,
            "missed": self.missed,
        }


def proposed_pairs(parts: Parts) -> list[ProposedPair]:
    """Return the merges that wait for a person, or for their turn."""
    found: list[ProposedPair] = []
    for setup in parts.setups:
        crm = setup.mapping.crm
        after = ""
        while True:
            with parts.tools.store.reading() as tx:
                fixes = tx.journal.select(
                    stream=setup.stream, states=(FixState.PROPOSED, FixState.APPROVED), limit=PART, after=after
                )
                merges = [fix for fix in fixes if fix.action is Action.MERGE]
                twins = tx.twins.of(setup.stream, [fix.ref.id for fix in merges])
            sure = {(key, twin.ref) for key, rows in twins.items() for twin in rows if twin.is_sure}
            found += [_pair(crm, fix, is_sure=(fix.ref.id, fix.changed) in sure) for fix in merges]
            if not fixes:
                break
            after = fixes[-1].id
    return found


def score_merges(truths: Mapping[str, Sequence[Mapping[str, Any]]], proposed: Iterable[ProposedPair]) -> MergeScore:
    """Compare proposed merges with the truth, rows by CRM.

    Each twin beyond the first record of its object can be merged once; what no right merge would take away is missed.
    """
    roots = {
        (crm, row["object"], row["id"]): (crm, row.get("duplicate_of") or row["id"])
        for crm, rows in truths.items()
        for row in rows
    }
    records = Counter((one, root) for (_, one, _), root in roots.items())
    score = MergeScore(missed=sum(count - 1 for count in records.values()))
    for pair in proposed:
        goes, stays = (roots.get((pair.crm, pair.object, one)) for one in (pair.goes, pair.stays))
        is_right = goes is not None and goes == stays
        score.sure_right += is_right and pair.is_sure
        score.asked_right += is_right and not pair.is_sure
        score.sure_wrong += not is_right and pair.is_sure
        score.asked_wrong += not is_right and not pair.is_sure
        score.missed -= is_right
    return score


def _pair(crm: str, fix: Fix, *, is_sure: bool) -> ProposedPair:
    return ProposedPair(crm, fix.ref.object, fix.ref.id, fix.changed.id, is_sure)
