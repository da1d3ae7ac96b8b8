"""What CRMs say by themselves: received at the door and from feeds, kept at once, and read when it has calmed down."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from connectors import Hook, Posted, open_hook
from connectors.announcing import IGNORED, REFUSALS
from syncd.engine import StreamSetup, Tools
from syncd.engine.reading.announced import KEPT, NOT_WATCHED, OWN, is_read, note
from syncd.errors import StoreError
from syncd.model import Announcement, Stream
from syncd.settings import Settings
from syncd.store import Heap
from syncd.web.hooks import UNKNOWN, Place
from syncd.web.intake import BUSY, TOO_LARGE, TOO_SLOW

ACCEPTED, REPEATED = "accepted", "repeated"
#: What can become of a request, and of an announcement.
POSTED = (ACCEPTED, REPEATED, *REFUSALS, TOO_LARGE, TOO_SLOW, BUSY)
OUTCOMES = (KEPT, OWN, NOT_WATCHED, *IGNORED)
#: Few records are read when nothing was announced of their stream for so long, and after so long in any case.
QUIET, LONGEST = timedelta(milliseconds=300), timedelta(seconds=3)
#: More records than this are a mass change: read together, so that it is seen to be one.
FEW = 50
QUIET_OF_MANY, LONGEST_OF_MANY = timedelta(seconds=5), timedelta(seconds=60)
#: Requests that are remembered, to know one that is sent again.
_REMEMBERED = 10_000


class Hearing:
    """Keeps what is announced, for whichever daemon works on the account; says when to read it. Safe between threads.

    `bell` rings when something was announced: whoever waits for the next pass need not wait any longer.
    """

    def __init__(self, tools: Tools, settings: Callable[[], Settings]) -> None:
        self._tools = tools
        self._settings = settings
        self._lock = threading.Lock()
        self._hooks: dict[tuple[str, str], Hook | None] = {}
        #: Signed requests that were accepted, newest last.
        self._accepted: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.bell = threading.Event()
        self._ringer: threading.Thread | None = None

    @property
    def is_wanted(self) -> bool:
        """Return whether anything can be announced."""
        settings = self._settings()
        is_told = any(one.webhooks is not None or one.follows_changes for one in settings.accounts.values())
        # What comes in by forms and files has its stream read, too.
        return is_told or bool(settings.inbound.doors)

    def expect(self) -> None:
        """Let every series of the accounts exist that something can be announced of."""
        for account, settings in self._settings().accounts.items():
            if settings.webhooks is not None or settings.follows_changes:
                posted = POSTED if settings.webhooks is not None else ()
                self._tools.telemetry.announced.expect(account, self.streams(account), OUTCOMES, posted)

    def streams(self, account: str) -> Mapping[str, Stream]:
        """Return the streams of an account by object."""
        streams = (one.stream for one in self._settings().streams)
        return {one.object: one for one in streams if one.account == account}

    # The door for requests (`web.Reception`)

    def refusal(self, place: Place) -> str:
        """Return why a request is refused, by its address and its headers alone."""
        hook = self._hook(place)
        return UNKNOWN if hook is None else hook.refusal(self._posted(place))

    def receive(self, place: Place, body: bytes) -> str:
        """Keep what a genuine request announces before it is answered; one that was accepted before says no more."""
        hook = self._hook(place)
        if hook is None:
            return UNKNOWN
        posted = self._posted(place, body)
        outcome = self._received(place.account, hook, posted)
        self._tools.telemetry.announced.posted(place.account, outcome, is_believed=outcome in {ACCEPTED, REPEATED})
        return outcome

    def refused(self, place: Place, reason: str) -> None:
        """Count a request that was turned away; of accounts that there are."""
        if reason != UNKNOWN:
            self._tools.telemetry.announced.posted(place.account, reason, is_believed=False)

    # What is heard, by whichever way

    def keep(
        self,
        account: str,
        by: str,
        heard: Iterable[Announcement],
        ignored: Mapping[str, int],
        feed: tuple[str, str] | None = None,
    ) -> None:
        """Keep announcements, with the place in the feed that they came by; StoreError when that cannot be done."""
        with self._tools.store.transaction() as tx:
            counts = dict(note(tx, self.streams(account), heard))
            if feed is not None:
                tx.announced.followed(account, *feed)
        counts |= {("", reason): count for reason, count in ignored.items()}
        if counts:
            self._tools.telemetry.announced.heard(account, by, counts)
            self.bell.set()

    # For the loop

    def ready(self, setups: Sequence[StreamSetup]) -> list[StreamSetup]:
        """Return the setups of which something announced is to be read now."""
        self.bell.clear()
        if not self.is_wanted:
            return []
        with self._tools.store.reading() as tx:
            # What was not read to its end yet is left to its first pull.
            heaps = {stream: heap for stream, heap in tx.announced.heaps().items() if is_read(tx.cursors.read(stream))}
        counts = {stream: heap.count for stream, heap in heaps.items()}
        self._tools.telemetry.announced.waiting(counts, [one.stream for one in setups if self._can_hear(one.stream)])
        return [one for one in setups if one.stream in heaps and self._has_calmed_down(heaps[one.stream])]

    def rest(self, pause_s: float) -> None:
        """Wait until something is announced or the daemon ends, or for so long; a burst is over in a moment."""
        clock, stop = self._tools.clock, self._tools.stop
        if not self.is_wanted or stop.is_set():
            clock.wait(pause_s, stop)
            return
        if self._ringer is None:
            # The end of the daemon is an event of its own, and only one can be waited for.
            self._ringer = threading.Thread(target=self._ring_at_the_end, name="syncd-bell", daemon=True)
            self._ringer.start()
        if clock.wait(pause_s, self.bell):
            clock.wait(QUIET / timedelta(seconds=1), stop)

    def _ring_at_the_end(self) -> None:
        self._tools.stop.wait()
        self.bell.set()

    def _can_hear(self, stream: Stream) -> bool:
        settings = self._settings().accounts.get(stream.account)
        return settings is not None and (settings.webhooks is not None or settings.follows_changes)

    def _has_calmed_down(self, heap: Heap) -> bool:
        now = self._tools.clock.now()
        quiet, longest = (QUIET, LONGEST) if heap.count <= FEW else (QUIET_OF_MANY, LONGEST_OF_MANY)
        # Another machine's clock may be ahead of ours.
        return not timedelta(0) <= now - heap.last_at < quiet or now - heap.first_at >= longest

    def _received(self, account: str, hook: Hook, posted: Posted) -> str:
        try:
            with self._tools.store.reading() as tx:
                identity = tx.accounts.identity(account)
            delivery = hook.read(posted, identity)
            mark = (account, delivery.mark)
            with self._lock:
                is_known = mark in self._accepted
            if delivery.refusal or is_known:
                return delivery.refusal or REPEATED
            self.keep(account, "webhook", delivery.announcements, delivery.ignored)
        except StoreError:
            # The CRM sends it again; the loop meets the same trouble, and tells of it.
            return BUSY
        with self._lock:
            self._accepted[mark] = None
            while len(self._accepted) > _REMEMBERED:
                self._accepted.popitem(last=False)
        return ACCEPTED

    def _hook(self, place: Place) -> Hook | None:
        """Return what understands requests to this address; None when nobody expects any."""
        account = self._settings().accounts.get(place.account)
        if account is None or account.webhooks is None or account.crm != place.crm:
            return None
        key = (place.crm, account.webhooks.secret.reveal())
        with self._lock:
            if key not in self._hooks:
                self._hooks[key] = open_hook(*key, self._tools.clock)
            return self._hooks[key]

    def _posted(self, place: Place, body: bytes = b"") -> Posted:
        settings = self._settings()
        webhooks = settings.accounts[place.account].webhooks
        public = (webhooks.public_url if webhooks else None) or settings.web.public_url or ""
        return Posted(place.method, public + place.target, place.headers, body)
