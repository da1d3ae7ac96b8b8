"""The last step to the wire: whole answers, and answers that never arrive whole."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connectors.sandbox.exchange import Answer

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


class SandboxProtocol(HttpToolsProtocol):
    """The usual protocol, which also hands its transport to the application: faults cut connections."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {"sandbox": {"transport": self.transport}}


class _Name(bytes):
    """A header's name as it is spelled on the wire.

    The server writes names in small letters, which is as good by the rules; but there are clients that look for
    `content-type` as it stands, and have never found it at the real thing.
    """

    __slots__ = ()

    def lower(self) -> _Name:
        """Stay as it is."""
        return self

    def __eq__(self, other: object) -> bool:
        """Whatever the case."""
        return isinstance(other, bytes) and bytes(self).lower() == bytes(other).lower()

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(bytes(self).lower())


def transport_of(scope: Scope) -> asyncio.Transport:
    """Return the connection a request came over."""
    transport: asyncio.Transport = scope["extensions"]["sandbox"]["transport"]
    return transport


async def cut(transport: asyncio.Transport) -> None:
    """Reset the connection: the client gets no answer, and no polite end either."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    # Let the server hear of the loss before the application returns.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def begin(send: Send, answer: Answer, date: str) -> None:
    """Send status and headers."""
    told = {"Date": date, "Server": "cloudflare"}
    if answer.status != 204:
        told["Content-Type"] = answer.content_type
    told |= {"Content-Length": str(len(answer.body)), **answer.headers}
    headers = [(_Name(name.encode()), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def send_whole(send: Send, answer: Answer, date: str) -> None:
    """Send an answer as it is."""
    await begin(send, answer, date)
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


async def send_part(send: Send, answer: Answer, date: str, transport: asyncio.Transport, share: float) -> None:
    """Send the head and a part of the body, then cut."""
    await begin(send, answer, date)
    part = answer.body[: max(1, int(len(answer.body) * share))]
    await send({"type": "http.response.body", "body": part, "more_body": True})
    # Once written out, the end comes as an early end of stream: the part has really arrived.
    await asyncio.sleep(0.01)
    transport.close()
    await asyncio.sleep(0)


async def send_slowly(send: Send, answer: Answer, date: str, pieces: int, seconds: float) -> None:
    """Send the body in pieces, with a pause before each."""
    await begin(send, answer, date)
    step = max(1, -(-len(answer.body) // max(1, pieces)))
    for start in range(0, len(answer.body), step):
        await asyncio.sleep(seconds)
        await send({"type": "http.response.body", "body": answer.body[start : start + step], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
