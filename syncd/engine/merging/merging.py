"""Merging: read both anew, keep both whole, compare, intend, push, read back, settle.

A merge is the one write that no CRM takes back as it was. So it is sent only when both records are what the decision
was based on, and never before whole copies of both are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.protocol import Reading
from syncd.engine.guarding.compare import Standing
from syncd.engine.judging.fitting import refusal
from syncd.engine.judging.merge_ways import Ways, ways_of
from syncd.engine.judging.people import is_same
from syncd.engine.merging.linked_sides import whose_counterpart_goes
from syncd.engine.merging.preserving import carry_out, preserved_lives
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.model import Change, Fix, FixState, Gone, MergeWrite, Outcome, Ref, SourceRecord
from syncd.store import Transaction

#: Merges compared, intended and sent together: few, for each takes calls of its own, and what was compared grows old.
MERGES = 10
#: How long it takes at most until a change shows that comes behind another one.
MOMENT_S = 2.0

ONE_ALREADY = (FixState.ALREADY_TRUE, "they are one record already")
_GOES_GONE = (FixState.STALE, "the record is gone")
_STAYS_GONE = (FixState.STALE, "the record that was to stay is gone")
_UNTRUE = "the CRM said that it merged them, and both records are there"
#: Why a property gets a value that nobody decided on.
_ONLY_THERE = "only the record that goes has a value"
_EMPTY = (None, "")
_CHANGED = (FixState.STALE, "the record that was to stay has changed since")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Both records of some merges, as they are now."""

    records: Mapping[str, SourceRecord]
    gone: Mapping[str, Gone]
    fresh: frozenset[str]

    @classmethod
    def of(cls, reading: Reading) -> Pairs:
        """Look a reading's records up by id."""
        records = {record.ref.id: record for record in reading.records}
        return cls(records, {one.ref.id: one for one in reading.gone}, reading.fresh)

    def standing(self, fix: Fix) -> Standing:
        """Say how the records stand to a merge: AFTER when they are one, whatever it holds."""
        goes, stays = self.answering(fix.ref.id), self.answering(fix.changed.id)
        if goes is None or stays is None:
            return Standing.GONE
        if goes == stays:
            return Standing.AFTER
        return Standing.BEFORE if (goes, stays) == (fix.ref.id, fix.changed.id) else Standing.OTHER

    def answering(self, record_id: str) -> str | None:
        """Return the id that answers for a record now; None when it is archived or deleted."""
        if record_id in self.gone:
            return self.gone[record_id].merged_into
        return record_id if record_id in self.records else None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A merge with whole copies of both records."""

    fix: Fix
    goes: SourceRecord
    stays: SourceRecord
    #: Whether the record of a linked account goes, too, that the one that goes is kept in step with.
    counterpart_goes: bool = False

    @property
    def write(self) -> MergeWrite:
        """Return what the connector is to do."""
        values = {change.property: change.after for change in self.fix.changes}
        return MergeWrite(self.fix.id, self.fix.ref, self.fix.changed, values, self.counterpart_goes)


def write_merges(work: StreamPass, fixes: Sequence[Fix]) -> None:
    """Merge the pairs of `fixes`, none of which share a record, as far as both records are as they were."""
    whole = Pairs.of(work.setup.connector.whole(work.setup.stream.object, ids_of(fixes)))
    ready, ways = _by_their_ways(work.setup, _with_copies(work, fixes, whole))
    blocked = ways.blocked
    now = _read_now(work, fixes)
    ends = {fix.id: end for fix in fixes if (end := _unsent(fix, now)) is not None}
    # What changed between the copy and the comparison, or this very moment, waits for the next pass.
    ready = [one for one in ready if one.fix.id not in ends and _is_true(one, now)]
    refused = [(one.fix, blocked[one.fix.id]) for one in ready if one.fix.id in blocked]
    _close_unsent(work, [fix for fix in fixes if fix.id in ends], ends, now)
    ready = _intended(work, [one for one in ready if one.fix.id not in blocked], refused, now)
    natives = [one for one in ready if one.fix.ending is None]
    if natives:
        writes = [one.write for one in natives]
        outcomes = answered(writes, work.setup.connector.merge(work.setup.stream.object, writes))
        settle(work, [one.fix for one in natives], outcomes)
    for one in ready:
        if one.fix.ending is not None:
            carry_out(work, one.fix, one.goes, one.stays, told=ways.instead.get(one.fix.id, ""))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at both records of a merge showed, before anything is sent."""

    is_ready: bool
    #: Why the CRM would not do it; empty where it would.
    refusal: str = ""


def look_before(work: StreamPass, fix: Fix, beside: Sequence[Fix] = ()) -> Looked:
    """Look whether a merge could be sent now, with those `beside` it; one that need not or must not be is settled."""
    whole = Pairs.of(work.setup.connector.whole(work.setup.stream.object, ids_of([fix])))
    ready, ways = _by_their_ways(work.setup, _with_copies(work, [fix], whole, beside))
    now = _read_now(work, [fix])
    end = _unsent(fix, now)
    if end is not None:
        _close_unsent(work, [fix], {fix.id: end}, now)
        return Looked(is_ready=end == ONE_ALREADY)
    if fix.id in ways.blocked:
        return Looked(is_ready=False, refusal=ways.blocked[fix.id])
    with work.tools.store.transaction() as tx:
        moved = _moved(work, tx, now, ready)
        keep_records(work, tx, list(moved.values()))
        is_late = bool(moved) or bool(_unmatched(work, tx, ids_of([fix])))
    return Looked(is_ready=bool(ready) and _is_true(ready[0], now) and not is_late)


def settle(work: StreamPass, fixes: Sequence[Fix], outcomes: Sequence[Outcome]) -> None:
    """Read the merged records back, journal what became of the merges, and keep what the CRM has now."""
    by_id = {fix.id: fix for fix in fixes}
    at = {one.fix: _at(by_id[one.fix], one) for one in outcomes if one.state is FixState.APPLIED}
    reading = read_back(work.setup, [*at.values(), *(by_id[key].ref.id for key in at)])
    held = {record.ref.id: record for record in reading.records}
    # What the CRM says it did, and did not, is found out like what it never answered.
    untrue = {key for key in at if by_id[key].ref.id in held}
    outcomes = [Outcome(one.fix, FixState.UNKNOWN, _UNTRUE) if one.fix in untrue else one for one in outcomes]
    at = {key: place for key, place in at.items() if key not in untrue}
    # One that was unknown before and still is keeps its place, for the next pass to look at.
    outcomes = [one for one in outcomes if (one.state, by_id[one.fix].state) != (FixState.UNKNOWN, FixState.UNKNOWN)]
    ends = [(one.fix, one.state, _told(by_id[one.fix], one, held.get(at.get(one.fix, "")))) for one in outcomes]
    moment = work.tools.clock.now()
    work.tally.merged.update(at.values())
    with work.tools.store.transaction() as tx:
        tx.journal.settle(ends, moment)
        for fix_id, place in at.items():
            _follow(work, tx, by_id[fix_id], place)
        keep_gone(work, tx, [*reading.gone, *(one.gone for one in outcomes if one.gone is not None)])
        keep_records(work, tx, reading.records)
    for fix_id, state, detail in ends:
        work.tally.settled(state)
        work.tools.telemetry.fix_settled(work.stream, replace(by_id[fix_id], detail=detail), state)


def answered(writes: Iterable[MergeWrite], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return one outcome for each write: one that the connector says nothing of is unknown, never forgotten."""
    told = {outcome.fix for outcome in outcomes}
    silent = [Outcome(one.fix, FixState.UNKNOWN, "no answer for this merge") for one in writes if one.fix not in told]
    return [*outcomes, *silent]


def read_back(setup: StreamSetup, ids: Iterable[str]) -> Reading:
    """Read records by the ids that answer now."""
    wanted = list(dict.fromkeys(ids))
    return setup.connector.read(setup.want, wanted) if wanted else Reading((), ())


def ids_of(fixes: Iterable[Fix]) -> list[str]:
    """Return the ids of the records that fixes are about, each once."""
    return list(dict.fromkeys(id_ for fix in fixes for id_ in (fix.ref.id, fix.changed.id)))


def merge_lives(setup: StreamSetup, fixes: Sequence[Fix]) -> bool:
    """Return whether merges that were applied took effect, as the CRM tells now."""
    if not all(preserved_lives(setup, fix) for fix in fixes if fix.ending is not None):
        return False
    fixes = [fix for fix in fixes if fix.ending is None]
    pairs = Pairs.of(setup.connector.whole(setup.stream.object, ids_of(fixes)))
    for fix in fixes:
        record = pairs.records.get(pairs.answering(fix.changed.id) or "")
        if pairs.standing(fix) is not Standing.AFTER or record is None or _missing(fix, record):
            return False
    return True


def _read_now(work: StreamPass, fixes: Sequence[Fix]) -> Pairs:
    """Read both records of each merge; those that somebody changed this very moment once more, when it is over."""
    connector, want = work.setup.connector, work.setup.want
    now = Pairs.of(connector.read(want, ids_of(fixes)))
    again = sorted(now.fresh.intersection(ids_of(fixes)))
    if not again:
        return now
    work.tools.clock.wait(MOMENT_S, work.tools.stop)
    later = Pairs.of(connector.read(want, again))
    records = {key: record for key, record in now.records.items() if key not in later.gone}
    return Pairs({**records, **later.records}, {**now.gone, **later.gone}, later.fresh)


def _with_copies(work: StreamPass, fixes: Sequence[Fix], whole: Pairs, beside: Sequence[Fix] = ()) -> list[_Ready]:
    pairs = [(fix, whole.records.get(fix.ref.id), whole.records.get(fix.changed.id)) for fix in fixes]
    ready = [_Ready(fix, goes, stays) for fix, goes, stays in pairs if goes is not None and stays is not None]
    parting = whose_counterpart_goes(work, [(one.fix, one.goes) for one in ready], beside)
    return [replace(one, counterpart_goes=one.fix.id in parting) for one in ready]


def _by_their_ways(setup: StreamSetup, ready: Sequence[_Ready]) -> tuple[list[_Ready], Ways]:
    """Return merges by the way they are done, with the values that go along that way."""
    ways = ways_of(setup, [one.fix for one in ready], [one.write for one in ready])
    going = [replace(one, fix=replace(one.fix, ending=ways.endings.get(one.fix.id))) for one in ready]
    return [_with_gaps_filled(setup, _without_unique(setup, one)) for one in going], ways


def _without_unique(setup: StreamSetup, one: _Ready) -> _Ready:
    """Return a merge without values that only one record may have, where the one that goes stays and keeps its own."""
    if one.fix.ending is None or not one.fix.ending.mark:
        return one
    fields, theirs = setup.schema.fields, one.goes.values
    left = tuple(
        change
        for change in one.fix.changes
        if not (change.property in fields and fields[change.property].is_unique)
        or not is_same(theirs.get(change.property), change.after)
    )
    return replace(one, fix=replace(one.fix, changes=left))


def _with_gaps_filled(setup: StreamSetup, one: _Ready) -> _Ready:
    """Return a merge that takes over what only the record that goes holds, in properties that no mapping knows.

    What a mapping knows was decided on field by field. Ids of other records and unique values stay where they are.
    """
    if setup.connector.merge_fills_gaps and one.fix.ending is None:
        return one
    known = {*setup.mapping.properties, *(change.property for change in one.fix.changes)}
    gaps = [
        Change(name, name, one.stays.values[name], value, one.fix.rules, (_ONLY_THERE,) * len(one.fix.rules))
        for name, value in one.goes.values.items()
        if name not in known and value not in _EMPTY and one.stays.values.get(name, value) in _EMPTY
        if (field := setup.schema.fields.get(name)) is not None and field.is_writable
        if not field.is_reference and not field.is_unique and not refusal(field, value)
    ]
    return replace(one, fix=replace(one.fix, changes=(*one.fix.changes, *gaps)))


def _unsent(fix: Fix, now: Pairs) -> tuple[FixState, str] | None:
    """Say what a merge comes to that need not or must not be sent."""
    goes, stays = now.answering(fix.ref.id), now.answering(fix.changed.id)
    if goes is not None and goes == stays:
        return ONE_ALREADY
    if goes != fix.ref.id:
        return _GOES_GONE
    if stays != fix.changed.id:
        return _STAYS_GONE
    held = now.records[stays].values
    # Not fetched is not empty: without the value there is nothing to compare.
    is_so = all(
        change.property in held
        and (is_same(held[change.property], change.before) or is_same(held[change.property], change.after))
        for change in fix.changes
    )
    return None if is_so else _CHANGED


def _is_true(one: _Ready, now: Pairs) -> bool:
    """Return whether the copies are of the records as they were compared."""
    return all(
        copy.ref.id in now.records and copy.ref.id not in now.fresh and _is_settled_as(now.records[copy.ref.id], copy)
        for copy in (one.goes, one.stays)
    )


def _is_settled_as(now: SourceRecord, copy: SourceRecord) -> bool:
    """Return whether a record still holds what its copy does."""
    same = all(is_same(copy.values[name], value) for name, value in now.values.items() if name in copy.values)
    return same and copy.modified_at <= now.modified_at


def _close_unsent(work: StreamPass, fixes: Sequence[Fix], ends: Mapping[str, tuple[FixState, str]], now: Pairs) -> None:
    """Settle what is not sent: both records are judged again from what they hold now."""
    if not fixes:
        return
    ids = set(ids_of(fixes))
    moment = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        tx.journal.settle([(fix.id, *ends[fix.id]) for fix in fixes], moment)
        keep_gone(work, tx, [one for key, one in now.gone.items() if key in ids])
        keep_records(work, tx, [record for key, record in now.records.items() if key in ids])
    for fix in fixes:
        state, detail = ends[fix.id]
        work.tally.settled(state)
        work.tools.telemetry.fix_settled(work.stream, replace(fix, detail=detail), state)


def _intended(
    work: StreamPass, ready: Sequence[_Ready], refused: Sequence[tuple[Fix, str]], now: Pairs
) -> list[_Ready]:
    """Journal what is about to be sent, with its copies, and what the CRM would refuse; return what is still wanted.

    A pair one of whose records moved on since it was matched is kept anew, and matched and judged again before it may
    be merged: what was said of them was said of what they held.
    """
    moment = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        moved = _moved(work, tx, now, ready)
        keep_records(work, tx, list(moved.values()))
        held = moved.keys() | _unmatched(work, tx, ids_of(one.fix for one in ready))
        sent = [one for one in ready if not held & {one.goes.ref.id, one.stays.ref.id}]
        for one in sent:
            tx.journal.complete(one.fix)
        tx.journal.intend([*(one.fix.id for one in sent), *(fix.id for fix, _ in refused)], work.run, moment)
        tx.journal.settle([(fix.id, FixState.REJECTED, f"not sent: {reason}") for fix, reason in refused], moment)
        tx.archive.keep_all(work.stream, [(one.fix.id, copy) for one in sent for copy in (one.goes, one.stays)])
    for fix, reason in refused:
        work.tally.settled(FixState.REJECTED)
        work.tools.telemetry.fix_settled(work.stream, replace(fix, detail=f"not sent: {reason}"), FixState.REJECTED)
    return sent


def _moved(work: StreamPass, tx: Transaction, now: Pairs, ready: Sequence[_Ready]) -> dict[str, SourceRecord]:
    """Return the records that hold something else than when they were last kept.

    What nobody can write says nothing of who somebody is: calls are counted and mails opened all the time.
    """
    fields = work.setup.schema.fields
    ids = ids_of(one.fix for one in ready)
    held = tx.records.read(work.stream, ids)
    found = {}
    for id_ in ids:
        record, copy = now.records[id_], held.get(id_)
        written = {name: value for name, value in record.values.items() if name in fields and fields[name].is_writable}
        if copy is None or any(not is_same(copy.values.get(name), value) for name, value in written.items()):
            found[id_] = record
    return found


def _unmatched(work: StreamPass, tx: Transaction, ids: Sequence[str]) -> frozenset[str]:
    """Return the records that are still to be matched or judged anew, but for those that our own merges made so."""
    return tx.matching.waiting(work.stream, ids) - work.tally.merged


def _at(fix: Fix, outcome: Outcome) -> str:
    told = outcome.gone.merged_into if outcome.gone is not None else None
    return told or fix.changed.id


def _follow(work: StreamPass, tx: Transaction, fix: Fix, at: str) -> None:
    """Let the record that answers now stand for the one that stayed, where the CRM gave it a new id."""
    if at != fix.changed.id:
        tx.successors.follow(work.stream, fix.changed.id, at)
        tx.aliases.keep(work.stream, fix.changed.id, at)


def _told(fix: Fix, outcome: Outcome, record: SourceRecord | None) -> str:
    """Say what an outcome said, and which values the CRM did not keep."""
    missing = _missing(fix, record) if record is not None and outcome.state is FixState.APPLIED else []
    kept = f"the CRM holds another value of {', '.join(missing)}" if missing else ""
    return "; ".join(part for part in (outcome.detail, kept) if part)


def _missing(fix: Fix, record: SourceRecord) -> list[str]:
    values = record.values
    return [
        one.property for one in fix.changes if one.property in values and not is_same(values[one.property], one.after)
    ]


def led(tx: Transaction, work: StreamPass, fix: Fix) -> Fix:
    """Return a merge into the record that answers for the one that was to stay, by what is known here."""
    if fix.into is None:
        return fix
    current = tx.aliases.current(work.stream, fix.into.id)
    return fix if current == fix.into.id else replace(fix, into=Ref(fix.into.account, fix.into.object, current))
