"""What is known of time zones and languages: their codes, what people type for them, which follow from a place."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from quality.words import folded, word_table

_OFFSET = re.compile(r"^\s*\((?:GMT|UTC)[^)]*\)\s*", re.IGNORECASE)
#: Languages whose names of languages are understood.
_NAMED_IN = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "hu", "ro", "el", "ru",
             "uk", "tr", "he", "ar", "fa", "hi", "th", "vi", "id", "ja", "ko", "zh")  # fmt: skip
#: A code with a region or a script: `pt-BR`.
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?")
_SHARED_BY_MOST = 85.0


@functools.lru_cache(maxsize=2048)
def zone(text: str) -> str:
    """Return the IANA name of the zone `text` surely means; empty when it is not sure."""
    if text in _names():
        return text
    bare = _OFFSET.sub("", text)
    return _by_key().get(_zone_key(bare), "")


@functools.lru_cache(maxsize=2048)
def likely_zone(text: str) -> str:
    """Return the zone that letters used in several parts of the world probably mean; empty for others."""
    key = _zone_key(_OFFSET.sub("", text))
    return next((name for name, aliases in word_table("time_zone_unsure").items() if key in aliases), "")


def zone_of(country: str, state: str) -> str:
    """Return the zone of a country (alpha-2), or of a state of it, that keeps one time throughout; else empty."""
    table = word_table("time_zones")
    if found := table.get(f"{country} {state}") or table.get(country):
        return found[0]
    from babel.core import get_global

    zones = get_global("territory_zones").get(country, ())
    return str(zones[0]) if len(zones) == 1 and zones[0] in _names() else ""


@functools.lru_cache(maxsize=8192)
def zone_of_number(number: str) -> str:
    """Return the one zone that a phone number in international form is called in; empty when there are several."""
    import phonenumbers
    from phonenumbers.timezone import time_zones_for_number

    try:
        found = time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ""
    return str(found[0]) if len(found) == 1 and found[0] in _names() else ""


@functools.cache
def _names() -> frozenset[str]:
    from babel.core import get_global

    return (frozenset(get_global("zone_territories")) - frozenset(get_global("zone_aliases"))) | {"UTC"}


def _zone_key(text: str) -> str:
    return folded(text.replace("_slash_", " ").replace("_", " "))


@functools.cache
def _by_key() -> Mapping[str, str]:
    """Return zones by folded name, older name, name in Windows and alias."""
    from babel.core import get_global

    found = {_zone_key(name): str(target) for name, target in get_global("windows_zone_mapping").items()}
    found.update({_zone_key(name): str(target) for name, target in get_global("zone_aliases").items()})
    found.update({_zone_key(name): name for name in _names()})
    for name, aliases in word_table("time_zone_aliases").items():
        found.update(dict.fromkeys(aliases, name))
    for aliases in word_table("time_zone_unsure").values():
        for alias in aliases:
            found.pop(alias, None)
    return MappingProxyType({key: name for key, name in found.items() if name in _names()})


@functools.lru_cache(maxsize=2048)
def language(text: str) -> str:
    """Return the ISO 639-1 code of the language `text` means; a code with a region as it is; empty when unsure."""
    if _TAG.fullmatch(text) and re.split("[-_]", text)[0] in _codes() and len(text) != 3:
        return text
    return _languages().get(folded(text), "")


@functools.cache
def _codes() -> frozenset[str]:
    import pycountry

    return frozenset(found.alpha_2 for found in pycountry.languages if hasattr(found, "alpha_2"))


@functools.cache
def _languages() -> Mapping[str, str]:
    """Return codes by folded name in many languages, by the name in the language itself and by longer codes."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name, code in _language_names():
        if found.setdefault(folded(name), code) != code:
            shared.add(folded(name))
    for key in (*shared, ""):
        found.pop(key, None)
    return MappingProxyType({**found, **{code: code for code in _codes()}})


def _language_names() -> Iterator[tuple[str, str]]:
    import pycountry
    from babel import Locale, UnknownLocaleError

    for entry in pycountry.languages:
        if hasattr(entry, "alpha_2"):
            yield entry.alpha_3, entry.alpha_2
            yield getattr(entry, "bibliographic", entry.alpha_3), entry.alpha_2
    for code in sorted(_codes()):
        try:
            yield Locale.parse(code).languages.get(code, code), code
        except UnknownLocaleError:
            continue
    for locale in _NAMED_IN:
        for code, name in Locale.parse(locale).languages.items():
            if code in _codes():
                yield name, code


@functools.lru_cache(maxsize=512)
def language_of(country: str) -> str:
    """Return the one official language that most people of a country (alpha-2) speak; empty when there are several."""
    from babel.core import get_global

    spoken: Mapping[str, Mapping[str, float | str | None]] = get_global("territory_languages").get(country, {})
    official = [
        (code, facts) for code, facts in spoken.items() if facts["official_status"] in {"official", "de_facto_official"}
    ]
    if len(official) != 1 or float(official[0][1]["population_percent"] or 0) < _SHARED_BY_MOST:
        return ""
    code = official[0][0].partition("_")[0]
    return code if code in _codes() else ""
