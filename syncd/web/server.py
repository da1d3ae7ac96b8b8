"""Serving the pages from a thread of their own, beside whatever else the process does."""

from __future__ import annotations

import errno
import ipaddress
import socket
import threading
from collections.abc import Sequence
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from syncd.errors import ConfigError
from syncd.settings import WebSettings
from syncd.telemetry import Telemetry
from syncd.web.app import build_app
from syncd.web.console import Console
from syncd.web.forms import FormReception, Forms
from syncd.web.health import Health
from syncd.web.hooks import Hooks, Reception

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_CONSOLE = (
    "The console is not served here: other machines can reach this address, and nothing says how people reach it by "
    "https. Set web.public_url, and put a reverse proxy in front."
)


class WebServer:
    """A running server. Its port is open from the moment this exists until `close`."""

    def __init__(self, app: ASGIApp, listening: socket.socket, proxies: Sequence[str] = ()) -> None:
        self._listening = listening
        host, port = listening.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                ws="none",
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="syncd-web", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering; requests under way have a moment to end."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._listening.close()


def serve(
    host: str,
    port: int,
    telemetry: Telemetry,
    health: Health,
    console: Console | None = None,
    reception: Reception | None = None,
    forms: FormReception | None = None,
) -> WebServer:
    """Serve metrics, health, the console, and what CRMs and forms post, on `host`:`port` (0: any free one).

    ConfigError when the address cannot be had. On an address that others can reach there is a console only behind a
    proxy that speaks https (`web.public_url`).
    """
    listening = _listen(host, port)
    is_local = _is_loopback(listening.getsockname()[0])
    if not is_local:
        telemetry.exposed_widely(host, port)
    web = WebSettings() if console is None else console.settings().web
    public = urlsplit(web.public_url).hostname if web.public_url else None
    is_served = web.console and (is_local or public is not None)
    served = console if is_served else None
    names = _LOOPBACK_NAMES | ({host.lower()} if is_local else set()) | ({public} if public else set())
    hosts = names if is_local or served is not None else None
    why = "" if is_served or not web.console else _NO_CONSOLE
    app = build_app(telemetry, health, served, hosts=hosts, is_open_to_probes=not is_local, no_console=why)
    return WebServer(Forms(Hooks(app, reception), forms), listening, web.trusted_proxies)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(
            f"Cannot serve on {host}:{port}: {_reason(error)}.", hint="Set web.host to an address of this machine."
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise _cannot_listen(host, port, error) from error
    return listening


def _cannot_listen(host: str, port: int, error: OSError) -> ConfigError:
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            f"Port {port} on {host} is taken by another program.",
            hint="Stop that program, or choose another port (`web.port` in the configuration).",
        )
    if error.errno == errno.EACCES:
        return ConfigError(f"Port {port} may not be used by this user.", hint="Choose a port above 1023.")
    return ConfigError(
        f"Cannot serve on {host}:{port}: {_reason(error)}.", hint="Set web.host to an address of this machine."
    )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
