"""The sandbox as a whole: started in a thread for tests and the demo, or in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import uvicorn

from connectors.sandbox.control import PREFIX, Control
from connectors.sandbox.crm import Crm
from connectors.sandbox.exchange import Request
from connectors.sandbox.gateway import Gateway, read_request
from connectors.sandbox.hubspot import Account, HubSpot
from connectors.sandbox.hubspot.loader import load
from connectors.sandbox.life import Life
from connectors.sandbox.native import NativeConnector
from connectors.sandbox.population.overlap import Sides
from connectors.sandbox.population.people import Population
from connectors.sandbox.salesforce import Org, Salesforce
from connectors.sandbox.salesforce.loader import load as load_org
from connectors.sandbox.state_file import StateFile
from connectors.sandbox.ties import tie
from connectors.sandbox.tokens import DEFAULT_TOKEN
from connectors.sandbox.transport import Receive, SandboxProtocol, Scope, Send, send_whole
from connectors.sandbox.world import World

_SAVE_EVERY_S = 5.0
_ANNOUNCE_EVERY_S = 0.05
_START_TIMEOUT_S = 30.0
#: With both CRMs, so many of HubSpot's people are in Salesforce too.
_SHARED = 0.7
CRMS = ("hubspot", "salesforce")

Result = TypeVar("Result")


class Sandbox:
    """Simulated CRMs behind HTTP on one port."""

    #: A token with every scope.
    token = DEFAULT_TOKEN

    def __init__(
        self,
        *,
        population: Population | Sides | None = None,
        tier: str = "pro",
        state: Path | str | None = None,
        crms: Sequence[str] = CRMS,
    ) -> None:
        self.world = World()
        self.account = Account(self.world, tier=tier)
        self.org = Org(self.world, edition=_edition(tier))
        self._population = population
        self._tier = tier
        both: dict[str, Crm] = {"hubspot": HubSpot(self.account), "salesforce": Salesforce(self.org)}
        if not crms or set(crms) - both.keys():
            raise ValueError(f"crms must be some of {', '.join(both)}")
        self.crms = {name: crm for name, crm in both.items() if name in crms}
        #: HubSpot's own connector between the two; switched off unless somebody wants it.
        self.native = NativeConnector(self.account, self.org)
        self._file = StateFile(Path(state), self.world, self.crms, self.native) if state is not None else None
        if (self._file is None or not self._file.load()) and population is not None:
            self._fill(population)
        # HubSpot answers every path there is, so it is asked last.
        self._gateway = Gateway(self.world, list(reversed(self.crms.values())))
        native = self.native if len(self.crms) == len(both) else None
        self._control = Control(self.world, self.crms, reset=self._reset, live=self._live, native=native)
        self._life = Life(_living(population), self.crms) if population is not None else None
        self.url = ""
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()

    @classmethod
    def start(cls, host: str = "127.0.0.1", port: int = 0, **options: Any) -> Self:
        """Start one in a background thread; OSError when the port is taken. `with Sandbox.start() as sandbox: …`."""
        sandbox = cls(**options)
        listener = sandbox._bind(host, port)
        sandbox._thread = threading.Thread(
            target=lambda: asyncio.run(sandbox._run(listener)), name="sandbox", daemon=True
        )
        sandbox._thread.start()
        if not sandbox._ready.wait(_START_TIMEOUT_S):
            raise TimeoutError("the sandbox did not start")
        return sandbox

    def run(self, host: str = "127.0.0.1", port: int = 0, on_ready: Callable[[str], None] | None = None) -> None:
        """Serve until SIGINT or SIGTERM; OSError when the port is taken."""
        listener = self._bind(host, port)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self._run(listener, on_ready))

    def close(self) -> None:
        """Stop serving, and keep the state where a file was named."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def live(self, every_s: float) -> None:
        """Let people, forms and imports keep dirtying the base, something every so many seconds."""
        self.call(lambda: self._live({"every_s": every_s}))

    def call(self, work: Callable[[], Result]) -> Result:
        """Do something with the account on the server's own thread, between two requests."""
        if self._loop is None or not self._loop.is_running():
            return work()

        async def on_loop() -> Result:
            return work()

        return asyncio.run_coroutine_threadsafe(on_loop(), self._loop).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one exchange."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path == "/" or path.startswith(PREFIX):
            await self._serve_control(await read_request(scope, receive), send)
        else:
            await self._gateway.serve(scope, receive, send)

    async def _serve_control(self, request: Request, send: Send) -> None:
        if request.path == "/":
            request.path = PREFIX
        await send_whole(send, self._control.answer(request), self.world.clock.http_date())

    def _bind(self, host: str, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # The protocol is named so that asyncio sends small answers at once (it looks at it before it sets TCP_NODELAY).
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
        except OSError:
            listener.close()
            raise
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{listener.getsockname()[1]}"
        return listener

    async def _run(self, listener: socket.socket, on_ready: Callable[[str], None] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        if self._thread is None:
            # The server sends itself the signal that ended it once more when it is down. Without this it would die of
            # it, before the state is written.
            for number in (signal.SIGINT, signal.SIGTERM):
                self._loop.add_signal_handler(number, self.close)
        config = uvicorn.Config(
            self, http=SandboxProtocol, ws="none", lifespan="off", interface="asgi3", log_config=None,
            log_level="critical", access_log=False, date_header=False, server_header=False,
            timeout_graceful_shutdown=1, timeout_keep_alive=75, backlog=2048,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        keeper = asyncio.create_task(self._keep(on_ready))
        announcer = asyncio.create_task(self._announce())
        try:
            await self._server.serve(sockets=[listener])
        finally:
            keeper.cancel()
            announcer.cancel()
            for crm in self.crms.values():
                crm.close()
            if self._life is not None:
                self._life.stop()
            if self._file is not None:
                self._file.save()

    async def _keep(self, on_ready: Callable[[str], None] | None) -> None:
        """Say when the server is up, then write the state down every now and then."""
        while self._server is None or not self._server.started:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.001)
        self._ready.set()
        if on_ready is not None:
            on_ready(self.url)
        loop = asyncio.get_running_loop()
        pause = _SAVE_EVERY_S
        while self._file is not None:
            await asyncio.sleep(pause)
            began = loop.time()
            self._file.save_if_changed()
            # A large base takes a while to write: keep that below a twentieth of the time.
            pause = max(_SAVE_EVERY_S, 20 * (loop.time() - began))

    async def _announce(self) -> None:
        """Let the CRMs say what happens, as it happens."""
        while True:
            self.native.tick()
            for crm in self.crms.values():
                crm.announce()
            await asyncio.sleep(_ANNOUNCE_EVERY_S)

    def _live(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Let the base live: `events`: that many at once; `every_s`: on and on; `stop`."""
        if self._life is None:
            raise ValueError("a base lives only where a population was loaded")
        if wish.get("events"):
            self._life.step(int(wish["events"]))
        if wish.get("every_s"):
            self._life.start(float(wish["every_s"]))
        if wish.get("stop"):
            self._life.stop()
        return self._life.status()

    def _reset(self, wish: dict[str, Any]) -> None:
        """Begin anew: an empty account, or (`load`) the population the sandbox was started with."""
        world = self.world
        for crm in self.crms.values():
            crm.reset()
        self.native.reset()
        if self._life is not None:
            self._life.restart()
        world.effects.clear()
        world.counters.clear()
        world.faults.clear()
        world.knobs.reset()
        world.clock.restore({})
        self.account.limiter.set_tier(self._tier)
        self.org.quota.set_edition(_edition(self._tier))
        if wish.get("load") and self._population is not None:
            self._fill(self._population)

    def _fill(self, population: Population | Sides) -> None:
        """Load a population into every CRM; with both, a part of the people are in both."""
        if isinstance(population, Sides):
            self._fill_sides(population)
            return
        if "hubspot" in self.crms:
            load(self.account, population)
        if "salesforce" in self.crms:
            load_org(self.org, population, share=_SHARED if len(self.crms) > 1 else 1.0)

    def _fill_sides(self, sides: Sides) -> None:
        """Load each CRM's part of a world, and let HubSpot keep the ids it is tied to."""
        here = load(self.account, sides.first) if "hubspot" in self.crms else None
        there = load_org(self.org, sides.second) if "salesforce" in self.crms else None
        if here is not None and there is not None:
            tie(self.account, self.org, sides, here, there)


def _living(population: Population | Sides) -> Population:
    """Return whose life goes on: HubSpot's; the other CRM hears of those it knows."""
    return population.first if isinstance(population, Sides) else population


def _edition(tier: str) -> str:
    """Return what a Salesforce org of the same means is allowed."""
    return "off" if tier == "off" else "enterprise"


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    population: Population | Sides | None = None,
    tier: str = "pro",
    state: Path | str | None = None,
    live_every_s: float | None = None,
    crms: Sequence[str] = CRMS,
) -> None:
    """Serve until a signal ends it. Prints one line when ready: `sandbox ready http://…`."""
    sandbox = Sandbox(population=population, tier=tier, state=state, crms=crms)

    def say(url: str) -> None:
        if live_every_s is not None:
            sandbox.live(live_every_s)
        sys.stdout.write(f"sandbox ready {url}\n")
        sys.stdout.flush()

    sandbox.run(host, port, say)
