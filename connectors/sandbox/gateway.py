"""Between the wire and the CRM: every exchange passes the faults, is counted, and is answered."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence

from connectors.sandbox.crm import Crm
from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.faults import Fault, Target
from connectors.sandbox.transport import (
    Receive,
    Scope,
    Send,
    cut,
    send_part,
    send_slowly,
    send_whole,
    transport_of,
)
from connectors.sandbox.world import World

_INSTEAD = {"status", "throttle", "expired_token", "invalid_json"}
_BENDING = {"empty_page", "repeat_cursor", "cut", "total", "hide"}


class Gateway:
    """Takes requests for the simulated CRMs."""

    def __init__(self, world: World, crms: Sequence[Crm]) -> None:
        self._world = world
        self._crms = crms

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one exchange, or see to it that it goes wrong as it should."""
        request = await read_request(scope, receive)
        crm = next((crm for crm in self._crms if crm.serves(request.path)), self._crms[-1])
        endpoint, object_name = crm.endpoint_of(request)
        target = Target(request.method, request.path, endpoint, object_name, request.body)
        faults = self._world.faults.strike(target)
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(_delay(fault))
        status = await self._exchange(crm, request, faults, (scope, receive, send))
        self._world.counters.add(crm.name, endpoint, object_name, status)

    async def _exchange(
        self, crm: Crm, request: Request, faults: list[Fault], wire: tuple[Scope, Receive, Send]
    ) -> int:
        """Return the status that was sent; 0 for none."""
        scope, receive, send = wire
        struck = {fault.kind: fault for fault in faults}
        if "hang" in struck:
            await _hang(receive)
            return 0
        if "reset" in struck:
            await cut(transport_of(scope))
            return 0
        answer = self._answer(crm, request, faults)
        if "lost_answer" in struck:
            await cut(transport_of(scope))
            return 0
        if (late := struck.get("late_status")) is not None:
            answer = crm.fault_answer(late, request)
        await self._send(answer, struck, scope, send)
        return answer.status

    def _answer(self, crm: Crm, request: Request, faults: list[Fault]) -> Answer:
        for fault in faults:
            if fault.kind in _INSTEAD:
                return crm.fault_answer(fault, request)
        for fault in faults:
            if fault.kind == "edit" and fault.with_.get("when", "before") == "before":
                crm.edit(fault, request, None)
        answer = crm.answer(request, [fault for fault in faults if fault.kind == "rows"])
        for fault in faults:
            if fault.kind == "edit" and fault.with_.get("when") == "after":
                crm.edit(fault, request, answer)
            elif fault.kind in _BENDING:
                crm.bend(fault, request, answer)
        return answer

    async def _send(self, answer: Answer, struck: dict[str, Fault], scope: Scope, send: Send) -> None:
        date = self._world.clock.http_date()
        if (part := struck.get("truncate")) is not None:
            await send_part(send, answer, date, transport_of(scope), float(part.with_.get("share", 0.5)))
        elif (slow := struck.get("dribble")) is not None:
            pieces, seconds = int(slow.with_.get("pieces", 20)), float(slow.with_.get("seconds", 0.05))
            await send_slowly(send, answer, date, pieces, seconds)
        else:
            await send_whole(send, answer, date)


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Read a whole request."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    query = scope["query_string"]
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    path = scope["path"]
    if len(path) > 1:
        path = path.rstrip("/")
    url_length = len(scope["raw_path"]) + len(query)
    return Request(scope["method"], path, query.decode("latin-1"), headers, body, str(uuid.uuid4()), url_length)


def _delay(fault: Fault) -> float:
    return float(fault.with_.get("seconds", 0.1)) + fault.dice.random() * float(fault.with_.get("jitter_s", 0.0))


async def _hang(receive: Receive) -> None:
    """Never answer; end when the client has had enough."""
    while (await receive())["type"] != "http.disconnect":
        pass
