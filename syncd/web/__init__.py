"""What syncd serves over HTTP: metrics, whether it is alive and ready, and the console."""

from __future__ import annotations

from syncd.web.app import build_app
from syncd.web.console import Console
from syncd.web.health import Health
from syncd.web.server import WebServer, serve

__all__ = ["Console", "Health", "WebServer", "build_app", "serve"]
