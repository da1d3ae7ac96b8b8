"""What sure counterparts are linked to, told in the records of one's own account: for rules that mend links by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mappings import to_canonical
from quality import Counterpart
from syncd.engine.matching.several import is_sure_beside
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref, Stream
from syncd.store import Transaction, TwinRow

#: A group of companies is looked up to so many steps: deeper ones are nobody's.
_STEPS = 6
_COMPANY = "company"

#: A record of another account, by account, kind and id.
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class LinksElsewhere:
    """Looks up links for records of one stream."""

    tx: Transaction
    setup: StreamSetup

    def ours(self, counterparts: Mapping[Ref, tuple[Counterpart, ...]]) -> dict[Place, Ref]:
        """Return the one record of the own account that each record linked over there surely is."""
        sure = [one.record for found in counterparts.values() for one in found if one.is_sure]
        wanted: dict[tuple[Stream, str], set[str]] = defaultdict(set)
        for record in sure:
            for stream, own, id_ in self._linked(record):
                wanted[stream, own].add(id_)
        found: dict[Place, Ref] = {}
        for (stream, own), ids in wanted.items():
            for id_, rows in self.tx.twins.of(stream, sorted(ids)).items():
                here = {
                    row.ref
                    for row in rows
                    if self._is_one(stream, id_, row)
                    and (row.ref.account, row.ref.object) == (self.setup.stream.account, own)
                }
                if len(here) == 1:
                    found[stream.account, stream.kind, id_] = here.pop()
        return found

    def _is_one(self, stream: Stream, id_: str, row: TwinRow) -> bool:
        """Return whether a row tells of the same record here; where there may be several, of any of them."""
        linked = self.setup.linked
        if linked is None or not linked.has_several(stream.kind):
            return row.is_sure
        # What another one stands in the way of is as sure as that one: then it is none of the two.
        return is_sure_beside(Ref(stream.account, stream.object, id_), row, 0.0)

    def groups_of(self, companies: Iterable[Ref]) -> dict[str, Record]:
        """Return what is kept of companies of the stream, and of those they are a part of."""
        found: dict[str, Record] = {}
        due = {ref.id for ref in companies}
        for _ in range(_STEPS):
            kept = self.tx.records.read(self.setup.stream, sorted(due)) if due else {}
            found |= {id_: to_canonical(self.setup.mapping, source) for id_, source in kept.items()}
            due = {str(found[id_].values.get("parent") or "") for id_ in kept} - found.keys() - {""}
        return found

    def _linked(self, record: Record) -> Iterator[tuple[Stream, str, str]]:
        """Yield what a counterpart is linked to: its stream over there, the object it would be here, and its id."""
        peer = self.setup.peers.get((record.ref.account, record.ref.object))
        if peer is None:
            return
        for kind, ids in record.links.items():
            there, here = peer.mapping.links.get(kind), self.setup.mapping.links.get(kind)
            if there is not None and here is not None:
                yield from ((Stream(record.ref.account, there, kind), here, id_) for id_ in ids)
        parent = record.values.get("parent") if record.kind == _COMPANY else None
        if parent:
            yield peer.stream, self.setup.stream.object, str(parent)
