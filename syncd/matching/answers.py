"""What a file is told of each of its rows: with which others it is one, how surely, and why."""

from __future__ import annotations

import itertools
import json
import re
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from quality.dedupe import Matcher, Question, Reason
from quality.dedupe.groups import components
from syncd.matching.comparing import Cluster, Link, strongest

#: The columns that are added.
COLUMNS = (
    "syncd_group", "syncd_merge", "syncd_answer", "syncd_probability", "syncd_with", "syncd_reason",
)  # fmt: skip
MERGE, ASK = "merge", "ask"
_MOST_REASONS = 6
#: In place of the first row of a group, for a row that is only asked about.
_ALONE = -1
_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")
_NOTHING = re.compile(r"^Neither |missing")


@dataclass(frozen=True, slots=True)
class Circle:
    """Rows that hang together, if only by a question: what is likely one, what may be merged, what ties each."""

    members: tuple[str, ...]
    #: Parts of two and more that are likely one.
    same: tuple[tuple[str, ...], ...]
    #: Parts of two and more that may be merged without asking.
    merge: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]
    links: Mapping[str, Link]


@dataclass(slots=True)
class Counts:
    """What was found in a file."""

    #: Groups of rows that are likely one, and the rows in them.
    groups: int = 0
    grouped: int = 0
    merges: int = 0
    merged: int = 0
    questions: int = 0


def circles_of(cluster: Cluster) -> Iterator[Circle]:
    """Yield what hangs together in a cluster, by being taken for one or by a question."""
    settled = cluster.settled
    yield from _circles(settled.merge, settled.same, settled.questions, cluster.links)


def circles_in(matcher: Matcher) -> Iterator[Circle]:
    """Yield the same of all records of a matcher."""
    groups = matcher.groups()
    merge = [part for group in groups for part in group.merge]
    same = [group.members for group in groups]
    questions = matcher.questions()
    doubts = {(asked.one, asked.other): asked.doubt for asked in questions}
    ties = strongest(merge, same, questions, lambda pair: matcher.probability(*pair))
    links = {
        name: Link(*pair, matcher.probability(*pair), doubts.get(pair, ""), matcher.reasons(*pair))
        for name, pair in ties.items()
    }
    yield from _circles(merge, same, questions, links)


def _circles(
    merge: Iterable[tuple[str, ...]],
    same: Iterable[tuple[str, ...]],
    questions: Iterable[Question],
    links: Mapping[str, Link],
) -> Iterator[Circle]:
    parts = [part for part in merge if len(part) > 1]
    groups = [group for group in same if len(group) > 1]
    asked = list(questions)
    near: dict[str, list[str]] = {}
    for tied in itertools.chain(groups, ((question.one, question.other) for question in asked)):
        for member in tied:
            near.setdefault(member, []).extend(tied)
    found = components(near, near.__getitem__)
    place = {member: number for number, members in enumerate(found) for member in members}
    parts_of, groups_of = _by_place(parts, place), _by_place(groups, place)
    asked_of: dict[int, list[Question]] = {}
    for question in asked:
        asked_of.setdefault(place[question.one], []).append(question)
    for number, members in enumerate(found):
        own = {member: links[member] for member in members if member in links}
        questioned = tuple(asked_of.get(number, ()))
        yield Circle(members, groups_of.get(number, ()), parts_of.get(number, ()), questioned, own)


def _by_place(parts: Iterable[tuple[str, ...]], place: Mapping[str, int]) -> dict[int, tuple[tuple[str, ...], ...]]:
    found: dict[int, tuple[tuple[str, ...], ...]] = {}
    for part in sorted(parts):
        found[place[part[0]]] = (*found.get(place[part[0]], ()), part)
    return found


class Answers:
    """What is said of each row, kept in a file beside the memory until the rows come by again."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places = array("Q")
        self._numbers: dict[int, int] = {}
        self.counts = Counts()

    def add(self, circle: Circle) -> None:
        """Keep what a circle says of its rows."""
        counts = self.counts
        counts.groups += len(circle.same)
        counts.grouped += sum(map(len, circle.same))
        counts.merges += len(circle.merge)
        counts.merged += sum(len(part) - 1 for part in circle.merge)
        counts.questions += len(circle.questions)
        first_of = {member: int(group[0]) for group in circle.same for member in group}
        part_of: dict[str, int] = {}
        parts_in: dict[int, int] = {}
        for part in circle.merge:
            group = first_of[part[0]]
            part_of.update(dict.fromkeys(part, parts_in.get(group, 0)))
            parts_in[group] = parts_in.get(group, 0) + 1
        for member in circle.members:
            link = circle.links.get(member)
            told = [first_of.get(member, _ALONE), part_of.get(member, -1), *_told(member, link, circle.questions)]
            self._keep(int(member), json.dumps(told, ensure_ascii=False).encode())

    def of(self, row: int) -> Sequence[str]:
        """Return the cells for a row. Groups are numbered in the order in which their rows are asked for."""
        place = self._places[row] if row < len(self._places) else 0
        if not place:
            return ("",) * len(COLUMNS)
        self._file.seek(place - 1)
        first, part, probability, other, reason = json.loads(self._file.readline())
        number = "" if first == _ALONE else str(self._numbers.setdefault(first, len(self._numbers) + 1))
        merge = f"{number}{_letters(part)}" if part >= 0 else ""
        return (number, merge, MERGE if merge else ASK, probability, other, reason)

    def _keep(self, row: int, line: bytes) -> None:
        if row >= len(self._places):
            self._places.frombytes(bytes(8 * (row + 1 - len(self._places))))
        self._places[row] = self._file.seek(0, 2) + 1
        self._file.write(line + b"\n")


@contextmanager
def answers() -> Iterator[Answers]:
    """Open a place for answers; it is gone afterwards."""
    with tempfile.TemporaryFile(prefix="syncd-match-") as file:
        yield Answers(file)


def _told(member: str, link: Link | None, questions: Iterable[Question]) -> tuple[str, str, str]:
    """Return probability, the other row, and the reason in words."""
    asked = sorted(
        (question for question in questions if member in {question.one, question.other}),
        key=lambda question: (-question.probability, question.one, question.other),
    )
    said = _in_words(link.reasons) if link is not None else []
    if asked:
        other = asked[0].other if asked[0].one == member else asked[0].one
        more = f" And {len(asked) - 1} more." if len(asked) > 1 else ""
        said.append(f"Is row {int(other)} the same ({asked[0].probability:.2f})? {asked[0].doubt}".strip() + more)
    if link is None:
        return "", "", " ".join(said)
    return f"{link.probability:.4f}", str(int(link.other if link.one == member else link.one)), " ".join(said)


def _in_words(reasons: Iterable[Reason]) -> list[str]:
    """Return the weightiest that was seen, each sentence once; that something is missing is no sight."""
    said = (sentence for reason in reasons for sentence in _SENTENCE_END.split(reason.text))
    told = dict.fromkeys(sentence for sentence in said if not _NOTHING.search(sentence))
    return list(told)[:_MOST_REASONS]


def _letters(number: int) -> str:
    """Return a number as spreadsheets count columns, in small letters."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("a") + rest) + found
    return found
