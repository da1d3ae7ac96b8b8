"""What other settings would say of the records there are: a sample judged twice, by the old ones and by the new.

From the copy alone, kept nowhere; no CRM is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from syncd.engine.judging.decide import to_fixes
from syncd.engine.judging.evidence import setup_of
from syncd.engine.judging.judge import Judged, judge
from syncd.engine.setup import StreamSetup
from syncd.model import Fix, Mode, Ref, SourceRecord, Stream
from syncd.settings import Settings, StreamSettings
from syncd.store import Transaction

#: Records of a stream that are judged, and places in the stream they are taken from.
SAMPLE, PLACES = 1_000, 20
#: Records shown of those that come out otherwise.
SHOWN = 40
#: Ids are told apart by their first signs that differ; as many of them are counted with.
_DIGITS = 5
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Told:
    """What settings say of one record: which rules have something against it, and what would be done."""

    rules: tuple[str, ...]
    fixes: tuple[Fix, ...]

    @property
    def deeds(self) -> tuple[object, ...]:
        """Return what would be done, and how far it may go, without the reasons for it."""
        return tuple(
            (one.action, one.state, one.link, one.into, tuple((each.property, each.after) for each in one.changes))
            for one in self.fixes
        )


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A record of which the new settings say something else."""

    ref: Ref
    before: Told
    after: Told


@dataclass(slots=True)
class StreamTrial:
    """What came of one stream's sample."""

    stream: Stream
    mode_before: Mode | None
    mode_after: Mode | None
    #: Records there are, and those that were judged.
    records: int = 0
    judged: int = 0
    #: Findings by rule, and fixes by how far they may go.
    findings_before: Counter[str] = field(default_factory=Counter)
    findings_after: Counter[str] = field(default_factory=Counter)
    fixes_before: Counter[str] = field(default_factory=Counter)
    fixes_after: Counter[str] = field(default_factory=Counter)
    #: How many records come out otherwise, and the first of them.
    otherwise: int = 0
    examples: list[Otherwise] = field(default_factory=list)

    @property
    def rules(self) -> list[tuple[str, int, int]]:
        """Return the rules that find more or fewer now, with how many before and after."""
        names = sorted({*self.findings_before, *self.findings_after})
        counted = [(name, self.findings_before[name], self.findings_after[name]) for name in names]
        return [one for one in counted if one[1] != one[2]]

    @property
    def states(self) -> list[tuple[str, int, int]]:
        """Return how far fixes may go, with how many before and after."""
        names = sorted({*self.fixes_before, *self.fixes_after})
        return [(name, self.fixes_before[name], self.fixes_after[name]) for name in names]


def try_out(tx: Transaction, before: Settings, after: Settings, now: datetime) -> Iterator[StreamTrial]:
    """Yield what becomes of each stream that the new settings judge otherwise, watch no more, or begin to watch."""
    names = dict.fromkeys(one.stream.name for settings in (before, after) for one in settings.streams)
    for name in names:
        old, new = before.stream(name), after.stream(name)
        wanted = new or old
        if wanted is None or (old is not None and new is not None and _is_one(old, new)):
            continue
        trial = StreamTrial(
            wanted.stream, old.mode if old else None, new.mode if new else None, tx.records.count(wanted.stream)
        )
        if old is not None and new is not None:
            _compare(tx, trial, (old, before.streams), (new, after.streams), now)
        yield trial


def spread(first: str, last: str, places: int) -> list[str]:
    """Return places between two ids from which to read on, about as evenly as ids are given out; one is the start."""
    common = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    ends = [one[common : common + _DIGITS] for one in (first, last)]
    signs = _SIGNS[:10] if "".join(ends).isdigit() else _SIGNS
    low, high = (_number(end, signs) for end in ends)
    marks = [low + (high - low) * place // places for place in range(1, places)]
    return ["", *dict.fromkeys(first[:common] + _text(mark, signs) for mark in marks if low < mark < high)]


def _is_one(old: StreamSettings, new: StreamSettings) -> bool:
    prints = [(one.mode, one.ruleset().fingerprint, one.mapping.fingerprint) for one in (old, new)]
    return prints[0] == prints[1]


def _compare(
    tx: Transaction,
    trial: StreamTrial,
    old: tuple[StreamSettings, Sequence[StreamSettings]],
    new: tuple[StreamSettings, Sequence[StreamSettings]],
    now: datetime,
) -> None:
    copies = _sample(tx, trial.stream)
    if not copies:
        return
    before, after = (_told(tx, setup_of(wanted, streams, copies[0]), copies, now) for wanted, streams in (old, new))
    trial.judged = len(copies)
    for ref, was in before.items():
        will_be = after[ref]
        trial.findings_before.update(was.rules)
        trial.findings_after.update(will_be.rules)
        trial.fixes_before.update(one.state.value for one in was.fixes)
        trial.fixes_after.update(one.state.value for one in will_be.fixes)
        if (was.rules, was.deeds) != (will_be.rules, will_be.deeds):
            trial.otherwise += 1
            if len(trial.examples) < SHOWN:
                trial.examples.append(Otherwise(ref, was, will_be))


def _sample(tx: Transaction, stream: Stream) -> list[SourceRecord]:
    """Return records from all over a stream: all of a small one."""
    ends = tx.records.first_and_last(stream)
    if ends is None:
        return []
    found: dict[str, None] = {}
    for start in spread(*ends, PLACES):
        found.update(dict.fromkeys(tx.records.ids(stream, start, SAMPLE // PLACES)))
    if len(found) < SAMPLE:
        found.update(dict.fromkeys(tx.records.ids(stream, "", SAMPLE)))
    return list(tx.records.read(stream, list(found)[:SAMPLE]).values())


def _told(tx: Transaction, setup: StreamSetup, copies: Sequence[SourceRecord], now: datetime) -> dict[Ref, Told]:
    return {one.source.ref: _of(setup, one) for one in judge(tx, setup, copies, now)}


def _of(setup: StreamSetup, judged: Judged) -> Told:
    rules = tuple(sorted({finding.rule for finding in judged.findings}))
    return Told(rules, tuple(to_fixes(setup, [judged])))


def _number(text: str, signs: str) -> int:
    number = 0
    for sign in text.ljust(_DIGITS, signs[0]):
        number = number * len(signs) + max(signs.find(sign), 0)
    return number


def _text(number: int, signs: str) -> str:
    found = ""
    for _ in range(_DIGITS):
        number, place = divmod(number, len(signs))
        found = signs[place] + found
    return found
