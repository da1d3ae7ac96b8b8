"""What other accounts know of the links of a record, told in the records of its own account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from quality.rule import COUNTERPARTS, FINE, LINKS_ELSEWHERE, Case, Counterpart, Verdict, fine_until
from syncd.model import Ref

#: What a rule asks for that looks at links elsewhere.
ASKS = (COUNTERPARTS, LINKS_ELSEWHERE)
#: What is linked over there and not known here yet may be known tomorrow: nothing tells when it is.
LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The records of the own account that a record is linked to as other accounts have it."""

    #: Each once, in the order they are linked there.
    known: tuple[Ref, ...] = ()
    #: Whether something is linked there of which nobody knows what it is here.
    is_partly_unknown: bool = False

    def none_yet(self, now: datetime) -> Verdict:
        """Return what to say as long as there is nothing to propose."""
        return fine_until(now + LOOK_AGAIN) if self.is_partly_unknown else FINE


def linked_elsewhere(case: Case, kind: str) -> Elsewhere:
    """Return what the sure counterparts of a record are linked to, of a kind."""
    return _told(
        case, kind, ((one, id_) for one in _sure(case) for id_ in one.record.links.get(kind, ()))
    )  # fmt: skip


def part_of_elsewhere(case: Case) -> Elsewhere:
    """Return the companies that the sure counterparts of a company are a part of."""
    parents = ((one, one.record.values.get("parent")) for one in _sure(case))
    return _told(case, "company", ((one, str(parent)) for one, parent in parents if parent))


def _sure(case: Case) -> Iterator[Counterpart]:
    for one in case.surroundings.counterparts.get(case.record.ref, ()):
        if one.is_sure:
            yield one


def _told(case: Case, kind: str, linked: Iterator[tuple[Counterpart, str]]) -> Elsewhere:
    found: dict[Ref, None] = {}
    is_partly_unknown = False
    for one, id_ in linked:
        here = case.surroundings.ours.get((one.record.ref.account, kind, id_))
        if here is None:
            is_partly_unknown = True
        else:
            found[here] = None
    return Elsewhere(tuple(found), is_partly_unknown)
