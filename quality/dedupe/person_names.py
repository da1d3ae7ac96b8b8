"""The name of a person, read from whichever fields hold it, and how like two names are."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from quality.dedupe.likeness import is_alike
from quality.dedupe.text import plain
from quality.subjects import junk
from quality.words import word_set, word_table

_PARTICLES = frozenset(
    [
        "van",
        "von",
        "de",
        "del",
        "della",
        "der",
        "den",
        "di",
        "da",
        "das",
        "dos",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "ter",
        "ten",
        "te",
        "zu",
        "zum",
        "zur",
        "und",
        "y",
        "e",
        "vom",
        "af",
        "av",
        "dos",
        "do",
        "dal",
        "dei",
        "degli",
        "st",
        "o",
    ]
)
_SUFFIXES = {
    "jr": "jr", "junior": "jr", "jun": "jr", "sr": "sr", "senior": "sr", "sen": "sr", "ii": "ii", "iii": "iii",
    "iv": "iv", "2nd": "ii", "3rd": "iii", "fils": "jr", "pere": "sr", "jnr": "jr", "snr": "sr", "filho": "jr",
    "hijo": "jr", "figlio": "jr", "neto": "iii", "sobrinho": "ii", "mladsi": "jr", "starsi": "sr",
}  # fmt: skip
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "doctor",
        "herr",
        "frau",
        "fr",
        "hr",
        "mme",
        "mlle",
        "m",
        "monsieur",
        "madame",
        "sig",
        "sra",
        "srta",
        "dott",
        "dottssa",
        "ing",
        "dipl",
        "mag",
        "dhr",
        "mevr",
        "sir",
        "dame",
        "lord",
        "lady",
        "rev",
        "drs",
        "ir",
    ]
)
_LETTERS_BEHIND = frozenset(
    ["phd", "md", "dds", "dvm", "jd", "esq", "mba", "cpa", "cfa", "pmp", "rn", "msc", "bsc", "llm", "ma", "ba"]
)
_TURNED = re.compile(r"\s*([^,]+),\s*([^,]+?)\s*")
_BRACKETS = re.compile(r"[(\"“„«]([^)\"”»]*)[)\"”»]")
_PREFIX = 3


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as it is compared."""

    #: Given names in order, folded; the first is the one a person goes by.
    given: tuple[str, ...] = ()
    #: Words of the surname, folded, without particles.
    last: tuple[str, ...] = ()
    #: `jr`, `sr`, `ii` …; empty when none is written.
    suffix: str = ""
    #: The name as it is written in Chinese, Japanese or Korean: others sound like it.
    native: str = ""

    @property
    def joined_last(self) -> str:
        """Return the surname as one word."""
        return "".join(self.last)

    def turned(self) -> PersonName:
        """Return the name with given name and surname in each other's place."""
        return PersonName(self.last, self.given, self.suffix, self.native)


@functools.lru_cache(maxsize=16_384)
def read_name(first: str, last: str, whole: str = "", suffix: str = "") -> PersonName:
    """Return the name that the fields hold, whichever of them are filled."""
    name = _read(first, last, whole, suffix)
    text = f"{last}{first}" if first or last else whole
    return name if text.isascii() else replace(name, native="".join(_EASTERN.findall(text)))


_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _read(first: str, last: str, whole: str, suffix: str) -> PersonName:
    given, given_suffix = _words(first)
    surname, last_suffix = _words(last)
    found = _SUFFIXES.get(plain(suffix), "") or last_suffix or given_suffix
    if given and surname:
        if given[-len(surname) :] == surname and len(given) > len(surname):
            given = given[: -len(surname)]
        return PersonName(given, _without_particles(surname), found)
    if given and last.strip():  # the surname's field was filled with nothing: what is left are given names
        return PersonName(given, (), found)
    text = whole if plain(whole) else (last or first)
    name = _split(text)
    return PersonName(name.given, name.last, found or name.suffix)


def _split(text: str) -> PersonName:
    """Return the parts of a whole name in one field."""
    turned = _TURNED.fullmatch(text)
    if turned and plain(turned.group(2)) not in _SUFFIXES:
        given, suffix = _words(turned.group(2))
        last, other = _words(turned.group(1))
        return PersonName(given, _without_particles(last), suffix or other)
    words, suffix = _words(text)
    if len(words) > 1 and len(words[-1]) == 1:  # an initial behind a given name
        return PersonName(words, (), suffix)
    if len(words) < 2:
        is_given = bool(words) and words[0] in _known()
        return PersonName(words if is_given else (), () if is_given else words, suffix)
    behind = max(len(words) - _count_last(text), 1)
    start = next((place for place in range(1, len(words) - 1) if words[place] in _PARTICLES), behind)
    return PersonName(words[:start], _without_particles(words[start:]), suffix)


def _count_last(text: str) -> int:
    """Return how many words the surname has at the end of a whole name: two where a dash joins them."""
    last = text.rsplit(maxsplit=1)[-1]
    return max(len(_words(last)[0]), 1) if "-" in last else 1


@functools.lru_cache(maxsize=16_384)
def _words(text: str) -> tuple[tuple[str, ...], str]:
    """Return the folded words of a name without titles, and the suffix among them."""
    words = plain(_BRACKETS.sub(" ", text)).split()
    while words and words[0] in _TITLES and len(words) > 1:
        words.pop(0)
    suffix = ""
    while len(words) > 1 and (words[-1] in _SUFFIXES or words[-1] in _LETTERS_BEHIND):
        suffix = _SUFFIXES.get(words.pop(), suffix)
    if len(words) == 1 and junk.junk_weight(words[0]) > 1:
        words = []
    return tuple(words), suffix


def _without_particles(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _PARTICLES) or words


_LOCAL = re.compile(r"([a-z]{2,})[._-]([a-z]{2,})\d*")


def completed(name: PersonName, local: str) -> PersonName:
    """Return `name` with the part it lacks, or has only the initial of, where a mailbox `given.last` spells it out."""
    is_short = bool(name.given) and len(name.given[0]) == 1
    if name.given and name.last and not is_short:
        return name
    found = _LOCAL.fullmatch(local)
    if not found:
        return name
    pairs = (found.groups(), found.groups()[::-1])
    for given, last in ((plain(one), plain(other)) for one, other in pairs):
        if not given or not last:  # "na" says nothing where a field is filled with it
            continue
        if name.given and not is_short and not name.last and name.given[0] == given:
            return PersonName(name.given, (last,), name.suffix)
        if name.last and name.joined_last == last and (not name.given or (is_short and name.given[0] == given[0])):
            return PersonName((given, *name.given[1:]), name.last, name.suffix)
    return name


@functools.cache
def _kin() -> dict[str, frozenset[str]]:
    """Return, by given name, the names its bearers are called as well: of one line of the lists, both directions."""
    found: dict[str, set[str]] = {}
    for root, others in word_table("dedupe_nicknames").items():
        for other in others:
            found.setdefault(plain(root), set()).add(plain(other))
            found.setdefault(plain(other), set()).add(plain(root))
    from nicknames import NickNamer

    for root, pairs in NickNamer()._nickname_lookup.items():  # noqa: SLF001  # the library only answers name by name
        for other in pairs:
            found.setdefault(plain(root), set()).add(plain(other))
            found.setdefault(plain(other), set()).add(plain(root))
    return {name: frozenset(others) for name, others in found.items()}


@functools.lru_cache(maxsize=65_536)
def are_kin(first: str, second: str) -> bool:
    """Return whether two given names may be one person's: a short form, another language, two short forms of one."""
    kin = _kin()
    ours, theirs = kin.get(first, frozenset()), kin.get(second, frozenset())
    return second in ours or any(min(len(first), len(second)) > 2 and name in theirs for name in ours)


@functools.lru_cache(maxsize=65_536)
def given_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Return how the given names of two people agree."""
    if not ours or not theirs:
        return "unknown"
    first, second = ours[0], theirs[0]
    if first == second:
        return _middle_level(ours, theirs)
    if len(first) == 1 or len(second) == 1:
        return "initial" if first[0] == second[0] else "contradicts"
    if "".join(ours) == "".join(theirs) or is_alike(first, second):
        return "close" if not _is_other_name(first, second) else "other_name"
    return _other_level(ours, theirs)


def _other_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Return how two given names agree that are not spelt alike."""
    first, second = ours[0], theirs[0]
    if are_kin(first, second):
        return "nickname" if second in _kin()[first] or not _are_his_and_hers(first, second) else "other_name"
    if (second in ours[1:] and len(second) > 1) or (first in theirs[1:] and len(first) > 1):
        return "second_name"
    if min(len(first), len(second)) >= _PREFIX and (first.startswith(second) or second.startswith(first)):
        return "nickname"
    return "two_names" if first in _known() and second in _known() else "contradicts"


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(plain(name) for name in word_set("given_names")) | frozenset(_kin())


def _is_other_name(first: str, second: str) -> bool:
    """Return whether two names a slip apart are both names of their own, and not kin (`maria`, `mario`)."""
    if second in _kin().get(first, ()):
        return False
    return _are_his_and_hers(first, second) or (first in _known() and second in _known() and not are_kin(first, second))


def _are_his_and_hers(first: str, second: str) -> bool:
    """Return whether two names are one's for a man and one's for a woman, by their endings (`adrian`, `adriana`)."""
    short, long = sorted((first, second), key=len)
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} in _ENDINGS and len(short) > _PREFIX
    if short.endswith("ia") and long == f"{short}n":
        return True
    stem = short[:-1] if short[-1] in "oe" else short
    return len(stem) >= _PREFIX and any(long == start + ending for start in (short, stem) for ending in _HERS)


_ENDINGS = ({"a", "o"}, {"a", "e"}, {"o", "e"}, {"a", "s"})
_HERS = ("a", "e", "ia", "ina", "ine", "ette", "ella", "elle", "ica", "ika", "ova")


def _middle_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Return how two equal given names agree in what follows them."""
    if len(ours) == 1 or len(theirs) == 1:
        return "same"
    first, second = ours[1], theirs[1]
    if first == second:
        return "same_middle"
    if first[0] == second[0]:
        return "same_middle" if 1 in {len(first), len(second)} else "same"
    return "other_middle"


@functools.lru_cache(maxsize=65_536)
def last_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Return how the surnames of two people agree."""
    if not ours or not theirs:
        return "unknown"
    first, second = "".join(ours), "".join(theirs)
    if first == second:
        return "same"
    if len(first) == 1 or len(second) == 1:
        return "initial" if first[0] == second[0] else "contradicts"
    if _have_each_their_own(ours, theirs):
        return "other_part"
    if is_alike(first, second):
        return "close"
    return "part" if _is_part(ours, theirs) else "contradicts"


def _have_each_their_own(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Return whether two surnames of two words share one, and each has one that the other has nothing like."""
    mine, others = ([word for word in one if word not in other] for one, other in ((ours, theirs), (theirs, ours)))
    if not mine or not others or len(mine) == len(ours) or len(others) == len(theirs):
        return False
    return min(map(len, (*mine, *others))) > 1 and not is_alike("".join(mine), "".join(others))


def _is_part(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Return whether two surnames share one of their words."""
    if any(len(word) > 2 and word in theirs for word in ours):
        return True
    return len(ours) != len(theirs) and is_alike(max(ours, key=len), max(theirs, key=len))
