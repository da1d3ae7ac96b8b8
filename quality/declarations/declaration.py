"""What is declared of records of one object: by which fields two of them are one, and by which they are not."""

from __future__ import annotations

import functools
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

#: When the record was made: a date like a field, which every record has.
CREATED_AT = "created_at"


class Way(StrEnum):
    """How two values of a field are compared."""

    #: Alike when the words are the same but for slips, endings and a few left over; numbers among them have to agree.
    TEXT = "text"
    #: The same but for case, signs and blanks.
    EXACT = "exact"
    #: Alike within a share of the larger one.
    NUMBER = "number"
    #: Alike within a number of days.
    DATE = "date"
    #: Linked to the same record: one of several is enough.
    LINK = "link"


class Answer(StrEnum):
    """What becomes of records that share what identifies them."""

    #: A person decides.
    ASK = "ask"
    #: They are merged without asking, where the rule and the stream may; nothing else ever is.
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Compared:
    """A field that is compared, and how."""

    field: str
    way: Way
    #: Text: how alike, from 0 to 1, the whole has to be. Numbers: the share within which two are near. Dates: the days.
    within: float


@dataclass(frozen=True, slots=True)
class Declaration:
    """When two records are one.

    They are if they share what identifies; else if of every line of `agree` one field agrees, and none of `contradict`
    differs. All else that is compared makes it more or less probable.
    """

    #: Fields each of whose values belongs to one record only: an order number.
    identify: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    agree: tuple[tuple[str, ...], ...] = ()
    contradict: tuple[str, ...] = ()
    answer: Answer = Answer.ASK

    @property
    def lines(self) -> tuple[tuple[int, ...], ...]:
        """Return `agree` by the positions of its fields."""
        places = {one.field: place for place, one in enumerate(self.compared)}
        return tuple(tuple(places[name] for name in line) for line in self.agree)

    def spelled(self) -> str:
        """Return the declaration as a line of text, the same for equal ones."""
        return json.dumps(asdict(self), separators=(",", ":"))


@functools.lru_cache(maxsize=64)
def declaration_from(text: str) -> Declaration:
    """Return what `Declaration.spelled` gave."""
    told: dict[str, Any] = json.loads(text)
    return Declaration(
        tuple(told["identify"]),
        tuple(Compared(one["field"], Way(one["way"]), one["within"]) for one in told["compared"]),
        tuple(tuple(line) for line in told["agree"]),
        tuple(told["contradict"]),
        Answer(told["answer"]),
    )
