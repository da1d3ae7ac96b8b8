"""The streams: each account is asked who it is and what its objects look like, and a setup comes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from connectors import Connector
from mappings import RecordMapping, bind, shipped_mapping
from quality import compile_ruleset
from syncd.engine import StreamSetup, Tools, ask_owners
from syncd.engine.figures.measure import COUNTERPART_STATES, STALE_SIGNALS, golden_fields
from syncd.engine.guarding.guard import GUARDS
from syncd.engine.holds import NOT_BELIEVED, OF_FIELDS, OF_RULES
from syncd.engine.outside.origins import SOURCES
from syncd.engine.peers import Peer, Peers, peers_in
from syncd.engine.reading.caught import CATCHES
from syncd.errors import ConnectorError, RefusedError
from syncd.model import Mode, Schema, Stream
from syncd.settings import Settings, StreamSettings
from syncd.telemetry import Telemetry
from syncd.wiring.accounts import accounts_of


@dataclass(frozen=True, slots=True)
class Ready:
    """The streams, as far as they can be worked on."""

    setups: tuple[StreamSetup, ...]
    lacking: Mapping[str, tuple[str, ...]]
    #: Streams that are left out, and why.
    refused: Mapping[Stream, ConnectorError]


def set_up(
    settings: Settings,
    tools: Tools,
    connectors: Mapping[str, Connector],
    *,
    without: Collection[str] = (),
    over_failures: bool = False,
) -> Ready:
    """Return a setup for each stream that may be read, but those of the accounts `without`. Also after a reload.

    A stream that the CRM refuses is told and left out, and so are, `over_failures`, all streams of an account that does
    not even say who it is; ConnectorError when that leaves none.
    """
    accounts = [name for name in accounts_of(settings) if name not in without]
    found = [_set_up_named(settings, name, tools, connectors[name], over_failures=over_failures) for name in accounts]
    setups = tuple(setup for ready in found for setup in ready.setups)
    lacking = {stream: sentences for ready in found for stream, sentences in ready.lacking.items()}
    refused = {stream: error for ready in found for stream, error in ready.refused.items()}
    if refused and not setups:
        raise next(iter(refused.values()))
    return Ready(setups, lacking, refused)


def _set_up_named(
    settings: Settings, account: str, tools: Tools, connector: Connector, *, over_failures: bool
) -> Ready:
    """Set an account up; an error of its CRM says whose it is, for a command asks several."""
    try:
        return set_up_account(settings, account, tools, connector)
    except ConnectorError as error:
        error.args = (f"{account}: {error.message}", *error.args[1:])
        if not over_failures:
            raise
        return Ready((), {}, {one.stream: error for one in settings.streams if one.stream.account == account})


def set_up_account(settings: Settings, account: str, tools: Tools, connector: Connector) -> Ready:
    """Ask one CRM who it is and what its objects look like; return a setup for each stream that may be read."""
    identity = connector.identify().id
    with tools.store.transaction() as tx:
        tx.accounts.remember_identity(account, identity)
        counts = tx.journal.outcome_counts()
    tools.telemetry.account_reached(account)
    setups: list[StreamSetup] = []
    lacking: dict[str, tuple[str, ...]] = {}
    refused: dict[Stream, ConnectorError] = {}
    for wanted in (one for one in settings.streams if one.stream.account == account):
        try:
            found, sentences = _set_up(wanted, settings.streams, connector)
            setup = replace(found, figures=settings.figures_of(wanted))
        except RefusedError as error:
            refused[wanted.stream] = error
            tools.telemetry.pass_failed(wanted.stream, error)
            continue
        setups.append(setup)
        if sentences:
            lacking[setup.stream.name] = sentences
            tools.telemetry.fields_missed(setup.stream, sentences)
        _expect(tools.telemetry, setup)
        with tools.store.reading() as tx:
            state, caught = tx.sweeps.of(setup.stream), tx.sweeps.caught(setup.stream)
        caught = {**dict.fromkeys(CATCHES, 0), **caught}
        tools.telemetry.swept_before(setup.stream, caught, None if state.last is None else state.last.at)
    tools.telemetry.restored((one.account, one.object, one.rule, one.state.value, one.count) for one in counts)
    tools.peers.update(
        (one.stream, Peer(one.stream, one.mapping, one.schema, one.tidying, enriching=one.enriching)) for one in setups
    )
    ask_owners(tools, account, connector, setups)
    setups = _with_tasks(setups, connector, tools.telemetry)
    of_account = settings.accounts[account]
    shared: dict[str, Any] = {
        "mappings": {setup.stream.object: setup.mapping for setup in setups},
        "peers": Peers(peers_in(settings.streams, account), tools.peers),
        "book": tools.books.get(account),
        "quiet_hours": of_account.quiet_hours,
        "quiet_zone": of_account.quiet_zone,
    }
    return Ready(tuple(replace(setup, **shared) for setup in setups), lacking, refused)


def _set_up(
    wanted: StreamSettings, all_streams: Sequence[StreamSettings], connector: Connector
) -> tuple[StreamSetup, tuple[str, ...]]:
    stream = wanted.stream
    schema = connector.describe(stream.object)
    mapping, sentences = bind(wanted.mapping, schema)
    neighbours = [one.stream for one in all_streams if one.stream.account == stream.account]
    setup = StreamSetup(
        stream=stream,
        connector=connector,
        mapping=mapping,
        schema=schema,
        ruleset=wanted.ruleset(),
        mode=wanted.mode,
        guards=wanted.guards,
        reconcile=wanted.reconcile,
        every_s=wanted.every / timedelta(seconds=1),
        objects={neighbour.kind: neighbour.object for neighbour in neighbours},
        matching=wanted.matching,
        creates=wanted.creates,
        is_completed=any(one.creates is not False for one in all_streams if _is_beside(one.stream, stream)),
        tasks=wanted.tasks,
        enriching=wanted.enriching,
        linked=wanted.linked,
        tidying=wanted.ruleset(Mode.APPLY) if wanted.linked is not None else None,
        pool=wanted.pool,
    )
    return setup, sentences


def _is_beside(one: Stream, stream: Stream) -> bool:
    return (one.account, one.kind) == (stream.account, stream.kind)


def _with_tasks(setups: Sequence[StreamSetup], connector: Connector, telemetry: Telemetry) -> list[StreamSetup]:
    """Return the streams, each that has tasks for people with a setup of the stream in which those are made.

    Where the CRM does not let us see tasks, none are made, and that is told.
    """
    described: dict[str, tuple[RecordMapping, Schema]] = {}
    found: list[StreamSetup] = []
    for setup in setups:
        held_in = setup.mapping.dialect.tasks
        shipped = shipped_mapping(setup.mapping.crm, held_in.object) if setup.tasks and held_in else None
        if shipped is None:
            found.append(setup)
            continue
        watched = next((one for one in setups if one.stream.object == shipped.object), None)
        if shipped.object not in described:
            try:
                schema = watched.schema if watched is not None else connector.describe(shipped.object)
            except RefusedError as error:
                telemetry.fields_missed(setup.stream, [f"no task is made for people: {error.message}"])
                found.append(setup)
                continue
            described[shipped.object] = (watched.mapping if watched else bind(shipped, schema)[0], schema)
        mapping, schema = described[shipped.object]
        of_tasks = StreamSetup(
            stream=Stream(setup.stream.account, shipped.object, shipped.kind),
            connector=connector,
            mapping=mapping,
            schema=schema,
            # Where nobody watches tasks, nothing is wrong with them.
            ruleset=watched.ruleset if watched is not None else compile_ruleset(shipped.kind, {}, rules={}),
            mode=setup.mode,
            guards=setup.guards.model_copy(update={"max_share": 1.0, "max_share_per_day": None}),
            every_s=setup.every_s,
            objects=setup.objects,
            mappings=setup.mappings,
        )
        found.append(replace(setup, task_setup=of_tasks))
    return found


def _expect(telemetry: Telemetry, setup: StreamSetup) -> None:
    rules = {step.name: step.severity for step in setup.ruleset.steps}
    telemetry.workload.expect_stream(setup.stream)
    telemetry.expect(
        setup.stream,
        rules=rules,
        fields=[name for name in setup.mapping.fields if name in setup.ruleset.fields],
        signals=sorted({signal for rule, signal in STALE_SIGNALS.items() if rule in rules}),
        to=setup.mapping.links,
        guards=GUARDS,
        holds=sorted(OF_RULES | OF_FIELDS | NOT_BELIEVED),
        counterparts=COUNTERPART_STATES if setup.pool else (),
    )
    telemetry.expect_golden(setup.stream, golden_fields(setup.ruleset))
    telemetry.expect_sources(setup.stream, SOURCES)
