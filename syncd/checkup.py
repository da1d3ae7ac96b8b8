"""Looks at everything a run would need and tells every problem at once. Writes nothing to a CRM."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors import Connector, Feed, Want, open_hook
from connectors.book import CallBook
from connectors.forecast import LimitedBy, foresee
from mappings import RecordMapping, bind
from quality import MAIL_DOMAINS, OWNERS
from syncd.clock import Clock
from syncd.engine.outside.providing import open_sources
from syncd.engine.reading.foresight import means_of, sentence_of
from syncd.errors import ConfigError, ConnectorError, SyncdError
from syncd.model import Mode, Role, Schema
from syncd.scheduler import Habit, planned_calls
from syncd.settings import Settings, StreamSettings, spell_duration
from syncd.settings.parts.inbound import path_of
from syncd.store import Store
from syncd.wiring import open_store

#: Fewer calls left today than this, and a first pull may not end today.
_FEW_CALLS = 1_000
_DAY_S = 86_400.0
_SPREAD = "It takes calls of several days; a larger `share` would make it sooner."
_OPTIONAL = "What is not in the account is optional: make it in the CRM if you want it."


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing looked at."""

    #: configuration, store, account, or stream.
    area: str
    #: Which one: an account's or a stream's name, a place in a file.
    subject: str
    level: Level
    message: str
    hint: str = ""
    #: What would have stopped a run.
    error: SyncdError | None = None


def examine(
    settings: Settings,
    connectors: Mapping[str, Connector],
    clock: Clock,
    books: Mapping[str, CallBook] | None = None,
) -> Iterator[Remark]:
    """Yield what is found, as it is found; a problem in one place never hides those in another.

    With the `books` of the connectors' calls it is foretold how long first loads will take.
    """
    yield from _configuration(settings, clock)
    store: Store | None = None
    try:
        store = open_store(settings, clock)
        yield Remark("store", _scheme(settings), Level.OK, "can be used")
        if why := store.stop_reason():
            hint = "Look at `syncd plan`, then `syncd stop --lift`."
            yield Remark("store", _scheme(settings), Level.WARNING, f"nothing is written: {why}", hint)
        yield from _users(settings, store)
    except SyncdError as error:
        yield _trouble("store", _scheme(settings), error)
    try:
        for name, connector in connectors.items():
            reachable = yield from _account(name, connector, store)
            if reachable and any(
                OWNERS in one.ruleset().asks for one in settings.streams if one.stream.account == name
            ):
                yield _owners(name, connector)
            yield from _hook(settings, name, clock)
            yield from _feed(settings, name, connector) if reachable else ()
            for stream in settings.streams:
                if reachable and stream.stream.account == name:
                    yield from _stream(stream, connector)
            if reachable and store is not None and books is not None:
                yield from _loads(settings, connector, books[name], store, clock)
    finally:
        if store is not None:
            store.close()


def mistakes_of(error: ConfigError) -> list[Remark]:
    """Return what is wrong with a configuration that cannot be used, one remark a mistake."""
    return [
        Remark("configuration", _place(str(one), one.message), Level.ERROR, one.message, error.hint, error)
        for one in error.mistakes
    ]


def _configuration(settings: Settings, clock: Clock) -> Iterator[Remark]:
    for warning in settings.warnings:
        yield Remark("configuration", _place(str(warning), warning.message), Level.WARNING, warning.message)
    if settings.guards.stop_file.exists():
        hint = "Delete the file to let syncd write again."
        yield Remark("configuration", str(settings.guards.stop_file), Level.WARNING, "the stop switch is on", hint)
    if settings.custom_rules:
        examples = sum(len(one.spec.examples) for one in settings.custom_rules.values())
        told = f"{', '.join(settings.custom_rules)}; all {examples} examples hold"
        yield Remark("configuration", f"{len(settings.custom_rules)} rules of your own", Level.OK, told)
    yield from _linked(settings)
    yield from _inbound(settings)
    yield from _lookups(settings)
    yield from _providers(settings, clock)
    yield from _web(settings)
    streams = ", ".join(f"{one.stream.name} ({one.mode})" for one in settings.streams)
    yield Remark("configuration", f"{len(settings.streams)} streams", Level.OK, streams)


def _linked(settings: Settings) -> Iterator[Remark]:
    """Tell which accounts are linked, and of what records counterparts are looked for."""
    for name, group in settings.linked_accounts.items():
        watched = [one.stream for one in settings.streams if one.stream.account in group.accounts]
        objects = ", ".join(one.name for one in watched if one.kind in group.kinds)
        told = f"{' and '.join(group.accounts)} are one: {', '.join(group.kinds)} ({objects or 'nothing is watched'})"
        yield Remark("configuration", f"linked_accounts: {name}", Level.OK, told)


def _providers(settings: Settings, clock: Clock) -> Iterator[Remark]:
    """Try each provider without a cost, and tell what leaves the house for it."""
    for name, source in open_sources(settings.enrichment, None, clock, threading.Event()).items():
        chosen, where = settings.enrichment.providers[name], f"provider {name}"
        try:
            yield Remark("configuration", where, Level.OK, source.provider.check())
        except SyncdError as error:
            # A run goes on without it.
            yield Remark("configuration", where, Level.WARNING, f"cannot be asked: {error.message}", error.hint)
        finally:
            source.provider.close()
        if source.goes_to:
            asked = " and the ".join(chosen.by)
            told = f"{source.goes_to} is told the {asked} of each {chosen.about} that lacks something"
            yield Remark("configuration", where, Level.OK, told)
    if settings.enrichment.providers and not any("enriched" in one.ruleset().rules for one in settings.streams):
        told = "providers are named, and no stream takes anything from them"
        hint = "Name fields, and leave the rule enriched on."
        yield Remark("configuration", "enrichment", Level.WARNING, told, hint)


def _inbound(settings: Settings) -> Iterator[Remark]:
    """Tell where forms post to and files are put, and whether a folder can be worked with."""
    public = settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}"
    for name, form in settings.inbound.forms.items():
        told = f"posts to {public}{path_of(name, form)}, for {form.stream} ({form.mode})"
        yield Remark("configuration", f"form {name}", Level.OK, told)
    for name, folder in settings.inbound.folders.items():
        where = f"folder {name}"
        if not folder.path.is_dir():
            yield Remark("configuration", where, Level.WARNING, f"{folder.path} is not there yet", "A run makes it.")
        elif not os.access(folder.path, os.R_OK | os.W_OK | os.X_OK):
            hint = "Let the user that syncd runs as read and write there."
            yield Remark("configuration", where, Level.WARNING, f"files in {folder.path} cannot be moved", hint)
        else:
            told = f"{folder.path}, every {spell_duration(folder.every)}, for {folder.stream} ({folder.mode})"
            yield Remark("configuration", where, Level.OK, told)


def _web(settings: Settings) -> Iterator[Remark]:
    """Tell what other machines can reach, and what they cannot although somebody may think so."""
    web = settings.web
    where = f"web: {web.host}:{web.port}"
    if not web.is_local and web.metrics_token is None:
        told = "other machines can read metrics and health there, without a login"
        yield Remark("configuration", where, Level.WARNING, told, "Set web.metrics_token, or let nobody else reach it.")
    if web.console and not web.is_local and web.public_url is None:
        told = "no console is served where others can listen in: nothing says how people reach it by https"
        yield Remark("configuration", where, Level.WARNING, told, "Set web.public_url, behind a reverse proxy.")
    if web.public_url is not None and web.public_url.startswith("https://") and not web.trusted_proxies:
        told = "pauses for who guesses passwords, and the access log, see the proxy's address instead of people's"
        yield Remark("configuration", "web.trusted_proxies", Level.WARNING, told, "Name the proxy's address there.")


def _users(settings: Settings, store: Store) -> Iterator[Remark]:
    """Tell whether anybody may log in to the console."""
    web = settings.web
    if not web.console or (not web.is_local and web.public_url is None):
        return
    with store.reading() as tx:
        found = tx.users.all()
    if not found and web.oidc is None:
        hint = "`syncd users add NAME --role admin`"
        yield Remark("store", "users", Level.WARNING, "nobody may log in to the console yet", hint)
    elif found and not any(one.role is Role.ADMIN for one in found) and web.oidc is None:
        hint = "`syncd users role NAME admin`"
        yield Remark("store", "users", Level.WARNING, "no user of the console is admin", hint)


def _lookups(settings: Settings) -> Iterator[Remark]:
    """Tell of a rule that waits for look-ups, and of look-ups that no rule waits for."""
    is_wanted = any(MAIL_DOMAINS in one.ruleset().asks for one in settings.streams)
    if is_wanted and not settings.dns.enabled:
        told = "email_unreachable is on, and finds nothing as long as no mail domain is looked up"
        yield Remark("configuration", "dns", Level.WARNING, told, "Set `dns: {enabled: true}`, or the rule off.")
    if settings.dns.enabled and not is_wanted:
        told = "mail domains may be looked up, and no rule wants to know"
        yield Remark("configuration", "dns", Level.WARNING, told, "Turn on the rule email_unreachable.")


def _account(name: str, connector: Connector, store: Store | None) -> Generator[Remark, None, bool]:
    """Yield what is found of an account; return whether its streams can be looked at."""
    try:
        identity = connector.identify()
        if store is not None:
            with store.transaction() as tx:
                tx.accounts.remember_identity(name, identity.id)
    except SyncdError as error:
        yield _trouble("account", name, error)
        return not isinstance(error, ConnectorError)
    told = f"the credentials open account {identity.id}" if identity.id else "the credentials are accepted"
    if identity.daily_remaining is None:
        yield Remark("account", name, Level.OK, told)
    elif identity.daily_remaining < _FEW_CALLS:
        few = f"{told}; only {identity.daily_remaining} calls are left today"
        yield Remark("account", name, Level.WARNING, few, "Other integrations use the same allowance.")
    else:
        of = f" of {identity.daily_limit}" if identity.daily_limit else ""
        yield Remark("account", name, Level.OK, f"{told}; {identity.daily_remaining}{of} calls are left today")
    return True


def _hook(settings: Settings, name: str, clock: Clock) -> Iterator[Remark]:
    """Tell where the CRM has to post its events, where any are expected."""
    crm, webhooks = settings.accounts[name].crm, settings.accounts[name].webhooks
    if webhooks is None:
        return
    public = webhooks.public_url or settings.web.public_url
    if open_hook(crm, webhooks.secret.reveal(), clock) is None:
        yield Remark("account", name, Level.WARNING, f"{crm} posts no events", "Leave webhooks out.")
    elif public is None:
        told = "webhooks are expected, but how the CRM reaches syncd is not said: none can be told from a forged one"
        hint = "Set webhooks.public_url, or web.public_url: https://syncd.example.com."
        yield Remark("account", name, Level.ERROR, told, hint, ConfigError(told, hint=hint))
    else:
        yield Remark("account", name, Level.OK, f"events are to be posted to {public}/hooks/{crm}/{name}")


def _feed(settings: Settings, name: str, connector: Connector) -> Iterator[Remark]:
    """Tell whether changes will be heard of, where the feed is to be followed; a run does not depend on it."""
    objects = [one.stream.object for one in settings.streams if one.stream.account == name]
    if not settings.accounts[name].follows_changes or not isinstance(connector, Feed):
        return
    try:
        refused = connector.check_feed(objects)
    except SyncdError as error:
        told = f"its feed of changes cannot be followed: {error.message}"
        yield Remark("account", name, Level.WARNING, told, error.hint)
        return
    for object_name, why in refused.items():
        hint = "Switch Change Data Capture on for the object, or ask for its changes often enough (`every`)."
        yield Remark("stream", f"{name}/{object_name}", Level.WARNING, f"no change is announced: {why}", hint)
    heard = [one for one in objects if one not in refused]
    if heard:
        yield Remark("account", name, Level.OK, f"changes are announced of {', '.join(heard)}")


def _owners(name: str, connector: Connector) -> Remark:
    """Tell whether it can be known who has left; a run does not depend on it."""
    try:
        owners = connector.owners()
    except ConnectorError as error:
        told = f"who owns records cannot be read, so owner_active does not know who has left: {error.message}"
        return Remark("account", name, Level.WARNING, told, error.hint)
    left = sum(not one.is_active for one in owners.values())
    return Remark(
        "account",
        name,
        Level.OK,
        f"{len(owners)} owners, of whom {left or 'none'} {'has' if left == 1 else 'have'} left",
    )


def _stream(wanted: StreamSettings, connector: Connector) -> Iterator[Remark]:
    name, object_name = wanted.stream.name, wanted.stream.object
    try:
        schema = connector.describe(object_name)
        next(iter(connector.census(object_name)), ())
        if wanted.mode is not Mode.OBSERVE:
            connector.check_rights(object_name)
    except SyncdError as error:
        yield _trouble("stream", name, error)
        return
    bound, lacking = bind(wanted.mapping, schema)
    remarks = [*_lacking(name, lacking), *_left_out(wanted, bound), *_picklists(name, bound, schema)]
    yield from remarks
    if all(one.level is not Level.ERROR for one in remarks):
        rules = wanted.ruleset().rules
        told = f"{len(bound.fields)} fields, {len(rules)} rules, mode {wanted.mode}"
        yield Remark("stream", name, Level.OK, told)


def _loads(settings: Settings, connector: Connector, book: CallBook, store: Store, clock: Clock) -> Iterator[Remark]:
    """Tell how long first loads will take, for a call each; and whether a day's calls are enough for what is wanted."""
    name = connector.account
    chosen, ours = settings.accounts[name], [one for one in settings.streams if one.stream.account == name]
    now, hours = clock.now(), (chosen.quiet_hours, chosen.quiet_zone)
    with store.reading() as tx:
        unread = [one for one in ours if tx.cursors.last_success(one.stream) is None]
    for wanted in unread:
        try:
            count = connector.count(wanted.stream.object)
        except ConnectorError:
            # What keeps the stream from being read is told above.
            continue
        if count is None:
            continue
        want = Want(wanted.stream.object, wanted.mapping.properties, tuple(wanted.mapping.links.values()))
        told = foresee(connector.effort(want, count), means_of(book, *hours, now), now)
        sentence = sentence_of(wanted.stream.name, told, chosen.share, chosen.quiet_zone, now)
        level = Level.WARNING if told.limited_by is LimitedBy.DAY else Level.OK
        yield Remark("stream", wanted.stream.name, level, sentence, _SPREAD if level is Level.WARNING else "")
    room = book.day().ours
    plan = sum(planned_calls([Habit(one.every.total_seconds()) for one in ours], _DAY_S).values())
    if room is not None and plan > room:
        told_of = f"asking {len(ours)} streams for changes so often takes {plan:,.0f} calls a day, {room:,} are ours"
        yield Remark("account", name, Level.WARNING, told_of, "They are asked less often then; set `every` of streams.")


def _lacking(name: str, sentences: Sequence[str]) -> Iterator[Remark]:
    hint = "Make the property in the CRM, or name the right one under `properties` of the stream."
    for sentence in sentences:
        yield Remark("stream", name, Level.ERROR, sentence, hint, ConfigError(sentence))


def _left_out(wanted: StreamSettings, bound: RecordMapping) -> Iterator[Remark]:
    """Tell in one line of optional properties that something would be written to, if they were there."""
    lacking = [
        mapped.property
        for field, mapped in wanted.mapping.fields.items()
        if field not in bound.fields and mapped.is_optional and mapped.is_writable
    ]
    if lacking and wanted.mode is not Mode.OBSERVE:
        told = f"not in the account, and so not written: {', '.join(lacking)}"
        yield Remark("stream", wanted.stream.name, Level.OK, told, _OPTIONAL)


def _picklists(name: str, bound: RecordMapping, schema: Schema) -> Iterator[Remark]:
    for field, mapped in bound.fields.items():
        options = schema.fields[mapped.property].options
        unknown = sorted(value for value in mapped.values if value not in options) if options else []
        if unknown:
            told = f"the list '{mapped.property}' ({field}) has no {', '.join(map(repr, unknown))}"
            yield Remark("stream", name, Level.WARNING, told, "Such a value is never read, and cannot be written.")


def _trouble(area: str, subject: str, error: SyncdError) -> Remark:
    return Remark(area, subject, Level.ERROR, error.message, error.hint, error)


def _scheme(settings: Settings) -> str:
    return settings.store.url.reveal().partition(":")[0]


def _place(whole: str, message: str) -> str:
    return whole.removesuffix(message).rstrip(": ")
