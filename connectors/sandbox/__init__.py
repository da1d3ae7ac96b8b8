"""The simulated CRM in the box: a faithful HubSpot over real HTTP, with faults, an effect log and the truth.

`serve(host, port, population=…, state=…, tier=…)` blocks until a signal; `Sandbox.start(port=0, …)` runs one in a
thread and has `.url`, `.token` and `.close()`. Both load the server only when they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.sandbox.sandbox import Sandbox, serve

__all__ = ["DEFAULT_TOKEN", "Sandbox", "serve"]

#: Works out of the box, with every scope.
DEFAULT_TOKEN = "pat-na1-sandbox"  # noqa: S105 - a documented token of a simulated account


def __getattr__(name: str) -> Any:
    if name in {"Sandbox", "serve"}:
        return getattr(import_module("connectors.sandbox.sandbox"), name)
    raise AttributeError(name)
