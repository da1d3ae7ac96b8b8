"""Particles of surnames (`van`, `de la`, `bin`): written small, with a capital, or in both ways."""

from __future__ import annotations

_DUTCH = frozenset({"van", "der", "den", "de", "ten", "ter", "te", "'t", "het", "op", "in", "aan", "'s"})
_GERMAN = frozenset({"von", "zu", "zum", "zur", "vom", "der", "dem", "den", "und", "vor", "auf", "am", "an"})
_IBERIAN = frozenset({"de", "del", "la", "las", "los", "da", "do", "das", "dos", "e", "y", "i"})
_NORDIC = frozenset({"af", "av", "von", "van", "de"})
_IBERIAN_COUNTRIES = (
    "ES", "PT", "BR", "MX", "AR", "CL", "CO", "PE", "VE", "EC", "UY", "PY", "BO", "CR", "PA", "GT", "HN", "NI", "SV",
    "DO", "CU", "PR", "AO", "MZ", "CV", "AD", "GQ",
)  # fmt: skip
#: Particles written small in the country; elsewhere (English-speaking countries) they are written as their bearers
#: choose.
_SMALL = {
    "NL": _DUTCH,
    "SR": _DUTCH,
    "DE": _GERMAN | {"van", "de"},
    "AT": _GERMAN | {"van", "de"},
    "CH": _GERMAN | {"de"},
    "LI": _GERMAN,
    "SE": _NORDIC,
    "DK": _NORDIC,
    "NO": _NORDIC,
    "FI": _NORDIC,
} | dict.fromkeys(_IBERIAN_COUNTRIES, _IBERIAN)
_CAPITAL = frozenset({"IT", "SM", "VN"})
_ARABIC = frozenset({"bin", "ibn", "bint", "binti", "al", "el", "ben", "abu", "umm"})
#: Words that are particles somewhere: with no country to tell, nobody can be sure how they are written.
PARTICLES = (
    _DUTCH | _GERMAN | _IBERIAN | _NORDIC | (_ARABIC - {"al", "el", "ben", "abu", "umm"})
    | {"di", "dello", "della", "dei", "degli", "du", "des", "le", "ap", "фон", "де", "ван", "дер", "оглы", "кызы"}
) - {"an", "am"}  # fmt: skip
#: Words that nobody has for a given name, however they are written: a surname begins with them. Ben is a given name as
#: often; single letters are initials.
_OF_SURNAMES = (PARTICLES | _ARABIC | {"dal", "dalla", "dalle", "lo"}) - {"ben", "e", "y", "i"}
#: Some of them are parts of given names in Korea and Vietnam.
_ELSEWHERE_GIVEN = frozenset({"in", "do", "an", "am", "te", "den", "van"})
#: Particles that are written small by nearly everybody who does not live in one of the countries above.
_USUALLY_SMALL = frozenset(
    {"von", "zu", "der", "den", "dos", "das", "af", "y", "bin", "ibn", "bint", "binti", "фон", "де", "оглы", "кызы"}
)  # fmt: skip
#: Flemish names are registered in either way, mostly with capitals.
_MOSTLY_CAPITAL = frozenset({"BE"})
_FRENCH = frozenset({"FR", "LU", "MC"})


def particle_form(particle: str, country: str, *, is_behind_another: bool) -> tuple[bool, bool]:
    """Return whether a particle with a name behind it is written small, and whether that is beyond doubt."""
    small = _SMALL.get(country)
    if small is not None:
        return particle in small, True
    if country in _CAPITAL:
        return False, True
    if country in _MOSTLY_CAPITAL:
        return False, False
    if country in _FRENCH:
        return particle in {"de", "d"}, False
    return particle in _USUALLY_SMALL or is_behind_another or not country, False


def begins_surname(word: str) -> bool:
    """Return whether a word is a particle, and no given name by itself."""
    return word.casefold() in _OF_SURNAMES


def with_particles(given: str, surname: str) -> tuple[str, str, bool]:
    """Return given name and surname, particles between them at the surname, and whether they surely are particles."""
    words = given.split()
    place = len(words)
    while place > 1 and begins_surname(words[place - 1]):
        place -= 1
    moved = words[place:]
    is_sure = all(word.casefold() not in _ELSEWHERE_GIVEN or word.islower() for word in moved)
    return " ".join(words[:place]), " ".join([*moved, surname]), is_sure
