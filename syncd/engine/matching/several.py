"""Accounts in which one person, company or deal may be several records: who surely is a counterpart then.

A record of the other account that is as surely the same as another one beside it, and not one with that, is asked about
where each account has one record. Where there may be several, all of them are counterparts.
"""

from __future__ import annotations

from syncd.engine.setup import StreamSetup
from syncd.model import Ref
from syncd.store import TwinRow

#: Ends the version of a pool whose accounts may have several.
SEVERAL = "~several"


def has_several(setup: StreamSetup) -> bool:
    """Return whether a record of the stream may have several counterparts of one object of a linked account."""
    return setup.linked is not None and setup.linked.has_several(setup.stream.kind)


def is_sure_beside(ref: Ref, row: TwinRow, merge_from: float) -> bool:
    """Return whether a row tells of a sure counterpart where there may be several: only another one is against it."""
    return ref.account != row.ref.account and (
        row.is_sure or (row.is_asked and not row.doubt and row.probability >= merge_from)
    )
