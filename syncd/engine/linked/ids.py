"""After merges of linked accounts: whether the record that stayed holds the id of its counterpart that stayed.

The accounts' own connector lives by that id. Where it is another one, or none, and may be written, it is written, by a
fix of its own; where it may not, that is told: such a connector looks for the counterpart itself when either changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from mappings import is_writable, to_canonical, to_source
from syncd.engine.guarding.guard import LINKED_MERGE
from syncd.engine.merging.linked_sides import LINKED_ID
from syncd.engine.setup import StreamPass
from syncd.engine.writing.write import write_batch
from syncd.model import Action, Change, Fix, FixState, Ref, SourceRecord

_WHY = "the id of the record that stayed in the linked account"

Step = tuple[StreamPass, Fix]


def mend_links(steps: Sequence[Step]) -> None:
    """Look at the records that stayed, and let those that hold an id hold the right one."""
    stayed = {_now(work, fix): work for work, fix in steps}
    linked = {_now(work, fix) for work, fix in steps if _was_linked(work, fix)}
    for ref, work in stayed.items():
        if LINKED_ID not in work.setup.mapping.fields:
            continue
        there = {other.id for other in stayed if other.account != ref.account} or _counterparts(work, ref)
        record = next(iter(work.setup.connector.read(work.setup.want, [ref.id]).records), None)
        if record is None or not there:
            continue
        held = to_canonical(work.setup.mapping, record).values.get(LINKED_ID)
        if held not in there:
            _mend(work, record, str(held or ""), there, was_linked=ref in linked)


def _now(work: StreamPass, fix: Fix) -> Ref:
    """Return the record that answers for the one that was to stay."""
    with work.tools.store.reading() as tx:
        current = tx.aliases.current(work.stream, fix.changed.id)
    return Ref(fix.changed.account, fix.changed.object, current)


def _counterparts(work: StreamPass, ref: Ref) -> set[str]:
    """Return the ids of a record's counterparts in other accounts, where nothing was merged."""
    with work.tools.store.reading() as tx:
        rows = tx.twins.of(work.stream, [ref.id]).get(ref.id, ())
    return {row.ref.id for row in rows if row.is_sure and row.ref.account != ref.account}


def _was_linked(work: StreamPass, fix: Fix) -> bool:
    """Return whether either record of a merge held an id: nobody misses one that was never there."""
    with work.tools.store.reading() as tx:
        copies = tx.archive.pairs([fix.id]).get(fix.id, {})
    return any(to_canonical(work.setup.mapping, copy).values.get(LINKED_ID) for copy in copies.values())


def _mend(work: StreamPass, record: SourceRecord, held: str, there: set[str], *, was_linked: bool) -> None:
    if len(there) > 1 or not is_writable(work.setup.mapping, LINKED_ID):
        if not held and not was_linked:
            return
        wrong = f"holds the id {held}" if held else "holds no id"
        told = f"{record.ref.id} {wrong}, and its counterpart is {' or '.join(sorted(there))}"
        work.tools.telemetry.guard_tripped(work.stream, LINKED_MERGE, "", told)
        return
    name, after = to_source(work.setup.mapping, LINKED_ID, next(iter(there)))
    change = Change(LINKED_ID, name, record.values.get(name), after, ("duplicate",), (_WHY,))
    fix = Fix("", record.ref, Action.UPDATE, FixState.APPROVED, (change,), rules=("duplicate",), reasons=(_WHY,))
    with work.tools.store.transaction() as tx:
        [made] = tx.journal.add(work.stream, [fix], work.run)
        found = tx.journal.find(made)
    assert found is not None  # noqa: S101 - it was added just now
    write_batch(work, [found])
