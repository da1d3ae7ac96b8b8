"""The order in which fixes wait for a person, and which of them are meant.

Merges come first, those whose decision is worth most before the others: the nearer a pair is to the line from which on
records are merged without asking, the more a word on it settles, and the more hangs on the two records, the more it
matters. Other fixes follow in the order in which they were proposed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.model import Action, Fix, FixState, Stream
from syncd.review.merges import MergeView, views_of
from syncd.settings.reading.names import must_be_rule, stream_named

if TYPE_CHECKING:
    from syncd.settings import Settings
    from syncd.store import Transaction

#: The most fixes one call lists or decides on.
LIMIT = 100_000
#: Fixes on a page of the queue.
PAGE = 100
#: What is taken for the probability of a pair that matching does not know any more.
_UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fixes a person means; what is left open means all."""

    stream: str | None = None
    rule: str | None = None
    owner: str | None = None
    field: str | None = None
    action: Action | None = None
    #: Bounds of the probability that two records are one; with either, only merges are meant.
    above: float | None = None
    below: float | None = None
    state: FixState = FixState.PROPOSED

    @property
    def is_open(self) -> bool:
        """Return whether nothing is said."""
        return self == Wanted(state=self.state)


@dataclass(frozen=True, slots=True)
class Queued:
    """One fix in the queue."""

    fix: Fix
    owners: tuple[str, ...]
    #: Of a merge.
    view: MergeView | None = None
    #: What a decision is worth; only compared among merges.
    value: float = 0.0


def queue(tx: Transaction, settings: Settings, wanted: Wanted, *, is_whole: bool = False) -> list[Queued]:
    """Return the fixes that are meant, in the order in which they are best decided; merges whole if that is asked."""
    return _ranked(tx, settings, _selected(tx, settings, wanted), wanted, is_whole=is_whole)


def queue_page(
    tx: Transaction, settings: Settings, wanted: Wanted, actions: Collection[Action] = (), *, after: str = ""
) -> tuple[list[Queued], str]:
    """Return some fixes that are meant, those proposed first, as they are best decided; and behind which more follow.

    It looks at no more of the queue than it returns, however long that is: the order is one within the page.
    """
    named = stream_named(settings, wanted.stream) if wanted.stream is not None else None
    streams = [named] if named is not None else [one.stream for one in settings.streams]
    found = [
        fix
        for stream in streams
        for fix in tx.journal.select(
            stream=stream, states=(wanted.state,), rule=wanted.rule, actions=actions, limit=PAGE + 1, after=after
        )
    ]
    fixes = sorted(found, key=lambda fix: fix.id)
    rest = fixes[PAGE - 1].id if len(fixes) > PAGE else ""
    return _ranked(tx, settings, fixes[:PAGE], wanted, is_whole=False), rest


def _ranked(
    tx: Transaction, settings: Settings, found: Sequence[Fix], wanted: Wanted, *, is_whole: bool
) -> list[Queued]:
    fixes = [fix for fix in found if _is_meant(fix, wanted)]
    views = views_of(tx, settings, fixes, is_whole=is_whole)
    queued = [_queued(settings, fix, views.get(fix.id)) for fix in fixes]
    meant = [one for one in queued if _is_between(one, wanted) and (not wanted.owner or wanted.owner in one.owners)]
    return sorted(meant, key=lambda one: (one.fix.action is not Action.MERGE, -one.value))


def value_of(view: MergeView, merge_from: float) -> float:
    """Return what a decision on a merge is worth."""
    probability = _UNKNOWN if view.probability is None else view.probability
    distance = abs(_log_odds(probability) - _log_odds(merge_from))
    return (1 + math.log2(1 + view.stake)) / (1 + distance)


def _log_odds(probability: float) -> float:
    held = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))


def _selected(tx: Transaction, settings: Settings, wanted: Wanted) -> Sequence[Fix]:
    stream: Stream | None = stream_named(settings, wanted.stream) if wanted.stream is not None else None
    if wanted.rule is not None:
        must_be_rule(settings, wanted.rule)
    return tx.journal.select(stream=stream, states=(wanted.state,), rule=wanted.rule, limit=LIMIT)


def _is_meant(fix: Fix, wanted: Wanted) -> bool:
    is_of_field = wanted.field is None or any(wanted.field in {one.field, one.property} for one in fix.changes)
    return is_of_field and wanted.action in {None, fix.action}


def _is_between(one: Queued, wanted: Wanted) -> bool:
    if wanted.above is None and wanted.below is None:
        return True
    probability = one.view.probability if one.view is not None else None
    lowest, highest = wanted.above or 0.0, 1.0 if wanted.below is None else wanted.below
    return probability is not None and lowest <= probability <= highest


def _queued(settings: Settings, fix: Fix, view: MergeView | None) -> Queued:
    stream = settings.stream(f"{fix.ref.account}/{fix.ref.object}")
    owners = {stream.owner_of(rule) for rule in fix.rules} if stream is not None else set()
    value = value_of(view, _merge_line(stream.stream.kind)) if view is not None and stream is not None else 0.0
    return Queued(fix, tuple(sorted(owner for owner in owners if owner)), view, value)


def _merge_line(kind: str) -> float:
    """Return from which probability on records of a kind are merged without asking."""
    from quality.dedupe import shipped_points

    return shipped_points("company" if kind == "company" else "person").merge_from
