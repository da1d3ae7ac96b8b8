"""The notifier: keeps what was heard, looks at what has grown old, delivers. In a thread of its own; no pass waits."""

from __future__ import annotations

import platform
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncd.clock import Clock
from syncd.errors import StoreError, SyncdError
from syncd.model import FixState
from syncd.notify import weekly, words
from syncd.notify.failures import DeliveryError
from syncd.notify.happenings import Happenings
from syncd.notify.outbox import Outbox, Send, send
from syncd.notify.telling import begin, end, wants
from syncd.settings import Event, NotificationSettings, Settings, last_moment
from syncd.store import Message, Notice, Store, Transaction
from syncd.telemetry import Fact, Heard, Telemetry

#: Seconds between two turns, and between two looks at what nobody tells of.
TICK_S = 1.0
LOOK_EVERY_S = 60.0
#: How long the store has to be away before it is told: a restart of a database is no news.
STORE_AWAY_S = 60.0
_RETRY_S = 60.0
#: How long it is remembered what was told.
REMEMBER = timedelta(days=90)
#: What is heard is kept in order; more than this at once is more than anybody reads.
_MOST_HEARD = 10_000


@dataclass(slots=True)
class Notifier:
    """Tells people. `hear` is for the telemetry; the rest happens in `turn`, one thread at a time."""

    store: Store
    telemetry: Telemetry
    clock: Clock
    #: The settings in force.
    settings: Callable[[], Settings]
    #: Whether the process is ending: what follows from that is no news.
    stop: threading.Event = field(default_factory=threading.Event)
    send: Send = send
    happenings: Happenings = field(default_factory=Happenings)
    _heard: deque[Heard] = field(default_factory=lambda: deque(maxlen=_MOST_HEARD))
    _outbox: Outbox | None = None
    _looked_at: float | None = None
    _forgot_at: float | None = None
    #: Since when the store is away, and the channels that were told so.
    _away_since: float | None = None
    _away: SyncdError | None = None
    _away_told: dict[str, float] = field(default_factory=dict)

    def hear(self, heard: Heard) -> None:
        """Hear of a fact, in whichever thread it happens; nothing is done about it here."""
        if heard.fact is Fact.GUARD_TRIPPED and heard.guard == "stop_switch" and self.stop.is_set():
            return
        if heard.fact is Fact.STORE_FAILED:
            self._away_since = self.clock.monotonic() if self._away_since is None else self._away_since
            self._away = heard.error if isinstance(heard.error, SyncdError) else None
        elif heard.fact is Fact.STORE_RECOVERED:
            self._away_since, self._away = None, None
            self._away_told.clear()
        else:
            self._heard.append(heard)

    @contextmanager
    def at_work(self) -> Iterator[Notifier]:
        """Hear and tell in a thread of its own until the block ends; what was heard by then is kept."""
        self.telemetry.hear_facts(self.hear)
        over = threading.Event()
        thread = threading.Thread(target=self._run, args=(over,), name="notifier", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            over.set()
            # A channel that does not answer keeps nobody from ending: what waits is in the store.
            thread.join(timeout=2.0)
            self.telemetry.hear_facts(lambda _heard: None)

    @contextmanager
    def at_the_end(self) -> Iterator[Notifier]:
        """Hear until the block ends, then tell at once: for a command that does one pass. Later ones try again."""
        self.telemetry.hear_facts(self.hear)
        try:
            yield self
        finally:
            self.telemetry.hear_facts(lambda _heard: None)
            self.turn()

    def turn(self) -> None:
        """Keep what was heard, look at what has grown old now and then, and deliver what is due."""
        settings = self.settings()
        told = settings.notifications
        if not told.channels:
            self._heard.clear()
            return
        if self._away_since is not None:
            self._tell_directly(told, self._away_since)
            return
        try:
            self._keep(told)
            self._look(settings)
            self._open_outbox().deliver(told)
        except StoreError:
            # The loop meets the same and tells of it; what was heard is still there.
            return

    def _run(self, over: threading.Event) -> None:
        while not self.clock.wait(TICK_S, over):
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001 - nobody would hear of anything any more; the next turn tries again
                self.telemetry.notices.broke(error)
        self._keep_rest()

    def _keep_rest(self) -> None:
        """Keep what was heard in the last moment; the next start delivers it."""
        settings = self.settings().notifications
        if settings.channels and self._away_since is None:
            try:
                self._keep(settings)
            except StoreError:
                # Nothing to do about it: what still goes on is met again by the next start.
                return

    def _keep(self, settings: NotificationSettings) -> None:
        """Take over what was heard, and put out what is to be told, in one transaction.

        Where that breaks, whatever it breaks on (it may be any fact, and any mistake of ours), each fact has one of its
        own: the one that cannot be understood is let go, and that is told; all others are kept.
        """
        heard = list(self._heard)
        try:
            self._take(heard, settings)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - which of them it was is found out next
            for one in heard:
                self._take_alone(one, settings)
                self._heard.popleft()
        else:
            for _ in heard:
                self._heard.popleft()

    def _take(self, heard: Sequence[Heard], settings: NotificationSettings) -> None:
        if heard:
            with self.store.transaction() as tx:
                for one in heard:
                    self.happenings.take(tx, one, settings)

    def _take_alone(self, heard: Heard, settings: NotificationSettings) -> None:
        try:
            self._take([heard], settings)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one fact must not keep all others from being told for ever
            self.telemetry.notices.broke(error)

    def _look(self, settings: Settings) -> None:
        """Look at what nobody tells of: what waits for long, what was lifted while nobody was here, the week's end."""
        now_s = self.clock.monotonic()
        if self._looked_at is not None and now_s - self._looked_at < LOOK_EVERY_S:
            return
        is_first, self._looked_at = self._looked_at is None, now_s
        told = settings.notifications
        for channel in told.channels:
            self.telemetry.notices.expect(channel)
        notices = self._old_reviews(settings)
        report = self._report(settings)
        with self.store.transaction() as tx:
            if is_first:
                # The file was read just now, so it can be.
                end(tx, [Event.CONFIG_REFUSED.value], told)
                tx.notices.drop_of(list(told.channels))
            self._note_reviews(tx, notices, told)
            if report is not None:
                key, notice = report
                begin(tx, key, notice, told)
                tx.notices.end([key])
            if self._forgot_at is None or now_s - self._forgot_at >= REMEMBER / timedelta(seconds=1) / 90:
                self._forgot_at = now_s
                tx.notices.forget_before(self.clock.now() - REMEMBER)
        self._open_outbox().tell_waiting(told.channels)
        files = {one.guards.stop_file for one in settings.streams} | {settings.guards.stop_file}
        if not self.store.stopped and not any(file.exists() for file in files):
            with self.store.transaction() as tx:
                end(tx, [Event.WRITING_STOPPED.value], told)

    def _old_reviews(self, settings: Settings) -> dict[str, Notice]:
        """Return what is to be told of fixes that wait for long, by key: again after each further while."""
        now, age = self.clock.now(), settings.notifications.review_age
        found = {}
        with self.store.reading() as tx:
            for one in settings.streams:
                since = tx.journal.oldest(one.stream, FixState.PROPOSED)
                if since is None or now - since < age:
                    continue
                count = tx.journal.count(one.stream, FixState.PROPOSED)
                key = f"{Event.REVIEW_WAITING.value} {one.stream.name} {(now - since) // age}"
                found[key] = words.review_waiting(one.stream.name, count, (now - since).days)
        return found

    @staticmethod
    def _note_reviews(tx: Transaction, notices: dict[str, Notice], told: NotificationSettings) -> None:
        tx.notices.end(tx.notices.going_on([Event.REVIEW_WAITING.value]) - notices.keys())
        for key, notice in notices.items():
            begin(tx, key, notice, told)

    def _report(self, settings: Settings) -> tuple[str, Notice] | None:
        """Return the weekly report and its key, where it is due and nobody has sent it yet."""
        told, now = settings.notifications, self.clock.now()
        if not any(Event.WEEKLY_REPORT in one.events for one in told.channels.values()):
            return None
        moment = last_moment(told.weekly_report, told.zone, now)
        key = f"{Event.WEEKLY_REPORT.value} {moment.isoformat()}"
        with self.store.reading() as tx:
            if tx.notices.is_known(key) or not weekly.is_due(tx, moment, now):
                return None
            made = weekly.report_of(tx, settings, now)
        return key, words.weekly_report(*weekly.lines_of(made))

    def _tell_directly(self, settings: NotificationSettings, since: float) -> None:
        """Tell of a store that is away without it: each channel once, tried again while it lasts."""
        now_s = self.clock.monotonic()
        if now_s - since < STORE_AWAY_S:
            return
        failure = Heard(Fact.STORE_FAILED, error=self._away).failure
        notice = words.store_failed(failure, platform.node() or "this machine")
        for name, channel in settings.channels.items():
            if not wants(settings, name, notice) or self._away_told.get(name, now_s) > now_s:
                continue
            message = Message(f"store-{int(self.clock.now().timestamp())}", notice, self.clock.now(), 1)
            try:
                self.send(channel, [message], settings.console, self.clock.now(), [])
            except DeliveryError as error:
                self._away_told[name] = now_s + _RETRY_S
                self.telemetry.notices.failed(name, error.failure, given_up=0)
            else:
                self._away_told[name] = float("inf")
                self.telemetry.notices.sent(name, 1)

    def _open_outbox(self) -> Outbox:
        if self._outbox is None:
            self._outbox = Outbox(self.store, self.telemetry, self.clock, self._page, self.send)
        return self._outbox

    def _page(self) -> str:
        return weekly.page_for(self.store, self.settings(), self.clock.now())


def test(channel: str, settings: NotificationSettings, now: datetime) -> None:
    """Send a test message to a channel at once; DeliveryError when it did not arrive."""
    message = Message(f"test-{int(now.timestamp())}", words.test_message(channel), now, 1)
    send(settings.channels[channel], [message], settings.console, now)
