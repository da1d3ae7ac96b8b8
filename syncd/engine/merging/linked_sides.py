"""The streams of linked accounts in one pass, as merges that are done together see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mappings import RecordMapping
from syncd.engine.matching.several import has_several
from syncd.engine.merging.linked_records import Known, Place, is_id
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.errors import ConnectorError
from syncd.model import Fix, SourceRecord
from syncd.store import Transaction

#: The field that holds the id of a counterpart, where the CRM itself keeps one.
LINKED_ID = "linked_id"


@dataclass(frozen=True, slots=True)
class Sides:
    """Streams by account and object, and those that failed."""

    works: dict[Place, StreamPass]
    failed: dict[str, ConnectorError] = field(default_factory=dict)

    @classmethod
    def of(cls, works: Sequence[StreamPass]) -> Sides:
        """Take those streams whose accounts are linked with others."""
        linked = [work for work in works if work.setup.linked is not None]
        return cls({(work.stream.account, work.stream.object): work for work in linked})

    @property
    def tools(self) -> Tools:
        """Return what all of them share."""
        return next(iter(self.works.values())).tools

    def work_of(self, fix: Fix) -> StreamPass:
        """Return the stream of a fix; KeyError where it is no part of the pass."""
        return self.works[fix.ref.account, fix.ref.object]

    def have(self, fixes: Sequence[Fix]) -> bool:
        """Return whether the streams of all these are part of the pass, and none of them has failed."""
        found = [self.works.get((fix.ref.account, fix.ref.object)) for fix in fixes]
        return all(work is not None and work.stream.name not in self.failed for work in found)

    def fixes(self, fix_ids: Sequence[str]) -> list[Fix]:
        """Return fixes as they stand in the journal."""
        with self.tools.store.reading() as tx:
            return fixes_of(tx, fix_ids)

    def known(self) -> list[Known]:
        """Return what planning has to know of the streams, and of those of their accounts that are not here."""
        known = {place: one for work in self.works.values() for place, one in known_beside(work.setup).items()}
        return [*{**known, **{place: known_of(work.setup) for place, work in self.works.items()}}.values()]

    def fail(self, works: Sequence[StreamPass], error: ConnectorError) -> None:
        """Remember that streams could not be worked on."""
        self.failed.update({work.stream.name: error for work in works})


def fixes_of(tx: Transaction, fix_ids: Sequence[str]) -> list[Fix]:
    """Return fixes by their ids, in that order."""
    return [fix for one in fix_ids if (fix := tx.journal.find(one)) is not None]


def known_of(setup: StreamSetup) -> Known:
    """Return what planning has to know of a stream."""
    return Known(
        setup.stream,
        setup.mode,
        _holds(setup.mapping),
        setup.connector.merge_changes_id,
        has_several=has_several(setup),
    )


def known_beside(setup: StreamSetup) -> dict[Place, Known]:
    """Return the same of the streams of linked accounts, as far as a stream knows of them."""
    peers = setup.peers.values()
    linked = setup.linked
    return {
        (one.stream.account, one.stream.object): Known(
            one.stream,
            holds=_holds(one.mapping),
            has_several=linked is not None and linked.has_several(one.stream.kind),
        )
        for one in peers
    }


def whose_counterpart_goes(
    work: StreamPass, going: Sequence[tuple[Fix, SourceRecord]], beside: Sequence[Fix] = ()
) -> frozenset[str]:
    """Return those merges whose record that goes is kept in step with one that goes by the same plan, or has gone."""
    holds = _holds(work.setup.mapping)
    held = {fix.id: str(record.values.get(holds) or "") for fix, record in going} if holds else {}
    held = {one: id_ for one, id_ in held.items() if id_}
    if not held:
        return frozenset()
    others = [one.stream for one in work.setup.peers.values() if one.stream.account != work.stream.account]
    with work.tools.store.reading() as tx:
        plans = tx.merge_plans.of(list(held))
        mates = {one: [*beside, *fixes_of(tx, plans.get(one, ()))] for one in held}
        return frozenset(
            one
            for one, id_ in held.items()
            if any(is_id(id_, fix.ref.id) and fix.ref.account != work.stream.account for fix in mates[one])
            or any(tx.aliases.current(stream, id_) != id_ for stream in others)
        )


def _holds(mapping: RecordMapping) -> str:
    mapped = mapping.fields.get(LINKED_ID)
    return mapped.property if mapped is not None else ""
