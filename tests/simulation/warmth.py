"""What lives inherit so that they begin quickly: parsed settings, and database engines with their compiled statements.

Nothing of it is open: a life opens its own connections, as a process of its own would.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event

from syncd.settings import Settings, parse_settings

_engines: dict[str, Engine] = {}
_settings: dict[tuple[str, ...], Settings] = {}
_opening = import_module("syncd.store.store")
_open = _opening.open_engine


def inherit() -> None:
    """Let every store of this process and its children take an engine that was used before, where there is one."""
    setattr(_opening, "open_engine", _engine_of)  # noqa: B010 - a module's name, not an attribute of ours


def let_go() -> None:
    """Close every connection; what was compiled stays."""
    for engine in _engines.values():
        engine.dispose()


def settings_of(wish: Mapping[str, Any]) -> Settings:
    """Return the settings of a life; read once for all lives that have the same."""
    key = (wish["config"], wish["folder"], *map(str, wish["environment"].items()))
    if key not in _settings:
        _settings[key] = parse_settings(
            wish["config"], file="syncd.yaml", folder=Path(wish["folder"]), env=wish["environment"]
        )
    return _settings[key]


def _engine_of(url: URL) -> Engine:
    key = url.render_as_string(hide_password=False)
    if key not in _engines:
        engine = _engines[key] = _open(url)
        if url.get_backend_name() == "postgresql":
            event.listen(engine, "do_connect", partial(_with_own_name))
    return _engines[key]


def _with_own_name(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
    """Let every life go by a name of its own at the server, as every process does."""
    named["application_name"] = f"syncd {os.getpid():x}"
