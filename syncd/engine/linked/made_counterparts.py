"""Records that are made in one account because another one has them: only where the stream they go to says so.

What is carried over is sure of itself: matched with everything there is in all linked accounts, clean enough, wanted by
nobody to be forgotten or left in peace, and the counterpart of nobody, not even in question. What is in doubt waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mappings import is_left_alone
from quality.fields import is_empty
from quality.golden import head_of
from syncd.engine.holds import PULL_TOO_SMALL
from syncd.engine.judging.agreeing import Tidying, authority_of
from syncd.engine.judging.merge_fixes import STATES
from syncd.engine.judging.people import COUNTERPART_MISSING as RULE
from syncd.engine.matching.pools import pool_of
from syncd.engine.peers import Peer
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.engine.writing.creating import COUNTERPART, creation
from syncd.model import Create, Fix, FixState, KeptValue, Link, Record, Ref, Severity, Stream, Value
from syncd.store import Transaction

#: The field in which a record names its counterpart.
_LINKED_ID = "linked_id"
#: Fields that are each account's own: who owns a record there, what syncd notes.
_OWN = frozenset({"owner", "quality_flags", "quarantine", "superseded_by", "creation_token", _LINKED_ID})
#: Records looked at in one pass, and what may wait to be made at the same time.
_PART = 500
_WAITING = 500
#: How long after a walk over all the next one begins.
_REST = timedelta(hours=1)
_WANTED = "the other account has the record, and this one has not"
_GIVEN = "the counterpart in the other account holds it"
_OVER = "it has a counterpart by now, or is not to have one"


def make_counterparts(work: StreamPass) -> None:
    """Want a record in the stream for each of a linked account that surely has none here."""
    setup = work.setup
    state = STATES.get(setup.mode)
    if setup.creates is False or state is None or setup.linked is None or not setup.pool:
        return
    with work.tools.store.transaction() as tx:
        if not _is_matched(tx, setup):
            return
        room = _WAITING - len(tx.creations.waiting_in(setup.stream, COUNTERPART))
        for peer in _sources(setup):
            ids = _looked_at(tx, work, peer)
            found = list(_lacking(tx, work, peer, ids)) if ids else []
            wanted = [_fix(tx, work, peer, one, state) for one in found]
            whole = [fix for fix in wanted if _is_whole(setup, fix)]
            causes = [Ref(peer.stream.account, peer.stream.object, id_) for id_ in ids]
            tx.creations.drop(causes, setup.stream, COUNTERPART, {fix.key for fix in whole}, _OVER)
            tx.creations.want(setup.stream, whole[: max(0, room)], work.run)
            room -= len(whole)


@dataclass(frozen=True, slots=True)
class _Lacking:
    """A record without a counterpart, in the form its own rules want, and without what is doubtful."""

    record: Record
    values: Mapping[str, Value]


def _sources(setup: StreamSetup) -> list[Peer]:
    """Return the streams of the other accounts whose records are matched with those of this one."""
    return [peer for peer in setup.peers.values() if peer.stream in setup.pool and peer.stream != setup.stream]


def _is_matched(tx: Transaction, setup: StreamSetup) -> bool:
    """Return whether everything there is, in all the accounts, was read and matched."""
    pool = pool_of(tx, setup.stream)
    if pool is None or pool.sweep:
        return False
    members = set(tx.matching.members(pool).values())
    for stream in setup.pool:
        cursor = tx.cursors.read(stream)
        if stream not in members or cursor is None or cursor.after is not None:
            return False
        if tx.matching.due(stream, 1) or any(one.guard == PULL_TOO_SMALL for one in tx.holds.of(stream)):
            return False
    return True


def _looked_at(tx: Transaction, work: StreamPass, peer: Peer) -> list[str]:
    """Return whom to look at now: who came or changed, for whom something waits, and a part of all the others."""
    memory = work.tools.memory
    waiting = memory.fresh.setdefault(peer.stream, {}).setdefault(work.stream, set())
    fresh = {waiting.pop() for _ in range(min(len(waiting), _PART))}
    mine = (fix.cause for fix in tx.creations.waiting_in(work.stream, COUNTERPART))
    fresh |= {cause.id for cause in mine if cause is not None and cause.object == peer.stream.object}
    return sorted(fresh | {*_next_part(tx, work, peer)})


def _next_part(tx: Transaction, work: StreamPass, peer: Peer) -> list[str]:
    """Return the next of all that have no counterpart; behind the last one it begins anew after a while."""
    walked, place, now = work.tools.memory.walked, (peer.stream, work.stream), work.tools.clock.now()
    after, rests_until = walked.get(place, ("", now))
    if now < rests_until:
        return []
    part = tx.counterparts.without(peer.stream, after, _PART)
    walked[place] = (part[-1], now) if len(part) == _PART else ("", now + _REST)
    return part


def _lacking(tx: Transaction, work: StreamPass, peer: Peer, ids: Sequence[str]) -> Iterator[_Lacking]:
    """Yield those of the records that surely have no counterpart, and may get one."""
    setup, stream = work.setup, peer.stream
    related = tx.twins.of(stream, ids)
    waiting = tx.matching.waiting(stream, ids)
    ours = tx.creations.made_as(stream, ids)
    settled = {id_ for id_, _, rule in tx.overrides.of(stream, ids) if rule == RULE}
    bare = [id_ for id_ in ids if not any(id_ in told for told in (related, waiting, ours, settled))]
    records = [peer.read(source) for source in tx.records.read(stream, bare).values()]
    records = [one for one in records if _may_go(setup, peer, one)]
    forgotten = tx.erasures.among(setup.stream, {one.ref.id: [str(one.values.get("email") or "")] for one in records})
    elsewhere = _made_elsewhere(tx, setup, records)
    tidying = Tidying(setup, work.tools.clock.now())
    for record in records:
        if record.ref.id in forgotten or record.ref in elsewhere or _has_errors(tx, record.ref):
            continue
        told = tidying.tidied(record)
        if told is not None:
            values, doubted = told
            yield _Lacking(record, {name: value for name, value in values.items() if name not in doubted})


def _may_go(setup: StreamSetup, peer: Peer, record: Record) -> bool:
    """Return whether a record by itself may have a counterpart made: it is known by something, and wants no peace."""
    values = record.values
    if is_left_alone(peer.mapping, record) or values.get("has_opted_out") is True:
        return False
    if any(not is_empty(values.get(name)) for name in ("quarantine", _LINKED_ID)):
        # Who names a counterpart has one, if only one that we cannot see.
        return False
    known = ("email",) if record.kind == "person" else ("domain", "website")
    if all(is_empty(values.get(name)) for name in known):
        return False
    condition = setup.creates
    return condition is True or (not isinstance(condition, bool) and condition.holds(values) is True)


def _has_errors(tx: Transaction, ref: Ref) -> bool:
    return any(one.finding.severity >= Severity.ERROR for one in tx.findings.of(ref))


def _made_elsewhere(tx: Transaction, setup: StreamSetup, records: Sequence[Record]) -> set[Ref]:
    """Return those for whom another stream of the account makes one, or has: a contact is not a lead as well."""
    keys = {_key(setup.stream, one.ref): one.ref for one in records}
    found: set[Ref] = set()
    for key, fixes in tx.creations.of_keys(keys).items():
        last = fixes[-1] if fixes else None
        if last is not None and last.ref.object != setup.stream.object and last.state is not FixState.STALE:
            found.add(keys[key])
    return found


def _fix(tx: Transaction, work: StreamPass, peer: Peer, one: _Lacking, state: FixState) -> Fix:
    setup, ref = work.setup, one.record.ref
    values = [KeptValue(name, value, _GIVEN) for name, value in _carried(setup, peer, one)]
    if _LINKED_ID in setup.mapping.fields and _is_creatable(setup, _LINKED_ID):
        values.append(KeptValue(_LINKED_ID, ref.id, _GIVEN))
    create = Create(setup.stream, tuple(values), _company(tx, setup, peer, one.record))
    key = _key(setup.stream, ref)
    return creation(setup, create, key=key, state=state, rules=(RULE,), reasons=(_WANTED,), cause=ref)


def _carried(setup: StreamSetup, peer: Peer, one: _Lacking) -> Iterator[tuple[str, Value]]:
    """Yield the values that may go to the account: those its mapping can write, and that a policy does not keep."""
    authority = authority_of(setup)
    for name, value in one.values.items():
        mapped = setup.mapping.fields.get(name)
        if mapped is None or not mapped.is_writable or name in _OWN or is_empty(value):
            continue
        wish = authority.fields.get(head_of(name)) if authority is not None else None
        if wish is None or wish.may_go(peer.stream.account, setup.stream.account):
            yield name, value


def _is_creatable(setup: StreamSetup, name: str) -> bool:
    field = setup.schema.fields.get(setup.mapping.fields[name].property)
    return field is not None and field.is_creatable


def _company(tx: Transaction, setup: StreamSetup, peer: Peer, record: Record) -> tuple[Link, ...]:
    """Return the link to the counterpart of the company that the record belongs to, where that is sure."""
    object_name = setup.mapping.links.get("company", "")
    theirs = peer.mapping.links.get("company", "")
    first = next(iter(record.links.get("company", ())), None)
    if record.kind != "person" or not object_name or first is None:
        return ()
    rows = tx.twins.of(Stream(peer.stream.account, theirs, "company"), [first]).get(first, ())
    is_several = setup.linked is not None and setup.linked.has_several("company")
    sure = [row.ref for row in rows if not row.doubt and (row.is_sure or (is_several and row.is_asked))]
    sure = [ref for ref in sure if (ref.account, ref.object) == (setup.stream.account, object_name)]
    return (Link(sure[0], "primary"),) if len(sure) == 1 else ()


def _is_whole(setup: StreamSetup, fix: Fix) -> bool:
    """Return whether the new record would hold all that the CRM cannot do without."""
    filled = {change.property for change in fix.changes}
    return all(name in filled for name, field in setup.schema.fields.items() if field.is_required)


def _key(stream: Stream, ref: Ref) -> str:
    return f"{COUNTERPART} {stream.account} {ref}"
