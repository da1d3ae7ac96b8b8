"""What the findings of a kept record rest on, found out from the copy alone: no CRM is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from connectors.protocol import Connector
from mappings import bind, to_canonical
from quality import Evidence, evidence_of, lookup_keys
from syncd.engine.judging.ageing import times_of
from syncd.engine.judging.agreeing import with_same
from syncd.engine.judging.surroundings import lacking_fields, surroundings_of
from syncd.engine.outside.enriching import enriched
from syncd.engine.peers import Peers, fetched_schema, peers_in
from syncd.engine.setup import StreamSetup
from syncd.model import Mode, Record, SourceRecord
from syncd.settings import StreamSettings
from syncd.store import Transaction


def evidence_for(
    tx: Transaction, wanted: StreamSettings, streams: Sequence[StreamSettings], source: SourceRecord, now: datetime
) -> tuple[Record, Evidence]:
    """Return the record as we spell it, and what the rules of its stream looked at where they find something now."""
    setup = setup_of(wanted, streams, source)
    record = to_canonical(setup.mapping, source)
    keys = lookup_keys(record, lacking_fields(setup))
    surroundings = surroundings_of(tx, setup, [record], [keys], now)
    surroundings = with_same(tx, setup, surroundings, [record])
    times = times_of(tx, setup, [source]).get(source.ref.id, {})
    provided = enriched(tx, setup, [record]).offers
    around = replace(surroundings, field_times={record.ref: times}, provided=provided)
    return record, evidence_of(setup.ruleset, record, around)


def setup_of(wanted: StreamSettings, streams: Sequence[StreamSettings], source: SourceRecord) -> StreamSetup:
    """Return a setup that can judge and nothing else; what was fetched stands for what the account has."""
    neighbours = [one for one in streams if one.stream.account == wanted.stream.account]
    schema = fetched_schema(source)
    return StreamSetup(
        stream=wanted.stream,
        connector=cast("Connector", None),
        mapping=bind(wanted.mapping, schema)[0],
        schema=schema,
        ruleset=wanted.ruleset(),
        mode=wanted.mode,
        guards=wanted.guards,
        every_s=0.0,
        enriching=wanted.enriching,
        objects={one.stream.kind: one.stream.object for one in neighbours},
        mappings={one.stream.object: one.mapping for one in neighbours},
        linked=wanted.linked,
        tidying=wanted.ruleset(Mode.APPLY) if wanted.linked is not None else None,
        pool=wanted.pool,
        peers=Peers(peers_in(streams, wanted.stream.account), {}),
    )
