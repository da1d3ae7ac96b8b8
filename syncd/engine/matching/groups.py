"""Groups and questions of a pool in the store: what changes is written and counted, and whom it concerns is noted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from quality.dedupe import Question, Twins
from syncd.engine.matching.members import Members, account_of
from syncd.store import ASKED, SURE, TWIN, Asked, Member, Pool, Transaction


class KeptGroups:
    """The groups of a pool, and what a person should be asked."""

    def __init__(
        self, tx: Transaction, pool: Pool, members: Members, *, is_linked: bool, several_from: float | None = None
    ) -> None:
        """Take a pool; with `several_from` a pair of two accounts that likely is sure though it is not merged."""
        self._rows, self._pool, self._members = tx.match_rows, pool, members
        self._is_linked, self._several_from = is_linked, several_from
        self._groups: dict[int, Twins] = {}
        #: Records whose twins changed.
        self.woken: set[str] = set()

    def groups_of(self, ids: Collection[str]) -> dict[str, Twins]:
        """Return the groups that those of `ids` are in that are in one, by id of record."""
        placed = {one: member.group_no for one, member in self._members.known(ids).items()}
        self._load({group for group in placed.values() if group is not None} - self._groups.keys())
        return {one: self._groups[group] for one, group in placed.items() if group is not None}

    def new_group(self) -> str:
        """Return the id of a group that never was."""
        self._pool.last_group += 1
        return f"g{self._pool.last_group}"

    def keep(
        self,
        ids: Collection[str],
        before: Mapping[str, Twins],
        after: Mapping[str, Twins],
        questions: Iterable[Question],
    ) -> None:
        """Put groups and questions in the place of all that `ids` were in before."""
        known = self._members.known(ids)
        self._move(known, after)
        self._keep_groups(before, after)
        asked = self._ask(known, questions)
        if self._is_linked:
            self._mark({*known, *asked})
        self._members.leave(known)

    def _load(self, groups: Collection[int]) -> None:
        if not groups:
            return
        weakest = self._rows.weakest(self._pool.id, groups)
        found: dict[int, list[Member]] = defaultdict(list)
        for member in self._rows.in_groups(self._pool.id, groups):
            found[member.group_no or 0].append(member)
        for group, members in found.items():
            parts: dict[int, list[str]] = defaultdict(list)
            ids = self._members.take(members)
            for one, member in zip(ids, members, strict=True):
                parts[member.part].append(one)
            merge = tuple(sorted(tuple(sorted(part)) for number, part in parts.items() if number))
            self._groups[group] = Twins(f"g{group}", tuple(sorted(ids)), merge, weakest[group])

    def _move(self, ids: Iterable[str], after: Mapping[str, Twins]) -> None:
        places: dict[str, tuple[int | None, int]] = dict.fromkeys(ids, (None, 0))
        for group in after.values():
            places.update(dict.fromkeys(group.members, (_number(group.id), 0)))
            for part, members in enumerate(group.merge, start=1):
                places.update(dict.fromkeys(members, (_number(group.id), part)))
        self._members.move(places)

    def _keep_groups(self, before: Mapping[str, Twins], after: Mapping[str, Twins]) -> None:
        gone = {_number(one) for one in before.keys() - after.keys()}
        come = {_number(one): group.weakest for one, group in after.items() if group != before.get(one)}
        self._rows.keep_groups(self._pool.id, gone, come)
        for number in gone:
            self._groups.pop(number, None)
        self._groups |= {_number(one): group for one, group in after.items()}
        groups: Counter[int] = Counter()
        records: Counter[int] = Counter()
        for told, by in ((before, -1), (after, 1)):
            for group in told.values():
                # Twins are of one account; records of several are each other's counterparts.
                accounts = Counter(account_of(one) for one in group.members)
                twins = [one for one in group.members if accounts[account_of(one)] > 1]
                homes = Counter(self._members.place_of(one)[0] for one in twins)
                groups.update(dict.fromkeys(homes, by))
                records.update({home: by * count for home, count in homes.items()})
        for home in groups:
            self._rows.count(home, groups=groups[home], records=records[home])
        for one in before.keys() | after.keys():
            was, now = before.get(one), after.get(one)
            if was is None or now is None or (was.members, was.merge) != (now.members, now.merge):
                self.woken.update(was.members if was else (), now.members if now else ())

    def _ask(self, known: Mapping[str, Member], questions: Iterable[Question]) -> set[str]:
        """Keep other questions; return whom a question that came or went concerns."""
        held = self._rows.questions([member.number for member in known.values()])
        before = {(number, asked) for number, found in held.items() for asked in found}
        after = set()
        for question in questions:
            ends = (self._members.number_of(question.one), self._members.number_of(question.other))
            for member, other in (ends, ends[::-1]):
                after.add((member, Asked(other, question.probability, question.doubt)))
        gone = {(number, asked.other) for number, asked in before - after}
        come = sorted(after - before, key=lambda asked: (asked[0], asked[1].other))
        self._rows.ask(gone | {(other, member) for member, other in gone}, come)
        changed = {(number, asked.other, asked.doubt) for number, asked in before} ^ {
            (number, asked.other, asked.doubt) for number, asked in after
        }
        numbers = {end for number, other, _ in changed for end in (number, other)}
        self._members.load_numbers(numbers)
        concerned = {self._members.id_of(number) for number in numbers}
        self.woken.update(concerned)
        return concerned

    def _mark(self, ids: Collection[str]) -> None:
        """Keep, and count, which records surely have a counterpart, and of which that is in question."""
        known = self._members.known(ids)
        groups = self.groups_of(known)
        questions = self._rows.questions([member.number for member in known.values()])
        self._members.load_numbers(asked.other for found in questions.values() for asked in found)
        told: dict[str, int | None] = {}
        sure: Counter[int] = Counter()
        doubtful: Counter[int] = Counter()
        for one, member in known.items():
            rows = questions.get(member.number, ())
            asked = [self._members.id_of(found.other) for found in rows]
            beside = [self._members.id_of(found.other) for found in rows if self._is_sure_beside(found)]
            told[one] = SURE if _is_elsewhere(one, beside) else _counterpart(one, groups.get(one), asked)
            if told[one] == SURE and self._several_from is None and not _counts(one, groups.get(one)):
                told[one] = TWIN
            for state, by in ((member.counterpart, -1), (told[one], 1)):
                sure[member.stream_id] += by * (state == SURE)
                doubtful[member.stream_id] += by * (state == ASKED)
        self._members.mark(told)
        for stream_id in sure.keys() | doubtful.keys():
            self._rows.count_counterparts(stream_id, sure=sure[stream_id], asked=doubtful[stream_id])

    def _is_sure_beside(self, asked: Asked) -> bool:
        return self._several_from is not None and not asked.doubt and asked.probability >= self._several_from


def _is_elsewhere(one: str, others: Iterable[str]) -> bool:
    return any(account_of(other) != account_of(one) for other in others)


def _counterpart(one: str, group: Twins | None, asked: Iterable[str]) -> int | None:
    """Return whether a record surely has a counterpart, or may have one; None when nothing is known of any."""
    if group is not None and any(one in part and _is_elsewhere(one, part) for part in group.merge):
        return SURE
    return ASKED if _is_elsewhere(one, asked) or (group is not None and _is_elsewhere(one, group.members)) else None


def _counts(one: str, group: Twins | None) -> bool:
    """Return whether a record is the one of its twins in the same object that is counted.

    Which of them has the counterpart is for judging to say: for a count it makes no difference.
    """
    alike = next((part for part in group.merge if one in part), (one,)) if group is not None else (one,)
    place = one.rpartition("/")[0]
    return one == min(other for other in alike if other.rpartition("/")[0] == place)


def _number(group_id: str) -> int:
    return int(group_id[1:])
