"""The base goes on living while it is used: one event after another, on the server's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.crm import Crm
from connectors.sandbox.population.living import Events
from connectors.sandbox.population.people import Population


class Life:
    """Lets a population's events happen in all simulated CRMs, at once or every so often."""

    def __init__(self, population: Population, crms: Mapping[str, Crm], seed: int = 1) -> None:
        self._population = population
        self._crms = crms
        self._seed = seed
        self.restart()

    def restart(self) -> None:
        """Begin anew, standing still."""
        self.stop()
        self._count = 0
        self._steps: list[Callable[[], bool]] = []

    def step(self, count: int) -> None:
        """Let so many things happen now."""
        if not self._steps:
            # Each CRM has a stream of its own, of the same seed: the same things happen in all of them.
            self._steps = [crm.living(Events(self._population, self._seed)) for crm in self._crms.values()]
        for _ in range(count):
            for step in self._steps:
                step()
            self._count += 1

    def start(self, every_s: float) -> None:
        """Let things happen on and on."""
        self.stop()
        self._task = asyncio.get_running_loop().create_task(self._run(every_s))

    def stop(self) -> None:
        """Stand still."""
        if self._task is not None:
            self._task.cancel()
        self._task = None

    def status(self) -> dict[str, Any]:
        """Tell whether it lives, and how much has happened."""
        return {"is_living": self._task is not None, "events": self._count}

    async def _run(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            self.step(1)

    _task: asyncio.Task[None] | None = None
