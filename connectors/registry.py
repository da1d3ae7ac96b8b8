"""Finds the connector of a CRM by its folder: `connectors/<name>/__init__.py` with `CONNECTOR`, `FIDELITY`,
`FIDELITY_OF`, `KEEPS_ADDRESSES` and `WAY_IN`, and with a `HOOK` where the CRM posts its events."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from connectors.announcing import Hook
from connectors.options import Options
from connectors.protocol import Connector, Fidelity, Observer
from connectors.way_in import WayIn
from syncd.clock import Clock
from syncd.errors import ConfigError
from syncd.model import Ending


class ConnectorFactory(Protocol):
    """What a CRM's folder offers as `CONNECTOR`."""

    def __call__(
        self,
        account: str,
        url: str,
        credentials: Mapping[str, Any],
        options: Options,
        observer: Observer,
        clock: Clock,
    ) -> Connector:
        """Return a connector; makes no call. An empty `url` is the CRM's own.

        Credentials are given by name; each is a text, or a secret that says its text by `.reveal()`.
        Raises ConfigError when they are not of the kind this CRM takes.
        """


def crms() -> tuple[str, ...]:
    """Return the names of the CRMs that can be connected."""
    return tuple(sorted(name for name in _folders() if _factory(name) is not None))


def merge_fidelity(crm: str, ending: Ending | None = None) -> Fidelity:
    """Return what an undo of a merge brings back in a CRM and what it cannot, by how it ends; needs no account.

    An unknown CRM is a ConfigError.
    """
    if ending is None:
        return cast("Fidelity", _offered(crm, "FIDELITY"))
    return cast("Callable[[Ending], Fidelity]", _offered(crm, "FIDELITY_OF"))(ending)


def keeps_addresses(crm: str) -> bool:
    """Return whether a merged person keeps the e-mail addresses of both. An unknown CRM is a ConfigError."""
    return cast("bool", _offered(crm, "KEEPS_ADDRESSES"))


def way_in(crm: str) -> WayIn:
    """Return what a first configuration has to know of a CRM. An unknown CRM is a ConfigError."""
    return cast("WayIn", _offered(crm, "WAY_IN"))


def open_connector(
    crm: str,
    account: str,
    url: str,
    credentials: Mapping[str, Any],
    options: Options,
    observer: Observer,
    clock: Clock,
) -> Connector:
    """Return a connector to `account` of `crm`; makes no call. An unknown CRM is a ConfigError."""
    factory = _factory(crm)
    if factory is None:
        near = get_close_matches(crm, crms(), n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(crms())}."
        message = f"there is no connector for {crm!r}"
        raise ConfigError(message, hint=hint)
    return factory(account, url, credentials, options, observer, clock)


def open_hook(crm: str, secret: str, clock: Clock) -> Hook | None:
    """Return what understands what a CRM posts, signed with `secret`; None where the CRM posts nothing."""
    make = cast("Callable[[str, Clock], Hook] | None", getattr(import_module(f"connectors.{crm}"), "HOOK", None))
    return None if make is None else make(secret, clock)


def _offered(crm: str, name: str) -> Any:
    if crm not in crms():
        raise ConfigError(f"there is no connector for {crm!r}")
    return getattr(import_module(f"connectors.{crm}"), name)


def _factory(name: str) -> ConnectorFactory | None:
    if name not in _folders():
        return None
    return cast("ConnectorFactory | None", getattr(import_module(f"connectors.{name}"), "CONNECTOR", None))


def _folders() -> frozenset[str]:
    here = str(Path(__file__).parent)
    return frozenset(module.name for module in pkgutil.iter_modules([here]) if module.ispkg)
