"""Making one record of two without the CRM's merge: both keep their ids, and every step can be taken back.

What hangs on the record that goes is moved first, then that record ends (it goes to the recycle bin, or is marked),
then the one that stays gets its values, each only where it still holds what was decided on. Every step looks before it
does anything. So a life that was cut short is taken up from the beginning, and nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connectors.protocol import Merged, Reading, Want
from mappings import is_writable
from syncd.engine.judging.people import is_same
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.model import Ending, Fix, FixState, Gone, Outcome, Raw, SourceRecord, Update

_PARTED = "read back: somebody has changed or brought back the record that goes; left to a person"
_UNMARKED = "read back: somebody has taken the mark off the record that goes; left to a person"
_ELSEWHERE = "one of the records was merged with another one"
_ENDS = frozenset({FixState.REJECTED, FixState.STALE, FixState.UNKNOWN})


def carry_out(work: StreamPass, fix: Fix, goes: SourceRecord, stays: SourceRecord, *, told: str = "") -> None:
    """Make one record of two whose merge is journalled, with copies of both as they were."""
    one = _merged(fix, goes, stays)
    _settle(work, fix, one, _done(work, fix, one), told)


def carry_on(work: StreamPass, fix: Fix, copies: Mapping[str, SourceRecord]) -> None:
    """Do what is left to do of a merge whose life was cut short; what a person did meanwhile stands."""
    one = _merged(fix, copies[fix.ref.id], copies[fix.changed.id])
    reading = work.setup.connector.read(work.setup.want, [fix.ref.id, fix.changed.id])
    why = _why_left(work, fix, one, reading)
    outcome = Outcome(fix.id, FixState.STALE, why) if why else _done(work, fix, one)
    if why and not reading.gone:
        taken_back = _taken_back(work, one)
        outcome = taken_back if taken_back.state is FixState.UNKNOWN else outcome
    _settle(work, fix, one, outcome, "", is_apart=bool(why) and outcome.state is FixState.STALE)


def preserved_lives(setup: StreamSetup, fix: Fix) -> bool:
    """Return whether a merge that was applied took effect, as the CRM tells now."""
    assert fix.ending is not None  # noqa: S101 - it preserves both records
    goes, stays = fix.ref.id, fix.changed.id
    held = {record.ref.id: record.values for record in setup.connector.read(setup.want, [goes, stays]).records}
    if not fix.ending.mark:
        return goes not in held and stays in held
    return stays in held and held.get(goes, {}).get(fix.ending.mark) == stays


def unmark(work: StreamPass, fix: Fix, one: Merged) -> Outcome | None:
    """Let the record that went say again what it said before it was marked; None when there is nothing to do."""
    if fix.ending is None or not fix.ending.mark or one.back is None:
        return None
    held = _held(work, fix.ending, one.back.id)
    if held is None or held.get(fix.ending.mark) != one.stayed.ref.id:
        return None
    before = {fix.ending.mark: one.went.values.get(fix.ending.mark)}
    [outcome] = work.setup.connector.update(work.stream.object, [Update(fix.id, one.back, before)])
    return outcome


def _merged(fix: Fix, goes: SourceRecord, stays: SourceRecord) -> Merged:
    return Merged(fix.id, goes, stays, stays.ref, {change.property: change.after for change in fix.changes})


def _done(work: StreamPass, fix: Fix, one: Merged) -> Outcome:
    """Take every step that is not taken yet; what the CRM refuses is taken back as a whole."""
    connector, name = work.setup.connector, work.stream.object
    [moved] = connector.take_over(name, [one])
    ended = _ended(work, fix, one) if moved.state is FixState.APPLIED else moved
    if ended.state is FixState.REJECTED:
        back = _taken_back(work, one)
        return ended if back.state is not FixState.UNKNOWN else back
    if ended.state in _ENDS:
        return ended
    [finished] = connector.finish_merges(name, [one])
    details = dict.fromkeys(it.detail for it in (moved, ended, finished) if it.detail)
    return replace(finished, detail="; ".join(details))


def _taken_back(work: StreamPass, one: Merged) -> Outcome:
    """Give each of two records back what was its own, while both are there."""
    connector, name = work.setup.connector, work.stream.object
    [revived] = connector.revive(name, [one])
    if revived.state is not FixState.APPLIED:
        return revived
    [parted] = connector.part(name, [replace(one, back=one.went.ref)])
    return parted


def _ended(work: StreamPass, fix: Fix, one: Merged) -> Outcome:
    """Let the record that goes end; one that has ended is left as it is."""
    assert fix.ending is not None  # noqa: S101 - it preserves both records
    connector, name, done = work.setup.connector, work.stream.object, Outcome(fix.id, FixState.APPLIED)
    if not fix.ending.mark:
        [outcome] = connector.archive(name, [one.went.ref.id])
        return done if outcome.state is FixState.STALE else replace(outcome, fix=fix.id)
    held = _held(work, fix.ending, one.went.ref.id)
    if held is None or held.get(fix.ending.mark) == one.at.id:
        return done
    [outcome] = connector.update(name, [Update(fix.id, one.went.ref, {fix.ending.mark: one.at.id})])
    return outcome


def _held(work: StreamPass, ending: Ending, id_: str) -> Mapping[str, Raw] | None:
    reading = work.setup.connector.read(Want(work.stream.object, (ending.mark,)), [id_])
    return next((record.values for record in reading.records if record.ref.id == id_), None)


def _why_left(work: StreamPass, fix: Fix, one: Merged, reading: Reading) -> str:
    """Return why a merge whose life was cut short is not gone on with; empty when it is."""
    assert fix.ending is not None  # noqa: S101 - it preserves both records
    if any(gone.merged_into is not None for gone in reading.gone):
        return _ELSEWHERE
    now = next((record for record in reading.records if record.ref.id == fix.ref.id), None)
    if now is None:
        return ""
    if any(not is_same(now.values.get(name), value) for name, value in _told(work, one.went, fix.ending)):
        return _PARTED
    return _UNMARKED if fix.ending.mark and _was_marked(work, fix.ending, one, now) else ""


def _told(work: StreamPass, record: SourceRecord, ending: Ending) -> Iterator[tuple[str, Raw]]:
    """Yield what people say of a record: its links are moved by ourselves, and the CRM counts what it likes."""
    for name, field in work.setup.mapping.fields.items():
        if is_writable(work.setup.mapping, name) and field.property in record.values and field.property != ending.mark:
            yield field.property, record.values[field.property]


def _was_marked(work: StreamPass, ending: Ending, one: Merged, now: SourceRecord) -> bool:
    """Return whether the record that goes was marked already, and is not any more."""
    if now.values.get(ending.mark) == one.at.id:
        return False
    asked = [Update(one.fix, one.went.ref, {ending.mark: one.at.id})]
    since = {one.went.ref.id: one.went.modified_at}
    return work.setup.connector.arrived(work.stream.object, asked, since).get(one.fix) is True


def _settle(work: StreamPass, fix: Fix, one: Merged, outcome: Outcome, told: str, *, is_apart: bool = False) -> None:
    """Journal what became of a merge, and keep both records as they are now."""
    if outcome.state is FixState.UNKNOWN and fix.state is FixState.UNKNOWN:
        return
    is_done = outcome.state is FixState.APPLIED
    reading = work.setup.connector.read(work.setup.want, [one.at.id, one.went.ref.id])
    detail = "; ".join(
        part for part in (f"made one without the CRM's merge: {told}" if told else "", outcome.detail) if part
    )
    gone = [Gone(it.ref, one.at.id) if is_done and it.ref == one.went.ref else it for it in reading.gone]
    if is_done:
        work.tally.merged.add(one.at.id)
    with work.tools.store.transaction() as tx:
        tx.journal.settle([(fix.id, outcome.state, detail)], work.tools.clock.now())
        if is_apart:
            tx.twins.keep_apart(work.stream, fix.ref.id, fix.changed.id)
        keep_gone(work, tx, gone)
        keep_records(work, tx, reading.records)
    work.tally.settled(outcome.state)
    work.tools.telemetry.fix_settled(work.stream, replace(fix, detail=detail), outcome.state)
