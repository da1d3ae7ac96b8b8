"""Tasks in the CRM for what no rule can put right: one for a record, for its owner, until nothing is wrong any more.

A task is made by a fix like any other record, and marked done by one. A person who has done it, put it away or taken it
back is not asked again: as long as something is wrong with the record, its task was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mappings import is_left_alone, to_canonical
from syncd.engine.judging.merge_fixes import STATES
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.engine.tally import Tally
from syncd.engine.writing.creating import creation
from syncd.engine.writing.recover import recover
from syncd.engine.writing.write import write_fixes
from syncd.model import Action, Change, Create, Finding, Fix, FixState, KeptValue, Link, Record, Value
from syncd.settings import TaskSettings
from syncd.store import Transaction

#: The rule that tasks are counted under, and what their keys begin with.
RULE = "tasks"
PURPOSE = "task"
#: So long after a look for records without a task the next one is due.
_LOOKED_FOR = timedelta(hours=1)
#: Records looked at together, and looks in one pass.
_PART = 200
_PARTS = 10
_SUBJECT_LENGTH = 200
_WANTED = "no rule can put this right"
_GONE = "what was wrong is gone"


def tend_tasks(work: StreamPass) -> None:
    """Make tasks for what only people can mend, and mark those done of which nothing is left to do."""
    settings, setup = work.setup.tasks, work.setup.task_setup
    state = STATES.get(work.setup.mode)
    if settings is None or setup is None or state is None:
        return
    tending = StreamPass(work.tools, setup, work.run, Tally())
    recover(tending)
    with work.tools.store.transaction() as tx:
        _close(tx, work, setup, settings)
        if _is_due(work):
            for fixes in _wanted(tx, work, setup, settings, state):
                tx.creations.want(setup.stream, fixes, work.run)
    write_fixes(tending)
    for outcome, count in tending.tally.fixes.items():
        work.tally.fixes[outcome] = work.tally.fixes.get(outcome, 0) + count


@dataclass(frozen=True, slots=True)
class _Due:
    """A record that a task is to be made for."""

    record: Record
    owner: str
    findings: Sequence[Finding]
    key: str


def _is_due(work: StreamPass) -> bool:
    """Return whether it is time to look for records without a task, and note that they were looked for."""
    now, looked_at = work.tools.clock.now(), work.tools.memory.tasks_at
    if work.stream in looked_at and now - looked_at[work.stream] < _LOOKED_FOR:
        return False
    looked_at[work.stream] = now
    return True


def _close(tx: Transaction, work: StreamPass, setup: StreamSetup, settings: TaskSettings) -> None:
    """Want those tasks to be done whose records have nothing left that they were made for."""
    standing = {fix.cause.id: fix for fix in tx.creations.standing(work.stream, PURPOSE, RULE) if fix.cause is not None}
    left = tx.findings.unmendable(work.stream, settings.rules, settings.at_least, list(standing))
    over = [fix for record_id, fix in standing.items() if record_id not in left]
    held_in = setup.mapping.dialect.tasks
    mapped = setup.mapping.fields.get("status")
    if not over or held_in is None or mapped is None:
        return
    change = Change("status", mapped.property, held_in.open, held_in.done, (RULE,), (_GONE,))
    done = [
        Fix("", fix.ref, Action.UPDATE, FixState.APPROVED, (change,), None, (RULE,), (_GONE,), key=f"done {fix.key}")
        for fix in over
    ]
    tx.journal.add(setup.stream, done, work.run)


def _wanted(
    tx: Transaction, work: StreamPass, setup: StreamSetup, settings: TaskSettings, state: FixState
) -> Iterator[list[Fix]]:
    """Yield tasks to be made, as many as the day has left, and each owner."""
    since = work.tools.clock.now() - timedelta(days=1)
    today = [fix for fix in tx.creations.since(work.stream, PURPOSE, since) if fix.state is not FixState.STALE]
    left = settings.max_per_day - len(today)
    of_owner = Counter(str(one.after) for fix in today for one in fix.changes if one.field == "owner")
    after = ""
    for _ in range(_PARTS):
        if left <= 0:
            return
        ids = tx.findings.without_task(work.stream, settings.rules, settings.at_least, PURPOSE, RULE, after, _PART)
        if not ids:
            return
        chosen = []
        for due in _due(tx, work, settings, ids):
            if left > 0 and of_owner[due.owner] < settings.max_per_owner:
                of_owner[due.owner] += 1
                left -= 1
                chosen.append(_task(work, setup, settings, due, state))
        yield chosen
        after = ids[-1]


def _due(tx: Transaction, work: StreamPass, settings: TaskSettings, ids: Sequence[str]) -> Iterator[_Due]:
    """Yield the records that somebody is there for, with all that is wrong with them."""
    sources = tx.records.read(work.stream, ids)
    records = [to_canonical(work.setup.mapping, source) for source in sources.values()]
    records = [record for record in records if not is_left_alone(work.setup.mapping, record)]
    owners = {record.ref.id: str(record.values.get("owner") or "") for record in records}
    active = tx.owners.among(work.stream.account, {*owners.values(), settings.owner} - {""}) or {}
    found = tx.findings.unmendable(work.stream, settings.rules, settings.at_least, ids)
    closed = tx.creations.count_closed(work.stream, PURPOSE, RULE, ids)
    for record in records:
        owner = next((one for one in (owners[record.ref.id], settings.owner) if active.get(one)), "")
        if owner and record.ref.id in found:
            key = f"{PURPOSE} {record.ref} {1 + closed.get(record.ref.id, 0)}"
            yield _Due(record, owner, found[record.ref.id], key)


def _task(work: StreamPass, setup: StreamSetup, settings: TaskSettings, due: _Due, state: FixState) -> Fix:
    held_in = setup.mapping.dialect.tasks
    wanted: dict[str, Value] = {
        "type": held_in.type if held_in is not None else "",
        "subject": _subject(settings, due)[:_SUBJECT_LENGTH],
        "body": _body(due.findings),
        "status": held_in.open if held_in is not None else "",
        "due_at": work.tools.clock.now() + settings.due_in,
        "owner": due.owner,
    }
    values = tuple(KeptValue(name, value, _WANTED) for name, value in wanted.items() if value)
    create = Create(setup.stream, values, (Link(due.record.ref),))
    return creation(setup, create, key=due.key, state=state, rules=(RULE,), reasons=(_WANTED,), cause=due.record.ref)


def _subject(settings: TaskSettings, due: _Due) -> str:
    rules = _named(due.findings)
    return settings.subject.format(rules=", ".join(rules), count=len(rules), name=_name_of(due.record))


def _body(findings: Sequence[Finding]) -> str:
    """Say what is wrong in the rules' own sentences, which never hold a value."""
    lines = dict.fromkeys(f"{one.field.replace('_', ' ')}: {one.message}".removeprefix(": ") for one in findings)
    return "\n".join([*lines, "", "syncd marks this task as done when nothing of it is left."])


def _named(findings: Collection[Finding]) -> list[str]:
    return [rule.replace("_", " ") for rule in dict.fromkeys(one.rule for one in findings)]


def _name_of(record: Record) -> str:
    values = record.values
    parts = [values.get("first_name"), values.get("last_name")] if record.kind == "person" else [values.get("name")]
    return " ".join(str(part) for part in parts if part) or record.ref.id


def with_task_setups(setups: Sequence[StreamSetup]) -> list[StreamSetup]:
    """Return the streams, and those of their tasks that are not among them."""
    known = {setup.stream for setup in setups}
    more = {one.task_setup.stream: one.task_setup for one in setups if one.task_setup is not None}
    return [*setups, *(setup for stream, setup in more.items() if stream not in known)]
