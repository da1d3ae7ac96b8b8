"""From something that was checked to something that is kept: the same for forms and files."""

from __future__ import annotations

from syncd.engine.arriving.arrivals import announce
from syncd.engine.arriving.recognising import Foreseen, foresee
from syncd.inbound.doors import Door
from syncd.inbound.gate import Checked, Gate
from syncd.model import Mode
from syncd.store import Arrival, ArrivalState, Entrance, Said, Transaction

#: What is answered of something that came in: what will become of it, or has.
CREATES, UPDATES, WAITS, NOTED = "will_be_created", "updates_a_record", "waits_for_a_person", "noted"
#: A base that is not read or matched yet is read first: until then nobody knows more.
TAKEN = "will_be_matched"
_WORDS = {
    ArrivalState.NOTED: NOTED,
    ArrivalState.ASKED: WAITS,
    ArrivalState.REFUSED: WAITS,
    ArrivalState.KNOWN: UPDATES,
    ArrivalState.CREATED: "created",
    ArrivalState.DROPPED: NOTED,
}


def enter(tx: Transaction, door: Door, gate: Gate, checked: Checked, mark: str, digest: str, *, shown: bool) -> Arrival:
    """Keep something that was checked, and have it taken in as soon as may be; `shown`: whether it brings evidence."""
    stream = door.stream.stream
    said = Said(checked.values, gate.adds(checked.values), shown, digest)
    mailbox = checked.mailbox if stream.kind == "person" else ""
    arrival = tx.arrivals.enter(Entrance(door.name, stream, mark, door.mode, said, mailbox))
    if arrival.state is ArrivalState.RECEIVED:
        announce(tx, stream)
    return arrival


def is_forgotten(tx: Transaction, door: Door, checked: Checked) -> bool:
    """Return whether it is somebody who asked to be forgotten: nothing is kept of them, whoever sends it."""
    stream = door.stream.stream
    if stream.kind != "person" or not checked.mailbox:
        return False
    return bool(tx.erasures.among(stream, {"": (checked.mailbox,)}))


def outcome_of(tx: Transaction, door: Door, arrival: Arrival) -> str:
    """Return in one word what will become of something that came in, as far as the store tells now."""
    if arrival.state in _WORDS:
        return _WORDS[arrival.state]
    if door.mode is Mode.OBSERVE:
        return NOTED
    foreseen = foresee(tx, arrival.stream, arrival.said.values, arrival.id)
    return TAKEN if foreseen is None else _foretold(door, foreseen)


def _foretold(door: Door, foreseen: Foreseen) -> str:
    if foreseen.candidates or foreseen.may_be_pending:
        return WAITS
    if foreseen.ref is not None or foreseen.pending is not None:
        return UPDATES
    return CREATES if door.mode is Mode.APPLY else WAITS
