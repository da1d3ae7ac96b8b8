"""How a body is taken in at a door that anybody can reach: none too large, none too slow, only a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope

#: Whoever posts waits a few seconds for its answer: it has its body sent long before.
BODY_SECONDS = 4.0
#: When to come again for whom there was no room, as `Retry-After` says it.
COME_AGAIN = {"retry-after": "5"}

TOO_LARGE, TOO_SLOW, BUSY = "too_large", "too_slow", "busy"
#: What is answered to a body that was not taken in.
STATUSES = {TOO_SLOW: 408, TOO_LARGE: 413, BUSY: 503}


class TurnedAwayError(Exception):
    """A body was not taken in; says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Intake:
    """The bodies under way at one door."""

    def __init__(self, *, most_bytes: int, most_at_once: int) -> None:
        self.most_bytes = most_bytes
        #: Bodies in memory at a time; who comes beyond that is to come again.
        self.most_at_once = most_at_once
        self._under_way = 0

    @asynccontextmanager
    async def body(self, headers: Mapping[str, str], receive: Receive) -> AsyncIterator[bytes]:
        """Yield the body; it counts as under way until the block ends. TurnedAwayError when it is not taken in."""
        if _length_of(headers) > self.most_bytes:
            raise TurnedAwayError(TOO_LARGE)
        if self._under_way >= self.most_at_once:
            raise TurnedAwayError(BUSY)
        self._under_way += 1
        try:
            yield await self._read(receive)
        finally:
            self._under_way -= 1

    async def _read(self, receive: Receive) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise TurnedAwayError(TOO_SLOW)
                    body += message.get("body", b"")
                    if len(body) > self.most_bytes:
                        raise TurnedAwayError(TOO_LARGE)
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise TurnedAwayError(TOO_SLOW) from None


def target_of(scope: Scope) -> str:
    """Return path and query exactly as they were sent, with their escapes: signatures speak of them."""
    path = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string") or b""
    target: bytes = path + (b"?" + query if query else b"")
    return target.decode("latin-1")


def _length_of(headers: Mapping[str, str]) -> float:
    """Return how long a body is said to be; one whose length is no number is too long."""
    told = headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else float("inf")
