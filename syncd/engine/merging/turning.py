"""A person's own way for a merge: the other record stays, or a property gets the value they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mappings import RecordMapping, UnmappedValueError, is_writable, to_source
from quality.survivorship import Choice, Wishes, combine, must_stay
from syncd.engine.judging.people import is_same
from syncd.engine.matching.pairs import Spelling
from syncd.errors import UnknownNameError
from syncd.model import TURNED, Change, Fix, FixState, Raw, Record, SourceRecord
from syncd.settings import StreamSettings
from syncd.store import Transaction

#: What stands in the journal as the reason of a value.
CHOSEN = "chosen by a person"
_NOT_HELD = "One of the two records is not in the store any more."


def turned(tx: Transaction, wanted: StreamSettings, fix: Fix, wishes: Wishes) -> Fix:
    """Return a proposed merge the other way round, with the values that come of it: a fix of its own, not kept yet.

    UnknownNameError where the record that would go must not.
    """
    stays, goes = _copies(tx, wanted, fix)
    spelling = Spelling(wanted)
    ours, theirs = spelling.ours(stays), spelling.ours(goes)
    if why := _why_not_gone(ours, theirs, wishes):
        raise UnknownNameError(f"{goes.ref.id} cannot go: {why}.", hint="Nothing was decided.")
    choices = [one for one in combine(ours, theirs, wishes) if one.is_new]
    changes = (change for one in choices for change in _change(wanted.mapping, one, stays, goes, fix.rules))
    return Fix(
        "",
        goes.ref,
        fix.action,
        FixState.PROPOSED,
        tuple(changes),
        rules=fix.rules,
        reasons=(TURNED,),
        into=stays.ref,
        ending=fix.ending,
    )


def with_values(tx: Transaction, wanted: StreamSettings, fix: Fix, values: Mapping[str, Raw]) -> Fix:
    """Return a merge that writes these values to the record that stays, by property, whatever the rules chose.

    UnknownNameError where a property cannot be written.
    """
    held = tx.records.read(wanted.stream, [fix.changed.id]).get(fix.changed.id)
    if held is None:
        raise UnknownNameError(_NOT_HELD, hint="Nothing was decided.")
    fields = {name: one.name for one in wanted.mapping.fields.values() for name in (*one.choices, *one.sources)}
    for name in values:
        if name not in held.values or not is_writable(wanted.mapping, fields.get(name, "")):
            raise UnknownNameError(f"{name!r} is no property to choose a value for.", hint="Nothing was decided.")
    reasons = (CHOSEN,) * len(fix.rules)
    chosen = (
        Change(fields[name], name, held.values[name], value, fix.rules, reasons)
        for name, value in values.items()
        if not is_same(held.values[name], value)
    )
    kept = (change for change in fix.changes if change.property not in values)
    return replace(fix, changes=(*kept, *chosen))


def _copies(tx: Transaction, wanted: StreamSettings, fix: Fix) -> tuple[SourceRecord, SourceRecord]:
    """Return both records of a merge, the one that is to stay first: the one that would have gone."""
    held = tx.records.read(wanted.stream, [fix.ref.id, fix.changed.id])
    if len({fix.ref.id, fix.changed.id} & held.keys()) < len({fix.ref.id, fix.changed.id}):
        raise UnknownNameError(_NOT_HELD, hint="Nothing was decided.")
    return held[fix.ref.id], held[fix.changed.id]


def _why_not_gone(ours: Record, theirs: Record, wishes: Wishes) -> str:
    if must_stay(theirs, wishes):
        return "a field named by `must_stay` is filled"
    if theirs.values.get("has_opted_out") is True and ours.values.get("has_opted_out") is not True:
        return "it says that no more mail is wanted, and that would be lost"
    return ""


def _change(
    mapping: RecordMapping, one: Choice, stays: SourceRecord, goes: SourceRecord, rules: tuple[str, ...]
) -> Iterator[Change]:
    """Yield the change in the CRM's spelling; a value of the other record goes over as the CRM has it there."""
    if not is_writable(mapping, one.field):
        return
    try:
        name, after = to_source(mapping, one.field, one.result)
    except UnmappedValueError:
        name, after = mapping.fields[one.field].property, None
    if one.result == one.theirs and name in goes.values:
        after = goes.values[name]
    if name in stays.values and after is not None and not is_same(stays.values[name], after):
        yield Change(one.field, name, stays.values[name], after, rules, (one.reason,) * len(rules))
