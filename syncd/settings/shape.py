"""The whole of `syncd.yaml` as one pydantic model of parts. The sentences below the fields are the documentation:
editors, `config/defaults.yaml` and the docs show them.
"""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from syncd.settings.parts.accounts import AccountSettings
from syncd.settings.parts.dns import DnsSettings
from syncd.settings.parts.enrichment import EnrichmentSettings
from syncd.settings.parts.figures import CostSettings, Label, MetricsSettings, TargetSettings
from syncd.settings.parts.guards import GuardSettings
from syncd.settings.parts.inbound import InboundSettings
from syncd.settings.parts.linked_accounts import LinkedAccounts
from syncd.settings.parts.log import LogSettings
from syncd.settings.parts.notifications import NotificationSettings
from syncd.settings.parts.part import Part
from syncd.settings.parts.reconciling import ReconcileSettings
from syncd.settings.parts.rules import Preset, RuleEntry
from syncd.settings.parts.store import StoreSettings
from syncd.settings.parts.streams import StreamChoice
from syncd.settings.parts.web import WebSettings


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
