"""What came in by forms and files: matched first, then one of the records there are, a new one, or a person's question.

Done in a pass, by whoever holds the account, one thing after another: so two who come in at the same moment, and are
one, come to one record. What is about to be made counts as a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mappings import is_left_alone, to_canonical
from quality import Surroundings, evaluate, resolve
from quality.ruleset import Ruleset
from syncd.engine.arriving.recognising import Foreseen, foresee, words_of
from syncd.engine.arriving.strangers import facts_of, telling_keys
from syncd.engine.judging.merge_fixes import STATES
from syncd.engine.setup import StreamPass
from syncd.engine.writing.creating import creation
from syncd.model import Announcement, Create, FixState, KeptValue, Mode, Record, Ref, Stream, Value
from syncd.store import NOBODY, RECORD, Arrival, ArrivalState, EndedFix, Told, Transaction

#: Things matched in one transaction.
BATCH = 100
#: The rule on whose behalf records are made.
RULE = "arrived"
REASON = "came in by a form or a file, and nobody is known who it could be"
_VALUE = "a form or a file says it"
_WAITS = "a person has to approve the fix that makes its record"
_ADDED = "the settings want it of what comes in there"
#: What is looked at of a record whatever came in says of it.
_OPTED_OUT = "has_opted_out"
#: What a record to be made has come to, where nothing more comes of it.
_ENDS = {
    FixState.REJECTED: ArrivalState.REFUSED,
    FixState.DISMISSED: ArrivalState.DROPPED,
    FixState.UNDONE: ArrivalState.DROPPED,
}


def announce(tx: Transaction, stream: Stream) -> None:
    """Have the stream read for changes, and what came in for it matched, as soon as may be."""
    tx.announced.keep(stream, [Announcement(stream.object, "")])


def take_in(work: StreamPass) -> None:
    """Decide what becomes of what came in for a stream; what the base is not ready for waits."""
    follow(work)
    taking = _Taking(work)
    while not work.tools.stop.is_set():
        with work.tools.store.transaction() as tx:
            due = tx.arrivals.due(work.stream, (ArrivalState.RECEIVED,), BATCH)
            done = [taking.take(tx, one) for one in due]
        if not all(done) or not due:
            return


def follow(work: StreamPass) -> None:
    """Let what came in know what became of the records that were to be made of it."""
    taking = _Taking(work)
    while not work.tools.stop.is_set():
        with work.tools.store.reading() as tx:
            ended = tx.arrivals.ended(work.stream, BATCH)
        if not ended:
            return
        with work.tools.store.transaction() as tx:
            for one, fix in ended:
                taking.end(tx, one, fix)


def answer(tx: Transaction, arrival: Arrival, ref: Ref | None) -> None:
    """Let a person say who something that came in is: some record, or (None) nobody who is known."""
    told = Told(answer=RECORD if ref is not None else NOBODY, detail="a person said who it is")
    tx.arrivals.settle(arrival, ArrivalState.RECEIVED, told, ref=ref, fix="")
    announce(tx, arrival.stream)


def ask_again(tx: Transaction, arrival: Arrival, mode: Mode | None = None) -> None:
    """Have something matched once more, as if it had come in now; with the mode that its door has by now."""
    tx.arrivals.settle(arrival, ArrivalState.RECEIVED, Told(), ref=None, fix="", mode=mode or arrival.mode)
    announce(tx, arrival.stream)


def drop(tx: Transaction, arrival: Arrival, by: str) -> None:
    """Let something that came in go, on a person's word, with all it says; that it came in is still known."""
    if arrival.fix and arrival.state is ArrivalState.PENDING:
        tx.journal.dismiss([arrival.fix], by, "what came in was let go")
    tx.arrivals.empty(arrival)
    if arrival.state is ArrivalState.KNOWN and arrival.ref is not None:
        tx.twins.wake(Stream(arrival.ref.account, arrival.ref.object, arrival.stream.kind), [arrival.ref.id])


class _Taking:
    """What came in for one stream, in one pass."""

    def __init__(self, work: StreamPass) -> None:
        self._work = work
        self._setup = work.setup
        self._sure: Ruleset | None = None

    def take(self, tx: Transaction, arrival: Arrival) -> bool:
        """Decide what becomes of something; return False when the base is not ready to be asked."""
        if tx.erasures.among(arrival.stream, {arrival.id: self._mailboxes(arrival)}):
            tx.arrivals.drop([arrival.id])
            return True
        foreseen = self._foreseen(tx, arrival)
        if foreseen is None:
            return False
        mode = Mode.weakest((arrival.mode, self._setup.mode))
        words = "; ".join(filter(None, (words_of(foreseen), arrival.told.detail if arrival.told.tries else "")))
        if mode is Mode.OBSERVE:
            told = Told(candidates=foreseen.candidates, detail=words)
            self._settle(tx, arrival, ArrivalState.NOTED, told, ref=foreseen.ref)
        elif foreseen.ref is not None:
            self._attach(tx, arrival, foreseen.ref)
        elif foreseen.pending is not None:
            self._settle(tx, arrival, ArrivalState.PENDING, Told(detail=words), fix=foreseen.pending.fix)
        elif foreseen.candidates or foreseen.may_be_pending:
            self._settle(tx, arrival, ArrivalState.ASKED, Told({}, foreseen.candidates, words))
        else:
            self._make(tx, arrival, mode)
        return True

    def end(self, tx: Transaction, arrival: Arrival, fix: EndedFix) -> None:
        """Let something know that the record to be made of it was made, or was not."""
        if fix.state in {FixState.APPLIED, FixState.ALREADY_TRUE}:
            ref = Ref(arrival.stream.account, arrival.stream.object, fix.record_id)
            if fix.key == arrival.key:
                self._settle(tx, arrival, ArrivalState.CREATED, Told(), ref=ref)
            else:
                self._attach(tx, arrival, ref)
                announce(tx, arrival.stream)
        elif fix.state in _ENDS:
            self._settle(tx, arrival, _ENDS[fix.state], Told(detail=fix.detail or fix.state.value))
        elif arrival.told.tries:
            self._settle(tx, arrival, ArrivalState.REFUSED, Told(detail=f"was to be made twice, and {fix.detail}"))
        else:
            # Somebody else made it, or the CRM has changed: it is matched once more.
            tx.arrivals.settle(arrival, ArrivalState.RECEIVED, Told(detail=fix.detail, tries=1), fix="")
            announce(tx, arrival.stream)

    def _settle(self, tx: Transaction, arrival: Arrival, state: ArrivalState, told: Told, **more: Any) -> None:
        tx.arrivals.settle(arrival, state, told, **more)
        self._work.tools.telemetry.inbound.settled(arrival.door, state.value)

    def _foreseen(self, tx: Transaction, arrival: Arrival) -> Foreseen | None:
        if arrival.told.answer == RECORD and arrival.ref is not None:
            return Foreseen(ref=arrival.ref)
        if arrival.told.answer == NOBODY:
            return Foreseen()
        return foresee(tx, arrival.stream, arrival.said.values, arrival.id)

    def _attach(self, tx: Transaction, arrival: Arrival, ref: Ref) -> None:
        """Let something be a record there is: the rule says what comes of that when the record is judged."""
        stream = Stream(ref.account, ref.object, arrival.stream.kind)
        ref = replace(ref, id=tx.aliases.current(stream, ref.id))
        record = self._record(tx, ref, stream)
        held = {} if record is None else self._tidied(record)
        seen = {name: held[name] for name in (*arrival.said.values, _OPTED_OUT) if held.get(name) not in (None, "")}
        self._settle(tx, arrival, ArrivalState.KNOWN, Told(seen=seen), ref=ref)
        tx.arrivals.take_out([arrival.id])
        tx.twins.wake(stream, [ref.id])
        if stream != self._work.stream:
            # Another pass judges it.
            announce(tx, stream)

    def _make(self, tx: Transaction, arrival: Arrival, mode: Mode) -> None:
        """Want a record made; it is written when the guards, and perhaps a person, let it."""
        setup, said = self._setup, arrival.said
        values = [KeptValue(name, value, _VALUE) for name, value in said.values.items()]
        values += [KeptValue(name, value, _ADDED) for name, value in said.adds.items() if name not in said.values]
        wanted = creation(
            setup,
            Create(setup.stream, tuple(values)),
            key=arrival.key,
            state=STATES[mode],
            rules=(RULE,),
            reasons=(REASON,),
        )
        if not wanted.changes:
            self._settle(tx, arrival, ArrivalState.REFUSED, Told(detail="the CRM has no place for any of its values"))
            return
        made = tx.creations.want(setup.stream, [wanted], self._work.run)[arrival.key]
        told = replace(arrival.told, candidates=(), detail=_WAITS if made.state is FixState.PROPOSED else "")
        self._settle(tx, arrival, ArrivalState.PENDING, told, fix=made.fix, ref=None)
        tx.arrivals.take_out([arrival.id])
        tx.arrivals.put_under(arrival.id, telling_keys(facts_of(arrival.stream, said.values)))

    def _record(self, tx: Transaction, ref: Ref, stream: Stream) -> Record | None:
        source = tx.records.read(stream, [ref.id]).get(ref.id)
        if source is None:
            return None
        peer = self._setup.peers.get((ref.account, ref.object))
        if peer is not None:
            return peer.read(source)
        own = ref.object == self._setup.stream.object
        mapping = self._setup.mapping if own else self._setup.mappings.get(ref.object)
        if mapping is None:
            return None
        record = to_canonical(mapping, source)
        return None if is_left_alone(mapping, record) else record

    def _tidied(self, record: Record) -> Mapping[str, Value]:
        """Return what a record says with everything on it put right that surely is, whatever may be written."""
        if self._sure is None:
            self._sure = _all_applying(self._setup.ruleset)
        found = evaluate(self._sure, record, Surroundings(self._work.tools.clock.now())).findings
        sure = resolve(record, found).update_in(Mode.APPLY)
        return {**record.values, **{name: one.after for name, one in sure.items()}}

    @staticmethod
    def _mailboxes(arrival: Arrival) -> tuple[str, ...]:
        address = arrival.said.values.get("email")
        return (address,) if arrival.stream.kind == "person" and isinstance(address, str) else ()


def let_old_go(tx: Transaction, before: datetime) -> int:
    """Let go of what nothing came of any more since a moment; what it still proposed is proposed no longer."""
    gone = tx.arrivals.over_before(before)
    for one in gone:
        if one.state is ArrivalState.KNOWN and one.ref is not None:
            tx.twins.wake(Stream(one.ref.account, one.ref.object, one.stream.kind), [one.ref.id])
    tx.arrivals.drop([one.id for one in gone])
    return len(gone)


def _all_applying(ruleset: Ruleset) -> Ruleset:
    phases = tuple(
        tuple(replace(step, mode=Mode.APPLY, caps={}) for step in phase if step.name != RULE)
        for phase in ruleset.phases
    )
    return Ruleset(ruleset.kind, phases, ruleset.fields, ruleset.fingerprint)
