"""The door for machines: `POST /hooks/<crm>/<account>`, where CRMs post what happened. No login, no session, no page.

It stands before everything else, and asks for little before it knows who is there: a request that is not signed is
answered without a look at its body, and only a few bodies are read at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from syncd.web.intake import BUSY, COME_AGAIN, STATUSES, Intake, TurnedAwayError, target_of

PREFIX = "/hooks/"
#: Larger than anything a CRM sends: a hundred events with a value of 64 KiB in each are more than it puts together.
MOST_BYTES = 4 * 1024 * 1024
MOST_AT_ONCE = 8

UNKNOWN = "unknown"
#: What became of a request, and what is answered. Reasons that only the reception knows are refusals.
_STATUSES = {"accepted": 200, "repeated": 200, "malformed": 400, UNKNOWN: 404, **STATUSES}
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
        #: Path and query, with their escapes.
        self.target: str = target_of(scope)
        #: By names in small letters.
        self.headers: Mapping[str, str] = dict(Headers(scope=scope))


class Hooks:
    """Answers what is posted to `/hooks/`, and hands everything else on."""

    def __init__(self, app: ASGIApp, reception: Reception | None) -> None:
        self._app = app
        self._reception = reception
        self._intake = Intake(most_bytes=MOST_BYTES, most_at_once=MOST_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if self._reception is None or scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        outcome = await self._outcome(self._reception, Place(scope), receive)
        headers = {"cache-control": "no-store", **(COME_AGAIN if outcome == BUSY else {})}
        await Response(status_code=_STATUSES.get(outcome, _REFUSED), headers=headers)(scope, receive, send)

    async def _outcome(self, reception: Reception, place: Place, receive: Receive) -> str:
        reason = UNKNOWN if place.method != "POST" else reception.refusal(place)
        if not reason:
            try:
                async with self._intake.body(place.headers, receive) as body:
                    return await run_in_threadpool(reception.receive, place, body)
            except TurnedAwayError as error:
                reason = error.reason
        reception.refused(place, reason)
        return reason
