"""One fix whole: what it does and why, and what became of it; of a merge both records, and why they are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.model import Fix
from syncd.review.linked import plan_of
from syncd.review.merges import MergeView, views_of

if TYPE_CHECKING:
    from connectors import Fidelity
    from syncd.engine import LinkedMerges, PairReading
    from syncd.settings import Settings
    from syncd.store import Entry, Transaction


@dataclass(frozen=True, slots=True)
class Shown:
    """One fix, and all that is known of it."""

    fix: Fix
    events: Sequence[Entry]
    view: MergeView | None = None
    pair: PairReading | None = None
    fidelity: Fidelity | None = None
    #: What is merged together with it in linked accounts.
    plan: LinkedMerges | None = None

    @classmethod
    def of(cls, tx: Transaction, settings: Settings, fix: Fix) -> Shown:
        """Read what there is of a fix; of a merge both records, and what speaks for and against it."""
        events = tx.journal.events(fix.id)
        view = views_of(tx, settings, [fix]).get(fix.id)
        stream = settings.stream(f"{fix.ref.account}/{fix.ref.object}")
        if view is None or stream is None:
            return cls(fix, events)
        from connectors import merge_fidelity
        from syncd.engine import as_ours, read_pair

        pair = None
        if view.goes is not None and view.stays is not None:
            pair = read_pair(tx, as_ours(stream, view.stays), as_ours(stream, view.goes))
        fidelity = merge_fidelity(stream.mapping.crm, fix.ending)
        return cls(fix, events, view, pair, fidelity, plan_of(tx, settings, fix))
