"""Records of linked accounts that come to say, all at once, that they are somebody else.

A connector that goes by a wrong id writes one person's name, address and number over another's. What else the record
holds, and what hangs on it, is still the first one's: an objection to mail, deals, an owner. So nothing of it goes to
whom it looks like now, and nothing comes, until a person has said who it is, or it says again what it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quality.dedupe import Facts, Points, identity_of, is_somebody_else
from syncd.engine.matching.state import KeptState
from syncd.model import Stream
from syncd.store import Transaction


def with_written_over(
    tx: Transaction, state: KeptState, stream: Stream, points: Points, facts: Mapping[str, Facts]
) -> dict[str, Facts]:
    """Return facts of records as they are now, marked where they are not who they were; what turned is kept."""
    before, found = state.facts(facts), dict(facts)
    ids = {one: one.split("/", 2)[2] for one in facts}
    went = tx.matching.written_over(stream, list(ids.values()))
    noted: dict[str, bytes] = {}
    back = []
    for one, now in facts.items():
        was = went.get(ids[one])
        if was is not None and was == identity_of(now):
            back.append(ids[one])
            found[one] = _marked(now, is_written_over=False)
        elif was is None and (old := before.get(one)) is not None and is_somebody_else(old, now, points):
            noted[ids[one]] = identity_of(old)
            found[one] = _marked(now, is_written_over=True)
    tx.matching.note_written_over(stream, noted)
    tx.matching.forget_written_over(stream, back)
    return found


def _marked(facts: Facts, *, is_written_over: bool) -> Facts:
    return replace(facts, known=replace(facts.known, is_written_over=is_written_over))
