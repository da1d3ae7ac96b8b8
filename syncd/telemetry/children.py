"""Children of metric families, held rather than looked up: those of one stream, account or other owner."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from prometheus_client import Counter, Gauge

Key = TypeVar("Key", bound=Hashable)


class Gauges(Generic[Key]):
    """The children of one gauge for one stream, by the labels that are left."""

    def __init__(self, family: Gauge, stream: tuple[str, str]) -> None:
        self._family = family
        self._stream = stream
        self._children: dict[Key, Gauge] = {}

    def at(self, key: Key) -> Gauge:
        """Return the child of `key`, made when it is new."""
        child = self._children.get(key)
        if child is None:
            labels = key if isinstance(key, tuple) else (key,)
            child = self._children[key] = self._family.labels(*self._stream, *map(str, labels))
        return child

    def expect(self, keys: Iterable[Key], start: float = 0.0) -> None:
        """Let the children of `keys` exist, new ones at `start`."""
        for key in keys:
            if key not in self._children:
                self.at(key).set(start)

    def become(self, values: Mapping[Key, float]) -> None:
        """Set the children to `values`; one that is not named any more falls to zero."""
        for key in self._children.keys() - values.keys():
            self._children[key].set(0)
        for key, value in values.items():
            self.at(key).set(value)

    def be_only(self, values: Mapping[Key, float]) -> None:
        """Set the children to `values`; one that is not named any more is no series any more."""
        for key in self._children.keys() - values.keys():
            del self._children[key]
            labels = key if isinstance(key, tuple) else (key,)
            self._family.remove(*self._stream, *map(str, labels))
        self.become(values)


class Counters(Generic[Key]):
    """The children of one counter for one stream (or account), by the labels that are left."""

    def __init__(self, family: Counter, owner: tuple[str, ...]) -> None:
        self._family = family
        self._owner = owner
        self._children: dict[Key, Counter] = {}
        self._totals: dict[Key, float] = {}

    def expect(self, keys: Iterable[Key]) -> None:
        """Let the children of `keys` exist."""
        for key in keys:
            self.add(key, 0)

    def add(self, key: Key, amount: float = 1) -> None:
        """Count."""
        child = self._children.get(key)
        if child is None:
            labels = key if isinstance(key, tuple) else (key,)
            child = self._children[key] = self._family.labels(*self._owner, *map(str, labels))
        self._totals[key] = self._totals.get(key, 0) + amount
        child.inc(amount)

    def raise_to(self, key: Key, total: float) -> None:
        """Continue a count that was kept elsewhere; never counts down."""
        self.add(key, max(0.0, total - self._totals.get(key, 0)))
