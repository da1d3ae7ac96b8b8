"""Which of several records stays where records of other accounts are known to be linked with some of them.

Each account chooses for itself, and all have to choose alike. So it goes by what every account sees of all records in
the same form: what must not be, how far on they are, what hangs on them, the last sign of life, age.
"""

from __future__ import annotations

from collections.abc import Sequence

from quality.survivorship.ranking import in_rank
from quality.survivorship.wishes import Criterion, Wishes
from syncd.model import Record

_SEEN_ALIKE = (Criterion.STAGE, Criterion.LINKS, Criterion.ACTIVITY, Criterion.OLDEST)
#: The field in which an account keeps the id of a record's counterpart.
_NAMES = "linked_id"


def linked_survivor(mine: Sequence[Record], theirs: Sequence[Record], wishes: Wishes) -> Record | None:
    """Return the one of an account's records that stays, by the links that are known; None where none is.

    Of all linked records, whatever their account, the best one stays; elsewhere whichever is linked with it.
    """
    pairs = [(one, other) for one in mine for other in theirs if _are_linked(one, other)]
    if not pairs:
        return None
    order = in_rank({record.ref: record for pair in pairs for record in pair}.values(), _alike(wishes))
    place = {record.ref: number for number, record in enumerate(order)}
    # The best pair has the best record of all, and of the pairs that have it the best other one.
    return min(pairs, key=lambda pair: sorted(place[record.ref] for record in pair))[0]


def _alike(wishes: Wishes) -> Wishes:
    return wishes.model_copy(update={"survivor": _SEEN_ALIKE})


def _are_linked(one: Record, other: Record) -> bool:
    return _names(one, other) or _names(other, one)


def _names(one: Record, other: Record) -> bool:
    told = one.values.get(_NAMES)
    return isinstance(told, str) and told.strip() == other.ref.id
