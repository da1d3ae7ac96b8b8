"""Both ends of a link that could not be made: whichever is gone is known to be so, or it would be proposed for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.protocol import Want
from syncd.engine.reading.keep import keep_gone, keep_gone_of, keep_records
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.model import Fix, Gone, SourceRecord, Stream
from syncd.store import Transaction


@dataclass(frozen=True, slots=True)
class Ends:
    """What the CRM says of the ends of some links."""

    #: The records that were to be linked.
    records: tuple[SourceRecord, ...] = ()
    gone: tuple[Gone, ...] = ()
    #: Those they were to be linked to, as far as they are gone, by their stream.
    far: tuple[tuple[Stream, tuple[Gone, ...]], ...] = ()

    def keep(self, work: StreamPass, tx: Transaction) -> None:
        """Keep what is gone, then judge those that are there: nobody is linked to what is not."""
        now = work.tools.clock.now()
        for stream, gone in self.far:
            keep_gone_of(tx, stream, gone, now)
        keep_gone(work, tx, self.gone)
        keep_records(work, tx, self.records)


def read_ends(setup: StreamSetup, unmade: Sequence[Fix]) -> Ends:
    """Read both ends of those of `unmade` that are links; without any, no call is made."""
    links = [fix for fix in unmade if fix.link is not None]
    if not links:
        return Ends()
    near = setup.connector.read(setup.want, list(dict.fromkeys(fix.ref.id for fix in links)))
    by_object: dict[str, dict[str, None]] = defaultdict(dict)
    for fix in links:
        assert fix.link is not None  # noqa: S101 - for the type checker
        by_object[fix.link.to.object][fix.link.to.id] = None
    kinds = {name: kind for kind, name in setup.objects.items()}
    far = [
        (replace(setup.stream, object=name, kind=kinds[name]), setup.connector.read(Want(name, ()), list(ids)).gone)
        for name, ids in by_object.items()
        if name in kinds
    ]
    return Ends(near.records, near.gone, tuple((stream, gone) for stream, gone in far if gone))
