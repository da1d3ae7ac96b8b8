"""Records that syncd makes: what is sent, what becomes of it, and that no record ever comes to be twice.

Three things see to that. What is made has a key, and the journal makes nothing under a key that was used. The connector
looks for whoever holds a unique value already, right before it sends. And a create whose answer was lost is looked for
where the CRM is never late; as long as nobody can tell, it is not sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.protocol import Reading
from mappings import UnmappedValueError, to_new_source
from syncd.engine.judging.fitting import refusal
from syncd.engine.judging.people import is_same
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.errors import AnswerLostError, BrokenPromiseError, ConnectorError
from syncd.model import (
    CREATION_TOKEN,
    Action,
    Change,
    Create,
    CreateWrite,
    Field,
    FieldType,
    Fix,
    FixState,
    KeptValue,
    Outcome,
    Raw,
    Ref,
    SourceRecord,
    Stream,
)
from syncd.store import Transaction

#: What the keys of records begin with that are made because another account has them.
COUNTERPART = "counterpart"
#: Why a value is given to a new record that nobody asked for.
_MARK = "by this the record is found again, should the CRM's answer be lost"
#: Who says that a record and the one it was made for are one.
_BY = "syncd"
#: A create that is looked for in vain for so long was never made; before that the CRM may still be working on it.
_SETTLES_AFTER_S = 600.0
#: One that nobody can tell of is looked for as long as this.
_LOOKED_FOR = timedelta(days=2)
#: So much may a CRM's clock differ from ours.
_SKEW_S = 300.0
#: Records read back together.
BATCH = 100

_NEVER = (FixState.APPROVED, "looked for: it was never made")
_DOUBTFUL = (FixState.UNKNOWN, "nobody can tell whether it was made, so it is not sent again; look for it in the CRM")


def creation(
    setup: StreamSetup,
    create: Create,
    *,
    key: str,
    state: FixState,
    rules: tuple[str, ...],
    reasons: tuple[str, ...],
    cause: Ref | None = None,
) -> Fix:
    """Return the fix that makes a record in the stream of `setup`, as far as its properties can hold the values.

    What has no place there is left out, and the fix says so among its reasons. Give it to `tx.creations.want`.
    """
    changes: list[Change] = []
    left: list[str] = []
    for kept in create.values:
        name, raw, why = _spelled(setup, kept)
        if why:
            left.append(f"{kept.field} is left out: {why}")
        elif raw not in {None, ""}:
            changes.append(Change(kept.field, name, None, raw, rules, (kept.reason,) * len(rules)))
    ref = Ref(setup.stream.account, setup.stream.object, "")
    said = (*reasons, *left)
    return Fix(
        "", ref, Action.CREATE, state, tuple(changes), None, rules, said, key=key, cause=cause, ties=create.links
    )


def write_creates(work: StreamPass, fixes: Sequence[Fix]) -> None:
    """Make records: journalled before they are sent, read back whole, and kept like any other record."""
    setup = work.setup
    with work.tools.store.transaction() as tx:
        approved = tx.journal.approved_among([fix.id for fix in fixes])
        ready = [_marked(setup, fix) for fix in fixes if fix.id in approved and not _is_overtaken(tx, work, fix)]
        for fix in ready:
            tx.journal.complete(fix)
        tx.journal.intend([fix.id for fix in ready], work.run, work.tools.clock.now())
    if not ready:
        return

    try:
        outcomes = _push(setup, ready)
    except ConnectorError as refusal:
        _take_out(work, ready, refusal)
        raise

    _settle(work, ready, outcomes)


def recover_creates(work: StreamPass, fixes: Sequence[Fix]) -> None:
    """Settle creates whose answer was lost: found where the CRM is never late, or left as they are."""
    for start in range(0, len(fixes), BATCH):
        part = fixes[start : start + BATCH]
        with work.tools.store.reading() as tx:
            begun = tx.creations.begun_at([fix.id for fix in part])
        part = [fix for fix in part if work.tools.clock.now() - begun[fix.id] < _LOOKED_FOR]
        if not part:
            continue
        since = {fix.id: begun[fix.id] - timedelta(seconds=_SKEW_S) for fix in part}
        told = work.setup.connector.made(work.stream.object, [_write(work.setup, fix) for fix in part], since)
        known = [outcome for fix in part if (outcome := _found(work, fix, told, begun)) is not None]
        never = [one for one in known if one.state is FixState.APPROVED]
        doubtful = [fix for fix in part if fix.state is FixState.INTENDED and fix.id not in {one.fix for one in known}]
        ends = [(one.fix, one.state, one.detail) for one in never] + [(fix.id, *_DOUBTFUL) for fix in doubtful]
        with work.tools.store.transaction() as tx:
            tx.journal.settle(ends, work.tools.clock.now())
        made = [one for one in known if one not in never]
        if made:
            _settle(work, [fix for fix in part if fix.id in {one.fix for one in made}], made)


def touched(work: StreamPass, fixes: Sequence[Fix]) -> dict[str, str]:
    """Return by fix why a record that it made is not to be taken away: somebody has changed it, or linked something.

    A record without a copy of what it was like when it was made is not taken away either.
    """
    ids = [fix.ref.id for fix in fixes]
    if not ids:
        return {}
    made = [fix.undoes or fix.id for fix in fixes]
    reading = work.setup.connector.whole(work.stream.object, ids)
    now = {record.ref.id: record for record in reading.records}
    with work.tools.store.reading() as tx:
        copies = tx.archive.of(made)
        ours = tx.journal.last_written(work.stream, ids)
        linked = tx.journal.links_made(work.stream, ids)
    told = {}
    for fix, key in zip(fixes, made, strict=True):
        record, copy = now.get(fix.ref.id), copies.get(key)
        if record is None:
            continue
        written = {name: change.after for (id_, name), change in ours.items() if id_ == fix.ref.id}
        why = _why_touched(work.setup, record, copy, written, {ref.id for ref in linked.get(fix.ref.id, ())})
        if why:
            told[fix.id] = why
    return told


def _why_touched(
    setup: StreamSetup,
    record: SourceRecord,
    copy: SourceRecord | None,
    written: Mapping[str, Raw],
    linked: Collection[str],
) -> str:
    if copy is None:
        return "what it was like when it was made is not known any more"
    fields = setup.schema.fields
    changed = [
        name
        for name, value in record.values.items()
        if name in fields and fields[name].is_writable
        if not is_same(value, written.get(name, copy.values.get(name)))
    ]
    if changed:
        return f"somebody has changed it since: {', '.join(sorted(changed)[:5])}"
    more = {(kind, id_) for kind, ids in record.links.items() for id_ in ids if id_ not in linked}
    more -= {(kind, id_) for kind, ids in copy.links.items() for id_ in ids}
    return "somebody has linked something to it since" if more else ""


def _is_overtaken(tx: Transaction, work: StreamPass, fix: Fix) -> bool:
    """Return whether the other account's record has a counterpart by now, or may have: then it waits, or is dropped."""
    if not fix.key.startswith(f"{COUNTERPART} ") or fix.cause is None:
        return False
    stream = _stream_of(work, fix.cause)
    return bool(tx.twins.of(stream, [fix.cause.id]) or tx.matching.waiting(stream, [fix.cause.id]))


def _tell_counterpart(tx: Transaction, work: StreamPass, fix: Fix, record_id: str) -> None:
    """Let a new record and the one it was made for be known as one, whatever becomes of what they say."""
    if fix.key.startswith(f"{COUNTERPART} ") and fix.cause is not None:
        there = _stream_of(work, fix.cause)
        tx.counterparts.join((there, fix.cause.id), (work.stream, record_id), by=_BY)


def _stream_of(work: StreamPass, ref: Ref) -> Stream:
    return Stream(ref.account, ref.object, work.stream.kind)


def _spelled(setup: StreamSetup, kept: KeptValue) -> tuple[str, Raw, str]:
    """Return the property and the value for it, or why there is none."""
    if kept.value is None or kept.value in ("", ()):
        return "", None, ""
    try:
        name, raw = to_new_source(setup.mapping, kept.field, kept.value)
    except UnmappedValueError:
        return "", None, "it has no place in the CRM's picklist"
    except ValueError:
        return "", None, "the CRM has no property for it"
    field = setup.schema.fields.get(name)
    if field is None:
        return "", None, "the CRM has no property for it"
    if not field.is_creatable:
        return "", None, "the CRM does not let it be set"
    raw = _fitted(field, raw)
    return name, raw, refusal(replace(field, is_writable=True), raw)


def _fitted(field: Field, raw: Raw) -> Raw:
    """Return a moment as a day where the CRM keeps nothing finer."""
    is_moment = field.type is FieldType.DATE and isinstance(raw, str) and "T" in raw
    return str(raw).partition("T")[0] if is_moment else raw


def _marked(setup: StreamSetup, fix: Fix) -> Fix:
    """Return a fix with the mark by which its record is found again, where the account has a unique property for it."""
    name = _token_of(setup)
    if not name or any(change.property == name for change in fix.changes):
        return fix
    mark = Change(CREATION_TOKEN, name, None, fix.id, fix.rules, (_MARK,) * len(fix.rules))
    return replace(fix, changes=(*fix.changes, mark))


def _token_of(setup: StreamSetup) -> str:
    """Return the property that holds our mark; empty where there is none that no two records share."""
    mapped = setup.mapping.fields.get(CREATION_TOKEN)
    field = setup.schema.fields.get(mapped.property) if mapped is not None else None
    return field.name if field is not None and field.is_unique and field.is_creatable else ""


def _write(setup: StreamSetup, fix: Fix) -> CreateWrite:
    values = {change.property: change.after for change in fix.changes}
    fields, token = setup.schema.fields, _token_of(setup)
    keys = tuple(name for name in values if name in fields and fields[name].is_unique)
    return CreateWrite(fix.id, values, fix.ties, keys, token if token in values else "")


def _push(setup: StreamSetup, fixes: Sequence[Fix]) -> list[Outcome]:
    outcomes = setup.connector.create(setup.stream.object, [_write(setup, fix) for fix in fixes])
    unnamed = "the answer does not name the record"
    outcomes = [
        Outcome(one.fix, FixState.UNKNOWN, unnamed) if one.state is FixState.APPLIED and one.record is None else one
        for one in outcomes
    ]
    answered = {outcome.fix for outcome in outcomes}
    silent = [Outcome(fix.id, FixState.UNKNOWN, "no answer for this row") for fix in fixes if fix.id not in answered]
    return outcomes + silent


def _take_out(work: StreamPass, fixes: Sequence[Fix], refusal_: ConnectorError) -> None:
    """Let fixes wait again that were surely not carried out: the CRM refused the call, or it never left."""
    if not isinstance(refusal_, AnswerLostError | BrokenPromiseError):
        ends = [(fix.id, FixState.APPROVED, f"not sent: {refusal_.message}") for fix in fixes]
        with work.tools.store.transaction() as tx:
            tx.journal.settle(ends, work.tools.clock.now())


def _settle(work: StreamPass, fixes: Sequence[Fix], outcomes: Sequence[Outcome]) -> None:
    """Journal what became of creates, and keep the records that were made, or met, as they are now."""
    by_id = {fix.id: fix for fix in fixes}
    made = {one.fix: one.record.ref.id for one in outcomes if one.state is FixState.APPLIED and one.record is not None}
    met = [one.record.ref.id for one in outcomes if one.fix not in made and one.record is not None]
    reading, copies = _read_back(work.setup, [*made.values(), *met], made)
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        for fix_id, record_id in made.items():
            tx.creations.name(fix_id, record_id)
            _tell_counterpart(tx, work, by_id[fix_id], record_id)
        tx.journal.settle([(one.fix, one.state, one.detail) for one in outcomes], now)
        tx.archive.keep(work.stream, copies)
        keep_records(work, tx, reading.records)
        keep_gone(work, tx, reading.gone)
    for outcome in outcomes:
        work.tally.settled(outcome.state)
        fix = replace(by_id[outcome.fix], detail=outcome.detail)
        work.tools.telemetry.fix_settled(work.stream, fix, outcome.state)


def _read_back(
    setup: StreamSetup, ids: Iterable[str], made: Mapping[str, str]
) -> tuple[Reading, dict[str, SourceRecord]]:
    """Read records as they are now, and whole copies of those that were made; what cannot be read comes later."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return Reading((), ()), {}
    try:
        reading = setup.connector.read(setup.want, wanted)
        whole = setup.connector.whole(setup.stream.object, list(made.values())) if made else Reading((), ())
    except ConnectorError:
        return Reading((), ()), {}
    by_id = {record.ref.id: record for record in whole.records}
    return reading, {fix_id: by_id[record_id] for fix_id, record_id in made.items() if record_id in by_id}


def _found(
    work: StreamPass, fix: Fix, told: Mapping[str, SourceRecord | None], begun: Mapping[str, datetime]
) -> Outcome | None:
    """Return what became of a create, by what the CRM tells; None as long as nobody knows."""
    if fix.id not in told:
        return None
    record = told[fix.id]
    if record is not None:
        return Outcome(fix.id, FixState.APPLIED, "looked for: it was made", record)
    age = work.tools.clock.now() - begun[fix.id]
    # Where the CRM itself keeps a value from being there twice, sending again can do no harm.
    is_safe = bool(_write(work.setup, fix).keys)
    return Outcome(fix.id, *_NEVER) if is_safe or age.total_seconds() >= _SETTLES_AFTER_S else None
