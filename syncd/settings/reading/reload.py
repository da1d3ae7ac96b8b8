"""What a running daemon can take over from changed settings, and what it cannot."""

from __future__ import annotations

from syncd.settings.reading.load import Settings

#: A database, an open port and the way to the DNS are not changed under way.
_FIXED = (
    "store.url",
    "store.key",
    "store.old_keys",
    "store.silence",
    "web.host",
    "web.port",
    "web.console",
    "web.public_url",
    "web.trusted_proxies",
    "dns.enabled",
    "dns.per_pass",
    "dns.keep",
    "dns.timeout",
)


def changed_needs_restart(old: Settings, new: Settings) -> tuple[str, ...]:
    """Return the names of the changed settings that only a restart puts into effect."""
    return tuple(name for name in _FIXED if _at(old, name) != _at(new, name))


def _at(settings: Settings, name: str) -> object:
    section, _, key = name.partition(".")
    return getattr(getattr(settings, section), key)
