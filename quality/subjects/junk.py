"""What is known of made-up entries: words, keyboard walks, repetitions, placeholders. Whole words only."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from quality.subjects import mail, webs
from quality.words import folded, line_set, word_set

#: Rows of keyboards: Latin ones of several countries and Dvorak's, Russian, Ukrainian, Greek, Hebrew, Arabic, Korean,
#: and what fingers find column by column.
_ROWS = (
    "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "aoeuidhtns", "йцукенгшщзхї", "йцукенгшщзхъ",
    "фывапролджэ", "фівапролджє", "ячсмитьбю", "ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ", "קראטוןםפ", "שדגכעיחלך",
    "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "1234567890", "qazwsxedc", "qweasdzxc",
    "qazxswedc", "zaqwsx", "1qaz2wsx3edc", "йфяцычу",
)  # fmt: skip
#: Walks on this row's first four keys are names (Azer, Reza).
_FRENCH_ROW = "azertyuiop"
_WALK = 4
_LONG_WALK = 6
#: All rows in both directions, as one text: a word is looked for once. No word holds the sign between them.
_ALL_ROWS = "\n".join(row[::step] for row in (*_ROWS, _FRENCH_ROW) for step in (1, -1))
_SPEAKABLE = frozenset("aeiouyаеиоуыэюя")
_REPEATED = re.compile(r"(.)\1{2,}")
#: Hands that fall on the middle row: no language has words of these letters only.
_MASHED = re.compile(r"[sdfghjklqwxz]{5,}|[ㄱ-ㅎ]{2,}|[ㅏ-ㅣ]{2,}")
_NUMBER = re.compile(r"\d{3,}|0+|test\D?\d+|(?:test|demo|user|qa|abc)[_-]?\d+")
#: What a form or a mail merge leaves in place of a value: `{{first_name}}`, `%FNAME%`, `[Vorname]`.
_MERGE_TAG = re.compile(
    r"[\[{<%$*|#]{1,3}\s*[\w .:-]*(?:name|nom|vorname|nachname|first|last|contact|имя)[\w .:-]*\s*[\]}>%$*|#]{1,3}",
    re.IGNORECASE,
)
#: Syllables over and over: mostly fingers, but there are names like it.
_SYLLABLES = re.compile(r"(.{2,3})\1{2,}")
_TWICE = re.compile(r"(.{3})\1")
_FAKE_DIGITS = re.compile(r"\+?(?:\d{0,3}?)(\d)\1{6,}|\+?\d{0,3}(?:1234567(?:89?0?)?|0123456789|9876543210?)")


@functools.lru_cache(maxsize=32768)
def junk_weight(word: str) -> int:
    """Return how much a whole word speaks for a made-up entry: 0, 1, or 2 when it can be no name."""
    key = word.strip().casefold()
    if not key or key in word_set("placeholder_words"):
        return 0
    if _is_walk(key) or _REPEATED.fullmatch(key) or _MASHED.fullmatch(key) or _NUMBER.fullmatch(key):
        return 2
    if _SYLLABLES.fullmatch(key):
        return 1
    twice = _TWICE.fullmatch(key)
    if twice and _is_row_part(twice.group(1)):
        return 2
    return 1 if folded(key) in _junk_words() or key in word_set("junk_words") else 0


@functools.cache
def _junk_words() -> frozenset[str]:
    return frozenset(folded(word) for word in word_set("junk_words"))


def is_placeholder(text: str) -> bool:
    """Return whether a text only fills a field that had to be filled."""
    return text.strip().casefold() in word_set("placeholder_words")


def is_merge_tag(text: str) -> bool:
    """Return whether a text is what a form or a mail merge leaves in place of a value."""
    return _MERGE_TAG.fullmatch(text.strip()) is not None


def is_listed_pair(given: str, surname: str) -> bool:
    """Return whether two names may be a pair that is known, made up or famous: a quick test for most."""
    return ends_a_pair(surname) and (is_made_up_pair(given, surname) or is_famous_pair(given, surname))


@functools.lru_cache(maxsize=16384)
def ends_a_pair(surname: str) -> bool:
    """Return whether a surname is that of a pair that is known: a quick test for most."""
    return folded(surname).rpartition(" ")[2] in _last_words()


@functools.cache
def _last_words() -> frozenset[str]:
    return frozenset(pair.rpartition(" ")[2] for pair in (*_pairs(), *line_set("famous_pairs")))


def is_famous_pair(given: str, surname: str) -> bool:
    """Return whether the two are the name of a figure everybody knows: few people really bear it."""
    return f"{folded(given)} {folded(surname)}" in line_set("famous_pairs")


def is_made_up_pair(given: str, surname: str) -> bool:
    """Return whether the two are the name of nobody: `John Doe`, `Max Mustermann`."""
    return f"{folded(given)} {folded(surname)}" in _pairs()


@functools.cache
def _pairs() -> frozenset[str]:
    return line_set("junk_pairs")


#: Worth a second look: three like digits, or three counted up or down.
_MAY_BE_FAKE = re.compile(r"(\d)\D{0,3}\1\D{0,3}\1|1\D{0,3}2\D{0,3}3|9\D{0,3}8\D{0,3}7|0\D{0,3}1\D{0,3}2")


def is_fake_phone(text: str) -> bool:
    """Return whether a number is one digit over and over, or counts up or down."""
    if not _MAY_BE_FAKE.search(text):
        return False
    digits = re.sub(r"[^\d+]", "", text.partition(" ext")[0])
    return _FAKE_DIGITS.fullmatch(digits) is not None


def address_weight(address: str) -> int:
    """Return how much an e-mail address speaks for a made-up entry."""
    local, _, domain = address.lower().partition("@")
    local, domain = local.partition("+")[0].strip(), domain.strip()
    if not domain or "@" in domain:
        return 0
    is_fake_domain = _is_fake_domain(domain) or _is_its_own(local, domain)
    return 2 * is_fake_domain + _is_fake_local(local)


def _is_its_own(local: str, domain: str) -> bool:
    """Return whether an address repeats a word that says nothing (`none@none.com`, `a@a.com`)."""
    return domain.startswith(local) and domain.partition(".")[0] == local and (len(local) == 1 or is_placeholder(local))


@functools.lru_cache(maxsize=16384)
def _is_fake_domain(domain: str) -> bool:
    label = domain.partition(".")[0]
    # 163.com and its kind are large providers.
    return domain in word_set("junk_domains") or (junk_weight(label) > 1 and not label.isdigit())


def _is_fake_local(local: str) -> bool:
    first = _FIRST_WORD.match(local)
    if first is None or not _may_be_fake(first.group(1)):
        return False
    return all(_may_be_fake(word) for word in re.split(r"[._-]", local) if word)


#: The first word of a local part: rarely junk, and often seen before.
_FIRST_WORD = re.compile(r"[._-]*([^._-]+)")


@functools.lru_cache(maxsize=16384)
def _may_be_fake(word: str) -> bool:
    return junk_weight(word) > 0 or is_placeholder(word)


def vouches_for(address: str, names: Iterable[str]) -> bool:
    """Return whether a company's address carries the surname: strong evidence that an odd name is real."""
    domain = mail.company_domain(address)
    if not domain or domain in word_set("junk_domains"):
        return False
    local = re.split(r"[._-]", mail.local_of(address))
    wanted = {folded(name).replace(" ", "") for name in names if len(name) > 2}
    return len(local) > 1 and any(part in wanted for part in local) and not all(junk_weight(part) for part in local)


def is_made_up_company(name: str) -> bool:
    """Return whether a name is the word test and a word for a company: `Test GmbH`."""
    words = folded(name).split()
    return len(words) == 2 and words[0] == "test" and words[1] in word_set("company_nouns")


def is_own_domain(name: str, host: str) -> bool:
    """Return whether a company's odd name is also that of its domain."""
    domain = webs.registrable(host)
    return (
        bool(domain)
        and domain not in word_set("junk_domains")
        and folded(name).split(" ")[:1] == [domain.partition(".")[0]]
    )


def _is_walk(word: str) -> bool:
    """Return whether a word is keys side by side. Inside a row names are spelt too (Wert, Ertz, Wertz)."""
    if len(word) < _WALK or not _is_row_part(word):
        return False
    if len(word) >= _LONG_WALK or not _SPEAKABLE & set(word):
        return True
    return any(row.startswith((word, word[::-1])) for row in _ROWS)


def _is_row_part(word: str) -> bool:
    return word in _ALL_ROWS and "\n" not in word
