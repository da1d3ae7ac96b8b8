"""What a worker process does: reads records into facts and keys, compares pairs, settles components.

Everything goes through the same functions as `quality.dedupe.Matcher`; only where it lies in between differs.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from xxhash import xxh3_64_intdigest

from quality.dedupe import Facts, Points, read_company, read_person
from quality.dedupe.calibration import size_step
from quality.dedupe.groups import Pair
from quality.dedupe.keys import alike_key, keys_of
from quality.dedupe.usage import Usage, used_values, user_of
from syncd.matching.comparing import Cluster, Edge, Judge
from syncd.matching.packing import pack, unpack, unpack_id
from syncd.model import Value

#: A record as it comes: its id, and its canonical fields.
Row = tuple[str, Mapping[str, Value]]
#: The same, or its id and what was read from its fields before.
Told = Row | tuple[str, Facts]
#: What reads the records of a kind.
READERS: Mapping[str, Callable[[Mapping[str, Value]], Facts]] = {"person": read_person, "company": read_company}
#: What more than one user are called.
STEPS = ("two", "few", "many")
_UNPACKED = 4_096
#: Bytes of packed facts that are held in memory; of more, each record is read when it is wanted.
_HELD = 64 << 20
#: A cell may hold a thousand mailboxes; a line of a table must not.
_ON_A_LINE = 500


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
    def alike(self) -> Path:
        """Return the file of who is like whom: the hash of a key only those alike share, a record's number and id."""
        return self.folder / "alike"

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
    """Records read: their facts, and lines for the tables of keys, of those alike and of users."""

    facts: bytes
    lengths: bytes
    keys: str
    alike: str
    used: str


class Worker:
    """Does one batch after the other. Holds no more than a few thousand records."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kind = desk.points.kind
        self._record = lru_cache(maxsize=_UNPACKED)(self._unpacked)

    def read(self, first: int, rows: Sequence[Told]) -> Batch:
        """Read records; the first of them has the number `first`."""
        read = READERS[self._kind]
        facts: list[bytes] = []
        keys: list[str] = []
        alike: list[str] = []
        used: list[str] = []
        for number, (record_id, values) in enumerate(rows, start=first):
            told = read(values) if isinstance(values, Mapping) else values
            facts.append(pack(record_id, told))
            found_by = keys_of(told)
            hashes = [_hashed(key) for key in found_by]
            if key := alike_key(found_by):
                alike.append(f"{_hashed(key)}\t{number}\t{record_id.encode(errors='surrogatepass').hex()}\n")
            keys.extend(f"{number}\t{hashes[at : at + _ON_A_LINE]}\n" for at in range(0, len(hashes), _ON_A_LINE))
            users = [(value, user_of(told, value)) for value in used_values(told)]
            counted = [(_hashed(value), _hashed(user)) for value, user in users if user]
            for at in range(0, len(counted), _ON_A_LINE):
                values_used, who = zip(*counted[at : at + _ON_A_LINE], strict=True)
                used.append(f"{list(values_used)}\t{list(who)}\n")
        lengths = array("I", map(len, facts)).tobytes()
        return Batch(b"".join(facts), lengths, "".join(keys), "".join(alike), "".join(used))

    def score(self, pairs: bytes) -> list[Edge]:
        """Compare pairs of record numbers; return those that may link two records."""
        numbers = array("I")
        numbers.frombytes(pairs)
        return self._judge.edges(zip(numbers[::2], numbers[1::2], strict=True))

    def settle(self, components: Iterable[Sequence[Edge]]) -> list[Cluster]:
        """Return what each component, given by its edges, comes to."""
        return [self._judge.settle(edges) for edges in components]

    @cached_property
    def _judge(self) -> Judge:
        """Return what compares; only when everything has been read and counted."""
        desk = self._desk
        usage = KeptUsage({step: _integers(desk.users(step)) for step in STEPS})
        size = size_step(desk.places.stat().st_size // 8)
        return Judge(desk.points, size, usage, self._record, self._id, desk.apart, desk.is_explaining)

    @cached_property
    def _facts(self) -> int:
        return os.open(self._desk.facts, os.O_RDONLY)

    @cached_property
    def _held(self) -> bytes:
        """Return the whole file where it is small, nothing where it is not."""
        return self._desk.facts.read_bytes() if self._desk.facts.stat().st_size <= _HELD else b""

    @cached_property
    def _ends(self) -> array[int]:
        """Return where in the file each record ends: eight bytes a record."""
        return _integers(self._desk.places)

    def _unpacked(self, number: int) -> tuple[str, Facts]:
        return unpack(self._kind, self._packed(number))

    def _id(self, number: int) -> str:
        return unpack_id(self._packed(number))

    def _packed(self, number: int) -> bytes:
        start, end = self._ends[number - 1] if number else 0, self._ends[number]
        return self._held[start:end] or os.pread(self._facts, end - start, start)

    def close(self) -> None:
        """Let go of the file."""
        if "_facts" in self.__dict__:
            os.close(self._facts)


class KeptUsage(Usage):
    """Counts of users as one run found them."""

    def __init__(self, hashes: Mapping[str, array[int]]) -> None:
        super().__init__()
        self._hashes = hashes

    def step(self, value: str) -> str:
        """Return whether a value has `one` user, `two`, a `few` or `many`."""
        wanted = _hashed(value)
        for step, hashes in self._hashes.items():
            place = bisect_left(hashes, wanted)
            if place < len(hashes) and hashes[place] == wanted:
                return step
        return "one"


def _hashed(text: str) -> int:
    return xxh3_64_intdigest(text.encode())


def _integers(path: Path) -> array[int]:
    found = array("Q")
    found.frombytes(path.read_bytes())
    return found
