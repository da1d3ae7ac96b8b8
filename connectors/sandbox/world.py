"""What all simulated CRMs of one sandbox share: time, the effect log, faults, counters, knobs."""

from __future__ import annotations

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.counters import RequestCounters
from connectors.sandbox.effects import EffectLog
from connectors.sandbox.faults import FaultDesk
from connectors.sandbox.knobs import KnobPanel


class World:
    """One sandbox's surroundings."""

    def __init__(self) -> None:
        self.clock = SandboxClock()
        self.effects = EffectLog()
        self.counters = RequestCounters()
        self.faults = FaultDesk()
        self.knobs = KnobPanel()
