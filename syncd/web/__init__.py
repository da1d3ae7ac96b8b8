"""What syncd serves over HTTP: metrics, whether it is alive, whether it is ready. It takes no orders."""

from __future__ import annotations

from syncd.web.app import build_app
from syncd.web.health import Health
from syncd.web.server import WebServer, serve

__all__ = ["Health", "WebServer", "build_app", "serve"]
