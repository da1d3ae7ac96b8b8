"""What happened in both CRMs since the last cycle, but for what the connector did itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.sandbox.effects import Effect
from connectors.sandbox.native.pairs import BY_SALESFORCE, PAIRS
from connectors.sandbox.native.properties import NATIVE

_OBJECTS = {*BY_SALESFORCE, *(pair.hubspot for pair in PAIRS)}


@dataclass(slots=True)
class Changes:
    """Records that changed, and when each of their fields last did."""

    #: Object to record id to field to the moment of its last change.
    touched: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, effects: Iterable[Effect]) -> Changes:
        """Gather what others than the connector did."""
        found = cls()
        for effect in effects:
            if effect.actor_id != NATIVE and effect.object in _OBJECTS:
                times = found.touched.setdefault(effect.object, {}).setdefault(effect.id, {})
                if effect.property:
                    times[effect.property] = effect.at_ms
        return found

    def touch(self, object_name: str, record_id: str) -> None:
        """Take a record for one that changed."""
        self.touched.setdefault(object_name, {}).setdefault(record_id, {})

    def ids(self, object_name: str) -> list[str]:
        """Return the records of an object that changed, in the order they first did."""
        return list(self.touched.get(object_name, {}))

    def at(self, object_name: str, record_id: str, name: str) -> int:
        """Return when a field last changed; 0 when it did not."""
        return self.touched.get(object_name, {}).get(record_id, {}).get(name, 0)
