"""What waits for a channel goes out together; what did not arrive is tried again, with growing pauses, for a week."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncd.clock import Clock
from syncd.notify import mail, payloads, webhook
from syncd.notify.failures import DeliveryError
from syncd.settings import ChannelSettings, Event, NotificationSettings, WebhookForm, Weight, is_within
from syncd.store import Message, MessageState, Store
from syncd.telemetry import Telemetry

#: Whoever takes messages has this long to deliver them; afterwards another one may.
HOLD_FOR = timedelta(minutes=3)
#: How long a message is tried for.
KEEP_TRYING = timedelta(days=7)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 15.0, 900.0
#: So many go out in one.
AT_MOST = 50

#: Sends messages to a channel, with the pages of reports; DeliveryError when they did not arrive.
Send = Callable[[ChannelSettings, Sequence[Message], str, datetime, Sequence[str]], None]


@dataclass(slots=True)
class Outbox:
    """Delivers what waits in the store, channel by channel."""

    store: Store
    telemetry: Telemetry
    clock: Clock
    #: Makes the page that goes with a weekly report.
    page: Callable[[], str]
    send: Send
    #: When a channel was last sent something from here, in monotonic seconds.
    sent_at: dict[str, float] = field(default_factory=dict)

    def deliver(self, settings: NotificationSettings) -> None:
        """Send what waits for each channel and is due, as one message."""
        for name, channel in settings.channels.items():
            if self._is_resting(name, channel):
                continue
            messages = self._take(name, channel)
            if messages:
                self._send(name, channel, messages, settings.console)

    def _is_resting(self, name: str, channel: ChannelSettings) -> bool:
        sent_at = self.sent_at.get(name)
        return sent_at is not None and self.clock.monotonic() - sent_at < channel.pause.total_seconds()

    def _take(self, name: str, channel: ChannelSettings) -> list[Message]:
        is_quiet = bool(channel.quiet_hours) and is_within(channel.quiet_hours, channel.zone, self.clock.now())
        weights = [weight.value for weight in (Weight.PAGE.at_least if is_quiet else Weight.INFO.at_least)]
        with self.store.reading() as tx:
            if not tx.notices.is_due(name, weights):
                return []
        with self.store.transaction() as tx:
            return tx.notices.take(name, hold_for=HOLD_FOR, severities=weights, at_most=AT_MOST)

    def _send(self, name: str, channel: ChannelSettings, messages: Sequence[Message], console: str) -> None:
        failure: DeliveryError | None = None
        has_report = any(one.notice.event == Event.WEEKLY_REPORT for one in messages)
        try:
            pages = [self.page()] if has_report and channel.email is not None else []
            self.send(channel, payloads.by_weight(messages), console, self.clock.now(), pages)
        except DeliveryError as error:
            failure = error
        self.sent_at[name] = self.clock.monotonic()
        if failure is None or failure.has_arrived:
            with self.store.transaction() as tx:
                tx.notices.settle([one.id for one in messages], MessageState.SENT)
            self.telemetry.notices.sent(name, len(messages))
        if failure is not None:
            given_up = 0 if failure.has_arrived else self._put_off(messages, failure)
            self.telemetry.notices.failed(name, failure.failure, given_up=given_up)
        self.tell_waiting([name])

    def tell_waiting(self, channels: Iterable[str]) -> None:
        """Tell how many messages wait for channels."""
        with self.store.reading() as tx:
            waiting = {name: tx.notices.state_of(name).waiting for name in channels}
        for name, count in waiting.items():
            self.telemetry.notices.waiting(name, count)

    def _put_off(self, messages: Sequence[Message], failure: DeliveryError) -> int:
        """Let messages be tried again, but for those that are too old; return how many these are."""
        now = self.clock.now()
        old = [one.id for one in messages if now - one.at >= KEEP_TRYING]
        pause_s = min(FIRST_PAUSE_S * 2.0 ** (min(one.attempts for one in messages) - 1), LONGEST_PAUSE_S)
        pause_s = min(max(pause_s, failure.retry_after_s or 0.0), KEEP_TRYING.total_seconds())
        with self.store.transaction() as tx:
            tx.notices.settle(old, MessageState.GIVEN_UP, failure.failure)
            rest = [one.id for one in messages if one.id not in old]
            tx.notices.try_again(rest, now + timedelta(seconds=pause_s), failure.failure)
        return len(old)


def send(
    channel: ChannelSettings, messages: Sequence[Message], console: str, now: datetime, pages: Sequence[str] = ()
) -> None:
    """Send messages to a channel by its way; DeliveryError when they did not arrive."""
    if channel.email is not None:
        mail.send(payloads.mail(messages, channel.email, console, now, pages), channel.email)
        return
    assert channel.webhook is not None, "the settings allow no channel without a way"  # noqa: S101 - for the type checker
    headers: Mapping[str, str] = {"User-Agent": "syncd", "X-Syncd-Id": messages[0].id}
    if channel.form is WebhookForm.SLACK:
        body = payloads.slack(messages, console)
    else:
        body = payloads.data(messages, console, now)
        if channel.sign_with is not None:
            key = channel.sign_with.reveal()
            headers = {**headers, "X-Syncd-Signature": payloads.signature(body, key, now)}
    webhook.post(channel.webhook.reveal(), body, headers, allow_private=channel.allow_private)
