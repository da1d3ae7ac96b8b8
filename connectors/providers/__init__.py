"""Providers of values from outside: a file a type. Whoever asks knows the protocol, not what is behind it."""

from __future__ import annotations

from connectors.providers.protocol import Context, Found, Provider, ProviderOptions, ProviderType
from connectors.providers.registry import provider_types

__all__ = ["Context", "Found", "Provider", "ProviderOptions", "ProviderType", "provider_types"]
