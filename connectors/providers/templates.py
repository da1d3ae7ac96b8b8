"""Text with places to fill in, `{domain}`: every value is quoted for where it goes, and none can lead elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
#: Where the provider's own secret goes.
KEY = "key"


def places_in(template: str) -> tuple[str, ...]:
    """Return the names of the places in a template, each once."""
    return tuple(dict.fromkeys(_PLACE.findall(template)))


def filled(template: str, values: Mapping[str, str], spelled: Callable[[str], str] = str) -> str:
    """Return the template with the values in their places, each spelled as this place needs it."""
    return _PLACE.sub(lambda found: spelled(values[found[1]]), template)


def in_url(value: str) -> str:
    """Return a value for a path or a query: no sign of it has a meaning there."""
    return quote(value, safe="")


def leads_away(value: str) -> bool:
    """Return whether a value would lead to another path although it is quoted."""
    return value in {".", ".."}


def wrong_with(url: str) -> str:
    """Return what is wrong with the template of a URL; empty when nothing is."""
    bare = _PLACE.sub("x", url)
    try:
        parts = urlsplit(bare)
        is_address = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "is no address"
    host = url.partition("://")[2].partition("/")[0].partition("?")[0]
    faults = {
        "should begin with https:// and a host": not is_address,
        "should not hold a user or a password; write {key}, and give `key` by reference": "@" in parts.netloc,
        "holds a brace that is no place for a value": "{" in bare or "}" in bare,
        "holds signs that have to be quoted": not bare.isascii() or not bare.isprintable() or " " in bare,
        "has a place for a value in its host; only its path and its query may have one": bool(_PLACE.search(host)),
    }
    return next((told for told, is_so in faults.items() if is_so), "")
