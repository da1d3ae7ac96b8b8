"""Pairs of records of linked accounts for a person: which are in question, how two look, what somebody says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from syncd.errors import UnknownNameError
from syncd.model import Record, Ref, Stream
from syncd.review.merges import who
from syncd.settings.reading.names import stream_named

if TYPE_CHECKING:
    from syncd.engine import PairReading
    from syncd.settings import Settings
    from syncd.store import PairInQuestion, Transaction


class Saying(StrEnum):
    """What a person says of two records of linked accounts."""

    #: They are one.
    JOIN = "join"
    #: They are not, for ever.
    APART = "apart"
    #: As if nobody had said anything.
    TAKE_BACK = "take-back"


@dataclass(frozen=True, slots=True)
class WantedPairs:
    """Which pairs are asked for."""

    #: One end is in this stream; all of linked accounts when None.
    stream: Stream | None = None
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True, slots=True)
class PairShown:
    """Two records side by side, and what matching says of them."""

    one: Record
    other: Record
    #: None: they are not matched with each other, or not yet.
    pair: PairReading | None
    #: What somebody said of them, and who.
    said: Saying | None = None
    by: str = ""

    @property
    def differing(self) -> list[tuple[str, str, str]]:
        """Return the fields in which the two differ, with the values of both."""
        names = dict.fromkeys((*self.one.values, *self.other.values))
        both = ((name, _text(self.one, name), _text(self.other, name)) for name in names)
        return [(name, ours, theirs) for name, ours, theirs in both if ours != theirs]


def linked_streams(settings: Settings) -> list[Stream]:
    """Return the streams whose records may have counterparts."""
    return [one.stream for one in settings.streams if one.pool]


def pairs_in_question(tx: Transaction, settings: Settings, wanted: WantedPairs) -> list[PairInQuestion]:
    """Return the pairs of which a person should say whether they are one, the likeliest first."""
    streams = [wanted.stream] if wanted.stream is not None else linked_streams(settings)
    found = tx.counterparts.in_question(streams, limit=1_000_000)
    low, high = wanted.above or 0.0, 1.0 if wanted.below is None else wanted.below
    return [one for one in found if low <= one.probability <= high]


def placed(settings: Settings, text: str) -> tuple[Stream, str]:
    """Return the stream and the id in `account/object/id`; UnknownNameError with a guess when there is no such one."""
    parts = text.split("/", 2)
    if len(parts) != len(("account", "object", "id")) or not all(parts):
        raise UnknownNameError(f"{text!r} names no record.", hint="One is named account/object/id.")
    return stream_named(settings, f"{parts[0]}/{parts[1]}"), parts[2]


def shown_pair(tx: Transaction, settings: Settings, one: str, other: str) -> PairShown:
    """Return two records side by side; UnknownNameError where one is not held, or they cannot be counterparts."""
    from syncd.engine import read_pair

    first, second = (_kept(tx, settings, *placed(settings, text)) for text in (one, other))
    _must_be_linked(settings, first.ref, second.ref)
    words = tx.counterparts.words([_stream(first)], limit=1_000_000)
    word = next((it for it in words if {it.one, it.other} == {first.ref, second.ref}), None)
    said = None if word is None else Saying.JOIN if word.is_one else Saying.APART
    return PairShown(first, second, read_pair(tx, first, second), said, "" if word is None else word.by)


def say(tx: Transaction, settings: Settings, pair: tuple[str, str], saying: Saying, by: str) -> bool:
    """Remember what a person says of two records, which are held; return whether that is anything new."""
    ends = [placed(settings, text) for text in pair]
    records = [_kept(tx, settings, *end) for end in ends]
    _must_be_linked(settings, records[0].ref, records[1].ref)
    one, other = ((stream, record.ref.id) for (stream, _), record in zip(ends, records, strict=True))
    if saying is Saying.TAKE_BACK:
        return tx.counterparts.take_back(one, other, by=by)
    (tx.counterparts.join if saying is Saying.JOIN else tx.counterparts.part)(one, other, by=by)
    return True


def names_of(tx: Transaction, settings: Settings, refs: Iterable[Ref]) -> dict[Ref, str]:
    """Return who records are about, in a few words; those that are not held have no name."""
    from syncd.engine import Spelling

    by_stream: dict[str, set[str]] = {}
    for ref in refs:
        by_stream.setdefault(f"{ref.account}/{ref.object}", set()).add(ref.id)
    found: dict[Ref, str] = {}
    for name, ids in sorted(by_stream.items()):
        wanted = settings.stream(name)
        if wanted is not None:
            spelling = Spelling(wanted)
            copies = tx.records.read(wanted.stream, sorted(ids))
            found.update((copy.ref, who(spelling.ours(copy))) for copy in copies.values())
    return found


def ends_of(pairs: Sequence[PairInQuestion]) -> set[Ref]:
    """Return the records of pairs."""
    return {ref for pair in pairs for ref in (pair.one, pair.other)}


def _kept(tx: Transaction, settings: Settings, stream: Stream, record_id: str) -> Record:
    from syncd.engine import as_ours

    current = tx.aliases.current(stream, record_id)
    copy = tx.records.read(stream, [current]).get(current)
    wanted = settings.stream(stream.name)
    if copy is None or wanted is None:
        raise UnknownNameError(f"{stream.name} holds no record {record_id}.", hint="Nothing was changed.")
    return as_ours(wanted, copy)


def _must_be_linked(settings: Settings, one: Ref, other: Ref) -> None:
    wanted = settings.stream(f"{one.account}/{one.object}")
    pool = () if wanted is None else wanted.pool
    if one.account == other.account or (other.account, other.object) not in {(it.account, it.object) for it in pool}:
        told = f"{one.account}/{one.object} and {other.account}/{other.object} are no counterparts of each other."
        raise UnknownNameError(told, hint="`linked_accounts` says which accounts, and which kinds of records, are.")


def _stream(record: Record) -> Stream:
    return Stream(record.ref.account, record.ref.object, record.kind)


def _text(record: Record, name: str) -> str:
    match record.values.get(name):
        case None:
            return ""
        case tuple() as several:
            return "; ".join(several)
        case datetime() as moment:
            return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M}"
        case float() as number:
            return str(int(number)) if number.is_integer() else str(number)
        case value:
            return str(value)
