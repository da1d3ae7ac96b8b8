"""Posts events as HubSpot does: some together, signed, in any order, again when nobody answered in time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson
import urllib3

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.webhooks.events import events_of
from connectors.sandbox.hubspot.webhooks.subscriptions import TYPES, App
from connectors.sandbox.hubspot.webhooks.wishes import Wishes

_ANSWER_S = 5.0
_TRIES = 10
_ESCAPES = {"%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(",
            "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";"}  # fmt: skip
_REPLAY_MS = 600_000


@dataclass(slots=True)
class _Pending:
    due_ms: int
    event: dict[str, Any]


@dataclass(slots=True)
class _Flight:
    events: list[dict[str, Any]]
    answer: Future[int] = field(default_factory=Future)


class Sender:
    """Sends what happens to the app's target. `step` is called again and again, on the server's own thread."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.app = App()
        self.wishes = Wishes()
        self.counts = Counter[str]()
        self._dice = random.Random(1)
        self._seen = 0
        self._pending: list[_Pending] = []
        self._flights: list[_Flight] = []
        self._threads: ThreadPoolExecutor | None = None
        self._http = urllib3.PoolManager(retries=False, timeout=_ANSWER_S)

    def reset(self) -> None:
        """Begin anew: no target, no subscriptions, nothing on its way."""
        self.app, self.wishes = App(), Wishes()
        self.counts.clear()
        self._pending.clear()
        self._flights.clear()
        self._seen = self._account.world.effects.last_seq

    def step(self) -> None:
        """Look what happened since the last step, send what is due, and see what was answered."""
        self._listen()
        self._hear_answers()
        if self.app.target:
            for events in self._batches():
                self._send(events)

    def close(self) -> None:
        """Send nothing more."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def set_up(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Change where events go (`target`, `secret`, `app`), of what (`subscribe`: types, or types with a property
        behind a colon; `*` for everything) and what goes wrong on their way; return how things stand."""
        rest = dict(wish)
        app = self.app
        app.target = str(rest.pop("target", app.target))
        app.secret = str(rest.pop("secret", app.secret))
        app.id = str(rest.pop("app", app.id))
        for one in rest.pop("subscribe", ()):
            self._subscribe(str(one))
        self.wishes = self.wishes.turned(rest)
        return self.told()

    def _subscribe(self, wanted: str) -> None:
        names = TYPES if wanted == "*" else (wanted,)
        for name in names:
            event_type, _, property_name = name.partition(":")
            is_change = event_type.endswith(".propertyChange")
            self.app.subscribe(event_type, (property_name or "*") if is_change else "", self._account.now_ms())

    def told(self) -> dict[str, Any]:
        """Return how things stand."""
        return {
            **self.app.wire(),
            "subscriptions": [one.wire() for one in self.app.subscriptions.values()],
            "counts": dict(self.counts),
            "waiting": len(self._pending),
            "on_their_way": len(self._flights),
        }

    def _listen(self) -> None:
        effects = self._account.world.effects
        if effects.last_seq < self._seen:
            self._seen = 0
        since, self._seen = self._seen, effects.last_seq
        if not self.app.target or since == self._seen:
            return
        due_ms = self._account.now_ms() + round(self.wishes.delay_s * 1000)
        for effect in effects.since(since):
            for event in events_of(self._account, self.app, effect, self._dice):
                if self._dice.random() < self.wishes.drop:
                    self.counts["dropped"] += 1
                    continue
                times = 2 if self._dice.random() < self.wishes.duplicate else 1
                self._pending += [_Pending(due_ms, event) for _ in range(times)]

    def _batches(self) -> Iterator[list[dict[str, Any]]]:
        now_ms = self._account.now_ms()
        due = [one.event for one in self._pending if one.due_ms <= now_ms]
        self._pending = [one for one in self._pending if one.due_ms > now_ms]
        if self.wishes.is_shuffled:
            self._dice.shuffle(due)
        while due:
            size = self._dice.randint(1, self.wishes.batch) if self.wishes.is_shuffled else self.wishes.batch
            yield due[:size]
            del due[:size]

    def _send(self, events: list[dict[str, Any]]) -> None:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.app.most_at_once, thread_name_prefix="sandbox-webhooks")
        body = orjson.dumps(events)
        stamp = self._account.now_ms()
        secret = self.app.secret
        if self.wishes.stale:
            self.wishes.stale -= 1
            stamp -= _REPLAY_MS
        if self.wishes.bad_signature:
            self.wishes.bad_signature -= 1
            secret = f"{secret}?"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)",
            "X-HubSpot-Request-Timestamp": str(stamp),
            "X-HubSpot-Signature": hashlib.sha256(secret.encode() + body).hexdigest(),
            "X-HubSpot-Signature-Version": "v1",
            "X-HubSpot-Signature-v3": signature(secret, "POST", self.app.target, body, stamp),
        }
        self.counts["requests"] += 1
        self._flights.append(_Flight(events, self._threads.submit(self._post, self.app.target, body, headers)))

    def _post(self, target: str, body: bytes, headers: dict[str, str]) -> int:
        try:
            return self._http.request("POST", target, body=body, headers=headers, redirect=False).status
        except urllib3.exceptions.HTTPError:
            return 0

    def _hear_answers(self) -> None:
        landed = [flight for flight in self._flights if flight.answer.done()]
        self._flights = [flight for flight in self._flights if not flight.answer.done()]
        for flight in landed:
            status = flight.answer.result()
            self.counts[f"answered_{status}"] += 1
            if not 200 <= status < 300:
                self._try_again(flight.events)

    def _try_again(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            number = event["attemptNumber"]
            if number >= _TRIES:
                self.counts["given_up"] += 1
                continue
            pause_s = self.wishes.retries_s[min(number, len(self.wishes.retries_s) - 1)]
            due_ms = self._account.now_ms() + round(pause_s * 1000)
            self._pending.append(_Pending(due_ms, {**event, "attemptNumber": number + 1}))


def signature(secret: str, method: str, url: str, body: bytes, stamp_ms: int) -> str:
    """Sign a request in the third way."""
    spelled = re.sub("|".join(_ESCAPES), lambda found: _ESCAPES[found[0].upper()], url, flags=re.IGNORECASE)
    said = method.encode() + spelled.encode() + body + str(stamp_ms).encode()
    return base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode()
