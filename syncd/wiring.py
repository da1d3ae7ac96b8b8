"""The one place where concrete parts meet: settings in, a store, connectors and a setup for each stream out."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from connectors import Connector, Options, TokenFile, open_connector
from connectors.book import CallBook
from connectors.purpose import Purpose
from mappings import RecordMapping, bind, shipped_mapping
from quality import compile_ruleset
from syncd.clock import Clock
from syncd.engine import DomainLookups, StreamSetup, Tools, ask_owners
from syncd.engine.calls_kept import keep_calls, restore_calls
from syncd.engine.figures.measure import COUNTERPART_STATES, STALE_SIGNALS, golden_fields
from syncd.engine.guarding.guard import GUARDS
from syncd.engine.holds import NOT_BELIEVED, OF_FIELDS, OF_RULES
from syncd.engine.outside.origins import SOURCES
from syncd.engine.peers import Peer, Peers, peers_in
from syncd.engine.reading.caught import CATCHES
from syncd.errors import RefusedError, StoreError, StoreLockedError
from syncd.mail_domains import MailDomains
from syncd.model import Mode, Schema, Stream
from syncd.settings import AccountSettings, DnsSettings, LogSettings, Settings, StreamSettings
from syncd.store import Store, StoreKeys
from syncd.telemetry import LogFormat, Telemetry, configure_logs

#: How many more objects Python lets there be before it looks for garbage, of each age. Its own measure, 700, costs a
#: seventh of a pass: hardly anything of a record is garbage that only such a search could find.
GARBAGE = (20_000, 20, 20)
#: How often a call is tried, unless somebody is waiting for the answer.
ATTEMPTS = Options().attempts


@dataclass(frozen=True, slots=True)
class Ready:
    """The streams, as far as they can be worked on."""

    setups: tuple[StreamSetup, ...]
    lacking: Mapping[str, tuple[str, ...]]
    refused: Mapping[Stream, RefusedError]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a pass needs, put together. Close it when done."""

    settings: Settings
    tools: Tools
    connectors: Mapping[str, Connector]
    setups: tuple[StreamSetup, ...]
    #: What the account lacks of what the mappings name, by stream.
    lacking: Mapping[str, tuple[str, ...]]
    #: Streams that the credentials may not even describe, and why; the others go on.
    refused: Mapping[Stream, RefusedError]

    @property
    def store(self) -> Store:
        """Return the store."""
        return self.tools.store

    @property
    def telemetry(self) -> Telemetry:
        """Return the telemetry."""
        return self.tools.telemetry

    def close(self) -> None:
        """Let go of connections and of the store, having kept what was counted."""
        with suppress(StoreError):
            # The store may be what this ends for; then a few calls are not counted.
            keep_calls(self.tools, self.tools.books)
        for connector in self.connectors.values():
            connector.close()
        self.store.close()


def open_telemetry(clock: Clock, settings: LogSettings, *, level: str | None = None) -> Telemetry:
    """Return the telemetry of this process, with its log lines on the way to standard error."""
    telemetry = Telemetry(clock)
    configure_logs(telemetry.redaction, form=LogFormat(settings.format.value), level=level or settings.level.value)
    return telemetry


def open_store(settings: Settings, clock: Clock) -> Store:
    """Return the store, its tables up to date; StoreError says what is wrong with it."""
    with ExitStack() as on_trouble:
        store = Store.open(settings.store.url.reveal(), clock, StoreKeys.of(*settings.store.revealed_keys))
        on_trouble.callback(store.close)
        store.migrate()
        on_trouble.pop_all()
    return store


def build(
    settings: Settings,
    *,
    clock: Clock,
    telemetry: Telemetry,
    stop: threading.Event | None = None,
    holder: str = "",
    accounts: Collection[str] | None = None,
) -> Parts:
    """Put everything together; asks each CRM (that of `accounts`, if given) who it is and what its objects look like.

    With a `holder` the accounts are held in that name, as whatever writes must do. Raises what the parts raise.
    """
    wanted = frozenset(accounts_of(settings) if accounts is None else accounts)
    parts = lay_out(settings, clock=clock, telemetry=telemetry, stop=stop)
    with ExitStack() as on_trouble:
        on_trouble.callback(parts.close)
        if holder:
            # Who works on one of linked accounts holds all of them: their records are matched with each other.
            parts.store.hold(with_linked(settings, wanted), holder)
        for account in wanted:
            restore_calls(parts.tools, account)
        ready = set_up(settings, parts.tools, parts.connectors, without={*accounts_of(settings)} - wanted)
        on_trouble.pop_all()
    return replace(parts, setups=ready.setups, lacking=ready.lacking, refused=ready.refused)


def lay_out(
    settings: Settings,
    *,
    clock: Clock,
    telemetry: Telemetry,
    stop: threading.Event | None = None,
    holder: str = "",
) -> Parts:
    """Open everything that needs no CRM: makes no call, so that no stream is set up yet.

    With a `holder` this process joins those that share the work on the store.
    """
    gc.set_threshold(*GARBAGE)
    stop = stop or threading.Event()
    with ExitStack() as on_trouble:
        store = open_store(settings, clock)
        on_trouble.callback(store.close)
        if holder:
            store.join(holder, silence_s=settings.store.silence / timedelta(seconds=1))
        books: dict[str, CallBook] = {}
        connectors = open_connectors(
            settings, clock=clock, telemetry=telemetry, stop=stop, confirm=store.confirm, books=books
        )
        on_trouble.pop_all()
    lookups = _lookups(settings.dns, clock, stop)
    tools = Tools(store=store, telemetry=telemetry, clock=clock, stop=stop, domains=lookups, books=books)
    return Parts(settings, tools, connectors, (), {}, {})


def _lookups(settings: DnsSettings, clock: Clock, stop: threading.Event) -> DomainLookups | None:
    """Return how mail domains are looked up; None where that is switched off."""
    if not settings.enabled:
        return None
    resolver = MailDomains(clock, timeout_s=settings.timeout.total_seconds(), stop=stop)
    return DomainLookups(resolver, settings.per_pass, settings.keep)


def never_write(account: str) -> None:
    """Refuse to write: whoever does so has to hold the account."""
    raise StoreLockedError(f"Nobody holds the account {account!r}.")


def open_connectors(
    settings: Settings,
    *,
    clock: Clock,
    telemetry: Telemetry,
    stop: threading.Event | None = None,
    attempts: int = ATTEMPTS,
    confirm: Callable[[str], None] = never_write,
    books: dict[str, CallBook] | None = None,
) -> dict[str, Connector]:
    """Return a connector for each account; makes no call. Their secrets never reach a log from here on.

    `confirm` is asked right before each write to an account, and raises where it is not ours to work on. Calls are
    counted in the `books`, which outlive the connectors.
    """
    books = {} if books is None else books
    connectors: dict[str, Connector] = {}
    for name, account in settings.accounts.items():
        book = books.setdefault(name, CallBook(clock))
        book.share_out(account.share, account.daily_reserve)
        options = Options(stop=stop, attempts=attempts, confirm=partial(confirm, name), book=book)
        connectors[name] = _open(name, account, options, clock, telemetry)
    return connectors


def accounts_of(settings: Settings) -> tuple[str, ...]:
    """Return the accounts that have streams."""
    return tuple(sorted({one.stream.account for one in settings.streams}))


def with_linked(settings: Settings, accounts: Collection[str]) -> frozenset[str]:
    """Return accounts with those that are linked with one of them."""
    linked = [
        group.accounts for group in settings.linked_accounts.values() if not {*accounts}.isdisjoint(group.accounts)
    ]
    return frozenset(accounts).union(*linked)


def set_up(
    settings: Settings, tools: Tools, connectors: Mapping[str, Connector], *, without: Collection[str] = ()
) -> Ready:
    """Return a setup for each stream that may be read, but those of the accounts `without`. Also after a reload.

    A stream that the CRM refuses is told and left out; RefusedError when that leaves none.
    """
    accounts = [name for name in accounts_of(settings) if name not in without]
    found = [set_up_account(settings, name, tools, connectors[name]) for name in accounts]
    setups = tuple(setup for ready in found for setup in ready.setups)
    lacking = {stream: sentences for ready in found for stream, sentences in ready.lacking.items()}
    refused = {stream: error for ready in found for stream, error in ready.refused.items()}
    if refused and not setups:
        raise next(iter(refused.values()))
    return Ready(setups, lacking, refused)


def set_up_account(settings: Settings, account: str, tools: Tools, connector: Connector) -> Ready:
    """Ask one CRM who it is and what its objects look like; return a setup for each stream that may be read."""
    identity = connector.identify().id
    with tools.store.transaction() as tx:
        tx.accounts.remember_identity(account, identity)
        counts = tx.journal.outcome_counts()
    tools.telemetry.account_reached(account)
    setups: list[StreamSetup] = []
    lacking: dict[str, tuple[str, ...]] = {}
    refused: dict[Stream, RefusedError] = {}
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


def _open(name: str, account: AccountSettings, options: Options, clock: Clock, telemetry: Telemetry) -> Connector:
    credentials = _credentials(account)
    for secret in credentials.values():
        telemetry.redaction.hide(secret)
    options = replace(
        options,
        share=account.share,
        daily_reserve=account.daily_reserve,
        overlap=account.overlap,
        hide=telemetry.redaction.hide_for_a_while,
        token_file=_token_file(account, credentials.get("refresh_token", ""), telemetry),
        feed_url=_feed_url(account),
    )
    connector = open_connector(account.crm, name, str(account.url or ""), credentials, options, telemetry, clock)
    telemetry.expect_account(name, getattr(connector, "endpoints", ()))
    telemetry.workload.expect(name, [purpose.value for purpose in Purpose])
    return connector


def _feed_url(account: AccountSettings) -> str:
    """Return where the account's feed of changes is; empty where the CRM has it."""
    return str(account.change_events.url or "") if account.change_events is not None else ""


def _credentials(account: AccountSettings) -> dict[str, Any]:
    if account.token is not None:
        return {"token": account.token.reveal()}
    oauth = account.oauth
    assert oauth is not None, "the settings allow no account without a way in"  # noqa: S101 - for the type checker
    secrets = {name: getattr(oauth, name) for name in ("client_secret", "refresh_token", "password", "private_key")}
    given = {name: secret.reveal() for name, secret in secrets.items() if secret is not None}
    names = {"client_id": oauth.client_id, "username": oauth.username}
    return {**{name: text for name, text in names.items() if text}, **given}


def _token_file(account: AccountSettings, given: str, telemetry: Telemetry) -> TokenFile | None:
    """Return where the CRM's newest refresh token is kept, for a way in that has one."""
    file = account.oauth.token_file if account.oauth else None
    return TokenFile(file, given, telemetry.redaction.hide) if file is not None and given else None
