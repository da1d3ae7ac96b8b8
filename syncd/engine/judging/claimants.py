"""Two records of one account that should hold one value which only one may: put before people where they may be one.

Matching compares what records hold. A record that a value is proposed for would be found if it held it; so the two are
held against each other as if it did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mappings import is_left_alone
from quality import Keys, Twin
from syncd.engine.judging.taken import HOLDS, SHOULD_HOLD
from syncd.engine.matching.pairs import read_pair
from syncd.engine.matching.twins import copies_of
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref
from syncd.store import Transaction

Twins = Mapping[Ref, tuple[Twin, ...]]


def with_claimants(
    tx: Transaction, setup: StreamSetup, records: Sequence[Record], keys: Sequence[Keys], twins: Twins
) -> Twins:
    """Return the twins of records with those among them that are asked about for a value's sake.

    `keys` are the new ones of the records, which do not tell yet what each should hold: judging finds that out.
    """
    claims = list(_claims(tx, setup, records, keys))
    known = {ref: {one.record.ref for one in found} for ref, found in twins.items()}
    new = [one for one in claims if one[1] not in known.get(one[0], set())]
    if not new:
        return twins
    judged = {record.ref: record for record in records}
    copies = {**copies_of(tx, setup, {ref for mine, other, _, _ in new for ref in (mine, other)}), **judged}
    found = dict(twins)
    for mine, other, wanting, value in new:
        if mine in copies and other in copies:
            twin = _twin(tx, setup, (copies[mine], copies[other]), wanting, value)
            found[mine] = (*found.get(mine, ()), twin) if twin is not None else found.get(mine, ())
    return {ref: those for ref, those in found.items() if those}


def _claims(
    tx: Transaction, setup: StreamSetup, records: Sequence[Record], keys: Sequence[Keys]
) -> Iterator[tuple[Ref, Ref, Ref, str]]:
    """Yield a judged record, the other one, which of them lacks the value, and the value with its property."""
    account, kind = setup.stream.account, setup.stream.kind
    kept = tx.records.keys_of(setup.stream, [record.ref.id for record in records])
    mine = {
        record.ref: {(name, value) for name, value in now if name == HOLDS}
        | {(name, value) for name, value in kept.get(record.ref.id, ()) if name == SHOULD_HOLD}
        for record, now in zip(records, keys, strict=True)
    }
    other_way = {HOLDS: SHOULD_HOLD, SHOULD_HOLD: HOLDS}
    wanted = {(other_way[name], value) for found in mine.values() for name, value in found}
    others = tx.records.with_key(account, kind, wanted) if wanted else {}
    for ref, found in mine.items():
        for name, value in sorted(found):
            for other in others.get((other_way[name], value), ()):
                if other != ref and other.object == ref.object:
                    yield ref, other, ref if name == SHOULD_HOLD else other, value


def _twin(tx: Transaction, setup: StreamSetup, pair: tuple[Record, Record], wanting: Ref, value: str) -> Twin | None:
    """Return the other record as a twin that a person is asked about; None where matching takes the two for two."""
    property_name, _, held = value.partition(" ")
    field = next((name for name, one in setup.mapping.fields.items() if one.property == property_name), "")
    one, other = (
        replace(record, values={**record.values, field: held}) if record.ref == wanting else record for record in pair
    )
    read = read_pair(tx, one, other) if field else None
    if is_left_alone(setup.mapping, pair[1]) or read is None or read.is_apart or read.probability < read.ask_from:
        return None
    return Twin(pair[1], read.probability, is_sure=False, reasons=tuple(reason.text for reason in read.reasons))
