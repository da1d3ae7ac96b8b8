"""The CRM of a simulation: a sandbox whose time moves only when told, and in which people act at chosen moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox import Sandbox
from connectors.sandbox.crm import Crm
from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.faults import Fault
from connectors.sandbox.gateway import Gateway
from connectors.sandbox.transport import Receive, Scope, Send

#: The moment at which every schedule begins: a Monday morning.
BEGINNING_MS = 1_772_442_000_000


@dataclass(slots=True)
class Asked:
    """A call of syncd that reached the CRM: what it was, and how long the effect log was when it was served."""

    endpoint: str
    object: str
    status: int
    effects: int
    life: int
    text: bytes

    def names(self, record_id: str) -> bool:
        """Return whether the call or its answer spoke of a record."""
        return record_id.encode() in self.text


@dataclass(slots=True)
class Moments:
    """What is to happen around the calls of the life that is about to begin."""

    #: Milliseconds that pass with each call.
    tick_ms: int = 40
    #: By number of the call, from 1, and by `before` or `after` it is served.
    interruptions: dict[tuple[int, str], list[Callable[[], None]]] = field(default_factory=dict)
    calls: int = 0


class _Gateway(Gateway):
    """Lets time pass with every call, and somebody act just before or just after one."""

    ground: Ground

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._world.clock.shift(self.ground.moments.tick_ms / 1000)
        await super().serve(scope, receive, send)

    def _answer(self, crm: Crm, request: Request, faults: list[Fault]) -> Answer:
        moments = self.ground.moments
        moments.calls += 1
        number = moments.calls
        for act in moments.interruptions.pop((number, "before"), ()):
            act()
        answer = super()._answer(crm, request, faults)
        endpoint, object_name = crm.endpoint_of(request)
        text = b" ".join((request.path.encode(), request.query_text.encode(), request.body, answer.body))
        effects = self._world.effects.last_seq
        self.ground.asked.append(Asked(endpoint, object_name, answer.status, effects, self.ground.life, text))
        for act in moments.interruptions.pop((number, "after"), ()):
            act()
        return answer


class Ground(Sandbox):
    """A sandbox for one schedule after the other."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.moments = Moments()
        self.asked: list[Asked] = []
        self.life = 0
        gateway = _Gateway(self.world, self._gateway._crms)
        gateway.ground = self
        self._gateway = gateway

    def clear(self) -> None:
        """Begin anew: an empty account on the first morning."""
        self.call(self._clear)

    def _clear(self) -> None:
        self._reset({})
        self.world.clock.freeze(BEGINNING_MS)
        self.moments = Moments()
        self.asked = []
        self.life = 0

    def begin_life(self, moments: Moments) -> None:
        """Let the calls of a new life count from one."""
        self.life += 1
        self.moments = moments

    @property
    def now_ms(self) -> int:
        """Return the moment it is in the CRM."""
        return self.world.clock.now_ms()
