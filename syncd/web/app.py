"""The pages: `/metrics`, `/healthz`, `/readyz`, and a start page that links them. Nothing here changes anything."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from syncd.telemetry import Telemetry
from syncd.version import version
from syncd.web.armour import HostGate, SafeHeaders
from syncd.web.health import Condition, Health

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
    "dt{font-weight:600}dd{margin:0 0 .6rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>syncd</title><style>{style}</style></head>
<body><h1>syncd</h1><p>Version {version}. {state}</p>
<dl>
<dt><a href="/metrics">/metrics</a></dt><dd>what Prometheus reads</dd>
<dt><a href="/healthz">/healthz</a></dt><dd>alive: something moved on lately</dd>
<dt><a href="/readyz">/readyz</a></dt><dd>ready: the store is open and every stream was read once</dd>
</dl></body></html>
"""


def build_app(telemetry: Telemetry, health: Health, *, hosts: frozenset[str] | None = None) -> Starlette:
    """Return the application. `hosts`: the host names it answers to; None: any."""

    def metrics(request: Request) -> Response:
        content, content_type = telemetry.exposition(request.headers.get("accept", ""))
        return Response(content, headers={"content-type": content_type})

    def healthz(_request: Request) -> Response:
        return _answer(health.liveness(), "alive")

    def readyz(_request: Request) -> Response:
        return _answer(health.readiness(), "ready")

    def index(_request: Request) -> Response:
        condition = health.readiness()
        state = "Ready." if condition.is_fine else "Not ready: " + "; ".join(condition.reasons) + "."
        return HTMLResponse(_PAGE.format(style=_STYLE, version=escape(version()), state=escape(state)))

    return Starlette(
        routes=[
            Route("/", index, methods=["GET"]),
            Route("/metrics", metrics, methods=["GET"]),
            Route("/healthz", healthz, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
        ],
        middleware=[Middleware(SafeHeaders, style_hash=_STYLE_HASH), Middleware(HostGate, hosts=hosts)],
    )


def _answer(condition: Condition, word: str) -> JSONResponse:
    """Return 200 or 503 with the reasons; probes look at the status, people at the body."""
    body = {
        word: condition.is_fine,
        "reasons": list(condition.reasons),
        "idle_seconds": {worker: round(seconds, 1) for worker, seconds in condition.idle_s.items()},
    }
    return JSONResponse(body, status_code=200 if condition.is_fine else 503)
