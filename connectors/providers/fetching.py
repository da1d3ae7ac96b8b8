"""One call and its answer, bounded in time and in size, whatever the other side does."""

from __future__ import annotations

import math
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import orjson

from connectors.guarded import GuardedConnection
from syncd.errors import AnswerLostError, RetryableError

_PIECE = 65_536
#: Waits beyond this are not believed.
_LONGEST_WAIT_S = 86_400.0


class Refusal(Exception):  # noqa: N818 - it is the answer that is refused, by us
    """The answer is of no use; it was not looked at further."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer whose head was read."""

    status: int
    #: Seconds to wait, where it says so.
    wait_s: float | None
    #: Returns what it says. Refusal where that is nothing we take.
    body: Callable[[], Any]


def fetch(
    url: str,
    place: tuple[str, int],
    *,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout_s: float,
    most_bytes: int,
) -> Fetched:
    """Make one call to an address that was judged; RetryableError when no complete answer came in time.

    Of an answer that is no success nothing but its head is read. All of it together takes `timeout_s` at most, however
    the other side dribbles: then the connection is cut.
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = GuardedConnection(
        parts.hostname or "", parts.port, place, is_protected=parts.scheme == "https", timeout_s=timeout_s
    )
    cut = _Cut(connection)
    timer = threading.Timer(timeout_s, cut)
    timer.daemon = True
    timer.start()
    content = {} if body is None else {"Content-Type": "application/json"}
    try:
        connection.request(method, path, body, {**headers, **content, "Connection": "close"})
        with connection.getresponse() as answer:
            data = _read(answer, most_bytes) if 200 <= answer.status < 300 else b""
            told = answer.headers["Retry-After"]
            kind, coding = answer.headers.get_content_type(), answer.headers["Content-Encoding"]
            status = answer.status
        if cut.is_made:
            raise AnswerLostError("took too long")
    except ssl.SSLError:
        raise RetryableError("took too long" if cut.is_made else "has no certificate that is good") from None
    except (OSError, HTTPException, ValueError) as error:
        is_late = cut.is_made or isinstance(error, TimeoutError)
        raise AnswerLostError("took too long" if is_late else "gives no complete answer") from None
    finally:
        timer.cancel()
        connection.close()
    return Fetched(status, _seconds(told), lambda: _understood(data, kind, coding))


class _Cut:
    """Cuts a connection, whatever it is at."""

    def __init__(self, connection: GuardedConnection) -> None:
        self._connection = connection
        self.is_made = False

    def __call__(self) -> None:
        self.is_made = True
        self._connection.cut()


def _read(answer: HTTPResponse, most_bytes: int) -> bytes:
    """Return the whole body; Refusal when there is more of it than we take."""
    size = answer.headers["Content-Length"]
    if size is not None and size.isdigit() and int(size) > most_bytes:
        raise Refusal("its answer is too large")
    pieces, held = [], 0
    while piece := answer.read1(_PIECE):
        held += len(piece)
        if held > most_bytes:
            raise Refusal("its answer is too large")
        pieces.append(piece)
    if answer.length:
        raise IncompleteRead(b"")
    return b"".join(pieces)


def _understood(data: bytes, kind: str, coding: str | None) -> Any:
    if coding not in {None, "", "identity"}:
        raise Refusal("its answer is packed")
    if kind != "application/json" and not kind.endswith("+json"):
        raise Refusal("its answer is no JSON")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        raise Refusal("its answer is no JSON") from None


def _seconds(told: str | None) -> float | None:
    if told is None or not told.isascii():
        return None
    try:
        wait_s = float(told)
    except ValueError:
        return None
    return min(wait_s, _LONGEST_WAIT_S) if math.isfinite(wait_s) and wait_s >= 0 else None
