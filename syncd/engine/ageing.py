"""When single fields were last set: told by comparing what comes with what is held, for the fields a rule asks about.

A value first seen counts as set when its record was last changed: it cannot be younger. What we put into a better form
ourselves has not been set anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from syncd.engine.people import is_same
from syncd.engine.setup import StreamSetup
from syncd.model import SourceRecord
from syncd.store import Transaction

Times = Mapping[str, Mapping[str, datetime]]


def times_of(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord]) -> Times:
    """Return by record and field when the fields that some rule asks about were last set; free when none does."""
    kind = setup.stream.kind
    wanted = {name for step in setup.ruleset.steps for name in step.options.timed_fields(kind)}
    timed = {name: setup.mapping.fields[name].property for name in wanted if name in setup.mapping.fields}
    if not timed:
        return {}
    ids = [source.ref.id for source in sources]
    known, held = tx.field_times.of(setup.stream, ids), tx.records.read(setup.stream, ids)
    ours = {key: change.after for key, change in tx.journal.last_written(setup.stream, ids).items()}
    return {
        source.ref.id: {
            name: _time(source, property_name, held.get(source.ref.id), known.get(source.ref.id, {}).get(name), ours)
            for name, property_name in timed.items()
            if property_name in source.values
        }
        for source in sources
    }


def _time(
    source: SourceRecord,
    name: str,
    held: SourceRecord | None,
    known: datetime | None,
    ours: Mapping[tuple[str, str], object],
) -> datetime:
    if known is None or held is None:
        return source.modified_at
    key, value = (source.ref.id, name), source.values[name]
    is_unchanged = name in held.values and is_same(held.values[name], value)
    is_by_us = key in ours and ours[key] == value
    return known if is_unchanged or is_by_us else source.modified_at
