"""Asks the CRM what wrote the values that something is wrong with: an import of old, a form, a colleague last week.

So many in each pass as the settings allow, none unless they do. What the CRM does not tell counts by what made the
record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from syncd.engine.outside.origins import OTHER, SOURCES
from syncd.engine.setup import StreamPass
from syncd.errors import RefusedError
from syncd.model import Maker


def trace(work: StreamPass) -> None:
    """Learn what wrote some of the wrong values of a stream; free when there is nothing to ask."""
    limit, fields = work.setup.figures.metrics.trace, work.setup.mapping.fields
    if not limit:
        return
    with work.tools.store.reading() as tx:
        places = tx.makers.untraced(work.stream, limit)
        known = tx.makers.all(work.stream.account) if places else {}
    if not places:
        return
    asked = {(record_id, fields[name].property): (record_id, name) for record_id, name in places if name in fields}
    try:
        told = work.setup.connector.written_by(work.stream.object, list(asked)) if asked else {}
    except RefusedError:
        # Who may not see histories is not asked again about these.
        told = {}
    kinds = {maker.mark: maker.kind for maker in known.values() if maker.mark}
    found: dict[tuple[str, str], Maker | None] = dict.fromkeys(places)
    found |= {asked[place]: _with_kind(maker, kinds) for place, maker in told.items()}
    with work.tools.store.transaction() as tx:
        tx.makers.trace(work.stream, found)


def _with_kind(maker: Maker, kinds: Mapping[str, str]) -> Maker:
    """Return a maker of a kind that metrics know; one of whom only the user is told is what records tell of them."""
    kind = maker.kind or kinds.get(maker.mark, OTHER)
    return replace(maker, kind=kind if kind in SOURCES else OTHER)
