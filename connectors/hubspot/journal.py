"""HubSpot's journal of webhooks: the same events, read instead of received. For OAuth apps only.

The app asks in its own name (client credentials), so that its tokens are others than those of the account. Only changes
of properties are documented in full; what the rest is called is read with care, and what is not understood only says
that something of the object may have changed.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from connectors.announcing import OTHER_ACCOUNT, OTHER_KIND, Heard
from connectors.calls import Call, Caller, Reply
from connectors.exchange import Answer, RefusalError, Transport
from connectors.hubspot.credentials import Credentials
from connectors.hubspot.errors import error_of
from connectors.hubspot.events import id_of, object_of
from connectors.options import Options
from connectors.pacing import Pacer
from connectors.protocol import Observer
from syncd.clock import Clock
from syncd.errors import BrokenPromiseError, ConfigError, ConnectorError, RefusedError
from syncd.model import Announcement, News

FEED = "journal"
SCOPE = "developer.webhooks_journal.read"
_HOST = "https://api.hubapi.com"
_PLACES = "/webhooks-journal/journal/2026-09"
_TOKEN_PATH = "/oauth/v3/token"  # noqa: S105 - a path
_PLACE = Call("journal", ())
_FILE = Call("journal_file", ())
_TOKEN = Call("journal_token", ())
#: Every endpoint name the observer can hear of.
ENDPOINTS = frozenset(call.endpoint for call in (_PLACE, _FILE, _TOKEN))
#: How long to wait for the next file, which costs nothing of the day's calls.
_PAUSE_S = 3.0
#: A token is replaced this long before it runs out.
_AHEAD_S = 300.0
_RECORDS, _LINKS = "crmObject", "association"
#: Words in the name of an action that speak of somebody who was erased.
_ERASING = ("GDPR", "PRIVACY")
_HINT = f"It takes an OAuth app (client id and secret) that has the scope {SCOPE}."


class Journal:
    """The journal of one app, as far as it is about one account."""

    def __init__(
        self, account: str, url: str, credentials: Credentials, options: Options, observer: Observer, clock: Clock
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._hide = options.hide
        self._url = (options.feed_url or url or _HOST).rstrip("/")
        self._is_stand_in = urlsplit(self._url).scheme == "http"
        self._transport = Transport(options, clock, self._authorise)
        self._caller = Caller(account, self, Pacer((), clock), observer, clock, options)
        self._token, self._good_until = "", float("-inf")

    def check(self) -> None:
        """Ask for the newest file; ConfigError or ConnectorError when it cannot be read."""
        self._place("latest")

    def follow(
        self, objects: Sequence[str], identity: str, positions: Mapping[str, str], stop: threading.Event
    ) -> Iterator[Heard]:
        """Yield what the files behind a place say of `objects`; from the newest on when there is none."""
        place = positions.get(FEED, "")
        yield Heard("", "")
        if not place:
            place = self._newest()
            yield _gap(objects, place)
        while not stop.is_set():
            try:
                found = self._place(f"offset/{place}/next" if place else "earliest")
            except RefusedError as problem:
                if not place or problem.status != 404:
                    raise
                # Three days have passed, or the app is another one.
                place = self._newest()
                yield _gap(objects, place)
                continue
            if found is None:
                stop.wait(_PAUSE_S)
                continue
            place = str(found["currentOffset"])
            yield _heard(place, self._file(str(found["url"])), objects, identity)

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()

    # What the caller asks of us (`calls.Translator`).

    def error_of(self, answer: Answer, call: Call) -> ConnectorError:
        """Return our error for an answer that is no success."""
        return error_of(answer, call, 0.0)

    def learn(self, answer: Answer, call: Call) -> None:
        """Learn nothing: the journal is exempt from all limits."""

    def renew(self, answer: Answer) -> bool:
        """Get a fresh token after an answer that said it had run out."""
        del answer
        self._good_until = float("-inf")
        self._log_in()
        return True

    def _newest(self) -> str:
        found = self._place("latest")
        return "" if found is None else str(found["currentOffset"])

    def _place(self, place: str) -> Mapping[str, Any] | None:
        """Return where a file is; None when there is none yet."""
        self._log_in()
        body = self._get(_PLACE, f"{self._url}{_PLACES}/{place}").body
        if body is not None and not (isinstance(body, dict) and "currentOffset" in body and "url" in body):
            raise BrokenPromiseError("HubSpot's journal names no file")
        return body

    def _file(self, url: str) -> Sequence[Mapping[str, Any]]:
        if urlsplit(url).scheme != "https" and not self._is_stand_in:
            raise BrokenPromiseError("HubSpot's journal leads to an address that is not safe")
        events = self._get(_FILE, url).body.get("journalEvents")
        if not isinstance(events, list):
            raise BrokenPromiseError("a file of HubSpot's journal has no events")
        return events

    def _get(self, call: Call, url: str) -> Reply:
        return self._send(call, lambda: self._transport.request("GET", url, headers={"Accept": "application/json"}))

    def _send(self, call: Call, request: Any) -> Reply:
        def send() -> Answer:
            try:
                answer: Answer = request()
            except RefusalError as refusal:
                return refusal.answer
            return answer

        return self._caller.call(call, send)

    def _log_in(self) -> None:
        if self._clock.monotonic() < self._good_until:
            return
        if not self._credentials.client_secret:
            raise ConfigError("HubSpot's journal cannot be read with a private app's token.", hint=_HINT)
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            "scope": SCOPE,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        url = self._url + _TOKEN_PATH
        try:
            reply = self._send(
                _TOKEN, lambda: self._transport.request("POST", url, headers=headers, body=urlencode(form))
            )
        except RefusedError as problem:
            raise RefusedError("HubSpot does not let the app read the journal.", hint=_HINT) from problem
        self._token = str(reply.body.get("access_token") or "")
        self._hide(self._token)
        lifetime = float(reply.body.get("expires_in") or 0.0)
        self._good_until = self._clock.monotonic() + max(lifetime - _AHEAD_S, lifetime / 2)

    def _authorise(self, url: str) -> Mapping[str, str]:
        # Files lie elsewhere, and their addresses are their own keys.
        is_journal = url.startswith(f"{self._url}{_PLACES}/")
        return {"Authorization": f"Bearer {self._token}"} if is_journal else {}


def _gap(objects: Sequence[str], place: str) -> Heard:
    return Heard(FEED, place, tuple(Announcement(name, "") for name in objects), has_gap=True)


def _heard(place: str, events: Sequence[Mapping[str, Any]], objects: Sequence[str], identity: str) -> Heard:
    heard: dict[Announcement, None] = {}
    ignored = Counter[str]()
    for event in events:
        if identity and str(event.get("portalId")) != identity:
            ignored[OTHER_ACCOUNT] += 1
            continue
        found = [one for one in _announced(event) if one.object in objects]
        heard.update(dict.fromkeys(found))
        ignored[OTHER_KIND] += not found
    return Heard(FEED, place, tuple(heard), {reason: count for reason, count in ignored.items() if count})


def _announced(event: Mapping[str, Any]) -> Iterator[Announcement]:
    at = _moment(event.get("occurredAt"))
    ends = ("from", "to") if event.get("type") == _LINKS else ("",)
    is_erased = any(word in str(event.get("action")).upper() for word in _ERASING)
    news = News.ERASED if is_erased and event.get("type") == _RECORDS else News.CHANGED
    for end in ends:
        type_id = event.get(f"{end}ObjectTypeId" if end else "objectTypeId")
        if type_id:
            # Without an id that can be understood: any of the object.
            id_ = id_of(event.get(f"{end}ObjectId" if end else "objectId"))
            yield Announcement(object_of(str(type_id)), id_, news if id_ else News.CHANGED, at)


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
