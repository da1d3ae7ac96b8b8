"""Finds the types of providers by their files: `connectors/providers/<type>.py` with a `PROVIDER`."""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from connectors.providers.protocol import ProviderType


@functools.cache
def provider_types() -> Mapping[str, ProviderType]:
    """Return every type of provider there is, by name. There is no list to edit."""
    here = Path(__file__).parent
    modules = {one.name: import_module(f"{__package__}.{one.name}") for one in pkgutil.iter_modules([str(here)])}
    found = {name: getattr(module, "PROVIDER", None) for name, module in modules.items()}
    return MappingProxyType({name: one for name, one in sorted(found.items()) if isinstance(one, ProviderType)})
