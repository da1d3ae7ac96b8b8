"""When single fields were last set: told by comparing what comes with what is held, for the fields a rule asks about.

A value first seen counts as set when its record was last changed: it cannot be younger. What we put into a better form
ourselves has not been set anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from syncd.engine.judging.people import is_same
from syncd.engine.setup import StreamSetup
from syncd.model import SourceRecord, Stream
from syncd.store import Transaction

Times = Mapping[str, Mapping[str, datetime]]


def timed_fields(setup: StreamSetup) -> tuple[str, ...]:
    """Return the fields of a stream of which some rule wants to know when they were last set."""
    wanted = {name for step in setup.ruleset.steps for name in step.options.timed_fields(setup.stream.kind)}
    return tuple(sorted(name for name in wanted if name in setup.mapping.fields))


def replaced(tx: Transaction, stream: Stream, times: Times) -> Counter[str]:
    """Return by field how many values were replaced by others, as told by when they were set and are now."""
    known = tx.field_times.of(stream, list(times)) if times else {}
    return Counter(
        name
        for record_id, moments in times.items()
        for name, moment in moments.items()
        if known.get(record_id, {}).get(name, moment) != moment
    )


def times_of(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord]) -> Times:
    """Return by record and field when the fields that some rule asks about were last set; free when none does.

    Only those that are filled.
    """
    timed = {name: setup.mapping.fields[name].property for name in timed_fields(setup)}
    if not timed:
        return {}
    ids = [source.ref.id for source in sources]
    known, held = tx.field_times.of(setup.stream, ids), tx.records.read(setup.stream, ids)
    ours = {key: change.after for key, change in tx.journal.last_written(setup.stream, ids).items()}
    return {
        source.ref.id: {
            name: _time(source, property_name, held.get(source.ref.id), known.get(source.ref.id, {}).get(name), ours)
            for name, property_name in timed.items()
            if source.values.get(property_name) not in {None, ""}
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
