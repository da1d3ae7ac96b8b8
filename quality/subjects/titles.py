"""What is known of job titles: the canonical English title behind the many ways people write it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from quality.words import folded, word_table

#: Between the roles of one person: `Founder/CEO`, `Owner & CEO`, `CEO (Chief Executive Officer)`.
_BETWEEN = re.compile(
    r"\s*(?:[/|;()\[\]&+,،、・·•]|\s[-–—]\s|(?<!\S)(?:and|und|et|y|e|i|en|ve|och|og|и|겸|و|兼)(?!\S)|兼)\s*",
    re.IGNORECASE,
)
#: Who is meant by an advertisement: `(m/w/d)`, `(H/F)`, `(all genders)`; and the German `Leiter:in`.
_GENDERS = re.compile(
    r"\s*\(\s*(?:[mwfhdxi](?:\s*[/|]\s*[mwfhdxi])+|all genders|gn)\s*\)|(?<=\w)[:*/_]in(?:nen)?\b", re.IGNORECASE
)
#: Where the title is held: `CEO at Acme`, `CEO @ Acme`.
_EMPLOYER = re.compile(r"(?<=\w)\s+(?:at|@|chez|bei)\s+\S.*$", re.IGNORECASE)
#: Regions, which leave a title what it is: `VP Sales EMEA`.
_REGION = re.compile(
    r"[\s,(–-]+(?:emea|apac|dach|latam|mena|anz|benelux|nordics|americas|europe|asia|uk|us|usa|uki|cee|"
    r"north america|asia pacific|middle east|worldwide|global|international|d-a-ch)\)?$",
    re.IGNORECASE,
)
#: Words before a title that leave its function as it is.
_SAME_FUNCTION = re.compile(r"^(?:group|global|interim|acting|the)\s+", re.IGNORECASE)
_CHIEF_EXECUTIVE = "Chief Executive Officer"
_FIRM_LEADERS = ("Managing Director", "President")
_OWNERS = ("Founder", "Owner", "Partner")
_VICE = r"(?:vp|v p|vice president|vice pres)"
#: Titles made of a rank and a function; `{}` is the function.
_GRAMMAR = tuple(
    (re.compile(pattern), title)
    for pattern, title in (
        (rf"(?:executive {_VICE}|evp|exec {_VICE})(?: of)? (.+)", "Executive Vice President of {}"),
        (rf"(?:senior {_VICE}|svp|sr {_VICE})(?: of)? (.+)", "Senior Vice President of {}"),
        (rf"{_VICE}(?: of)? (.+)", "Vice President of {}"),
        (rf"(.+) {_VICE}", "Vice President of {}"),
        (r"head(?: of)? (.+)", "Head of {}"),
        (r"(.+) head", "Head of {}"),
        (r"(?:bereichs|abteilungs)?(?:leiter|leiterin|leitung) (?:der |des )?(.+)", "Head of {}"),
        (r"(.+)leite(?:r|rin)", "Head of {}"),
        (r"jef[ea] de (.+)", "Head of {}"),
        (r"(?:начальник|руководитель) отдела (.+)", "Head of {}"),
        (r"(?:director|dir)(?: of)? (.+)", "{} Director"),
        (r"(.+) (?:director|dir)", "{} Director"),
        (r"(.+) (?:manager|mgr|mngr)", "{} Manager"),
        (r"manager(?: of)? (.+)", "{} Manager"),
        (r"(.+)direktor(?:in)?", "{} Director"),
    )
)
#: A word must be this long before one letter of it may be wrong: alone, and beside words that are right.
_TYPO_LENGTH = 7
_TYPO_WORD_LENGTH = 6
_ACRONYM_LENGTH = 3
_LONGEST = 120
#: Words one letter away from a word of a title, and no slip.
_REAL_WORDS = frozenset({"resident", "produce", "plan", "store", "stone", "contract", "planet", "donor", "loaner"})


@functools.lru_cache(maxsize=8192)
def canonical_title(text: str) -> str:
    """Return the canonical title `text` surely stands for; empty when it is not sure.

    Of several roles, all of them known, the one that leads the firm counts, then the first of the highest rank.
    """
    if len(text) > _LONGEST:
        return ""
    bare = _without_trimmings(text)
    whole = _one_role(bare)
    if whole:
        return whole
    parts = [part for part in _BETWEEN.split(bare) if part.strip()]
    roles = [_one_role(_without_region(part)) for part in parts]
    if not roles or not all(roles):
        return ""
    return min(roles, key=_rank)


def _without_trimmings(text: str) -> str:
    """Return a title without employer, region and the marks of an advertisement."""
    return _without_region(_EMPLOYER.sub("", _GENDERS.sub("", text)).strip())


def _without_region(text: str) -> str:
    return _REGION.sub("", text) or text


def _one_role(text: str) -> str:
    bare = _SAME_FUNCTION.sub("", text.strip())
    key = folded(bare)
    whole = " ".join(_abbreviations().get(word, word) for word in key.split())
    behind, comma, before = bare.partition(",")
    turned = folded(f"{before} {behind}") if comma else ""
    known = _spellings()
    return (
        known.get(key)
        or _composed(key)
        or known.get(whole)
        or _composed(whole)
        or known.get(turned)
        or _mistyped(whole)
    )


def _composed(key: str) -> str:
    for pattern, title in _GRAMMAR:
        found = pattern.fullmatch(key)
        if found:
            written = found.group(1).strip()
            function = _functions().get(written) or _functions().get(written.removesuffix("s"))
            if function:
                return title.format(function)
    return ""


def _mistyped(key: str) -> str:
    """Return the one canonical title whose spelling is a single slip away from `key`."""
    words = key.split()
    if not words or any(word in _REAL_WORDS or (len(words) > 1 and word in _spellings()) for word in words):
        return ""
    if len(key) == _ACRONYM_LENGTH + 1 and " " not in key:
        return _with_a_letter_too_many(key)
    near = {title for meant, title in _by_shape().get((key[0], len(words)), ()) if _is_slip(words, meant)}
    return near.pop() if len(near) == 1 else ""


def _is_slip(words: list[str], meant: Sequence[str]) -> bool:
    """Return whether one long word of what is meant is mistyped, and all others, as many, are right."""
    differing = [(word, right) for word, right in zip(words, meant, strict=True) if word != right]
    if len(differing) != 1:
        return False
    word, right = differing[0]
    shortest = _TYPO_LENGTH if len(words) == 1 else _TYPO_WORD_LENGTH
    return len(right) >= shortest and word[0] == right[0] and _is_near(word, right)


def _is_near(word: str, right: str) -> bool:
    from rapidfuzz.distance import OSA

    return OSA.distance(word, right, score_cutoff=1) <= 1


def _with_a_letter_too_many(key: str) -> str:
    """Return the title of a three-letter acronym with one letter too many (`CEOn`), never of another acronym."""
    if not key.isascii():
        return ""
    shorter = {key[:place] + key[place + 1 :] for place in range(len(key))}
    titles = {title for spelling in shorter if (title := _spellings().get(spelling, "")).startswith("Chief ")}
    return titles.pop() if len(titles) == 1 else ""


def _rank(title: str) -> int:
    if title == _CHIEF_EXECUTIVE:
        return 0
    if title in _FIRM_LEADERS:
        return 1
    if title.startswith("Chief "):
        return 2
    if title in _OWNERS:
        return 3
    words = ("Vice President", "Director", "Head of", "Manager")
    return next((rank for rank, word in enumerate(words, start=4) if word in title), 9)


@functools.cache
def _spellings() -> Mapping[str, str]:
    return MappingProxyType(dict(_all_spellings()))


def _all_spellings() -> Iterator[tuple[str, str]]:
    table = word_table("titles")
    for title, spellings in table.items():
        for spelling in spellings:
            yield folded(spelling), title
    for title in table:
        yield folded(title), title


@functools.cache
def _by_shape() -> Mapping[tuple[str, int], tuple[tuple[tuple[str, ...], str], ...]]:
    """Return spellings, as their words, with their titles, by their first letter and how many words they are."""
    found: dict[tuple[str, int], list[tuple[tuple[str, ...], str]]] = {}
    for spelling, title in [*_spellings().items(), *_composed_spellings()]:
        words = tuple(spelling.split(" "))
        found.setdefault((spelling[0], len(words)), []).append((words, title))
    return MappingProxyType({shape: tuple(pairs) for shape, pairs in found.items()})


def _composed_spellings() -> Iterator[tuple[str, str]]:
    for spelling, function in _functions().items():
        for form in ("Vice President of {}", "Head of {}", "{} Director", "{} Manager"):
            yield folded(form.format(spelling)), form.format(function)


@functools.cache
def _abbreviations() -> Mapping[str, str]:
    return MappingProxyType(
        {short: word for word, shorts in word_table("title_abbreviations").items() for short in shorts}
    )


@functools.cache
def _functions() -> Mapping[str, str]:
    return MappingProxyType(
        {
            folded(spelling): function
            for function, spellings in word_table("title_functions").items()
            for spelling in (function, *spellings)
        }
    )
