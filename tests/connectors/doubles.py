"""Stand-ins: a clock set by hand, an observer that remembers, a server that plays a script."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any


class HandClock:
    """Time passes only when somebody waits. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds = 1000.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        with self._lock:
            return self._seconds

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        if stop is not None and stop.is_set():
            return True
        with self._lock:
            self.waits.append(seconds)
            self._seconds += max(0.0, seconds)
        return False


@dataclass
class Ear:
    """An observer that remembers what it heard."""

    answers: list[tuple[str, int]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    quotas: list[int] = field(default_factory=list)

    def request_answered(self, account: str, endpoint: str, status: int, seconds: float) -> None:
        self.answers.append((endpoint, status))

    def throttled(self, account: str, seconds: float) -> None:
        self.waits.append(seconds)

    def quota_told(self, account: str, remaining: int) -> None:
        self.quotas.append(remaining)


Script = Callable[[bytes, socket.socket], None]


class ScriptedServer:
    """Answers each request by the next line of a script; keeps what it was sent. The last line answers all the rest."""

    def __init__(self, *script: Script) -> None:
        self._script = list(script)
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._connections: list[socket.socket] = []
        self._done = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._done.set()
        for connection in [self._socket, *self._connections]:
            connection.close()

    def _accept(self) -> None:
        while not self._done.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while request := self._read(connection):
                self.requests.append(request)
                line = self._script.pop(0) if len(self._script) > 1 else self._script[0]
                line(request, connection)
        except OSError:
            return

    def _read(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                while len(body) < int(line.split(b":")[1]):
                    body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


def answer(status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None) -> Script:
    """Answer in JSON."""
    return text(
        status, json.dumps({} if body is None else body), {"Content-Type": "application/json", **(headers or {})}
    )


def text(status: int, body: str, headers: Mapping[str, str] | None = None) -> Script:
    data = body.encode()
    lines = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return lambda _, connection: connection.sendall(head + data)


def reset(_: bytes, connection: socket.socket) -> None:
    """Close without an answer."""
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def torn(_: bytes, connection: socket.socket) -> None:
    """Promise more than is sent."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"results"')
    reset(b"", connection)


def silent(_: bytes, connection: socket.socket) -> None:
    """Never answer."""
