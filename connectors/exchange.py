"""One HTTP exchange, bounded in time in every direction, with no opinion on statuses.

A `Transport` can stand where a client library expects its urllib3 pool: it takes the same arguments. It never retries
and never follows a redirect. An answer is complete or it is lost; nothing of a torn one is handed on.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, Any, cast

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from connectors.options import Options
from syncd.clock import Clock

_SUCCESS = range(200, 300)


class NotSentError(Exception):
    """The call never left: no connection could be made. Says where to, and why not."""


class LostError(Exception):
    """The call left, and no complete answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: always complete, of any status."""

    status: int
    #: Names are case-insensitive.
    headers: Mapping[str, str]
    data: bytes
    #: When the call was sent, on the monotonic clock.
    sent_at: float = 0.0

    @property
    def moment(self) -> datetime | None:
        """Return the CRM's own time, to the second, when it told."""
        try:
            return parsedate_to_datetime(self.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError, TypeError):
            return None

    def number(self, header: str) -> float | None:
        """Return a header's number; None when it is missing or is none."""
        try:
            return float(self.headers[header])
        except (KeyError, ValueError):
            return None


class RefusalError(Exception):
    """Carries an answer that is no success past a client library that would wrap it in an exception of its own."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _BoundedReader(io.RawIOBase):
    """Reads a socket until a deadline, however busily it dribbles."""

    def __init__(self, raw: io.RawIOBase, sock: Any, deadline: float, monotonic: Callable[[], float]) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = deadline
        self._monotonic = monotonic

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - self._monotonic()
        if left <= 0:
            message = "the answer took too long in all"
            raise TimeoutError(message)
        patience = self._sock.gettimeout()
        if patience is None or left < patience:
            self._sock.settimeout(left)
        return cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        self._raw.close()
        super().close()


def _bounded_pools(seconds: float, monotonic: Callable[[], float]) -> dict[str, type[HTTPConnectionPool]]:
    """Return pool classes whose answers, head and body together, end within `seconds` of the sending."""

    class Response(http.client.HTTPResponse):
        def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            raw = self.fp.detach()
            bounded = _BoundedReader(raw, sock, monotonic() + seconds, monotonic)
            self.fp = cast("IO[bytes]", io.BufferedReader(bounded))  # type: ignore[assignment]

    class Connection(HTTPConnection):
        response_class = Response

    class SecureConnection(HTTPSConnection):
        response_class = Response

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return {"http": Pool, "https": SecurePool}


class Transport:
    """A pool of connections to one CRM. Safe to use from several threads."""

    def __init__(self, options: Options, clock: Clock, authorise: Callable[[str], Mapping[str, str]]) -> None:
        """`authorise` returns the headers that sign a call to a URL; it may raise."""
        self._clock = clock
        self._authorise = authorise
        self._pools = urllib3.PoolManager(
            maxsize=max(4, options.parallel * 2),
            retries=False,
            timeout=urllib3.Timeout(connect=options.connect_seconds, read=options.read_seconds),
        )
        self._pools.pool_classes_by_scheme = _bounded_pools(options.total_seconds, clock.monotonic)

    def request(  # noqa: PLR0913 - the arguments of the pool it stands for
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: str | bytes | None = None,
        fields: Any = None,
        encode_multipart: bool = True,
        preload_content: bool = False,
        timeout: Any = None,
    ) -> Answer:
        """Return the answer when it is a success; raise RefusalError with it when not.

        `preload_content` and `timeout` are the caller's wishes and ignored: bodies are always read, bounds always ours.
        """
        del preload_content, timeout
        signed = {"Accept-Encoding": "gzip", **(headers or {}), **self._authorise(url)}
        content: dict[str, Any] = {"body": body} if fields is None else {"fields": fields}
        if fields is not None and method == "POST":
            content["encode_multipart"] = encode_multipart
        sent_at = self._clock.monotonic()
        try:
            response = self._pools.request(method, url, headers=signed, **content)
            data = response.data
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as problem:
            raise NotSentError(f"{_origin(url)} ({_reason(problem)})") from problem
        except (urllib3.exceptions.HTTPError, OSError) as problem:
            raise LostError(_reason(problem)) from problem
        answer = Answer(response.status, response.headers, data, sent_at)
        if answer.status not in _SUCCESS:
            raise RefusalError(answer)
        return answer

    def close(self) -> None:
        """Let go of the connections."""
        self._pools.clear()


def _origin(url: str) -> str:
    """Return where a URL leads, without anything that could be a secret or hold a value."""
    parts = urllib3.util.parse_url(url)
    return f"{parts.scheme}://{parts.host}" + (f":{parts.port}" if parts.port else "")


def _reason(problem: Exception) -> str:
    """Name the kind of failure. The library's own text can hold the whole URL, so it stays out."""
    return type(problem).__name__.removesuffix("Error")
