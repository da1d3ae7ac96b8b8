"""What is known of web addresses: hosts, registrable domains, normal forms."""

from __future__ import annotations

import functools
import re
from typing import Any

from quality.words import word_set

#: A plain host name in lower case with at least one dot; the usual case, worth a fast test.
_PLAIN_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})")
#: A scheme as people type it: `http://`, `https:/`, `http//`, `HTTPS:\\`, `http:`.
_SCHEME = re.compile(r"(https?)(?::[/\\]*|[/\\]{2,})", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}:(?!\d+(?:/|$))", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|gclid|gclsrc|ttclid|twclid|li_fat_id|mkt_tok|vero_id|oly_enc_id|oly_anon_id|rb_clickid|s_cid|srsltid|"
    r"gbraid|wbraid|fbclid|msclkid|yclid|dclid|mc_cid|mc_eid|_hsenc|_hsmi|__hs\w+|hsctatracking|igshid",
    re.IGNORECASE,
)
_LABEL_LIMIT = 63
_HOST_LIMIT = 253


@functools.cache
def _extract() -> Any:
    """Return the splitter of host names, which never goes to the network and writes no cache."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@functools.lru_cache(maxsize=8192)
def registrable(host: str) -> str:
    """Return the part of a host name that its owner registered (`acme.co.uk`), in ASCII; empty when there is none."""
    if _PLAIN_HOST.fullmatch(host) and (known := _registrable_by_list(host)) is not None:
        return known
    parts = _extract()(host)
    if not parts.suffix or not parts.domain:
        return ""
    domain = f"{parts.domain}.{parts.suffix}".lower()
    return domain if domain.isascii() else _to_ascii(domain)


@functools.cache
def _suffixes() -> tuple[frozenset[str], frozenset[str]]:
    """Return the public suffixes, and the names below which any name is one but for exceptions."""
    listed = _extract().tlds
    below = frozenset(name.removeprefix("*.") for name in listed if name.startswith("*."))
    return frozenset(listed), below


def _registrable_by_list(host: str) -> str | None:
    """Return the registrable part of a plain host, ten times as fast; None where exceptions need a closer look."""
    suffixes, below = _suffixes()
    name, rest = "", host
    while rest not in suffixes:
        if rest in below or not rest:
            return None
        name, _, rest = rest.partition(".")
    return None if rest in below else f"{name}.{rest}" if name else ""


@functools.lru_cache(maxsize=8192)
def has_known_suffix(host: str) -> bool:
    """Return whether the host ends in a public suffix (`.com`, `.co.uk`) and has a name before it."""
    return bool(registrable(host))


def _to_ascii(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def is_plain_host(text: str) -> bool:
    """Return whether `text` is a host name in lower-case ASCII, ready to use."""
    return len(text) <= _HOST_LIMIT and _PLAIN_HOST.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Return whether `text` is a host name with a public suffix, in lower case, of any script."""
    if is_plain_host(text):
        return has_known_suffix(text)
    if text.isascii() or text != text.lower() or not _are_labels(text):
        return False
    return has_known_suffix(text)


def _are_labels(text: str) -> bool:
    labels = text.split(".")
    return len(text) <= _HOST_LIMIT and all(
        0 < len(label) <= _LABEL_LIMIT
        and label.replace("-", "").isalnum()
        and not label.startswith("-")
        and not label.endswith("-")
        for label in labels
    )


@functools.lru_cache(maxsize=8192)
def host_of(text: str) -> str:
    """Return the host in anything that looks like a web address, in lower case; empty when there is none."""
    rest = text.strip().strip("<>\"'")
    if "@" in rest or not rest:
        return ""
    rest = _without_scheme(rest)
    if rest is None:
        return ""
    host = re.split(r"[/\\?#\s]", rest, maxsplit=1)[0]
    host = re.sub(r":\d{1,5}$", "", host).strip(".").lower()
    return host if is_host(host) else ""


def _without_scheme(text: str) -> Any:
    """Return the text behind a web scheme; None when there is a scheme of another kind."""
    found = _SCHEME.match(text)
    if found:
        return text[found.end() :]
    if _OTHER_SCHEME.match(text):
        return None
    return text.lstrip("/")


def without_www(host: str) -> str:
    """Return the host without a leading `www.`, where a name is left."""
    bare = host.removeprefix("www.")
    return bare if bare != host and has_known_suffix(bare) else host


def is_social(host: str) -> bool:
    """Return whether the host is a social network or page builder, which is never a company's own domain."""
    return registrable(host) in word_set("social_domains")


@functools.lru_cache(maxsize=8192)
def website_form(text: str) -> str:
    """Return the normal form of a web address; empty when it is none."""
    rest = text.strip().strip("<>\"'")
    found = _SCHEME.match(rest)
    scheme = found.group(1).lower() if found else "https"
    bare = _without_scheme(rest)
    host = host_of(rest)
    if not host or bare is None or re.search(r"\s", bare):
        return ""
    port = re.match(r"[^/\\?#]*?(:\d{1,5})?(?=[/\\?#]|$)", bare)
    port_text = port.group(1) if port and port.group(1) else ""
    if port_text == {"http": ":80", "https": ":443"}[scheme]:
        port_text = ""
    tail = re.sub(r"^[^/\\?#]*", "", bare)
    return f"{scheme}://{host}{port_text}{_tidy_tail(tail)}"


def _tidy_tail(tail: str) -> str:
    """Return path, query and fragment without tracking parameters and without a lonely slash."""
    before, hash_sign, fragment = tail.partition("#")
    path, question, query = before.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0]))
    end = hash_sign + fragment if fragment else ""
    path = path.replace("\\", "/")
    if not kept and not end and path.strip("/") == "":
        return ""
    return path + (question + kept if kept else "") + end
