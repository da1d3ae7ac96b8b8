"""File + environment → frozen `Settings`, or every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path as FilePath
from types import MappingProxyType

from quality import CustomRule, Rule, catalog, description_of
from syncd.errors import ConfigError, Mistake
from syncd.located import Document, read_document, shaped
from syncd.model import Mode
from syncd.settings.parts.accounts import AccountSettings
from syncd.settings.parts.dns import DnsSettings
from syncd.settings.parts.enrichment import EnrichmentSettings
from syncd.settings.parts.figures import (
    CostSettings,
    FigureSettings,
    MetricsSettings,
    TargetSettings,
    UpkeepSettings,
    targets_of,
    wrong_targets,
)
from syncd.settings.parts.guards import GuardSettings
from syncd.settings.parts.inbound import InboundSettings, placed_inbound
from syncd.settings.parts.linked_accounts import LinkedAccounts, odd_linked_accounts, wrong_linked_accounts
from syncd.settings.parts.log import LogSettings
from syncd.settings.parts.notifications import NotificationSettings
from syncd.settings.parts.store import StoreSettings
from syncd.settings.parts.web import WebSettings
from syncd.settings.reading.enrichment import EnrichmentReading, enrichment_secrets, placed_enrichment
from syncd.settings.reading.inbound import InboundReading
from syncd.settings.reading.pooling import pooled
from syncd.settings.reading.secrets_in import secrets_in
from syncd.settings.reading.streams import StreamSettings, StreamsReading
from syncd.settings.shape import SettingsFile
from syncd.settings.values.references import Resolution, resolve, without_values
from syncd.settings.values.urls import is_exposed, placed_store


@dataclass(frozen=True)
class Settings:
    """What a person configured, checked and completed. Two are equal when they mean the same."""

    accounts: Mapping[str, AccountSettings] = field(default_factory=lambda: MappingProxyType({}))
    #: Companies before persons before deals: what is linked to is read before what links.
    streams: tuple[StreamSettings, ...] = ()
    #: Accounts that tell of the same people, companies and deals, by what somebody calls them.
    linked_accounts: Mapping[str, LinkedAccounts] = field(default_factory=lambda: MappingProxyType({}))
    inbound: InboundSettings = field(default_factory=InboundSettings)
    #: The rules that an admin wrote, by name.
    custom_rules: Mapping[str, CustomRule] = field(default_factory=lambda: MappingProxyType({}))
    guards: GuardSettings = field(default_factory=GuardSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    dns: DnsSettings = field(default_factory=DnsSettings)
    enrichment: EnrichmentSettings = field(default_factory=EnrichmentSettings)
    web: WebSettings = field(default_factory=WebSettings)
    log: LogSettings = field(default_factory=LogSettings)
    targets: Mapping[str, TargetSettings] = field(default_factory=lambda: MappingProxyType({}))
    cost: CostSettings = field(default_factory=CostSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    #: Odd, but usable.
    warnings: tuple[Mistake, ...] = field(default=(), compare=False)
    #: Every file that was read: a change to one of them is a change to the settings.
    files: tuple[FilePath, ...] = field(default=(), compare=False)

    def stream(self, name: str) -> StreamSettings | None:
        """Return the stream of this name, `account/object`; None when there is none."""
        return next((one for one in self.streams if one.stream.name == name), None)

    def figures_of(self, stream: StreamSettings) -> FigureSettings:
        """Return what is wanted of the figures of a stream."""
        targets = targets_of(self.targets, stream.stream, stream.rule_names, list(stream.mapping.fields))
        upkeep = self.upkeep_of(stream.stream.account)
        return FigureSettings(upkeep, targets, self.cost, self.metrics, is_linked=bool(stream.pool))

    def upkeep_of(self, account: str) -> UpkeepSettings:
        """Return what is said of the upkeep of an account."""
        streams = [one for one in self.streams if one.stream.account == account]
        return UpkeepSettings(
            tuple(one.stream for one in streams),
            rules=len({name for one in streams for name in one.rule_names}),
            is_applying=any(one.mode is Mode.APPLY for one in streams),
            is_somebody_told=bool(self.notifications.channels),
            has_targets=bool(self.targets),
        )

    @property
    def rule_names(self) -> tuple[str, ...]:
        """Return the names of all rules there are, in their order."""
        return tuple(sorted({*catalog(), *self.custom_rules}))

    def secrets(self) -> tuple[str, ...]:
        """Return every text that must not be shown."""
        found = secrets_in(self.accounts.values(), self.store, self.web, self.notifications, self.inbound)
        return (*found, *enrichment_secrets(self.enrichment))

    @property
    def rules_by_name(self) -> Mapping[str, Rule]:
        """Return all rules there are, an admin's own among them."""
        return {**catalog(), **next((one.catalog for one in self.streams if one.catalog is not None), {})}

    def description_of(self, rule: str) -> str:
        """Return what a rule says of a right record; KeyError when there is none of this name."""
        return self.custom_rules[rule].spec.description if rule in self.custom_rules else description_of(rule)


def load_settings(path: FilePath | None, env: Mapping[str, str], *, logs_in: bool = True) -> Settings:
    """Return the settings in a file; without one, those that need no account.

    Raises ConfigError with every mistake in the file and in the mappings it names. Relative paths in the file are
    relative to its folder.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        mistake = Mistake(str(path), 0, 0, "there is no such file")
        raise ConfigError([mistake], hint="`syncd init` writes one") from None
    except OSError as error:
        raise ConfigError([Mistake(str(path), 0, 0, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise ConfigError([Mistake(str(path), 0, 0, "is not UTF-8 text")]) from None
    return parse_settings(text, file=str(path), folder=path.parent, env=env, logs_in=logs_in)


def parse_settings(text: str, *, file: str, folder: FilePath, env: Mapping[str, str], logs_in: bool = True) -> Settings:
    """Return the settings in `text`; `file` is its name in messages, `folder` where its relative paths begin."""
    resolution = resolve(read_document(text, file), env, folder, logs_in=logs_in)
    document = resolution.document
    mistakes = [*resolution.mistakes]
    shape, found = shaped(document, SettingsFile)
    mistakes += [mistake for path, mistake in found if path not in resolution.failed]
    if shape is None:
        raise ConfigError(sorted(set(without_values(mistakes, document.data))))
    if document.data.get("accounts") is None:
        mistakes.append(document.mistake(("accounts",), "is missing; name at least one CRM login", of_key=True))
    reading = StreamsReading(shape, document, folder)
    streams = pooled(reading.streams(), partial(_compared_otherwise, document, mistakes))
    mistakes += reading.mistakes
    rules = sorted({*catalog(), *reading.custom})
    fields = {one.stream.name: list(one.mapping.fields) for one in streams}
    mistakes += wrong_targets(shape.targets, document, fields, rules)
    mistakes += wrong_linked_accounts(shape.linked_accounts, document)
    enriching = EnrichmentReading(
        shape.enrichment, document, folder, {one.stream: one.mapping.fields for one in streams}
    )
    mistakes += enriching.mistakes
    inbound = InboundReading(shape.inbound, document, streams)
    # A stream that has a mistake is none, and what comes in for it would be told to lead nowhere.
    mistakes += [] if reading.mistakes else inbound.mistakes()
    if mistakes:
        told = without_values(mistakes, document.data)
        raise ConfigError(sorted(set(told)), hint="nothing was changed; correct the file and try again")
    return Settings(
        accounts=MappingProxyType({name: _placed(account, folder) for name, account in shape.accounts.items()}),
        streams=streams,
        linked_accounts=MappingProxyType(shape.linked_accounts),
        inbound=placed_inbound(shape.inbound, folder),
        custom_rules=reading.custom,
        guards=shape.guards.model_copy(update={"stop_file": folder / shape.guards.stop_file}),
        store=shape.store.model_copy(update={"url": placed_store(shape.store.url, folder)}),
        dns=shape.dns,
        enrichment=placed_enrichment(shape.enrichment, folder),
        web=shape.web,
        log=shape.log,
        targets=MappingProxyType(shape.targets),
        cost=shape.cost,
        metrics=shape.metrics,
        notifications=shape.notifications,
        warnings=tuple(
            sorted(
                [
                    *resolution.warnings,
                    *reading.warnings,
                    *_odd(shape, resolution, streams),
                    *inbound.warnings(),
                    *enriching.odd(),
                ]
            )
        ),
        files=(folder / FilePath(file).name, *resolution.files, *reading.files),
    )


def _compared_otherwise(document: Document, mistakes: list[Mistake], stream: str) -> None:
    told = "linked accounts have to say the same of when two records are one"
    mistakes.append(document.mistake(("streams", stream, "matching"), told))


def _placed(account: AccountSettings, folder: FilePath) -> AccountSettings:
    """Return the account with its paths made relative to the folder of the settings."""
    oauth = account.oauth
    if oauth is None or oauth.token_file is None:
        return account
    return account.model_copy(update={"oauth": oauth.model_copy(update={"token_file": folder / oauth.token_file})})


def _odd(shape: SettingsFile, resolution: Resolution, streams: Sequence[StreamSettings]) -> list[Mistake]:
    """Return what is odd in settings that can be used."""
    found: list[tuple[tuple[str, ...], str | None]]
    found = [(("accounts", name, "url"), account.url) for name, account in shape.accounts.items()]
    found += [
        (("accounts", name, "change_events", "url"), account.change_events.url)
        for name, account in shape.accounts.items()
        if account.change_events is not None
    ]
    told = "sends the token in clear; use https"
    exposed = [resolution.document.mistake(path, told) for path, url in found if url is not None and is_exposed(url)]
    watched = [one.stream for one in streams]
    return [*exposed, *odd_linked_accounts(shape.linked_accounts, resolution.document, watched)]
