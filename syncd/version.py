"""Which syncd this is."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return the installed version; `0+source` when running from a tree that was never installed."""
    try:
        return metadata.version("syncd")
    except metadata.PackageNotFoundError:
        return "0+source"
