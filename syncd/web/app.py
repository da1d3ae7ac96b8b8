"""The application: metrics and health for machines, the console for people."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from syncd.settings import Secret
from syncd.telemetry import Telemetry
from syncd.web.armour import HostGate, SafeHeaders
from syncd.web.console import Console
from syncd.web.health import Condition, Health
from syncd.web.serving import endpoint

#: What machines ask for; they may know us by any name.
PROBES = ("/metrics", "/healthz", "/readyz")
_YEAR = "public, max-age=31536000, immutable"
#: What stands at the start where there is no console.
_BARE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>syncd</title></head><body><h1>syncd</h1><p>{state}</p>
<ul><li><a href="/metrics">/metrics</a></li><li><a href="/healthz">/healthz</a></li>
<li><a href="/readyz">/readyz</a></li></ul></body></html>
"""


class Styles(StaticFiles):
    """Our own style and script. Their addresses change with them, so that a browser may keep them."""

    def file_response(self, *args: object, **options: object) -> Response:
        """Return a file that may be kept."""
        answer: Response = super().file_response(*args, **options)  # type: ignore[arg-type]
        answer.headers["cache-control"] = _YEAR
        return answer


def build_app(
    telemetry: Telemetry,
    health: Health,
    console: Console | None = None,
    *,
    hosts: Collection[str] | None = None,
    is_open_to_probes: bool = False,
    no_console: str = "",
) -> Starlette:
    """Return the application. `hosts`: the host names it answers to; None: any, and then there is no console.

    `is_open_to_probes`: whether machines may know us by any name. `no_console`: why there is none, for whoever looks.
    """
    routes: list[BaseRoute] = list(_probes(telemetry, health, _token_of(console)))
    middleware = [Middleware(SafeHeaders, is_https=console is not None and console.is_https)]
    if hosts is not None:
        middleware.append(Middleware(HostGate, hosts=hosts, open_paths=PROBES if is_open_to_probes else ()))
    if console is None:
        return Starlette(routes=[*routes, Route("/", _bare(health, no_console))], middleware=middleware)
    from syncd.web.pages import all_pages

    console.menu = sorted((one for one in all_pages() if one.menu), key=lambda one: one.menu.order if one.menu else 0)
    routes += [Route(one.path, endpoint(one, console), methods=[one.method]) for one in all_pages()]
    routes.append(Mount("/static", Styles(packages=[("syncd.web", "static")])))
    return Starlette(routes=routes, middleware=middleware)


def _probes(telemetry: Telemetry, health: Health, token: Callable[[], Secret | None]) -> list[Route]:
    def metrics(request: Request) -> Response:
        wanted = token()
        if wanted is not None and not _shows(request, wanted):
            return PlainTextResponse("A bearer token is needed.\n", 401, headers={"www-authenticate": "Bearer"})
        content, content_type = telemetry.exposition(request.headers.get("accept", ""))
        return Response(content, headers={"content-type": content_type})

    def healthz(_request: Request) -> Response:
        return _condition(health.liveness(), "alive")

    def readyz(_request: Request) -> Response:
        return _condition(health.readiness(), "ready")

    return [Route("/metrics", metrics), Route("/healthz", healthz), Route("/readyz", readyz)]


def _token_of(console: Console | None) -> Callable[[], Secret | None]:
    return lambda: None if console is None else console.settings().web.metrics_token


def _shows(request: Request, wanted: Secret) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {wanted.reveal()}".encode())


def _bare(health: Health, why: str) -> Callable[[Request], Response]:
    from html import escape

    def start(_request: Request) -> Response:
        condition = health.readiness()
        state = "Ready." if condition.is_fine else "Not ready: " + "; ".join(condition.reasons) + "."
        return HTMLResponse(_BARE.format(state=escape(" ".join(filter(None, (state, why))))))

    return start


def _condition(condition: Condition, word: str) -> JSONResponse:
    """Return 200 or 503 with the reasons; probes look at the status, people at the body."""
    body = {
        word: condition.is_fine,
        "reasons": list(condition.reasons),
        "idle_seconds": {worker: round(seconds, 1) for worker, seconds in condition.idle_s.items()},
    }
    return JSONResponse(body, status_code=200 if condition.is_fine else 503)
