"""What stands around every page: headers that forbid foreign scripts and framing, and a check of the host asked for."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Styles and scripts are our own files: what stands in a page, by whatever way it came there, is never run.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: Forms need `same-origin`: with less, browsers do not say where a request comes from.
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class SafeHeaders:
    """Adds the same careful headers to every answer. Nothing is kept by a browser unless an answer says it may be."""

    def __init__(self, app: ASGIApp, *, is_https: bool = False) -> None:
        self._app = app
        strict = {"strict-transport-security": "max-age=31536000"} if is_https else {}
        self._headers = {**_HEADERS, **strict}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back, with the headers."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, send_safely)


class HostGate:
    """Turns away requests for a host name that is not ours: a foreign page that points its own name at this machine.

    `open_paths` are answered whatever the host; probes and Prometheus may know us by any name.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], *, open_paths: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._open_paths = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its host is allowed."""
        if scope["type"] != "http" or scope["path"] in self._open_paths:
            await self._app(scope, receive, send)
            return
        host = _without_port(Headers(scope=scope).get("host", ""))
        if host in self._hosts:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("This host is not served here.\n", status_code=421)(scope, receive, send)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
