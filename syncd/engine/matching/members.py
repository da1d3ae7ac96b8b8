"""The records a batch of matching has to do with: by their ids, and by the numbers the store gives them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from quality.dedupe import Facts
from quality.dedupe.parts import from_parts, to_parts
from syncd.model import Stream
from syncd.store import Member, Pool, Transaction, pack_parts, unpack_parts


class Members:
    """What was loaded of a pool's records. A record goes by its ref, `salesforce-main/Contact/003…`."""

    def __init__(self, tx: Transaction, pool: Pool, streams: Mapping[int, Stream]) -> None:
        self._rows, self._pool = tx.match_rows, pool
        self._names = {number: stream.name for number, stream in streams.items()}
        self._numbers = {name: number for number, name in self._names.items()}
        self._held: dict[str, Member] = {}
        self._ids: dict[int, str] = {}
        self._facts: dict[str, Facts | None] = {}

    def load(self, ids: Collection[str]) -> None:
        """Have records at hand, those that are known."""
        by_stream: dict[int, list[str]] = {}
        for one in ids:
            if one not in self._held:
                number, record_id = self.place_of(one)
                by_stream.setdefault(number, []).append(record_id)
        for stream_id, missing in by_stream.items():
            self.take(self._rows.by_record(stream_id, missing))

    def load_numbers(self, numbers: Iterable[int]) -> None:
        """Have records at hand."""
        self.take(self._rows.by_number([number for number in set(numbers) if number not in self._ids]))

    def take(self, found: Iterable[Member]) -> list[str]:
        """Remember records that were loaded; return their ids."""
        taken = []
        for member in found:
            one = f"{self._names[member.stream_id]}/{member.record_id}"
            taken.append(one)
            self._held[one] = member
            self._ids[member.number] = one
        return taken

    def ids_of(self, numbers: Iterable[int]) -> list[str]:
        """Return the ids of records, those that are known."""
        wanted = set(numbers)
        self.load_numbers(wanted)
        return [self._ids[number] for number in wanted if number in self._ids]

    def id_of(self, number: int) -> str:
        """Return the id of a record that was loaded."""
        return self._ids[number]

    def number_of(self, one: str) -> int:
        """Return the number of a record that was loaded."""
        return self._held[one].number

    def get(self, one: str) -> Member | None:
        """Return what the store holds of a record; None when it was not loaded, or is not known."""
        return self._held.get(one)

    def known(self, ids: Iterable[str]) -> dict[str, Member]:
        """Return those of `ids` that are known, loading what is not at hand."""
        wanted = list(ids)
        self.load(wanted)
        return {one: self._held[one] for one in wanted if one in self._held}

    def place_of(self, one: str) -> tuple[int, str]:
        """Return the number of a record's stream, and its id there."""
        account, name, record_id = one.split("/", 2)
        return self._numbers[f"{account}/{name}"], record_id

    def name_of(self, stream_id: int, record_id: str) -> str | None:
        """Return the id of a record; None when its stream is not matched."""
        name = self._names.get(stream_id)
        return None if name is None else f"{name}/{record_id}"

    def facts_of(self, one: str) -> Facts | None:
        """Return the facts of a record that was loaded; None when there are none."""
        if one not in self._facts:
            member = self._held.get(one)
            packed = None if member is None else member.facts
            self._facts[one] = None if packed is None else _unpacked(self._pool.kind, packed)
        return self._facts[one]

    def keep_facts(self, after: Mapping[str, Facts | None]) -> int:
        """Keep other facts, None where a record goes; return by how many more records have some."""
        before = sum(self.facts_of(one) is not None for one in self.known(after))
        packed = {one: None if facts is None else pack_parts(to_parts(facts)) for one, facts in after.items()}
        known = {one: self._held[one] for one in after if one in self._held}
        self._rows.keep_facts({member.number: packed[one] for one, member in known.items()})
        for one, member in known.items():
            self._held[one] = member._replace(facts=packed[one])
        new = {self.place_of(one): found for one, found in packed.items() if found is not None and one not in known}
        self.take(self._rows.enter(self._pool.id, new))
        self._facts.update(after)
        return sum(facts is not None for facts in after.values()) - before

    def mark(self, told: Mapping[str, int | None]) -> None:
        """Keep which records have a counterpart."""
        changed = {one: what for one, what in told.items() if one in self._held and self._held[one].counterpart != what}
        self._rows.mark({self.number_of(one): what for one, what in changed.items()})
        for one, what in changed.items():
            self._held[one] = self._held[one]._replace(counterpart=what)

    def move(self, places: Mapping[str, tuple[int | None, int]]) -> None:
        """Put records into a group and one of its parts; what is there already writes nothing."""
        moved = {
            one: place
            for one, place in places.items()
            if (member := self._held.get(one)) is not None and (member.group_no, member.part) != place
        }
        self._rows.place({self.number_of(one): place for one, place in moved.items()})
        for one, (group, part) in moved.items():
            self._held[one] = self._held[one]._replace(group_no=group, part=part)

    def leave(self, ids: Iterable[str]) -> None:
        """Forget records that have no facts any more."""
        gone = [one for one in ids if one in self._held and self.facts_of(one) is None]
        self._rows.leave([self.number_of(one) for one in gone])
        for one in gone:
            del self._ids[self._held.pop(one).number]


def account_of(one: str) -> str:
    """Return the account of a record, by its id."""
    return one.partition("/")[0]


def _unpacked(kind: str, packed: bytes) -> Facts | None:
    """Return facts as they were kept; None where a version of this code took them apart in another way.

    Matching reads all of them anew when it next begins; until then such a record has none.
    """
    try:
        return from_parts(kind, unpack_parts(packed))
    except (TypeError, ValueError):
        return None
