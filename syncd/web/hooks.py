"""The door for machines: `POST /hooks/<crm>/<account>`, where CRMs post what happened. No login, no session, no page.

It stands before everything else, and asks for little before it knows who is there: a request that is not signed is
answered without a look at its body, and only a few bodies are read at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/hooks/"
#: Larger than anything a CRM sends: a hundred events with a value of 64 KiB in each are more than it puts together.
MOST_BYTES = 4 * 1024 * 1024
#: Bodies in memory at a time; who comes beyond that is to come again.
MOST_AT_ONCE = 8
#: A CRM waits five seconds for its answer: it has its body sent long before.
BODY_SECONDS = 4.0

TOO_LARGE, TOO_SLOW, BUSY, UNKNOWN = "too_large", "too_slow", "busy", "unknown"
#: What became of a request, and what is answered. Reasons that only the reception knows are refusals.
_STATUSES = {
    "accepted": 200, "repeated": 200, "malformed": 400, UNKNOWN: 404, TOO_SLOW: 408, TOO_LARGE: 413, BUSY: 503,
}  # fmt: skip
_REFUSED = 401


class Reception(Protocol):
    """Who receives what CRMs post."""

    def refusal(self, place: Place) -> str:
        """Return why a request is refused before its body was read; empty when it may come in."""

    def receive(self, place: Place, body: bytes) -> str:
        """Keep what a request announces; return what became of it."""

    def refused(self, place: Place, reason: str) -> None:
        """Hear that a request was turned away at the door."""


class Place:
    """Where a request came in, exactly as it was sent."""

    __slots__ = ("account", "crm", "headers", "method", "target")

    def __init__(self, scope: Scope) -> None:
        crm, _, account = scope["path"].removeprefix(PREFIX).partition("/")
        self.crm: str = crm
        self.account: str = account
        self.method: str = scope["method"]
        path = scope.get("raw_path") or scope["path"].encode()
        query: bytes = scope.get("query_string") or b""
        #: Path and query, with their escapes.
        self.target: str = (path + (b"?" + query if query else b"")).decode("latin-1")
        #: By names in small letters.
        self.headers: Mapping[str, str] = dict(Headers(scope=scope))


class Hooks:
    """Answers what is posted to `/hooks/`, and hands everything else on."""

    def __init__(self, app: ASGIApp, reception: Reception | None) -> None:
        self._app = app
        self._reception = reception
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if self._reception is None or scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        outcome = await self._outcome(self._reception, Place(scope), receive)
        headers = {"cache-control": "no-store", **({"retry-after": "5"} if outcome == BUSY else {})}
        await Response(status_code=_STATUSES.get(outcome, _REFUSED), headers=headers)(scope, receive, send)

    async def _outcome(self, reception: Reception, place: Place, receive: Receive) -> str:
        reason = UNKNOWN if place.method != "POST" else reception.refusal(place)
        if not reason and int_of(place.headers.get("content-length", "0")) > MOST_BYTES:
            reason = TOO_LARGE
        if not reason and self._under_way >= MOST_AT_ONCE:
            reason = BUSY
        if not reason:
            self._under_way += 1
            try:
                body = await body_of(receive, MOST_BYTES)
                if isinstance(body, bytes):
                    return await run_in_threadpool(reception.receive, place, body)
                reason = body
            finally:
                self._under_way -= 1
        reception.refused(place, reason)
        return reason


def int_of(text: str) -> int:
    """Return a length as a header tells it; one that is none is too long."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else MOST_BYTES + 1


async def body_of(receive: Receive, most_bytes: int) -> bytes | str:
    """Return the body, or why it was not read to its end."""
    parts: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return TOO_SLOW
                parts.append(message.get("body", b""))
                length += len(parts[-1])
                if length > most_bytes:
                    return TOO_LARGE
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        return TOO_SLOW
