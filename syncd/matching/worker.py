"""What a worker process does: reads records into facts and keys, compares pairs, settles components.

Everything goes through the same functions as `quality.dedupe.Matcher`; only where it lies in between differs.
"""

from __future__ import annotations

import itertools
import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from xxhash import xxh3_64_intdigest

from quality.dedupe import Facts, Points, Question, Reason, read_company, read_person
from quality.dedupe.calibration import size_step
from quality.dedupe.groups import Pair, pair_of
from quality.dedupe.keys import keys_of
from quality.dedupe.scoring import Comparison, compare, reasons_of
from quality.dedupe.settling import Settled, Told, settle
from quality.dedupe.usage import used_values, user_of
from syncd.matching.packing import pack, unpack
from syncd.model import Value

#: A record as it comes: its id, and its canonical fields.
Row = tuple[str, Mapping[str, Value]]
#: An edge: two record numbers, the score, what forbids merging, what is wanting.
Edge = tuple[int, int, float, str, str]
_READERS: Mapping[str, Callable[[Mapping[str, Value]], Facts]] = {"person": read_person, "company": read_company}
_STEPS = ("one", "two", "few", "many")
_UNPACKED = 4_096


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a run keeps its files, and what all its workers have to know."""

    folder: Path
    points: Points
    #: Pairs somebody said are not one.
    apart: frozenset[Pair] = frozenset()
    #: Whether reasons are wanted.
    is_explaining: bool = False

    @property
    def facts(self) -> Path:
        """Return the file of packed facts, one behind the other."""
        return self.folder / "facts"

    @property
    def places(self) -> Path:
        """Return the file that says where in `facts` each record ends."""
        return self.folder / "places"

    @property
    def keys(self) -> Path:
        """Return the file of keys: a record's number and the hashes of its keys on a line."""
        return self.folder / "keys"

    @property
    def used(self) -> Path:
        """Return the file of what is used: the values of a record and who uses each, as hashes, on a line."""
        return self.folder / "used"

    @property
    def edges(self) -> Path:
        """Return the file of edges: the component each is in, the edge itself."""
        return self.folder / "edges"

    def users(self, step: str) -> Path:
        """Return the file of the values that a number of users have, as sorted hashes."""
        return self.folder / f"users_{step}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Records read: their facts, and lines for the tables of keys and of users."""

    facts: bytes
    lengths: bytes
    keys: str
    used: str


@dataclass(frozen=True, slots=True)
class Link:
    """What ties a record to another of its group, or to the one that has to be asked about."""

    one: str
    other: str
    probability: float
    doubt: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A set of connected records and what they come to."""

    members: tuple[str, ...]
    settled: Settled
    #: The edges that connect them: two ids and the score.
    edges: tuple[tuple[str, str, float], ...]
    #: By record, its strongest tie; only when reasons are wanted.
    links: Mapping[str, Link] = field(default_factory=dict)


class Worker:
    """Does one batch after the other. Holds no more than a few thousand records."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._points = desk.points
        self._kind = desk.points.kind
        self._record = lru_cache(maxsize=_UNPACKED)(self._unpacked)

    def read(self, first: int, rows: Sequence[Row]) -> Batch:
        """Read records; the first of them has the number `first`."""
        read = _READERS[self._kind]
        facts: list[bytes] = []
        keys: list[str] = []
        used: list[str] = []
        for number, (record_id, values) in enumerate(rows, start=first):
            told = read(values)
            facts.append(pack(record_id, told))
            keys.append(f"{number}\t{[xxh3_64_intdigest(key.encode()) for key in keys_of(told)]}\n")
            values_used = [(value, user_of(told, value)) for value in used_values(told)]
            counted = [
                (xxh3_64_intdigest(value.encode()), xxh3_64_intdigest(user.encode()))
                for value, user in values_used
                if user
            ]
            if counted:
                used.append(f"{[value for value, _ in counted]}\t{[user for _, user in counted]}\n")
        return Batch(b"".join(facts), array("I", map(len, facts)).tobytes(), "".join(keys), "".join(used))

    def score(self, pairs: bytes) -> list[Edge]:
        """Compare pairs of record numbers; return those worth asking about."""
        numbers = array("I")
        numbers.frombytes(pairs)
        found: list[Edge] = []
        for one, other in zip(numbers[::2], numbers[1::2], strict=True):
            told = self._compare(one, other)
            if self._chance(told.score) >= self._points.link_from:
                found.append((one, other, told.score, told.veto, told.lack))
        return found

    def settle(self, components: Iterable[Sequence[Edge]]) -> list[Cluster]:
        """Return what each component, given by its edges, comes to."""
        return [self._settle(edges) for edges in components]

    def _settle(self, edges: Sequence[Edge]) -> Cluster:
        numbers = {self._record(number)[0]: number for edge in edges for number in edge[:2]}
        ids = {number: record_id for record_id, number in numbers.items()}
        known = {pair_of(ids[one], ids[other]): (score, veto, lack) for one, other, score, veto, lack in edges}

        def tell(pair: Pair) -> Told:
            if pair in self._desk.apart:
                return Told(0.0, "Somebody said that they are not one.", "", is_apart=True)
            score, veto, lack = known.get(pair) or self._scored(numbers[pair[0]], numbers[pair[1]])
            return Told(self._chance(score), veto, lack, is_apart=False)

        members = tuple(sorted(numbers))
        settled = settle(members, sorted(known), tell, self._points)
        told_edges = tuple((one, other, known[one, other][0]) for one, other in sorted(known))
        links = self._links(settled, tell, numbers) if self._desk.is_explaining else {}
        return Cluster(members, settled, told_edges, links)

    def _links(self, settled: Settled, tell: Callable[[Pair], Told], numbers: Mapping[str, int]) -> dict[str, Link]:
        found = strongest(settled.merge, settled.same, settled.questions, lambda pair: tell(pair).chance)
        return {name: self._link(pair, tell(pair), numbers) for name, pair in found.items()}

    def _link(self, pair: Pair, told: Told, numbers: Mapping[str, int]) -> Link:
        reasons = reasons_of(self._compare(numbers[pair[0]], numbers[pair[1]]), self._points)
        return Link(*pair, told.chance, told.doubt, reasons)

    def _scored(self, one: int, other: int) -> tuple[float, str, str]:
        told = self._compare(one, other)
        return told.score, told.veto, told.lack

    def _compare(self, one: int, other: int) -> Comparison:
        ours, theirs = self._record(one), self._record(other)
        if ours[0] > theirs[0]:
            ours, theirs = theirs, ours
        return compare(ours[1], theirs[1], self._usage, self._points)  # type: ignore[arg-type]  # counts, elsewhere kept

    def _chance(self, score: float) -> float:
        return self._points.calibration.probability(score, self._size)

    @cached_property
    def _files(self) -> tuple[int, int]:
        return os.open(self._desk.facts, os.O_RDONLY), os.open(self._desk.places, os.O_RDONLY)

    @cached_property
    def _size(self) -> int:
        return size_step(self._desk.places.stat().st_size // 8)

    @cached_property
    def _usage(self) -> KeptUsage:
        return KeptUsage({step: _hashes(self._desk.users(step)) for step in _STEPS[1:]})

    def _unpacked(self, number: int) -> tuple[str, Facts]:
        facts, places = self._files
        ends = array("Q")
        ends.frombytes(os.pread(places, 16, 8 * (number - 1)) if number else bytes(8) + os.pread(places, 8, 0))
        return unpack(self._kind, os.pread(facts, ends[1] - ends[0], ends[0]))

    def close(self) -> None:
        """Let go of the files."""
        for one in self.__dict__.get("_files", ()):
            os.close(one)


def strongest(
    merge: Iterable[tuple[str, ...]],
    same: Iterable[tuple[str, ...]],
    questions: Iterable[Question],
    chance: Callable[[Pair], float],
) -> dict[str, Pair]:
    """Return each record's strongest tie: in what may be merged, else in what is the same, else what is asked."""
    found: dict[str, Pair] = {}
    for part in itertools.chain(merge, same):
        for one in part if len(part) > 1 else ():
            if one not in found:
                ties = [pair_of(one, other) for other in part if other != one]
                found[one] = min(ties, key=lambda pair: (-chance(pair), pair))
    for question in sorted(questions, key=lambda asked: (-asked.probability, asked.one, asked.other)):
        for name in (question.one, question.other):
            found.setdefault(name, (question.one, question.other))
    return found


class KeptUsage:
    """Counts of users as one run found them; answers as `quality.dedupe.usage.Usage` does."""

    def __init__(self, hashes: Mapping[str, array[int]]) -> None:
        self._hashes = hashes

    def step(self, value: str) -> str:
        """Return whether a value has `one` user, `two`, a `few` or `many`."""
        wanted = xxh3_64_intdigest(value.encode())
        for step, hashes in self._hashes.items():
            place = bisect_left(hashes, wanted)
            if place < len(hashes) and hashes[place] == wanted:
                return step
        return _STEPS[0]

    def most(self, values: Iterable[str]) -> str:
        """Return the step of the value fewest use: the one that says most."""
        return min((self.step(value) for value in values), key=_STEPS.index, default=_STEPS[0])


def _hashes(path: Path) -> array[int]:
    found = array("Q")
    found.frombytes(path.read_bytes())
    return found
