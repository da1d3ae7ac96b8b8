"""The counterparts of a batch of records, for the rules that ask about them: looked up in a handful of queries.

A record has one sure counterpart at most of each object of a linked account, unless the settings say that there may be
several. Where several there are the same, they are
twins, to be merged first; meanwhile the one counts that a known id names, else the one that would stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from quality import Counterpart, Twin
from quality.survivorship import Wishes, in_rank, linked_survivor
from syncd.engine.matching.pools import points_of_pool, pool_of
from syncd.engine.matching.several import has_several, is_sure_beside
from syncd.engine.matching.twins import copies_of, related
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref, Stream
from syncd.store import Transaction, TwinRow

#: Said of a counterpart that has a sure twin in its own account.
NOT_THIS_ONE = "Another record of that object is the same, too, and counts until the two are merged."
_NOT_THE_ONE = "This record has a twin that counts in its place until the two are merged."
_TWO_AT_ONCE = "Two records that are not one both seem to be it."
Rows = Mapping[Ref, tuple[TwinRow, ...]]


def counterparts_of(
    tx: Transaction, setup: StreamSetup, records: Sequence[Record]
) -> dict[Ref, tuple[Counterpart, ...]]:
    """Return the counterparts of those of `records` that have any, as they are kept: the sure ones first."""
    if not setup.pool:
        return {}
    rows = _rows(tx, setup.stream.kind, [record.ref for record in records])
    found = related(tx, setup, records, lambda ref: ref.account != setup.stream.account)
    ends = {row.ref for ref in found for row in rows.get(ref, ()) if row.is_sure} - rows.keys()
    choosing = _Choosing(tx, setup, {**_rows(tx, setup.stream.kind, ends), **rows}, records)
    return {
        ref: tuple(sorted((choosing.counterpart(ref, twin) for twin in twins), key=lambda one: not one.is_sure))
        for ref, twins in found.items()
    }


class _Choosing:
    """Chooses which of several records that are the same counts, the same from wherever it is looked at."""

    def __init__(self, tx: Transaction, setup: StreamSetup, rows: Rows, records: Iterable[Record]) -> None:
        self._setup, self._rows, self._has_several = setup, rows, has_several(setup)
        pool = pool_of(tx, setup.stream)
        self._merge_from = 1.0 if pool is None else points_of_pool(pool).merge_from
        crowded = {one for ref in rows for one in self._crowd(ref)}
        self._copies = {**copies_of(tx, setup, crowded), **{record.ref: record for record in records}}

    def counterpart(self, ref: Ref, twin: Twin) -> Counterpart:
        """Return a related record as the counterpart that it surely is, or may be."""
        its = twin.record.ref
        found = Counterpart(twin.record, twin.is_sure, twin.probability, twin.reasons)
        if self._has_several:
            rows = (row for row in self._rows.get(ref, ()) if row.ref == its)
            return replace(found, is_sure=any(is_sure_beside(ref, row, self._merge_from) for row in rows))
        if not twin.is_sure:
            return found
        doubt = ""
        if self._counts(its) != its:
            doubt = NOT_THIS_ONE
        elif self._counts(ref) != ref:
            doubt = _NOT_THE_ONE
        elif self._is_torn(ref, its) or self._is_torn(its, ref):
            doubt = _TWO_AT_ONCE
        return replace(found, is_sure=False, reasons=(doubt, *found.reasons)) if doubt else found

    def _alike(self, ref: Ref) -> set[Ref]:
        """Return a record, and all that surely are the same."""
        return {ref, *(row.ref for row in self._rows.get(ref, ()) if row.is_sure)}

    def _crowd(self, ref: Ref) -> set[Ref]:
        """Return all records that surely are one with a record that surely has twins; nobody where it has none."""
        alike = self._alike(ref)
        return alike if len({(one.account, one.object) for one in alike}) < len(alike) else set()

    def _counts(self, ref: Ref) -> Ref:
        """Return which of a record and its sure twins counts."""
        alike = sorted(self._alike(ref), key=str)
        mine = [one for one in alike if (one.account, one.object) == (ref.account, ref.object)]
        if len(mine) == 1:
            return ref
        held = [self._copies[one] for one in mine if one in self._copies]
        others = [self._copies[one] for one in alike if one.account != ref.account and one in self._copies]
        wishes = self._wishes(ref)
        stays = linked_survivor(held, others, wishes) or next(iter(in_rank(held, wishes)), None)
        return ref if stays is None else stays.ref

    def _wishes(self, ref: Ref) -> Wishes:
        is_ours = ref.account == self._setup.stream.account
        peer = None if is_ours else self._setup.peers.get((ref.account, ref.object))
        ruleset = self._setup.ruleset if is_ours else None if peer is None else peer.tidying
        steps = () if ruleset is None else ruleset.steps
        return next((step.options for step in steps if isinstance(step.options, Wishes)), Wishes())

    def _is_torn(self, ref: Ref, its: Ref) -> bool:
        """Return whether another record of the same object is as surely the counterpart of one, and not the same."""
        place = (its.account, its.object)
        return any(
            (row.ref.account, row.ref.object) == place
            and row.ref != its
            and row.is_asked
            and not (row.is_sure or row.doubt)
            and row.probability >= self._merge_from
            for row in self._rows.get(ref, ())
        )


def _rows(tx: Transaction, kind: str, refs: Iterable[Ref]) -> dict[Ref, tuple[TwinRow, ...]]:
    """Return who is the same as these records, of whatever account and object."""
    by_place: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ref in refs:
        by_place[ref.account, ref.object].add(ref.id)
    return {
        Ref(account, name, record_id): rows
        for (account, name), ids in sorted(by_place.items())
        for record_id, rows in tx.twins.of(Stream(account, name, kind), sorted(ids)).items()
    }
