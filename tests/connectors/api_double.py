"""An API of somebody's, under a test's control: it answers what it is told to, however badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Answers one request.
Way = Callable[["ApiRequest"], None]


class ApiDouble(ThreadingHTTPServer):
    """Listens on this machine; `ways` are answered by in turn, the last of them for ever."""

    daemon_threads = True

    def __init__(self, *ways: Way) -> None:
        super().__init__(("127.0.0.1", 0), ApiRequest)
        self.ways = [*ways]
        #: Path, headers and body of every request.
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        #: Set when whoever hangs shall go.
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class ApiRequest(BaseHTTPRequestHandler):
    """One request."""

    server: ApiDouble

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.path, dict(self.headers), self.rfile.read(size)))
        ways = self.server.ways
        way = ways.pop(0) if len(ways) > 1 else ways[0]
        try:
            way(self)
        except (BrokenPipeError, ConnectionResetError):
            # Whoever asked has had enough.
            return

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def say(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **given}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def saying(found: Any, status: int = 200, **headers: str) -> Way:
    """Answer with JSON."""
    return lambda request: request.say(status, json.dumps(found).encode(), **headers)


def page(request: ApiRequest) -> None:
    """Answer with a web page."""
    request.say(200, b"<html><script>alert(1)</script></html>", "text/html")


def redirect(to: str) -> Way:
    """Send whoever asks elsewhere."""
    return lambda request: request.say(302, b"", Location=to)


def gigantic(request: ApiRequest) -> None:
    """Answer without an end."""
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.end_headers()
    while not request.server.over.is_set():
        request.wfile.write(b"[" * 65_536)


def bomb(request: ApiRequest) -> None:
    """Answer with what is nested deeper than anybody can follow."""
    request.say(200, b"[" * 100_000 + b"]" * 100_000)


def packed_bomb(request: ApiRequest) -> None:
    """Answer with a few bytes that are very many, unpacked."""
    request.say(200, b"\x1f\x8b" + b"\x00" * 100, Content_Encoding="gzip")


def silence(request: ApiRequest) -> None:
    """Take the question, and never answer."""
    request.server.over.wait(30)


def dribble(request: ApiRequest) -> None:
    """Answer, a byte now and then."""
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", "1000")
    request.end_headers()
    while not request.server.over.wait(0.05):
        request.wfile.write(b" ")
        request.wfile.flush()


def dribbled_head(request: ApiRequest) -> None:
    """Answer, not even the head of it at once."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not request.server.over.wait(0.05):
        request.wfile.write(b"X-More: 1\r\n"[:1])
        request.wfile.flush()


def torn(request: ApiRequest) -> None:
    """Answer half of it."""
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"size": 250')
