"""When values of records with counterparts were set, by whom, and where they are from.

Told by the histories of the CRMs, asked only where counterparts differ in a field of which the newer value wins; by
what our own copy has seen, where a CRM does not tell; and by ourselves, of what we carried over. The time of a record's
last change is the last moment at which a value can have been set, and no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mappings import RecordMapping, to_canonical
from quality.facts import Fact, Setter
from quality.golden import block_of, words_of
from syncd.engine.judging.people import is_same
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.errors import RefusedError
from syncd.model import Maker, Raw, Record, Ref, SourceRecord, Stream, Value, Version
from syncd.store import Mark, Transaction, WrittenChange

#: The rule that carries values from one account to another.
AUTHORITY = "authority"
#: Of so many records the CRM is asked in one pass.
ASKED = 500
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
#: Kinds of what wrote a value that are somebody with a name.
_PEOPLE = frozenset({"CRM_UI", "FORMS"})
#: A record with a property, or a field.
_Place = tuple[str, str]


def facts_of(
    tx: Transaction, stream: Stream, mapping: RecordMapping, records: Collection[Record]
) -> dict[Ref, dict[str, Fact]]:
    """Return what is known of the values that records of a stream hold, by field."""
    ids = [record.ref.id for record in records]
    marks = tx.value_marks.of(stream, ids)
    if not marks:
        return {}
    written = tx.journal.last_written(stream, list(marks))
    ours = _Ours(mapping, written)
    return {
        record.ref: {
            name: fact
            for name, known in marks[record.ref.id].items()
            if name in record.values and (fact := _fact(record, name, known, ours)) is not None
        }
        for record in records
        if record.ref.id in marks
    }


def ask_times(work: StreamPass) -> None:
    """Ask the CRM when values were set in which counterparts differ; whoever waits for an answer is judged again."""
    if work.setup.linked is None:
        return
    with work.tools.store.reading() as tx:
        wanted = tx.value_marks.wanted(work.stream, ASKED)
        copies = tx.records.read(work.stream, list(wanted)) if wanted else {}
    if not wanted:
        return
    fields = work.setup.mapping.fields
    places = [(one, fields[name].property) for one, names in wanted.items() for name in names if name in fields]
    try:
        told = work.setup.connector.histories(work.stream.object, places) if places else {}
    except RefusedError:
        # Who may not see histories goes by what the copy has seen.
        told = {}
    with work.tools.store.transaction() as tx:
        asking = _Asking.of(tx, work.setup, list(copies.values()), told)
        marks = {one: {name: asking.marks(copies[one], name) for name in wanted[one]} for one in copies}
        tx.value_marks.keep(work.stream, marks, told=wanted)
        wake_same(tx, work.stream, list(wanted))


def wake_same(tx: Transaction, stream: Stream, ids: Collection[str]) -> None:
    """Have records and their counterparts judged again."""
    by_stream: dict[Stream, set[str]] = {stream: set(ids)}
    for rows in tx.twins.of(stream, list(ids)).values():
        for row in rows:
            if row.ref.account != stream.account:
                place = Stream(row.ref.account, row.ref.object, stream.kind)
                by_stream.setdefault(place, set()).add(row.ref.id)
    for place, due in sorted(by_stream.items(), key=lambda one: one[0].name):
        tx.twins.wake(place, due)


def note_changed(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord], fields: Iterable[str]) -> None:
    """Remember what others than us have changed: what was emptied is not filled again by what was there before.

    What is known of a value that stood in a field before says nothing of the same value entered anew. Ask before the
    records are kept.
    """
    held = tx.records.read(setup.stream, [one.ref.id for one in sources])
    names = [name for head in fields for name in block_of(head) if name in setup.mapping.fields]
    changed = {
        one.ref.id: found
        for one in sources
        if one.ref.id in held and (found := _changed(setup.mapping, held[one.ref.id], one, names))
    }
    if not changed:
        return
    ours = _Ours(setup.mapping, tx.journal.last_written(setup.stream, list(changed)))
    moments = {one.ref.id: one.modified_at for one in sources}
    theirs = {
        record_id: {name: words for name, (words, raw) in found.items() if not ours.is_ours(record_id, name, raw)}
        for record_id, found in changed.items()
    }
    tx.value_marks.forget(setup.stream, theirs)
    emptied = {
        record_id: {
            name: [Mark("", moments[record_id], by=Setter.UNKNOWN.value)] for name, words in found.items() if not words
        }
        for record_id, found in theirs.items()
    }
    tx.value_marks.keep(setup.stream, {record_id: marks for record_id, marks in emptied.items() if marks})


def _changed(
    mapping: RecordMapping, before: SourceRecord, after: SourceRecord, names: Sequence[str]
) -> dict[str, tuple[str, Raw]]:
    """Return the fields that hold something else than before, with what they say now and what the CRM holds."""
    if before.values == after.values:
        return {}
    was, now = to_canonical(mapping, before).values, to_canonical(mapping, after).values
    return {
        name: (words_of(now[name]), after.values.get(mapping.fields[name].property))
        for name in names
        if name in now and name in was and words_of(now[name]) != words_of(was[name])
    }


@dataclass(frozen=True, slots=True)
class _Ours:
    """What we wrote last into fields of records of one stream."""

    mapping: RecordMapping
    written: Mapping[_Place, WrittenChange]

    def change(self, record_id: str, field: str) -> WrittenChange | None:
        """Return our last change of a field, where it stands still."""
        return (
            self.written.get((record_id, self.mapping.fields[field].property)) if field in self.mapping.fields else None
        )

    def is_ours(self, record_id: str, field: str, raw: Raw) -> bool:
        """Return whether a value is what we wrote last."""
        change = self.change(record_id, field)
        return change is not None and is_same(change.after, raw)

    def words(self, ref: Ref, field: str, raw: Raw) -> str:
        """Return what a value says, in our spelling."""
        return words_of(self.value(ref, field, raw))

    def value(self, ref: Ref, field: str, raw: Raw) -> Value:
        """Return a value in our spelling."""
        source = SourceRecord(ref, {self.mapping.fields[field].property: raw}, None, _EVER, {})
        return to_canonical(self.mapping, source).values.get(field)


def _fact(record: Record, name: str, known: Sequence[Mark], ours: _Ours) -> Fact | None:
    """Return what is known of the value of now: by its mark, or by that of what we only put into another form."""
    by_words, words = {mark.words: mark for mark in known}, words_of(record.values[name])
    change, mark = ours.change(record.ref.id, name), None
    if change is not None and AUTHORITY not in change.rules and ours.words(record.ref, name, change.after) == words:
        # The same words may have stood here before, and been something else then.
        mark = by_words.get(ours.words(record.ref, name, change.before))
    mark = mark or by_words.get(words)
    if mark is None:
        return None
    earlier = tuple((one.words, one.at) for one in known if one.words != mark.words and one.at < mark.at)
    return Fact(mark.at, mark.since, Setter(mark.by), mark.origin, mark.said, earlier)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question to a CRM, answered as far as it could."""

    ours: _Ours
    told: Mapping[_Place, tuple[Version, ...]]
    #: What our own copy has seen: when fields changed, and whether anything was known of them before.
    seen: Mapping[str, Mapping[str, datetime]]
    known: Mapping[str, Mapping[str, tuple[Mark, ...]]]
    kind_of: Callable[[Maker | None], Setter]

    @classmethod
    def of(
        cls,
        tx: Transaction,
        setup: StreamSetup,
        sources: Sequence[SourceRecord],
        told: Mapping[_Place, tuple[Version, ...]],
    ) -> _Asking:
        """Return the answer for records, beside what is known otherwise."""
        ids = [one.ref.id for one in sources]
        kinds = {maker.mark: maker.kind for maker in tx.makers.all(setup.stream.account).values() if maker.mark}
        return cls(
            _Ours(setup.mapping, tx.journal.last_written(setup.stream, ids)),
            told,
            tx.field_times.of(setup.stream, ids),
            tx.value_marks.of(setup.stream, ids),
            lambda maker: _setter(maker, kinds),
        )

    def marks(self, source: SourceRecord, name: str) -> list[Mark]:
        """Return what is known now of the values that a field holds and held, that of now first."""
        mapped = self.ours.mapping.fields.get(name)
        if mapped is None or mapped.property not in source.values:
            return []
        raw = source.values[mapped.property]
        told = self._told(source, name, self.told.get((source.ref.id, mapped.property), ()))
        words = self.ours.words(source.ref, name, raw)
        return told if told and told[0].words == words else [self._seen(source, name, words), *told]

    def _told(self, source: SourceRecord, name: str, versions: Sequence[Version]) -> list[Mark]:
        """Return marks of what the CRM tells. What we only put into another form is as old as it was before."""
        rest = list(versions)
        current = self.ours.change(source.ref.id, name)
        marks: list[Mark] = []
        while rest:
            version = rest.pop(0)
            by, at = self.kind_of(version.maker), version.at
            if not marks and current is not None and is_same(current.after, version.value):
                before = next((one for one in rest if is_same(one.value, current.before)), None)
                is_carried = AUTHORITY in current.rules
                by, at = (Setter.SYNCD, at) if is_carried or before is None else (self.kind_of(before.maker), before.at)
            words = self.ours.words(source.ref, name, version.value)
            if all(mark.words != words for mark in marks):
                marks.append(Mark(words, at, by=by.value))
        return marks

    def _seen(self, source: SourceRecord, name: str, words: str) -> Mark:
        """Return what the copy tells: a change that it has seen happened then, any other value may be older."""
        moments = self.seen.get(source.ref.id, {})
        at = moments.get(name, source.modified_at)
        has_changed = name in self.known.get(source.ref.id, {}) or at > min(moments.values(), default=at)
        since = None if has_changed else min(at, source.created_at or _EVER)
        return Mark(words, at, since, Setter.UNKNOWN.value)


def _setter(maker: Maker | None, kinds: Mapping[str, str]) -> Setter:
    """Return who set a value; of whom only the user is told is what records tell of that user."""
    kind = "" if maker is None else maker.kind or kinds.get(maker.mark, "")
    if not kind:
        return Setter.UNKNOWN
    return Setter.PERSON if kind in _PEOPLE else Setter.PROGRAM
