"""Guards that stay tripped until what they saw is over, or a person says go on.

Each holds a rule, a field or a whole stream. Held fixes stay approved; nothing is written, merged or removed by them.
"""

from __future__ import annotations

from collections.abc import Iterable

from syncd.engine.setup import StreamPass
from syncd.model import Stream
from syncd.store import Hold, Norm, Transaction

#: The CRM did not hold what a rule's first few writes wrote.
CANARY = "canary"
#: The first fixes a rule ever wrote are to stand for a while.
CANARY_PAUSE = "canary_pause"
#: Somebody sets back what the rule writes, again and again: it is parked.
FOUGHT = "fought"
#: A rule suddenly speaks of far more records than usual.
RULE_JUMP = "rule_jump"
#: A field suddenly lost its values, or got one and the same in many records.
FIELD_EMPTIED, FIELD_FLOODED = "field_emptied", "field_flooded"
#: Far more records are gone than usual; a full pull brought far less than the CRM counts.
RECORDS_LOST, PULL_TOO_SMALL = "records_lost", "pull_too_small"

OF_RULES = frozenset({CANARY, FOUGHT, RULE_JUMP})
OF_FIELDS = frozenset({FIELD_EMPTIED, FIELD_FLOODED})
#: While one of these holds, nothing that is known of the stream is believed.
NOT_BELIEVED = frozenset({RECORDS_LOST, PULL_TOO_SMALL})
#: What a person's word to go over the guards lets go of. A parked rule is released by name.
_OVER = (CANARY, RULE_JUMP, FIELD_EMPTIED, FIELD_FLOODED, RECORDS_LOST)

#: That a person has said go on about records that are not shown any more.
_ACCEPTED = ("accepted", "")

#: What is usual is found out anew when a person has released a hold: the figure behind it, by guard.
_NORM_OF = {RULE_JUMP: "rule", FIELD_EMPTIED: "filled", RECORDS_LOST: "records"}


def release(tx: Transaction, held: Iterable[Hold]) -> int:
    """Let go of holds on a person's word: what is there now is usual from now on; return how many there were."""
    count = 0
    for one in held:
        count += tx.holds.release(one.stream, one.guard, one.key)
        if one.guard == FOUGHT:
            tx.set_backs.clear(one.stream, one.key)
        elif one.guard == FIELD_FLOODED:
            moved = [key for key in tx.norms.of(one.stream) if key[0] == "moved" and key[1].split(" ")[0] == one.key]
            tx.norms.forget(one.stream, moved)
        elif one.guard in _NORM_OF:
            tx.norms.forget(one.stream, [(_NORM_OF[one.guard], one.key), *_told_of(one)])
        if one.guard == RECORDS_LOST:
            # The next look through everything takes what is not shown for gone, and is wanted now.
            tx.norms.keep(one.stream, {_ACCEPTED: Norm(0.0, "", tx.norms.now)})
            tx.sweeps.want(one.stream)
    return count


def is_accepted(tx: Transaction, stream: Stream) -> bool:
    """Return whether a person has said that records which are not shown any more are gone."""
    return _ACCEPTED in tx.norms.of(stream)


def accepted(tx: Transaction, stream: Stream) -> None:
    """Note that what a person had accepted is done: as many records as there are now are usual."""
    tx.norms.forget(stream, [_ACCEPTED, ("records", ""), ("told", "")])


def _told_of(hold: Hold) -> list[tuple[str, str]]:
    return [("told", "")] if hold.guard == RECORDS_LOST else []


def go_over(work: StreamPass) -> None:
    """Remember that a person has let fixes go over the guards: what held them is released, days begin anew."""
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        release(tx, [one for one in tx.holds.of(work.stream) if one.guard in _OVER])
        tx.norms.keep(work.stream, {("looked", ""): Norm(0.0, "", now)})


def begin_hold(tx: Transaction, work: StreamPass, guard: str, key: str, detail: str) -> None:
    """Hold something, and tell when it is new."""
    if tx.holds.keep(work.stream, guard, key, detail):
        work.tools.telemetry.hold_begun(work.stream, guard, key, detail)


def sentence_of(hold: Hold) -> str:
    """Return what is held and why, in words for a person."""
    what = {FOUGHT: "parked"}.get(hold.guard, "held")
    subject = (
        f"the rule {hold.key} is" if hold.guard in OF_RULES else
        f"what changes {hold.key} or merges or removes records is" if hold.guard in OF_FIELDS else "everything is"
    )  # fmt: skip
    return f"{hold.stream.name}: {subject} {what} ({hold.guard}): {hold.detail}"


def held_streams(tx: Transaction, streams: Iterable[Stream]) -> list[Hold]:
    """Return what holds in streams, in their order."""
    return [one for stream in streams for one in tx.holds.of(stream)]
