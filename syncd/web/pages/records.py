"""One record: what it says, what is wrong with it and why that stays so, what was changed, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from syncd.engine import evidence_for, find_records
from syncd.model import Fix, FixState, Merge, Raw, Record, Ref, Role, SourceRecord, Value
from syncd.settings import StreamSettings
from syncd.store import Entry, OpenFinding, Transaction
from syncd.web.ask import Ask, NotThereError
from syncd.web.golden_lines import GoldenLines
from syncd.web.page import page
from syncd.web.told import People, label_of, labels, why_open

#: Fixes of one record that are shown, the newest first.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field: as we understand it, and as the CRM spells it."""

    name: str
    value: Value
    #: The property, and what it holds.
    property: str
    raw: Raw
    #: The fix that wrote what stands there, if it was one of ours.
    fix: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One thing that is wrong, and what is to be said of it."""

    found: OpenFinding
    why: str
    owner: str
    description: str
    #: The fields it rests on, with what they held.
    evidence: dict[str, Value]
    #: The record it is the same as.
    twin: Ref | None


@page("/records/{account}/{object}/{id:path}", role=Role.VIEWER, shows_records=True)
def record(ask: Ask) -> Response:
    """Show all that is known of a record. Makes no call: it is as it was when it was last read."""
    stream = ask.settings.stream(f"{ask.path('account')}/{ask.path('object')}")
    if stream is None:
        raise NotThereError("There is no such stream in the settings.")
    asked_for = ask.path("id")
    with ask.reading() as tx:
        current = tx.aliases.current(stream.stream, asked_for)
        ref = Ref(stream.stream.account, stream.stream.object, current)
        source = tx.records.read(stream.stream, [current]).get(current)
        fixes = _fixes(tx, stream, ref)
        if source is None and not fixes:
            raise NotThereError(f"{stream.stream.name} holds no record {asked_for}.")
        told, evidence = (
            evidence_for(tx, stream, ask.settings.streams, source, ask.console.clock.now()) if source else (None, {})
        )
        golden = GoldenLines.of(tx, stream, ask.settings.streams, source, ask.console.clock.now()) if source else None
        holds, people = tx.holds.of(stream.stream), People.of(tx, [stream.stream.account])
        found = tx.findings.of(ref) if source else []
        events = {fix.id: tx.journal.events(fix.id) for fix in fixes}
        overrides, old_ids = tx.overrides.select(ref=ref), tx.aliases.old_ids(stream.stream, current)
        written = tx.journal.last_written(stream.stream, [current])
        linked = _linked(source)
        names = labels(tx, ask.settings, [*linked, *(one for fix in fixes for one in (fix.into, fix.ref) if one)])
    ask.counted(records=1)
    lines = [
        FindingLine(
            one,
            why_open(one, stream, fixes, holds),
            stream.owner_of(one.finding.rule),
            ask.settings.description_of(one.finding.rule) if one.finding.rule in ask.settings.rule_names else "",
            dict(sorted(evidence.get((one.finding.rule, one.finding.field), {}).items())),
            one.finding.proposal.into if isinstance(one.finding.proposal, Merge) else None,
        )
        for one in found
    ]
    return ask.show(
        "record.html",
        ref=ref,
        stream=stream,
        asked_for=asked_for,
        old_ids=old_ids,
        source=source,
        label=label_of(told) if told else current,
        fields=_fields(stream, told, source, {name: one.fix_id for (_, name), one in written.items()}),
        rest=_rest(stream, source),
        lines=lines,
        golden=golden,
        fixes=fixes,
        events=events,
        standing=_standing(fixes),
        by=_people_behind(events),
        overrides=overrides,
        linked=linked,
        names=names,
        people=people,
        owner=people.name(ref.account, str(told.values.get("owner") or "")) if told else "",
    )


@page("/search", role=Role.VIEWER, shows_records=True)
def search(ask: Ask) -> Response:
    """Find records by id, mail address, phone number, domain or name; go straight to the only one."""
    text = ask.query("q").strip()[:300]
    with ask.reading() as tx:
        found = find_records(tx, [one.stream for one in ask.settings.streams], text)
        names = labels(tx, ask.settings, found)
    ask.counted(records=len(found))
    if len(found) == 1:
        return ask.go(f"/records/{found[0].account}/{found[0].object}/{found[0].id}")
    return ask.show("search.html", text=text, found=found, names=names)


def _fixes(tx: Transaction, stream: StreamSettings, ref: Ref) -> list[Fix]:
    """Return the fixes of a record, and the merges that others went into it by, the newest first."""
    ids = [ref.id, *tx.aliases.old_ids(stream.stream, ref.id)]
    found = {fix.id: fix for fix in (*tx.journal.select(ref=ref), *tx.journal.merges_of(stream.stream, ids))}
    return [found[fix_id] for fix_id in sorted(found, reverse=True)][:SHOWN]


def _fields(
    stream: StreamSettings, record: Record | None, source: SourceRecord | None, written: dict[str, str]
) -> list[FieldLine]:
    """Return the fields that hold something, or that a rule looks at, in the order of the mapping."""
    if record is None or source is None:
        return []
    judged = stream.ruleset().fields
    return [
        FieldLine(
            name, record.values[name], one.property, source.values.get(one.property), written.get(one.property, "")
        )
        for name, one in stream.mapping.fields.items()
        if name in record.values and (record.values[name] is not None or name in judged)
    ]


def _rest(stream: StreamSettings, source: SourceRecord | None) -> dict[str, Raw]:
    """Return the properties that no field of ours stands for."""
    known = {name for one in stream.mapping.fields.values() for name in one.sources}
    return {} if source is None else {name: raw for name, raw in source.values.items() if name not in known}


def _linked(source: SourceRecord | None) -> list[Ref]:
    if source is None:
        return []
    return [Ref(source.ref.account, name, one) for name, ids in source.links.items() for one in ids[:20]]


def _standing(fixes: Sequence[Fix]) -> frozenset[str]:
    """Return the fixes that can be taken back, as far as the journal knows."""
    taken = {fix.undoes for fix in fixes if fix.state in {FixState.APPROVED, FixState.INTENDED, FixState.UNKNOWN}}
    return frozenset(
        fix.id for fix in fixes if fix.state is FixState.APPLIED and not fix.undoes and fix.id not in taken
    )


def _people_behind(events: dict[str, list[Entry]]) -> dict[str, str]:
    """Return who said the last word on each fix; empty when its rules' mode did."""
    return {fix_id: next((one.by for one in reversed(lives) if one.by), "") for fix_id, lives in events.items()}
