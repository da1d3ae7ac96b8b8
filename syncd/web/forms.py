"""The door for forms: `POST /inbound/<name>`, signed by the server of a web site. No login, no session, no page.

Like the door for CRMs it stands before everything else, reads only few bodies at a time, and none of whoever does not
sign. What is answered are words that a form can show; nothing of anybody's record is among them.
"""

from __future__ import annotations

from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from syncd.inbound.answers import Answer, Posting
from syncd.settings.parts.inbound import FORMS_AT
from syncd.web.intake import BUSY, COME_AGAIN, STATUSES, TOO_LARGE, TOO_SLOW, Intake, TurnedAwayError, target_of

#: A form that a person fills in is far smaller.
MOST_BYTES = 64 * 1024
MOST_AT_ONCE = 16
UNKNOWN = "unknown"
#: A page of another web site may not post here.
FOREIGN = "foreign"
_STATUSES = {UNKNOWN: 404, FOREIGN: 403, **STATUSES}
_REFUSED = 401
_SENTENCES = {
    UNKNOWN: "There is no such form.",
    FOREIGN: "This form may not be sent from there.",
    TOO_SLOW: "It took too long to arrive.",
    TOO_LARGE: "It is too large for a form.",
    BUSY: "Please try again in a moment.",
}
_NOT_SIGNED = "The request is not signed as it should be, or too old."
_EMPTY = 204
_HEADERS = "content-type, idempotency-key, x-syncd-signature, x-syncd-timestamp"


class FormReception(Protocol):
    """Who receives what forms post."""

    def origins(self, path: str) -> tuple[str, ...] | None:
        """Return the web sites whose pages may post to a path; None where there is no form."""

    def refusal(self, posting: Posting) -> str:
        """Return why a request is refused before its body was read; empty when it may come in."""

    def receive(self, posting: Posting, body: bytes) -> Answer:
        """Check what was filled in, and keep it before it is answered."""

    def refused(self, posting: Posting, reason: str) -> None:
        """Hear that a request was turned away at the door."""


class Forms:
    """Answers what is posted to `/inbound/`, and hands everything else on."""

    def __init__(self, app: ASGIApp, reception: FormReception | None) -> None:
        self._app = app
        self._reception = reception
        self.intake = Intake(most_bytes=MOST_BYTES, most_at_once=MOST_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if self._reception is None or scope["type"] != "http" or not scope["path"].startswith(FORMS_AT):
            await self._app(scope, receive, send)
            return
        posting = _posting(scope)
        answer = await self._answer(self._reception, posting, receive)
        response = JSONResponse(dict(answer.body), answer.status, headers=dict(answer.headers))
        if answer.status == _EMPTY:
            response = Response(status_code=_EMPTY, headers=dict(answer.headers))  # type: ignore[assignment]
        response.headers["cache-control"] = "no-store"
        response.headers["x-content-type-options"] = "nosniff"
        self._let_read(response, posting, self._reception)
        await response(scope, receive, send)

    async def _answer(self, reception: FormReception, posting: Posting, receive: Receive) -> Answer:
        reason = _refusal(reception, posting)
        if not reason and posting.method == "OPTIONS":
            return Answer(_EMPTY, {}, _PREFLIGHT)
        reason = reason or reception.refusal(posting)
        if not reason:
            try:
                async with self.intake.body(posting.headers, receive) as body:
                    return await run_in_threadpool(reception.receive, posting, body)
            except TurnedAwayError as error:
                reason = error.reason
        reception.refused(posting, reason)
        return Answer(
            _STATUSES.get(reason, _REFUSED),
            {"outcome": "refused", "message": _SENTENCES.get(reason, _NOT_SIGNED)},
            COME_AGAIN if reason == BUSY else {},
        )

    @staticmethod
    def _let_read(response: Response, posting: Posting, reception: FormReception) -> None:
        """Let the page that posted read the answer, where it is one of those that may post."""
        origin = posting.headers.get("origin")
        if origin is not None:
            response.headers["vary"] = "Origin"
            if origin in (reception.origins(posting.path) or ()):
                response.headers["access-control-allow-origin"] = origin


def _posting(scope: Scope) -> Posting:
    return Posting(scope["method"], scope["path"], target_of(scope), dict(Headers(scope=scope)))


_PREFLIGHT = {
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": _HEADERS,
    "access-control-max-age": "600",
}


def _refusal(reception: FormReception, posting: Posting) -> str:
    """Return why a request is none for a form at all."""
    origins = reception.origins(posting.path)
    if origins is None or posting.method not in {"POST", "OPTIONS"}:
        return UNKNOWN
    origin = posting.headers.get("origin")
    if origin is None:
        return UNKNOWN if posting.method == "OPTIONS" else ""
    return "" if origin in origins else FOREIGN
