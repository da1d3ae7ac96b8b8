"""What a file is told of each of its rows: with which others it is one, how surely, and why."""

from __future__ import annotations

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
_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")
_NOTHING = re.compile(r"^Neither |missing")


@dataclass(frozen=True, slots=True)
class Circle:
    """Rows that hang together: what may be merged, what is asked, and what ties each."""

    members: tuple[str, ...]
    #: Parts of two and more that may be merged without asking.
    merge: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]
    links: Mapping[str, Link]


@dataclass(slots=True)
class Counts:
    """What was found in a file."""

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
    near: dict[str, list[str]] = {}
    parts = [part for part in merge if len(part) > 1]
    for group in [*parts, *(group for group in same if len(group) > 1)]:
        for member in group:
            near.setdefault(member, []).extend(group)
    asked = list(questions)
    for question in asked:
        near.setdefault(question.one, []).append(question.other)
        near.setdefault(question.other, []).append(question.one)
    found = components(near, near.__getitem__)
    place = {member: number for number, members in enumerate(found) for member in members}
    parts_of: list[list[tuple[str, ...]]] = [[] for _ in found]
    asked_of: list[list[Question]] = [[] for _ in found]
    for part in sorted(parts):
        parts_of[place[part[0]]].append(part)
    for question in asked:
        asked_of[place[question.one]].append(question)
    for number, members in enumerate(found):
        own = {member: links[member] for member in members if member in links}
        yield Circle(members, tuple(parts_of[number]), tuple(asked_of[number]), own)


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
        counts.groups += 1
        counts.grouped += len(circle.members)
        counts.merges += len(circle.merge)
        counts.merged += sum(len(part) - 1 for part in circle.merge)
        counts.questions += len(circle.questions)
        part_of = {member: place for place, part in enumerate(circle.merge) for member in part}
        first = int(circle.members[0])
        for member in circle.members:
            link = circle.links.get(member)
            told = [first, part_of.get(member, -1), *_told(member, link, circle.questions)]
            self._keep(int(member), json.dumps(told, ensure_ascii=False).encode())

    def of(self, row: int) -> Sequence[str]:
        """Return the cells for a row. Groups are numbered in the order in which the rows are asked for."""
        place = self._places[row] if row < len(self._places) else 0
        if not place:
            return ("",) * len(COLUMNS)
        self._file.seek(place - 1)
        first, part, probability, other, reason = json.loads(self._file.readline())
        number = self._numbers.setdefault(first, len(self._numbers) + 1)
        merge = f"{number}{_letters(part)}" if part >= 0 else ""
        return (str(number), merge, MERGE if merge else ASK, probability, other, reason)

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
