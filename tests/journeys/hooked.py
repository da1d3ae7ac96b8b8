"""A webhook on this machine, as a channel posts to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson


class Hook(BaseHTTPRequestHandler):
    """Takes what is posted."""

    server: HookServer

    def do_POST(self) -> None:
        self.server.bodies.append(orjson.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class HookServer(ThreadingHTTPServer):
    """A webhook, and what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.bodies: list[dict[str, object]] = []
        self.answer = 200

    @property
    def lines(self) -> list[str]:
        """What was told, line by line."""
        return [one["subject"] for body in self.bodies for one in body["messages"]]  # type: ignore[attr-defined]


@contextmanager
def serving() -> Iterator[HookServer]:
    """Take what is posted until the block ends."""
    server = HookServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
