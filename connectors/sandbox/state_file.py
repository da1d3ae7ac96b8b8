"""The sandbox's state in a file: written whole and atomically, so that a restart finds it as it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson

from connectors.sandbox.crm import Crm
from connectors.sandbox.native import NativeConnector
from connectors.sandbox.world import World

VERSION = 1


class StateFile:
    """One file that holds the whole sandbox."""

    def __init__(self, path: Path, world: World, crms: dict[str, Crm], native: NativeConnector) -> None:
        self._path = path
        self._world = world
        self._crms = crms
        self._native = native
        self._saved: tuple[int, ...] = ()

    def load(self) -> bool:
        """Take up what the file holds; false when there is none yet. ValueError when it is not ours."""
        if not self._path.exists():
            return False
        try:
            state: dict[str, Any] = orjson.loads(self._path.read_bytes())
            if state["version"] != VERSION:
                raise ValueError(f"{self._path} was written by another version of the sandbox")
        except (orjson.JSONDecodeError, KeyError, TypeError) as problem:
            raise ValueError(f"{self._path} is not a state file of the sandbox") from problem
        self._world.clock.restore(state["clock"])
        self._world.effects.restore(state["effects"])
        for name, kept in state["crms"].items():
            if name in self._crms:
                self._crms[name].restore(kept)
        if "native" in state:
            self._native.restore(state["native"])
        self._saved = self._mark()
        return True

    def save(self) -> None:
        """Write the file anew: first beside it, then in its place."""
        mark = self._mark()
        state = {
            "version": VERSION,
            "clock": self._world.clock.state(),
            "effects": self._world.effects.state(),
            "crms": {name: crm.state() for name, crm in self._crms.items()},
            "native": self._native.state(),
        }
        beside = self._path.with_name(f"{self._path.name}.new")
        with beside.open("wb") as file:
            file.write(orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        self._saved = mark

    def save_if_changed(self) -> bool:
        """Write the file when something has happened since; whether it was written."""
        if self._mark() == self._saved:
            return False
        self.save()
        return True

    def _mark(self) -> tuple[int, ...]:
        # Limits, counters and faults are of the moment; definitions change seldom and are saved on closing.
        return (self._world.effects.last_seq, *(self._world.clock.state()["offset_ms"] or 0,))
