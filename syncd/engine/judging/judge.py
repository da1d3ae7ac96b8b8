"""Step 6: judge records, and let people's decisions stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson
import xxhash

from mappings import Problem, RecordMapping, is_left_alone, mapping_problems, to_canonical
from quality import Judgement, Resolution, RuleFailure, Surroundings, evaluate, lookup_keys
from quality.golden import GoldenRecord
from syncd.engine.judging.ageing import times_of
from syncd.engine.judging.agreeing import golden_of, whole, with_same
from syncd.engine.judging.fitting import hold_back
from syncd.engine.judging.people import hush_overridden, hush_parted, hush_taken_back, settled_fields
from syncd.engine.judging.surroundings import lacking_fields, surroundings_of
from syncd.engine.judging.taken import Taken, UniqueValues, taken_of
from syncd.engine.matching.alike import with_twins_alike
from syncd.engine.outside.enriching import enriched
from syncd.engine.outside.origins import maker_of
from syncd.engine.setup import StreamSetup
from syncd.model import Deed, Finding, Link, Merge, Record, Removal, Severity, SourceRecord
from syncd.store import LEFT_ALONE, KeptRecord, Transaction


@dataclass(frozen=True, slots=True)
class Judged:
    """One record with all that was found out about it."""

    source: SourceRecord
    record: Record
    content: int
    findings: tuple[Finding, ...]
    resolution: Resolution
    again_at: datetime | None
    keys: frozenset[tuple[str, str]]
    failures: tuple[RuleFailure, ...]
    #: Values that are not what their fields can hold: nothing judges them.
    problems: tuple[Problem, ...] = ()
    #: Rules whose link or removal somebody has taken back.
    taken_back: tuple[str, ...] = ()
    #: Whether the mapping says that nobody should judge it.
    is_left_alone: bool = False
    #: When fields were last set, where a rule asks for that.
    times: Mapping[str, datetime] = field(default_factory=dict)
    #: What is to be asked outside about it next, and whom: (provider, question).
    asks: frozenset[tuple[str, str]] = frozenset()
    #: What it and its counterparts in other accounts come to; None where it surely has none.
    golden: GoldenRecord | None = None
    #: What is kept of the record it shall be merged into, and which fields of that one people set against a merge.
    stays: SourceRecord | None = None
    settled: frozenset[str] = frozenset()
    #: Who holds what is proposed, where only one record may; None: nobody was asked.
    taken: Taken | None = None

    @property
    def is_clean(self) -> bool:
        """Return whether no finding of severity warning or above is open."""
        return all(finding.severity < Severity.WARNING for finding in self.findings)


def content_of(mapping: RecordMapping, source: SourceRecord) -> int:
    """Return a signed 64-bit hash of everything that judging looks at: equal hashes need no second judgement."""
    values = {name: source.values[name] for name in mapping.properties if name in source.values}
    packed = orjson.dumps([values, dict(source.links)], option=orjson.OPT_SORT_KEYS)
    return xxhash.xxh3_64_intdigest(packed) - 2**63


def drop_unchanged(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord]) -> list[SourceRecord]:
    """Return those that differ from the copy, or were judged by other rules. Our own writes come back unchanged."""
    held = tx.records.states(setup.stream, [source.ref.id for source in sources])
    versions = tx.records.versions(setup.stream, list(held))
    return [
        source
        for source in sources
        if held.get(source.ref.id) != (content_of(setup.mapping, source), setup.fingerprint)
        or versions.get(source.ref.id) != source.modified_at
    ]


def judge(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord], now: datetime) -> list[Judged]:
    """Judge records as they are now; what people have overruled stays overruled."""
    records = [to_canonical(setup.mapping, source) for source in sources]
    alone = [is_left_alone(setup.mapping, record) for record in records]
    lacking = lacking_fields(setup)
    outside = enriched(tx, setup, [one for one, is_alone in zip(records, alone, strict=True) if not is_alone])
    unique = UniqueValues(setup)
    held = {one.ref: unique.held_by(one) for one in sources}
    # What is left alone is nobody's company and nobody's twin either; what it holds nobody else may have all the same.
    keys = [
        held[record.ref]
        | (frozenset() if is_alone else lookup_keys(record, lacking) | outside.keys.get(record.ref, frozenset()))
        for is_alone, record in zip(alone, records, strict=True)
    ]
    times = times_of(tx, setup, sources)
    surroundings = surroundings_of(tx, setup, records, keys, now)
    if times:
        surroundings = replace(surroundings, field_times={one.ref: times[one.ref.id] for one in records})
    if outside.offers:
        surroundings = replace(surroundings, provided=outside.offers)
    surroundings = with_same(tx, setup, surroundings, records)
    surroundings = with_twins_alike(tx, setup, surroundings, records)
    heard = _heard(tx, setup, surroundings, sources, records)
    taken = taken_of(tx, setup, unique, [one.left for one in heard], held)
    judged = []
    for source, record, is_alone, record_keys, said in zip(sources, records, alone, keys, heard, strict=True):
        findings, resolution = hold_back(setup, record, whole(setup, record, said.left), taken)
        judged.append(
            Judged(
                source=source,
                record=record,
                content=content_of(setup.mapping, source),
                findings=findings,
                resolution=resolution,
                again_at=said.judgement.again_at,
                keys=record_keys | unique.wanted_by(findings, held[source.ref]),
                failures=said.judgement.failures,
                problems=_problems(setup.mapping, source, record),
                taken_back=said.taken_back,
                is_left_alone=is_alone,
                times=times.get(source.ref.id, {}),
                asks=frozenset(outside.wanted.get(source.ref, ())),
                golden=golden_of(setup, surroundings, source.ref),
                taken=taken,
            )
        )
    is_merging = any(one.resolution.merge is not None for one in judged)
    return with_those_that_stay(tx, setup, judged) if is_merging else judged


@dataclass(frozen=True, slots=True)
class _Heard:
    """What rules said of a record, and what is left of it by what people did."""

    judgement: Judgement
    left: tuple[Finding, ...]
    #: Rules whose link or removal somebody has taken back.
    taken_back: tuple[str, ...]


def _heard(
    tx: Transaction,
    setup: StreamSetup,
    around: Surroundings,
    sources: Sequence[SourceRecord],
    records: Sequence[Record],
) -> list[_Heard]:
    """Ask the rules, and leave out what people have overruled."""
    overrides = tx.overrides.of(setup.stream, [source.ref.id for source in sources])
    judgements = [
        Judgement(()) if is_left_alone(setup.mapping, record) else evaluate(setup.ruleset, record, around)
        for record in records
    ]
    made = tx.journal.links_made(
        setup.stream, [one.ref.id for one, said in zip(records, judgements, strict=True) if _proposes(said, Link)]
    )
    removed = tx.journal.removed(
        setup.stream, [one.ref.id for one, said in zip(records, judgements, strict=True) if _proposes(said, Removal)]
    )
    merging = [one for one, said in zip(sources, judgements, strict=True) if _proposes(said, Merge)]
    parted = tx.journal.parted(setup.stream, [one.ref.id for one in merging]) if merging else {}
    heard = []
    for source, said in zip(sources, judgements, strict=True):
        respected = hush_overridden(setup, source, said.findings, overrides)
        was_removed = source.ref.id in removed
        left = hush_taken_back(respected, made.get(source.ref.id, ()), was_removed=was_removed)
        left = hush_parted(left, parted.get(source.ref.id, ()))
        taken_back = tuple(was.rule for was, now in zip(respected, left, strict=True) if was is not now)
        heard.append(_Heard(said, left, taken_back))
    return heard


def with_those_that_stay(tx: Transaction, setup: StreamSetup, judged: Sequence[Judged]) -> list[Judged]:
    """Tell those that shall be merged away of the records that stay, as they are now."""
    into = {one.source.ref: merge.merge.into.id for one in judged if (merge := one.resolution.merge) is not None}
    ids = sorted(set(into.values()))
    copies = {**tx.records.read(setup.stream, ids), **{one.source.ref.id: one.source for one in judged}}
    overrides = tx.overrides.of(setup.stream, ids)
    told = []
    for one in judged:
        stays = copies.get(into.get(one.source.ref, ""))
        told.append(
            replace(one, stays=stays, settled=settled_fields(setup, stays, overrides)) if stays is not None else one
        )
    return told


def to_kept(setup: StreamSetup, judged: Judged) -> KeptRecord:
    """Return what the store keeps of a judged record."""
    values, maker = judged.record.values, maker_of(judged.record)
    return KeptRecord(
        source=judged.source,
        content=judged.content,
        judged_with=setup.fingerprint,
        findings=judged.findings,
        again_at=judged.again_at,
        keys=judged.keys,
        owner=str(values.get("owner") or ""),
        created_source=LEFT_ALONE if judged.is_left_alone else maker.kind,
        maker=maker,
        is_to_trace=setup.figures.metrics.trace > 0,
        is_clean=judged.is_clean,
        unlinked_to=tuple(kind for kind, ids in judged.record.links.items() if not ids),
    )


def _problems(mapping: RecordMapping, source: SourceRecord, record: Record) -> tuple[Problem, ...]:
    """Return the values that were fetched and gave no field; most records have none, and are not read again for it."""
    raws, held = source.values, record.values
    if all(name in held or its_property not in raws for name, its_property, _ in mapping.typed):
        return ()
    return mapping_problems(mapping, source)


def _proposes(judgement: Judgement, what: type[Deed]) -> bool:
    """Return whether a link, the removal of the record, or a merge is proposed."""
    return any(isinstance(finding.proposal, what) for finding in judgement.findings)
