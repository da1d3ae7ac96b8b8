"""The name of a company taken apart: what names it, what it does, which unit of a group, country and legal form."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from quality.dedupe.likeness import is_alike, is_slip
from quality.dedupe.text import phrases, plain, spellings
from quality.subjects import webs
from quality.words import word_set

_SMALL = frozenset(
    [
        "the",
        "and",
        "und",
        "et",
        "en",
        "y",
        "e",
        "i",
        "of",
        "for",
        "fur",
        "de",
        "la",
        "le",
        "les",
        "der",
        "die",
        "das",
        "a",
        "an",
        "firma",
        "fa",
        "&",
        "van",
        "di",
        "do",
    ]
)
#: What somebody noted behind a name.
_NOTES = re.compile(
    r"\s*(?:[-–(\[*]+\s*)?\b(?:c/o\b.*|do not (?:use|call|contact)|dont use|duplicate|duplikat|doppelt|inactive|"
    r"inaktiv|old|alt|closed|geschlossen|gel[oö]scht|deleted|obsolete|archived|test)\b\W*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[()\[\]{}/,]")
_INITIALS_LONGEST = 6


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name as it is compared."""

    #: The words that name it, folded; never empty when the field says anything.
    core: tuple[str, ...] = ()
    #: What it does, as the names of trades in `dedupe_trade_words`.
    trades: frozenset[str] = frozenset()
    #: Words that tell units of a group apart (`holding`).
    units: frozenset[str] = frozenset()
    #: Countries its name speaks of.
    countries: frozenset[str] = frozenset()
    #: The family of its legal form.
    legal: str = ""
    #: All words but legal form and small words.
    words: tuple[str, ...] = ()
    #: Numbers in the name: of a store, a fund, a school.
    numbers: frozenset[str] = frozenset()

    @property
    def joined(self) -> str:
        """Return all words as one, the way they stand in a domain."""
        return "".join(self.words)

    @property
    def joined_core(self) -> str:
        """Return the words that name it as one."""
        return "".join(self.core)


@functools.lru_cache(maxsize=32_768)
def read_company_name(text: str) -> CompanyName:
    """Return the parts of a company's name."""
    host = webs.host_of(text) if "." in text and " " not in text.strip() else ""
    if host:
        label = plain(domain_label(webs.registrable(host)))
        return CompanyName(core=(label,), words=(label,)) if label else CompanyName()
    text = _NOTES.sub("", text) or text
    words = [word for word in plain(_BRACKETS.sub(" ", text).replace(".", "")).split() if word != "and"]
    dotted = [word for word in plain(_BRACKETS.sub(" ", text)).split() if word != "and"]
    legal, rest = _without_legal(words)
    if not legal:
        legal, rest_dotted = _without_legal(dotted)
        rest = rest_dotted if legal else rest
    telling = [word for word in rest if word not in _SMALL]
    named = _at_length(telling if sum(map(len, telling)) > 1 else rest)
    countries, left = _taken(named, "dedupe_country_words")
    trades, left = _taken(left, "dedupe_trade_words")
    found = {word: unit for word in left[1:] if (unit := _unit(word))}
    core = tuple(word for word in left if word not in found)
    units = frozenset(found.values())
    return CompanyName(core or tuple(named), trades, units, countries, legal, tuple(named), _numbers(rest))


def _at_length(words: list[str]) -> list[str]:
    """Return words with those written short as they are written at length."""
    known = spellings("dedupe_short_words")
    return [known.get(word, word) for word in words]


_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
#: Numbers only behind a name: else letters, as in `V. Schmidt`.
_ROMAN_LAST = {"i": "1", "v": "5", "x": "10", "a": "a", "b": "b", "c": "c"}


def _numbers(words: list[str]) -> frozenset[str]:
    """Return the numbers among the words of a name, Roman ones and a letter at its end as well."""
    found = {word.lstrip("0") or "0" for word in words if word.isdigit()}
    found |= {_ROMAN[word] for word in words[1:] if word in _ROMAN}
    return frozenset(found | {_ROMAN_LAST[word] for word in words[2:][-1:] if word in _ROMAN_LAST})


@functools.lru_cache(maxsize=32_768)
def _unit(word: str) -> str:
    """Return the word for a unit of a group that this is, or is a slip away from."""
    known = word_set("dedupe_unit_words")
    if word in known:
        return word
    return next((unit for unit in sorted(known) if len(unit) > _SLIPPABLE and is_slip(word, unit)), "")


_SLIPPABLE = 6


def _without_legal(words: list[str]) -> tuple[str, list[str]]:
    """Return the family of the legal form at the end of the words, and the words before it."""
    known, longest = phrases("dedupe_legal_families")
    found = ""
    rest = words
    while True:
        for count in range(min(longest, len(rest) - 1), 0, -1):
            family = known.get(tuple(rest[-count:]))
            if family:
                found = f"{family} co kg" if family == "gmbh" and found == "kg" else found or family
                rest = rest[:-count]
                break
        else:
            return (found, rest) if found else _without_misspelt_legal(rest)


def _without_misspelt_legal(words: list[str]) -> tuple[str, list[str]]:
    """Return the family of a legal form at the end that is written with a slip, and the words before it."""
    for count in range(min(_LONGEST_MISSPELT, len(words) - 1), 0, -1):
        family = _misspelt_legal("".join(words[-count:]))
        if family:
            return family, words[:-count]
    return "", words


_LONGEST_MISSPELT = 5


@functools.lru_cache(maxsize=32_768)
def _misspelt_legal(word: str) -> str:
    """Return the family of a legal form that a word is a slip away from: a long one, or one that no name looks like."""
    known = _joined_forms()
    if word in known or len(word) <= _SLIPPABLE:
        return known.get(word) or ("gmbh" if set(word) == set("gmbh") else "")
    near = process.extractOne(word, _long_forms(), scorer=OSA.distance, score_cutoff=1 if len(word) < _LONG_FORM else 3)
    return known[near[0]] if near else ""


_LONG_FORM = 18


@functools.cache
def _joined_forms() -> dict[str, str]:
    """Return the families by legal form, each as one word."""
    return {"".join(words): family for words, family in phrases("dedupe_legal_families")[0].items()}


@functools.cache
def _long_forms() -> tuple[str, ...]:
    return tuple(sorted(form for form in _joined_forms() if len(form) > _SLIPPABLE))


def _taken(words: list[str], table: str) -> tuple[frozenset[str], list[str]]:
    """Return what the table knows among the words, and the other words; the first word always names the company."""
    known, longest = phrases(table)
    found: set[str] = set()
    left: list[str] = []
    place = 0
    while place < len(words):
        for count in range(min(longest, len(words) - place), 0, -1):
            key = known.get(tuple(words[place : place + count])) if place or table != "dedupe_country_words" else None
            if not key and count == 1 and place and table == "dedupe_trade_words":
                key = _misspelt_trade(words[place])
            if key:
                found.add(key)
                place += count
                break
        else:
            left.append(words[place])
            place += 1
    return frozenset(found), left


@functools.lru_cache(maxsize=32_768)
def _misspelt_trade(word: str) -> str:
    """Return the trade of a word that is a slip away from one of the list."""
    if len(word) <= _SLIPPABLE:
        return ""
    known = spellings("dedupe_trade_words")
    found = process.extractOne(word, _long_words(), scorer=OSA.distance, score_cutoff=1)
    return known[found[0]] if found else ""


@functools.cache
def _long_words() -> tuple[str, ...]:
    words = spellings("dedupe_trade_words")
    return tuple(sorted(word for word in words if " " not in word and len(word) > _SLIPPABLE))


def domain_label(domain: str) -> str:
    """Return the name in a registrable domain (`acme` of acme.co.uk)."""
    return domain.partition(".")[0].replace("-", "")


@functools.lru_cache(maxsize=16_384)
def core_level(ours: CompanyName, theirs: CompanyName) -> str:
    """Return how the words that name two companies agree."""
    if not ours.core or not theirs.core:
        return "unknown"
    is_one = sorted(ours.core) == sorted(theirs.core) or ours.joined_core == theirs.joined_core
    if is_one or ours.joined == theirs.joined:
        return "same"
    if _is_whole_in_core(ours, theirs) or _is_whole_in_core(theirs, ours):
        return "domain"
    if _are_initials(ours, theirs) or _are_initials(theirs, ours):
        return "initials"
    if _is_alike(*_left_over(ours.core, theirs.core)):
        return "close"
    return _shared_words_level(ours, theirs)


def _left_over(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, str]:
    """Return two names without the words they share; as they are when that leaves nothing of one."""
    first = "".join(word for word in ours if word not in theirs)
    second = "".join(word for word in theirs if word not in ours)
    return (first, second) if first and second else ("".join(ours), "".join(theirs))


def _is_alike(first: str, second: str) -> bool:
    """Return whether two names are alike, and neither has a word more than the other."""
    return abs(len(first) - len(second)) < _WORD and is_alike(first, second)


_WORD = 3


def _shared_words_level(ours: CompanyName, theirs: CompanyName) -> str:
    """Return how many naming words two different names have in common."""
    first, second = set(ours.core), set(theirs.core)
    if first < second or second < first:
        short, long = (ours, theirs) if first < second else (theirs, ours)
        return "shared_word" if (short.trades | short.units) - (long.trades | long.units) else "part"
    if first < set(theirs.words) or second < set(ours.words):
        return "part"
    shared = [word for word in first & second if len(word) > 3]
    if shared or any(is_alike(one, other) for one in first for other in second if min(len(one), len(other)) > 4):
        return "shared_word"
    return "different"


def _is_whole_in_core(written: CompanyName, joined: CompanyName) -> bool:
    """Return whether one name, of one word, is all words of the other (a domain written as a name)."""
    return len(joined.words) == 1 and len(written.words) > 1 and _is_alike(joined.joined, written.joined)


def _are_initials(short: CompanyName, long: CompanyName) -> bool:
    if len(long.words) < 2 or not 2 <= len(short.core[0]) <= _INITIALS_LONGEST:
        return False
    letters = "".join(word[0] for word in long.words)
    return short.core[0] == letters or (len(long.core) > 1 and short.core[0] == "".join(word[0] for word in long.core))


@functools.lru_cache(maxsize=32_768)
def wording_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Return how much of the whole wording two names share, whatever its order."""
    if not ours or not theirs:
        return "unknown"
    first, second = " ".join(ours), " ".join(theirs)
    if first == second:
        return "same"
    if fuzz.token_sort_ratio(first, second) >= 90:
        return "nearly_same"
    shared = fuzz.token_set_ratio(first, second)
    return "one_in_other" if shared >= 95 else "mostly" if shared >= 80 else "half" if shared >= 60 else "little"


def sides_level(ours: frozenset[str], theirs: frozenset[str]) -> str:
    """Return how two sets of words agree: those left over on one side tell companies apart."""
    if ours == theirs:
        return "same" if ours else "none"
    if not ours or not theirs:
        return "one_side"
    return "shared" if ours & theirs else "differ"


def trades_level(ours: frozenset[str], theirs: frozenset[str]) -> str:
    """Return how two sets of trades agree; one that a sister company is named for is a level of its own."""
    level = sides_level(ours, theirs)
    return "sister_side" if level == "one_side" and (ours | theirs) & _OF_SISTERS else level


#: What companies of a group, and bodies beside one another, are named for, rather than one company's own trade.
_OF_SISTERS = frozenset(
    {"real_estate", "finance", "bank", "insurance", "energy", "trade", "distribution", "logistics", "analytics", "it",
     "foundation", "society", "school", "university", "institute", "research", "center", "hospital", "clinic"}
)  # fmt: skip


def legal_level(ours: str, theirs: str) -> str:
    """Return how two legal forms agree."""
    if not ours or not theirs:
        return "unknown"
    return "same" if ours == theirs else "differ"
