"""What people are told without looking: channels by webhook and e-mail, and what goes to them."""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration
from syncd.settings.values.hours import Hours, Moment, Zone
from syncd.settings.values.secret import Secret


class Event(StrEnum):
    """What can be told."""

    GUARD_TRIPPED = "guard_tripped"
    RULE_PARKED = "rule_parked"
    STREAM_FAILING = "stream_failing"
    ACCOUNT_UNREACHED = "account_unreached"
    ACCOUNT_LOST = "account_lost"
    STORE_FAILED = "store_failed"
    WRITING_STOPPED = "writing_stopped"
    CONFIG_REFUSED = "config_refused"
    #: What was told as one of these is over.
    OVER = "over"
    REVIEW_WAITING = "review_waiting"
    WEEKLY_REPORT = "weekly_report"


class Weight(StrEnum):
    """How much something told matters."""

    #: Somebody should get up.
    PAGE = "page"
    #: Somebody should look within a day or two.
    TICKET = "ticket"
    #: Good to know.
    INFO = "info"

    @property
    def at_least(self) -> tuple[Weight, ...]:
        """Return this and all that matters more."""
        return tuple(Weight)[: tuple(Weight).index(self) + 1]


class WebhookForm(StrEnum):
    """What a webhook is sent."""

    SLACK = "slack"
    JSON = "json"


class MailSecurity(StrEnum):
    """How the way to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


Address = Annotated[str, StringConstraints(pattern=r"^[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}$")]
#: How long a message to a channel is tried for, and how long a pause between two of them may be.
_LONGEST_PAUSE = timedelta(days=1)


class EmailSettings(Part):
    """A mail server, and who gets mail."""

    host: str
    """The mail server that takes the messages."""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    """Its port."""
    security: MailSecurity = MailSecurity.STARTTLS
    """starttls, tls (from the first byte on, port 465), or none for a relay on this machine."""
    user: str = ""
    """Who logs in; empty: nobody."""
    password: Secret | None = None
    """That user's password, by reference."""
    sender: Address
    """The address that messages come from."""
    to: Annotated[list[Address], Field(min_length=1, max_length=50)]
    """The addresses they go to."""

    @model_validator(mode="after")
    def _login_is_whole_and_protected(self) -> EmailSettings:
        if bool(self.user) != (self.password is not None):
            raise ValueError("needs a user and a password, or neither")
        if self.password is not None and self.security is MailSecurity.NONE:
            raise ValueError("sends no password without starttls or tls")
        return self


def _pause(given: timedelta) -> timedelta:
    if not timedelta(0) <= given <= _LONGEST_PAUSE:
        raise ValueError("should be from 0s to 1d")
    return given


class ChannelSettings(Part):
    """One place where people are told, and what of it."""

    webhook: Secret | None = None
    """An address that takes messages by POST, by reference: whoever knows it can write there."""
    form: WebhookForm = WebhookForm.SLACK
    """slack (also for Mattermost, Rocket.Chat and others that take the same), or json with all there is to know."""
    sign_with: Secret | None = None
    """A key of your own, by reference: json is signed with it (HMAC-SHA256 in X-Syncd-Signature)."""
    allow_private: bool = False
    """Whether the webhook may lie in your own network, and be http. Otherwise addresses that are not public are
    refused, also when a name leads to one."""
    email: EmailSettings | None = None
    """A mail server and addresses, in place of a webhook."""
    least: Weight = Weight.INFO
    """What matters less is not sent: page (somebody should get up), ticket (within a day or two), info (all)."""
    events: tuple[Event, ...] = tuple(Event)
    """What is sent; everything if nothing is said."""
    quiet_hours: Hours = ""
    """When only what is of weight page is sent, 20:00-07:00; the rest waits. Empty: never."""
    zone: Zone = "UTC"
    """The time zone of these hours, Europe/Berlin."""
    pause: Annotated[Duration, AfterValidator(_pause)] = timedelta(minutes=1)
    """The pause between two messages; what comes meanwhile goes into the next one, all together."""

    @model_validator(mode="after")
    def _one_way_out(self) -> ChannelSettings:
        if (self.webhook is None) == (self.email is None):
            raise ValueError("needs either a webhook or email")
        if self.webhook is not None:
            _judge_webhook(self.webhook.reveal(), allow_private=self.allow_private)
        if self.sign_with is not None and (self.webhook is None or self.form is not WebhookForm.JSON):
            raise ValueError("sign_with is for webhooks of the form json")
        return self


class NotificationSettings(Part):
    """What people are told without looking. Messages hold no value of a record: names, figures and links only."""

    channels: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")], ChannelSettings] = {}
    """Where people are told, by a name of your choice in small letters: sales-ops."""
    failing_for: Duration = timedelta(hours=1)
    """How long a stream or an account has to fail before it is told. One that a person has to mend is told at once."""
    review_age: Duration = timedelta(days=7)
    """How long a fix may wait for a person before it is told."""
    weekly_report: Moment = "monday 08:00"
    """When the weekly report is sent."""
    zone: Zone = "UTC"
    """The time zone of that moment, Europe/Berlin."""
    console: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>\"]+)?$")] = ""
    """The address at which people reach the console, for links in messages. Empty: no links."""


def _judge_webhook(url: str, *, allow_private: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("the webhook is not a web address") from None
    if parts.scheme not in ({"https", "http"} if allow_private else {"https"}) or not host:
        raise ValueError("the webhook should be https://host/path; http only with allow_private")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the webhook should not hold a user or a password")
