"""What a matcher knows of one pool, kept in the store: only what a batch of changed records needs is ever loaded.

Good for one transaction. Keys, values and users are kept as hashes: should two ever fall together, a pair is compared
for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import xxhash

from quality.dedupe import Facts, Question, Turned, Twins
from quality.dedupe.blocks import CAP, recentred, star
from quality.dedupe.calibration import size_step
from quality.dedupe.groups import Pair, pair_of
from quality.dedupe.keys import ALIKE, keys_of
from quality.dedupe.usage import MANY, Usage, step_of, used_values, user_of
from syncd.engine.matching.groups import KeptGroups
from syncd.engine.matching.keys import KeptKeys
from syncd.engine.matching.members import Members, account_of
from syncd.engine.matching.pools import several_from
from syncd.engine.matching.sweeps import COMPARE, GROUP
from syncd.model import Stream
from syncd.store import Pool, Transaction

#: Whoever holds a value that several may use stands under a key of its own.
_HOLDS = "holds "


class KeptUsage(Usage):
    """Counts of users; those that were not asked for beforehand are asked for one by one."""

    def __init__(self, state: KeptState) -> None:
        super().__init__()
        self._state = state
        self._steps: dict[str, str] = {}

    def step(self, value: str) -> str:
        """Return whether a value has `one` user, `two`, a `few` or `many`."""
        if value not in self._steps:
            self.prepare([value])
        return self._steps[value]

    def prepare(self, values: Iterable[str]) -> None:
        """Have the counts of values at hand."""
        self._steps |= self._state.steps([value for value in values if value not in self._steps])

    def forget(self) -> None:
        """Ask anew from now on."""
        self._steps.clear()


class KeptState:
    """A `quality.dedupe.State` in the store."""

    def __init__(self, tx: Transaction, pool: Pool, cap: int = CAP) -> None:
        self._rows, self._pool = tx.match_rows, pool
        self._cap = cap
        self._keys = KeptKeys(tx, pool.id, cap)
        self._usage = KeptUsage(self)
        self._edges: dict[str, dict[str, float]] = {}
        self._joined: dict[str, tuple[str, ...]] = {}
        self._size = size_step(pool.record_count)
        self._streams = tx.matching.members(pool)
        self.members_known = Members(tx, pool, self._streams)
        #: Whether records of several accounts are in the pool.
        self._is_linked = len({stream.account for stream in self._streams.values()}) > 1
        self.groups = KeptGroups(
            tx, pool, self.members_known, is_linked=self._is_linked, several_from=several_from(pool)
        )
        #: Whether `replace` tells what turned.
        self.is_telling = True

    def facts(self, ids: Collection[str]) -> Mapping[str, Facts]:
        """Return the facts of those of `ids` that are known."""
        self.members_known.load(ids)
        return {one: facts for one in ids if (facts := self.members_known.facts_of(one)) is not None}

    def replace(self, before: Mapping[str, Facts], after: Mapping[str, Facts | None]) -> Turned:
        """Put other facts in the place of `before`, with their keys and users; None lets a record go."""
        gone, come = {}, {}
        for one, facts in after.items():
            held = _keys_and_values(before[one]) if one in before else set()
            new = _keys_and_values(facts) if facts is not None else set()
            gone[one], come[one] = held - new, new - held
        users = Counter(user for facts in after.values() if facts is not None for user in _users(facts))
        users.subtract(user for facts in before.values() for user in _users(facts))
        users = Counter({user: by for user, by in users.items() if by})
        moved = {key for told in (gone, come) for found in told.values() for key in found} if self.is_telling else ()
        keys = [key for key in moved if not key.startswith(_HOLDS)]
        values = {value for value, _ in users} if self.is_telling else set()
        if self.is_telling:
            # Whoever stands under any of them is asked for next.
            self._keys.load(
                {key_number(key) for facts in after.values() if facts is not None for key in keys_of(facts)}
            )
        was_wide, stars, steps = self._wide(keys), self.stars(keys), self.steps(values)
        self._pool.record_count += self.members_known.keep_facts(after)
        self._rekey(gone, come)
        self._rows.count_users(
            self._pool.id, {(key_number(value), key_number(user)): by for (value, user), by in users.items()}
        )
        self._usage.forget()
        is_wide, now = self._wide(keys), self.steps(values)
        restepped = frozenset(value for value in values if steps[value] != now[value])
        return Turned(is_wide - was_wide, was_wide - is_wide, recentred(stars, self.stars(keys)), restepped)

    def read(self, changes: Mapping[str, Facts | None]) -> None:
        """Put other facts in the place of what is known, without asking what turned: pairs are compared later."""
        before = self.facts(changes)
        after = {one: facts for one, facts in changes.items() if facts != before.get(one)}
        self.is_telling = False
        self.replace({one: facts for one, facts in before.items() if one in after}, after)
        self.is_telling = True

    def walk(self, limit: int) -> list[str]:
        """Return the next records of the sweep that is under way."""
        return self.members_known.take(self._rows.walk(self._pool.id, self._pool.sweep_after, limit))

    def tied(self, ids: Collection[str]) -> set[str]:
        """Return those of `ids` that have an edge, a group or a counterpart, or are gone: the others need no look."""
        known = self.members_known.known(ids)
        tied = {
            one
            for one, member in known.items()
            if member.group_no is not None or member.facts is None or member.counterpart is not None
        }
        return tied | set(self.edges(ids)) | set(self.joined(ids))

    def is_behind(self, one: str) -> bool:
        """Return whether the sweep has been at a record already."""
        return self.members_known.number_of(one) <= self._pool.sweep_after

    def number_of(self, one: str) -> int:
        """Return the number of a record that was loaded."""
        return self.members_known.number_of(one)

    def woken(self) -> dict[Stream, set[str]]:
        """Return the records whose twins changed, by stream."""
        found: dict[Stream, set[str]] = {}
        for one in self.groups.woken:
            stream_id, record_id = self.members_known.place_of(one)
            found.setdefault(self._streams[stream_id], set()).add(record_id)
        return found

    def together(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records under each key; keys that nobody has, or too many share, are left out."""
        hashes = {key_number(key): key for key in keys}
        found = self._keys.under(hashes.keys())
        self.members_known.load_numbers(number for numbers in found.values() for number in numbers)
        return {hashes[key]: self.members_known.ids_of(numbers) for key, numbers in found.items()}

    def stars(self, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the `blocks.star` of those of `keys`, of records that are alike, that have one."""
        wide = self._wide(key for key in keys if key.startswith(ALIKE))
        return {key: found for key, ids in self._met(wide).items() if (found := star(ids, self._cap))}

    def neighbours(self, keys: Mapping[str, Collection[str]]) -> Mapping[str, Collection[str]]:
        """Return, for records with these keys, the others that stand under one of them that not too many share."""
        hashes = {one: [key_number(key) for key in found] for one, found in keys.items()}
        met = self._keys.under({hashed for found in hashes.values() for hashed in found})
        near = {one: set().union(*(met[hashed] for hashed in found if hashed in met)) for one, found in hashes.items()}
        self.members_known.load_numbers(set().union(*near.values()))
        return {one: set(self.members_known.ids_of(numbers)) - {one} for one, numbers in near.items()}

    def told_of(self, ids: Collection[str]) -> set[str]:
        """Return those of `ids` that somebody said are one with some other record, or are not."""
        name_of = self.members_known.name_of
        found = {
            name_of(stream_id, pair.record_id)
            for stream_id, records in self._by_stream(ids).items()
            for pair in self._rows.apart(stream_id, records)
        }
        for stream_id, records in self._by_stream(ids).items():
            found |= {name_of(stream_id, record) for record in self._rows.decided(stream_id, records)}
        return {one for one in ids if one in found}

    def members(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records under each key, however many they are."""
        return self._met(keys)

    def holders(self, values: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records that hold each value which several may use."""
        found = self._met([_HOLDS + value for value in values])
        return {key.removeprefix(_HOLDS): holders for key, holders in found.items()}

    def usage(self, values: Collection[str]) -> Usage:
        """Return the counts of users, those of `values` at hand."""
        self._usage.prepare(values)
        return self._usage

    def steps(self, values: Collection[str]) -> dict[str, str]:
        """Return what the number of users of each value is called."""
        hashes = {value: key_number(value) for value in values}
        counts = self._rows.users(self._pool.id, set(hashes.values()), MANY) if hashes else {}
        return {value: step_of(counts.get(hashed, 0)) for value, hashed in hashes.items()}

    @property
    def size(self) -> int:
        """Return the size the base is taken to have."""
        return self._size

    def resized(self) -> Collection[str]:
        """Take the base to have the size it has by now. Whoever that concerns is walked over batch by batch."""
        before, self._size = self._size, size_step(self._pool.record_count)
        if before != self._size and self._pool.sweep in {"", GROUP}:
            # In a smaller base more pairs are worth asking about than were kept of a larger one.
            self._pool.sweep, self._pool.sweep_after = (GROUP if self._size > before else COMPARE), 0
        return ()

    def edges(self, ids: Collection[str]) -> Mapping[str, Mapping[str, float]]:
        """Return the other ends of each record's edges, with their points."""
        known = self.members_known.known(ids)
        missing = {member.number: one for one, member in known.items() if one not in self._edges}
        found = self._rows.edges(missing)
        self.members_known.load_numbers(other for others in found.values() for other in others)
        for number, one in missing.items():
            others = found.get(number, {})
            self._edges[one] = {self.members_known.id_of(other): score for other, score in others.items()}
        return {one: self._edges[one] for one in known if self._edges[one]}

    def link(self, edges: Mapping[Pair, float]) -> None:
        """Keep edges with their points; those that are there get other points."""
        self.edges({end for pair in edges for end in pair})
        changed = {pair: score for pair, score in edges.items() if self._edges[pair[0]].get(pair[1]) != score}
        for (one, other), score in changed.items():
            self._edges[one][other] = self._edges[other][one] = score
        number_of = self.members_known.number_of
        self._rows.link((number_of(one), number_of(other), score) for (one, other), score in changed.items())

    def unlink(self, pairs: Collection[Pair]) -> None:
        """Take edges away."""
        number_of = self.members_known.number_of
        self._rows.unlink((number_of(one), number_of(other)) for one, other in pairs)
        for one, other in pairs:
            self._edges.get(one, {}).pop(other, None)
            self._edges.get(other, {}).pop(one, None)

    def apart(self, ids: Collection[str]) -> Collection[Pair]:
        """Return the pairs among `ids` that somebody said are not one."""
        among = frozenset(ids)
        name_of = self.members_known.name_of
        found = set()
        for stream_id, records in self._by_stream(among).items():
            for pair in self._rows.apart(stream_id, records):
                ends = name_of(pair.stream_id, pair.record_id), name_of(pair.other_stream_id, pair.other_id)
                if ends[0] in among and ends[1] in among:
                    found.add(pair_of(ends[0], ends[1]))
        return found

    def joined(self, ids: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records of other accounts that somebody said are one with one of `ids`."""
        if not self._is_linked or not ids:
            return {}
        missing = [one for one in ids if one not in self._joined]
        numbers = {member.number: one for one, member in self.members_known.known(missing).items()}
        found = self._rows.joined(self._pool.id, numbers) if numbers else {}
        self.members_known.load_numbers(other for others in found.values() for other in others)
        self._joined |= dict.fromkeys(missing, ())
        for number, one in numbers.items():
            others = map(self.members_known.id_of, found.get(number, ()))
            self._joined[one] = tuple(other for other in others if account_of(other) != account_of(one))
        return {one: self._joined[one] for one in ids if self._joined[one]}

    def stream_of(self, name: str) -> Stream:
        """Return a stream of the pool by its name."""
        return next(stream for stream in self._streams.values() if stream.name == name)

    def groups_of(self, ids: Collection[str]) -> Mapping[str, Twins]:
        """Return the groups that those of `ids` are in that are in one, by id of record."""
        return self.groups.groups_of(ids)

    def new_group(self) -> str:
        """Return the id of a group that never was."""
        return self.groups.new_group()

    def keep(
        self,
        ids: Collection[str],
        before: Mapping[str, Twins],
        after: Mapping[str, Twins],
        questions: Iterable[Question],
    ) -> None:
        """Put groups and questions in the place of all that `ids` were in before."""
        self.groups.keep(ids, before, after, questions)

    def _by_stream(self, ids: Iterable[str]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for one in ids:
            stream_id, record_id = self.members_known.place_of(one)
            found.setdefault(stream_id, []).append(record_id)
        return found

    def _met(self, keys: Collection[str]) -> dict[str, list[str]]:
        hashes = {key_number(key): key for key in keys}
        found = self._rows.members(self._pool.id, hashes.keys(), None)
        self.members_known.load_numbers(number for numbers in found.values() for number in numbers)
        return {hashes[key]: self.members_known.ids_of(numbers) for key, numbers in found.items()}

    def _wide(self, keys: Iterable[str]) -> frozenset[str]:
        """Return the keys that too many records share."""
        hashes = {key_number(key): key for key in keys}
        return frozenset(hashes[key] for key in self._keys.wide(hashes.keys()))

    def _rekey(self, gone: Mapping[str, Collection[str]], come: Mapping[str, Collection[str]]) -> None:
        number_of = self.members_known.number_of
        left, met = (
            [(key_number(key), number_of(one)) for one, keys in told.items() if keys for key in keys]
            for told in (gone, come)
        )
        self._keys.move(left, met)


def _keys_and_values(facts: Facts) -> set[str]:
    return {*keys_of(facts), *(_HOLDS + value for value in used_values(facts))}


def _users(facts: Facts) -> list[tuple[str, str]]:
    """Return the values of a record that several may use, with who uses each, where the record says so."""
    return [(value, user) for value in used_values(facts) if (user := user_of(facts, value))]


def key_number(text: str) -> int:
    """Return the number that a key or a value goes by in the store."""
    return xxhash.xxh3_64_intdigest(text.encode(errors="surrogatepass")) - 2**63
