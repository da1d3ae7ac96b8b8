"""The shape of `syncd.yaml`, part by part, as pydantic models. The sentences below the fields are the documentation:
editors, `config/defaults.yaml` and the docs show them.
"""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from syncd.located import did_you_mean
from syncd.model import Mode, Severity
from syncd.settings.parts.announcing import ChangeEventsEntry, WebhookSettings
from syncd.settings.parts.dns import DnsSettings
from syncd.settings.parts.enrichment import EnrichmentSettings
from syncd.settings.parts.figures import CostSettings, Label, MetricsSettings, TargetSettings
from syncd.settings.parts.inbound import InboundSettings
from syncd.settings.parts.linked_accounts import LinkedAccounts
from syncd.settings.parts.matching import MatchingChoice
from syncd.settings.parts.notifications import NotificationSettings
from syncd.settings.parts.part import Part
from syncd.settings.parts.reconciling import ReconcileSettings
from syncd.settings.parts.store_key import StoreKey
from syncd.settings.parts.tasks import TaskSettings
from syncd.settings.parts.web import WebSettings
from syncd.settings.values.duration import Duration
from syncd.settings.values.hours import Hours, Zone
from syncd.settings.values.secret import Secret
from syncd.settings.values.urls import CrmUrl, StoreUrl


class OAuthSettings(Part):
    """An OAuth app's access to an account. Which of these are needed depends on the CRM and on the way in."""

    client_id: str
    """The app's public id."""
    client_secret: Secret | None = None
    """The app's secret, by reference."""
    refresh_token: Secret | None = None
    """What the installation gave, by reference."""
    username: str | None = None
    """The user in whose name the app works, where the CRM asks for one."""
    password: Secret | None = None
    """That user's password, by reference, for CRMs of old."""
    private_key: Secret | None = None
    """The key the app signs with, by reference: file:/run/secrets/app.pem."""
    token_file: Path | None = None
    """Where a newer refresh token is kept when the CRM hands one out."""


class AccountSettings(Part):
    """One CRM login."""

    crm: str
    """Which CRM: hubspot or salesforce."""
    token: Secret | None = None
    """A private app's access token, by reference: ${HUBSPOT_TOKEN} or file:/run/secrets/hubspot."""
    oauth: OAuthSettings | None = None
    """An OAuth app's access, in place of a token."""
    url: CrmUrl | None = None
    """Another address than the CRM's own: a sandbox or a proxy."""
    share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """The part of the CRM's limits that syncd may use, of those for a few seconds and of those for a day; the rest is
    left to others."""
    daily_reserve: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """The part of a day's calls that syncd never touches, whoever has used up the others."""
    quiet_hours: Hours = ""
    """When first loads, and other reading of a whole base, may be done, 20:00-06:00; at other hours they pause. Changes
    are read and fixes written at any hour. Empty: everything at any hour."""
    quiet_zone: Zone = "UTC"
    """The time zone of these hours, Europe/Berlin."""
    overlap: Duration = timedelta(minutes=10)
    """How far each pull reaches back behind the last one, for changes that the CRM shows late."""
    webhooks: WebhookSettings | None = None
    """Events that the CRM posts as they happen, where it does: records they name are read at once."""
    change_events: ChangeEventsEntry | None = None
    """Follow the CRM's own feed of changes: true, or a mapping. Streams may then be asked for changes less often."""

    @model_validator(mode="after")
    def _one_way_in(self) -> AccountSettings:
        if (self.token is None) == (self.oauth is None):
            raise ValueError("needs either a token or oauth")
        return self

    @property
    def follows_changes(self) -> bool:
        """Return whether the CRM's own feed of changes is followed."""
        return self.change_events is not None and self.change_events.enabled


def _severity(given: object) -> object:
    known = {severity.name.lower(): severity for severity in Severity}
    if isinstance(given, Severity):
        return given
    if not isinstance(given, str) or given not in known:
        raise ValueError("should be info, warning or error")
    return known[given]


SeverityName = Annotated[
    Severity,
    BeforeValidator(_severity),
    PlainSerializer(lambda severity: severity.name.lower(), return_type=str),
    WithJsonSchema({"type": "string", "enum": [severity.name.lower() for severity in Severity]}),
]


class RuleSettings(Part):
    """What an admin chose for a rule. What is left out stays as the rule itself has it."""

    enabled: bool | None = None
    """Whether the rule judges at all."""
    mode: Mode | None = None
    """The most that may happen to its fixes: observe, suggest or apply. The weaker of this and the stream's holds."""
    severity: SeverityName | None = None
    """How much a finding matters: info, warning or error. A record with a warning or an error is not clean."""
    when: Annotated[str | None, StringConstraints(max_length=1000)] = None
    """Which records it judges, as a condition: country == "DE" && lifecycle_stage != "customer"."""
    owner: Annotated[str | None, StringConstraints(max_length=200)] = None
    """Who is responsible for what it finds: a name, a team or an address."""
    options: dict[str, Any] = {}
    """The rule's own options."""


def _rule(given: object) -> object:
    """Understand the short form: `off`, or a mode, which also switches the rule on."""
    if given == "off":
        return {"enabled": False}
    if given in list(Mode):
        return {"enabled": True, "mode": given}
    if given is None or isinstance(given, dict | RuleSettings):
        return given
    guess = did_you_mean(given, ("off", *Mode)) if isinstance(given, str) else ""
    raise ValueError(f"should be off, observe, suggest or apply, or a mapping{guess}")


RuleEntry = Annotated[
    RuleSettings,
    BeforeValidator(_rule, json_schema_input_type=Literal["off", "observe", "suggest", "apply"] | RuleSettings),
]


class Policy(StrEnum):
    """How far fixes of a field may go."""

    PROTECT = "protect"
    SUGGEST = "suggest"
    APPLY = "apply"

    @property
    def mode(self) -> Mode:
        """Return the strongest mode there may be."""
        return Mode.OBSERVE if self is Policy.PROTECT else Mode(self.value)


class FieldChoice(Part):
    """What an admin chose for one field, whatever the rules."""

    policy: Policy = Policy.APPLY
    """How far fixes of the field may go: protect (never written), suggest (a person approves each) or apply."""
    rules: list[str] = []
    """The rules that may change the field; others only observe. Empty: all."""


def _field_choice(given: object) -> object:
    """Understand the short form: a policy."""
    if given in list(Policy):
        return {"policy": given}
    if given is None or isinstance(given, dict | FieldChoice):
        return given
    guess = did_you_mean(given, list(Policy)) if isinstance(given, str) else ""
    raise ValueError(f"should be protect, suggest or apply, or a mapping{guess}")


FieldEntry = Annotated[
    FieldChoice,
    BeforeValidator(_field_choice, json_schema_input_type=Literal["protect", "suggest", "apply"] | FieldChoice),
]


class GuardSettings(Part):
    """What keeps a wrong rule from doing much: limits, a first few, and a switch."""

    max_changes_per_run: Annotated[int, Field(ge=0)] = 1000
    """A run that would change more records than this stops and waits for a person."""
    max_changes_per_day: Annotated[int, Field(ge=0)] = 5000
    """The same for a day (UTC), all runs of a stream together."""
    max_share: Annotated[float, Field(gt=0, le=1)] = 0.2
    """The part of a stream's records that one rule may change in a run. Filling an empty property that only syncd
    writes, as the normalised title or the quality flags, does not count."""
    max_share_per_day: Annotated[float | None, Field(gt=0, le=1)] = None
    """The same within 24 hours, all runs of a stream together; as `max_share` where nothing is said."""
    max_rule_changes_per_run: Annotated[int | None, Field(ge=0)] = None
    """This many records one rule may change in a run; the rest waits. Nothing said: as all rules together."""
    max_rule_changes_per_day: Annotated[int | None, Field(ge=0)] = None
    """The same within 24 hours, all runs of a stream together."""
    canary: Annotated[int, Field(ge=0)] = 5
    """This many fixes of each rule are written and read back before more of it follows. 0: none."""
    canary_pause: Duration = timedelta(0)
    """How long the first fixes that a rule ever writes to a stream stand alone, before more of it follows; long enough
    for people and workflows to set them back, 1h or 1d. 0: not at all."""
    max_jump: Annotated[float, Field(gt=0, le=1)] = 0.1
    """The part of a stream's records that may suddenly get findings of one rule, lose the value of one field, get one
    and the same text in one field, or be gone. More than that, and more than 50 records, are not believed: what
    follows from it waits for a person."""
    max_set_back: Annotated[int, Field(ge=1)] = 5
    """So often within a week may somebody set back what a rule has written before the rule is parked: on a tenth of
    the records it wrote to, or again and again on one."""
    max_removals_per_run: Annotated[int, Field(ge=0)] = 100
    """This many records a run may put into the CRM's recycle bin; the rest waits for the next."""
    removals_every: Duration = timedelta(0)
    """The pause between two runs that remove records: 30d for a monthly clean-up, 90d for a quarterly one."""
    max_merges_per_run: Annotated[int, Field(ge=0)] = 50
    """This many records a run may merge into others; the rest waits for the next."""
    max_creates_per_run: Annotated[int, Field(ge=0)] = 50
    """This many records a run may make; the rest waits for the next."""
    max_group: Annotated[int, Field(ge=2)] = 10
    """This many records at most become one in a run; what else would go into the same one waits for the next."""
    keep_copies: Duration = timedelta(days=400)
    """How long the store keeps the copy of a record that was removed or merged away."""
    keep_gone: Duration = timedelta(days=90)
    """How long the store keeps what a record said that the CRM has no more; some can be restored for so long."""
    keep_history: Duration = timedelta(days=400)
    """How long the journal keeps the values of a fix; what is older cannot be undone."""
    keep_accesses: Duration = timedelta(days=400)
    """How long the store keeps who looked at records, or changed something, by which command."""
    stop_file: Path = Path("syncd.stop")
    """While this file exists, nothing is written."""
    write_hours: Hours = ""
    """When the daemon may write, 20:00-06:00; what is approved at other hours waits. Empty: at any hour."""
    write_zone: Zone = "UTC"
    """The time zone of these hours, Europe/Berlin."""


def _pause(given: timedelta) -> timedelta:
    if given < timedelta(seconds=1):
        raise ValueError("should be at least 1s")
    return given


class StreamChoice(Part):
    """What an admin chose for one object of one account."""

    mode: Mode = Mode.OBSERVE
    """The most that may happen to a fix: observe (measure only), suggest (a person approves) or apply."""
    every: Annotated[Duration, AfterValidator(_pause)] = timedelta(minutes=1)
    """The pause between the starts of two passes."""
    mapping: Path | None = None
    """A mapping file of your own, in place of the shipped one; in this file's folder or below."""
    properties: dict[str, Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]*$")]] = {}
    """Other property names for single fields: {quality_flags: my_flags}."""
    values: dict[str, dict[str, str]] = {}
    """More picklist values for single fields, the CRM's on the left: {created_source: {Marketing: INTEGRATION}}."""
    where: Annotated[str | None, StringConstraints(min_length=1, max_length=1000)] = None
    """Which records are judged and changed, as a condition: owner == "123" && country == "DE". The others are read and
    counted, and left alone: they are nobody's company and nobody's twin. Records enter and leave with their values."""
    rules: dict[str, RuleEntry] = {}
    """Rules that this stream has otherwise: `off`, a mode, or a mapping as under `rules` below."""
    fields: dict[str, FieldEntry] = {}
    """How far fixes of a field may go, whatever the rules: protect, suggest, apply, or a mapping."""
    guards: GuardSettings | None = None
    """Guards that this stream has otherwise."""
    matching: MatchingChoice | None = None
    """When two records are one, for all objects but people and companies."""
    create: bool | Annotated[str, StringConstraints(min_length=1, max_length=1000)] = False
    """Whether a person or company that only a linked account has is made here: true, or a condition on what it holds,
    country == "DE" && email != "". Nothing is made of what has a counterpart, if only one in question."""
    tasks: TaskSettings | None = None
    """Tasks in the CRM for what only people can mend; nothing said: none."""


class Preset(StrEnum):
    """Which records are looked through in which rhythm."""

    #: What is made up, cannot be reached, or was never completed.
    MONTHLY = "monthly"
    #: Who has not engaged for long.
    QUARTERLY = "quarterly"


def _silence(given: timedelta) -> timedelta:
    if not timedelta(seconds=2) <= given <= timedelta(minutes=10):
        raise ValueError("should be from 2s to 10m")
    return given


class StoreSettings(Part):
    """Where syncd keeps what it knows."""

    url: StoreUrl = Secret("sqlite:///syncd.db")
    """sqlite:///file, or postgresql://user:${PASSWORD}@host/database."""
    key: StoreKey | None = None
    """What records say is encrypted with it, by reference: ${SYNCD_STORE_KEY}. 32 random bytes in base64."""
    old_keys: list[StoreKey] = []
    """Keys that were in force before, by reference; needed until `syncd rekey`, or the next start with a new key."""
    silence: Annotated[Duration, AfterValidator(_silence)] = timedelta(seconds=15)
    """How long a daemon that shares a PostgreSQL store may say nothing before another one takes its accounts over. One
    that ends, or is killed, is followed within a second or two."""

    @property
    def revealed_keys(self) -> tuple[str | None, tuple[str, ...]]:
        """Return the key in force and the old ones, for the one call that needs them."""
        first = None if self.key is None else self.key.reveal()
        return first, tuple(one.reveal() for one in self.old_keys)


class LogLevel(StrEnum):
    """From how much weight on a log line is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How log lines look."""

    AUTO = "auto"
    PRETTY = "pretty"
    JSON = "json"


class LogSettings(Part):
    """What is logged, and how."""

    level: LogLevel = LogLevel.INFO
    """debug, info, warning or error."""
    format: LogFormat = LogFormat.AUTO
    """pretty for people, json for machines; auto is pretty on a terminal and json elsewhere."""


class SettingsFile(Part):
    """The whole of `syncd.yaml`."""

    # A missing section is told with everything else that is wrong, so it is none to pydantic.
    model_config = ConfigDict(json_schema_extra={"required": ["accounts"]})

    accounts: Annotated[
        dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")], AccountSettings],
        Field(min_length=1),
    ] = {}
    """The CRM logins, by a name of your choice in small letters: hubspot-main."""
    streams: dict[str, StreamChoice] = {}
    """What to watch, by account/object. Of an account that none of them names, companies and people are watched."""
    linked_accounts: dict[Label, LinkedAccounts] = {}
    """Accounts that tell of the same people, companies and deals, by names of your choice: customers."""
    inbound: InboundSettings = InboundSettings()
    """Forms and files that records come in by: checked, and matched, before the CRM holds them."""
    presets: tuple[Preset, ...] = ()
    """Purge rules to turn on together: monthly (made up, unreachable, incomplete), quarterly (silent for long)."""
    rules: dict[str, RuleEntry] = {}
    """What holds for rules in all streams: `off`, a mode, or a mapping with enabled, mode, severity and options."""
    guards: GuardSettings = GuardSettings()
    """Limits to what a run may write."""
    reconcile: ReconcileSettings = ReconcileSettings()
    """How often, and how hard, it is looked for what reading changes cannot see."""
    store: StoreSettings = StoreSettings()
    """Where syncd keeps what it knows."""
    dns: DnsSettings = DnsSettings()
    """Whether mail domains are looked up in the DNS."""
    enrichment: EnrichmentSettings = EnrichmentSettings()
    """Values from outside for what records lack: providers, and which of them may fill which field."""
    web: WebSettings = WebSettings()
    """Where metrics, health and the console are served."""
    log: LogSettings = LogSettings()
    """What is logged, and how."""
    targets: dict[Label, TargetSettings] = {}
    """Shares to be reached by a day, by names of your choice."""
    cost: CostSettings = CostSettings()
    """What bad data cost: assumptions for the report and a metric."""
    metrics: MetricsSettings = MetricsSettings()
    """What metrics tell of owners and teams."""
    notifications: NotificationSettings = NotificationSettings()
    """Who is told by webhook and e-mail, and of what."""
