"""What is known of pages at social networks: their normal forms, which network an address is of."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import unquote

from quality.subjects import webs

#: The hosts of each network, without `www.` and subdomains.
_HOSTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "linkedin": frozenset({"linkedin.com"}),
        "twitter": frozenset({"twitter.com", "x.com"}),
        "facebook": frozenset({"facebook.com", "fb.com", "fb.me"}),
    }
)
_LINKEDIN_PAGE = re.compile(r"/?(in|pub|company|school|showcase)/([^/?#\s]+)", re.IGNORECASE)
_TWITTER_NAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_TWITTER_OWN = frozenset({"home", "search", "share", "intent", "i", "hashtag", "explore", "settings", "login"})
_FACEBOOK_NAME = re.compile(r"[^\W_][\w.-]{4,49}")
_FACEBOOK_OWN = frozenset(
    (
        "business", "events", "groups", "home.php", "login", "login.php", "marketplace", "people", "photo", "photo.php",
        "plugins", "share", "sharer", "sharer.php", "story.php", "watch",
    )
)  # fmt: skip
_FACEBOOK_NUMBER = re.compile(r"(?:^|[?&])id=([0-9]{5,20})(?:&|$)")
#: Pages in normal form, as nearly all are that people copy.
_NORMAL: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "linkedin": re.compile(r"https://www\.linkedin\.com/(?:in|company|school|showcase)/[A-Za-z0-9-]{3,100}"),
    }
)
_SLUG = re.compile(r"[\w%.&’'-]{3,100}")


def network_of(text: str) -> str:
    """Return the network (`linkedin`, `twitter`, `facebook`) whose page an address is; empty when it is of none."""
    domain = webs.registrable(webs.host_of(text))
    return next((network for network, hosts in _HOSTS.items() if domain in hosts), "")


@functools.lru_cache(maxsize=8192)
def page_form(text: str, network: str) -> str:
    """Return the normal form of a page at `network`: an address, for Twitter the bare name; empty when it is none."""
    normal = _NORMAL.get(network)
    if normal is not None and normal.fullmatch(text):
        return text
    tidy = text.strip().strip("<>\"'").strip()
    if not tidy or re.search(r"\s", tidy):
        return ""
    found = network_of(tidy)
    if found and found != network:
        return ""
    rest = re.sub(r"^(?:[a-z]+:)?/*[^/?#]+", "", tidy, flags=re.IGNORECASE) if found else tidy
    return _FORMS[network](rest, bool(found))


def _linkedin(rest: str, _is_address: bool) -> str:  # noqa: FBT001 - one of a table
    page = _LINKEDIN_PAGE.match(rest)
    if not page or not _SLUG.fullmatch(page.group(2)) or not unquote(page.group(2)).strip():
        return ""
    kind = page.group(1).lower()
    # An old address of the kind `pub` has more parts behind the name, which only the network can resolve.
    return "" if kind == "pub" else f"https://www.linkedin.com/{kind}/{page.group(2)}"


def _twitter(rest: str, is_address: bool) -> str:  # noqa: FBT001 - one of a table
    name = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0] if is_address else rest
    name = name.removeprefix("@")
    return name if _TWITTER_NAME.fullmatch(name) and name.lower() not in _TWITTER_OWN else ""


def _facebook(rest: str, is_address: bool) -> str:  # noqa: FBT001 - one of a table
    path, _, query = rest.lstrip("/").partition("?")
    if is_address and path.rstrip("/").lower() == "profile.php" and (number := _FACEBOOK_NUMBER.search(query)):
        return f"https://www.facebook.com/profile.php?id={number.group(1)}"
    parts = [part for part in path.partition("#")[0].split("/") if part]
    if is_address and len(parts) == 3 and parts[0].lower() in {"pages", "p"} and parts[2].isdigit():
        return f"https://www.facebook.com/{'/'.join(parts)}"
    name = parts[0].removeprefix("@") if parts else ""
    is_name = _FACEBOOK_NAME.fullmatch(name) and name.lower() not in _FACEBOOK_OWN
    if not is_name or (not is_address and (len(parts) > 1 or "." in name)):
        return ""
    return f"https://www.facebook.com/{name}"


_FORMS: Mapping[str, Callable[[str, bool], str]] = MappingProxyType(
    {"linkedin": _linkedin, "twitter": _twitter, "facebook": _facebook}
)
