"""Looks at a stream after it was read and judged, before anything is written: is this still what is usual here?

A rule that suddenly speaks of a large part of the base, a field that lost its values or got one and the same text in
many records, records that are gone: any of them may be half a pull, an import gone wrong or a poisoned rule. What
follows from it is held until it is over or a person says go on.

What is usual is a figure a (rule, field): it follows what is found, in the course of a week. It is found anew without a
word on a first load, and when an admin has changed rules or mapping (their fingerprint tells); what our own writes do
to it is taken over at once. Small bases have no usual: below a number of records nothing is sudden.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

import xxhash

from syncd.engine.holds import FIELD_EMPTIED, FIELD_FLOODED, FOUGHT, RECORDS_LOST, RULE_JUMP, begin_hold
from syncd.engine.setup import StreamPass
from syncd.errors import RefusedError
from syncd.model import FieldType, FixState, Mode, Raw, SourceRecord
from syncd.store import Norm, NormKey, Transaction

#: A change of fewer records than this is never sudden.
LEAST_JUMP = 50
#: How long the usual takes to follow what is found, and how often it is brought up to date.
_FOLLOWS_IN, _EVERY = timedelta(days=7), timedelta(hours=1)
#: How far back somebody setting back what a rule wrote counts against it, and how often for one field.
_MEMORY, PING_PONG = timedelta(days=7), 3
#: A rule is parked only when at least this part of the records it wrote to was set back.
_LEAST_PART = 0.1
#: Of how many fields the CRM is asked who set them back.
_ASKED = 50
#: What wrote a value, in words for people; other kinds are told as they are, in small letters.
_WRITERS = {"CRM_UI": "person", "AUTOMATION_PLATFORM": "workflow"}
#: How long one and the same text that comes into a field is counted together, and from how many in a pass on.
_MOVES_FOR, _LEAST_MOVES = timedelta(days=1), 5
#: Texts counted at once; of more of them those that came once are forgotten.
_MOST_TEXTS = 50_000

_RECORDS: NormKey = ("records", "")
_TOLD: NormKey = ("told", "")
#: To how many records we wrote in the last run: so many may get findings that follow from it.
_WROTE: NormKey = ("wrote", "")


class Alarm(NamedTuple):
    """Something that is not usual."""

    guard: str
    key: str
    detail: str


def watch(work: StreamPass) -> None:
    """Hold what follows from what is not usual, let go of what is over, and remember what is usual."""
    with work.tools.store.reading() as tx:
        usual = tx.norms.of(work.stream)
        if not _is_whole(tx, work, is_first=_RECORDS not in usual):
            return
        now = _figures(tx, work)
        held = tx.holds.of(work.stream)
    known = {one.key for one in held if one.guard == FOUGHT}
    fights = [one if one.key in known else _with_writers(work, one) for one in _fights(work)]
    alarms = [*_levels(work, now, usual), *_floods(work, now, usual), *fights]
    standing = {(one.guard, one.key) for one in alarms}
    is_over = [
        one
        for one in held
        if one.guard in {RULE_JUMP, FIELD_EMPTIED, RECORDS_LOST} and (one.guard, one.key) not in standing
    ]
    fresh = _usual_now(work, now, usual, alarms)
    moves = _moves_now(work, usual)
    at = work.tools.clock.now()
    old = [key for key, norm in usual.items() if key == _WROTE or (key[0] == "moved" and _is_old(norm, at))]
    if not (alarms or is_over or fresh or moves or old):
        return
    with work.tools.store.transaction() as tx:
        for one in alarms:
            begin_hold(tx, work, *one)
        for hold in is_over:
            tx.holds.release(work.stream, hold.guard, hold.key)
        tx.norms.keep(work.stream, {**fresh, **moves})
        tx.norms.forget(work.stream, [key for key in old if key not in moves])
        if _TOLD in usual and RECORDS_LOST not in {one.guard for one in alarms}:
            tx.norms.forget(work.stream, [_TOLD])


def note_moves(tx: Transaction, work: StreamPass, fresh: Sequence[SourceRecord]) -> None:
    """Count which texts come into fields that held something else; by others, for our own writes do not come back."""
    held = tx.records.read(work.stream, [one.ref.id for one in fresh])
    if not held:
        return
    texts = _texts(work)
    counts = work.tally.moves
    for source in fresh:
        if source.ref.id not in held:
            continue
        was = held[source.ref.id].values
        for name, property_name in texts:
            value = source.values.get(property_name)
            if value and property_name in was and value != was[property_name]:
                counts[name, _hashed(value)] += 1
    if len(counts) > _MOST_TEXTS:
        for key in [key for key, count in counts.items() if count == 1]:
            del counts[key]


@contextmanager
def own_writes(work: StreamPass) -> Iterator[None]:
    """Let what is usual follow at once what the block writes: it is no surprise to us."""
    with work.tools.store.reading() as tx:
        before = _figures(tx, work)
    try:
        yield
    finally:
        if work.tally.fixes.get(FixState.APPLIED):
            _follow(work, before)


def far_fewer(work: StreamPass, held: int, told: int) -> None:
    """Remember when the CRM shows far fewer records than are held, and forget it when it does not: `watch` holds the
    stream while it is so."""
    with work.tools.store.transaction() as tx:
        if are_too_many(work, held - told, held):
            tx.norms.keep(work.stream, {_TOLD: Norm(float(told), "", work.tools.clock.now())})
        elif is_told_fewer(tx, work):
            tx.norms.forget(work.stream, [_TOLD])


def are_too_many(work: StreamPass, lost: int, of: int) -> bool:
    """Tell whether more records would be gone than is believed without a person's word."""
    return lost > _limit(work, of)


def is_told_fewer(tx: Transaction, work: StreamPass) -> bool:
    """Tell whether the CRM showed far fewer records than are held when it was last asked."""
    return _TOLD in tx.norms.of(work.stream)


def _is_whole(tx: Transaction, work: StreamPass, *, is_first: bool) -> bool:
    """Return whether the stream was read to its end, and judged by the rules in force; at first, whether nobody waits
    to be judged again."""
    cursor = tx.cursors.read(work.stream)
    if cursor is None or cursor.after is not None:
        return False
    if is_first and tx.records.due(work.stream, work.tools.clock.now(), 1):
        return False
    return not tx.records.judged_otherwise(work.stream, work.setup.fingerprint, "", 1)


def _figures(tx: Transaction, work: StreamPass) -> dict[NormKey, float]:
    """Return how many records there are, how many have findings of a rule that writes, and in how many a field is."""
    tally = tx.findings.tally(work.stream)
    mapping, ruleset = work.setup.mapping, work.setup.ruleset
    properties = {name: field.property for name, field in mapping.fields.items() if name in ruleset.fields}
    filled = tx.findings.tally_of_fields(work.stream, list(properties.values()))
    found: dict[NormKey, float] = {_RECORDS: float(tally.records)}
    found |= {("filled", name): float(filled.get(one, 0)) for name, one in properties.items()}
    for rule in {step.name for step in ruleset.steps if step.mode is Mode.APPLY}:
        found["rule", rule] = float(sum(count for (name, _), count in tally.findings.items() if name == rule))
    return found


def _limit(work: StreamPass, of: float) -> float:
    return max(LEAST_JUMP, work.setup.guards.max_jump * of)


def _levels(work: StreamPass, now: Mapping[NormKey, float], usual: Mapping[NormKey, Norm]) -> Iterator[Alarm]:
    """Yield what differs from the usual by too many records."""
    if _RECORDS not in usual:
        return
    records, were = now[_RECORDS], usual[_RECORDS].level
    lost = max(0.0, were - records)
    if lost > _limit(work, were):
        yield Alarm(RECORDS_LOST, "", f"{lost:.0f} of {were:.0f} records are gone")
    elif _TOLD in usual and records - usual[_TOLD].level > _limit(work, records):
        yield Alarm(RECORDS_LOST, "", f"the CRM shows {usual[_TOLD].level:.0f} of {records:.0f} records")
    if work.setup.mode is Mode.OBSERVE:
        return
    wrote = usual[_WROTE].level if _WROTE in usual else 0.0
    for (name, key), count in now.items():
        norm = usual.get((name, key))
        if norm is None or (norm.judged_with != work.setup.fingerprint and not _is_held(work, key)):
            continue
        if name == "filled" and norm.level - count - lost > _limit(work, records):
            gone = norm.level - count - lost
            yield Alarm(FIELD_EMPTIED, key, f"{key} was filled in {norm.level:.0f} records, and is empty in {gone:.0f}")
        elif name == "rule" and count - norm.level * records - wrote > _limit(work, records):
            yield Alarm(
                RULE_JUMP, key, f"it speaks of {count:.0f} of {records:.0f} records; usual are {norm.level:.1%}"
            )


def _floods(work: StreamPass, now: Mapping[NormKey, float], usual: Mapping[NormKey, Norm]) -> Iterator[Alarm]:
    """Yield fields into which one and the same text came in too many records."""
    if _RECORDS not in usual or work.setup.mode is Mode.OBSERVE:
        return
    for (_, key), norm in _moves_now(work, usual).items():
        if norm.level > _limit(work, now[_RECORDS]):
            name = key.partition(" ")[0]
            yield Alarm(FIELD_FLOODED, name, f"{norm.level:.0f} records got one and the same {name} within a day")


def _fights(work: StreamPass) -> Iterator[Alarm]:
    """Yield rules that somebody sets back again and again."""
    at = work.tools.clock.now()
    with work.tools.store.reading() as tx:
        fared = tx.set_backs.counts(work.stream, at - _MEMORY)
        if not fared:
            return
        written = tx.journal.count_written_by_rule(work.stream, at - _MEMORY, frozenset())
        pausing = {key for (name, key), norm in tx.norms.of(work.stream).items() if name == "begun"}
    for rule, one in sorted(fared.items()):
        many = written.get(rule, 0)
        is_fight = one.most_times >= PING_PONG or one.records >= _LEAST_PART * many
        is_begun_badly = rule in pausing and 2 * one.records >= many
        if is_begun_badly or (is_fight and one.times >= work.setup.guards.max_set_back):
            told = f"set back {one.times} times on {one.records} of the {many} records it wrote to within a week"
            yield Alarm(FOUGHT, rule, told)


def _with_writers(work: StreamPass, fight: Alarm) -> Alarm:
    """Add who set a rule back last, where the CRM tells: a workflow is another matter than people."""
    fields = work.setup.mapping.fields
    with work.tools.store.reading() as tx:
        latest = tx.set_backs.latest(work.stream, fight.key, _ASKED)
    places = [(record_id, fields[name].property) for record_id, name in latest if name in fields]
    try:
        told = work.setup.connector.written_by(work.stream.object, places) if places else {}
    except RefusedError:
        # Who may not see histories has to look for themselves; the rule is parked all the same.
        told = {}
    writers = Counter(_WRITERS.get(one.kind, one.kind.lower().replace("_", " ")) for one in told.values() if one.kind)
    counts = ", ".join(f"{writer} {count}" for writer, count in sorted(writers.items()))
    return fight._replace(detail=f"{fight.detail}; through: {counts}") if counts else fight


def _usual_now(
    work: StreamPass, now: Mapping[NormKey, float], usual: Mapping[NormKey, Norm], alarms: Sequence[Alarm]
) -> dict[NormKey, Norm]:
    """Return what is usual from now on, where that is something else; what is held stays what it was."""
    at, fingerprint = work.tools.clock.now(), work.setup.fingerprint
    is_lost = any(one.guard == RECORDS_LOST for one in alarms)
    fresh: dict[NormKey, Norm] = {}
    for (name, key), count in now.items():
        if is_lost or any((one.guard, one.key) in _guards_of(name, key) for one in alarms):
            continue
        level = count / now[_RECORDS] if name == "rule" and now[_RECORDS] else count
        norm = usual.get((name, key))
        if norm is None or (norm.judged_with != fingerprint and (name, key) != _RECORDS):
            fresh[name, key] = Norm(level, fingerprint, at)
            continue
        # More records and more values than usual are no surprise; nor are findings that follow from our own writes.
        is_expected = name != "rule" or _WROTE in usual
        if level > norm.level and is_expected:
            fresh[name, key] = Norm(level, fingerprint, at)
        elif level != norm.level and at - norm.at >= _EVERY:
            part = 1 - math.exp(-((at - norm.at) / _FOLLOWS_IN))
            fresh[name, key] = Norm(norm.level + (level - norm.level) * part, fingerprint, at)
    return fresh


def _guards_of(name: str, key: str) -> tuple[tuple[str, str], ...]:
    return {"rule": ((RULE_JUMP, key),), "filled": ((FIELD_EMPTIED, key),)}.get(name, ())


def _moves_now(work: StreamPass, usual: Mapping[NormKey, Norm]) -> dict[NormKey, Norm]:
    """Return how often one and the same text came into a field within a day, for those that came in this pass."""
    at = work.tools.clock.now()
    fresh: dict[NormKey, Norm] = {}
    for (name, hashed), count in work.tally.moves.items():
        key = ("moved", f"{name} {hashed}")
        before = usual.get(key)
        is_begun = before is not None and not _is_old(before, at)
        if count >= _LEAST_MOVES or is_begun:
            so_far, since = (before.level, before.at) if before is not None and is_begun else (0.0, at)
            fresh[key] = Norm(so_far + count, "", since)
    return fresh


def _is_old(norm: Norm, at: datetime) -> bool:
    return at - norm.at >= _MOVES_FOR


def _is_held(work: StreamPass, key: str) -> bool:
    """Return whether a rule or a field is held: then a changed configuration does not make it usual."""
    with work.tools.store.reading() as tx:
        return any(one.guard in {RULE_JUMP, FIELD_EMPTIED} and one.key == key for one in tx.holds.of(work.stream))


def _follow(work: StreamPass, before: Mapping[NormKey, float]) -> None:
    with work.tools.store.transaction() as tx:
        after, usual = _figures(tx, work), tx.norms.of(work.stream)
        moved: dict[NormKey, Norm] = {}
        for key, norm in usual.items():
            difference = after.get(key, 0.0) - before.get(key, 0.0) if key in after and key in before else 0.0
            if key[0] == "rule":
                difference = max(0.0, difference) / max(1.0, after[_RECORDS])
            if difference:
                moved[key] = Norm(max(0.0, norm.level + difference), norm.judged_with, norm.at)
        wrote = Norm(float(work.tally.fixes[FixState.APPLIED]), "", work.tools.clock.now())
        tx.norms.keep(work.stream, {**moved, _WROTE: wrote})


def _texts(work: StreamPass) -> list[tuple[str, str]]:
    """Return the fields that hold free text, by our name and the CRM's: in a list of choices one may well be common."""
    fields, schema = work.setup.mapping.fields, work.setup.schema.fields
    return [
        (name, field.property)
        for name, field in fields.items()
        if name in work.setup.ruleset.fields
        and field.property in schema
        and schema[field.property].type is FieldType.TEXT
        and not schema[field.property].options
    ]


def _hashed(value: Raw) -> str:
    return xxhash.xxh3_64_hexdigest(str(value).encode(errors="surrogatepass"))
