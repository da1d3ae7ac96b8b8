"""What is known of postal codes: the form of each country's, what is done to them on the way, what they tell."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from quality.words import word_table

#: Countries with codes that begin with a zero, which spreadsheets take away, and how long those codes are.
_ZEROS = {
    "BR": 8, "DE": 5, "ES": 5, "FI": 5, "FR": 5, "HR": 5, "IT": 5, "JP": 7, "KR": 5, "MX": 5, "MY": 5, "NO": 4,
    "AU": 4, "NZ": 4, "ZA": 4, "RO": 6, "SG": 6, "SK": 5, "TR": 5, "UA": 5, "US": 5,
}  # fmt: skip
#: Prefixes of the time before two-letter codes.
_OLD_PREFIXES = {
    "AT": "A", "BE": "B", "CH": "CH", "DE": "D", "DK": "DK", "ES": "E", "FI": "FIN", "FR": "F", "HU": "H", "IT": "I",
    "LU": "L", "NO": "N", "PT": "P", "SE": "S",
}  # fmt: skip
_BRITISH = (
    "[BEGLMNSW]|A[BL]|B[ABDHLNRST]|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]|F[KY]|G[LU]|H[ADGPRSUX]|I[GPV]|K[ATWY]|L[ADELNSU]|"
    "M[EKL]|N[EGNPRW]|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]|T[ADFNQRSW]|UB|W[ACDFNRSV]|YO|ZE"
)
#: Codes that surely are in the form of their country, where their signs tell it: worth a fast test, as most are.
_PROPER = {
    country: re.compile(pattern, re.ASCII)
    for countries, pattern in (
        ("AT AU CH DK NO", r"\d{4}"),
        ("DE ES FI FR IT KR MX TR US", r"\d{5}"),
        ("CN IN RU", r"\d{6}"),
        ("GR SE", r"\d{3} \d\d"),
        ("BR", r"\d{5}-\d{3}"),
        ("JP", r"\d{3}-\d{4}"),
        ("NL", r"[1-9]\d{3} [A-EG-RT-Z][A-Z]"),
        ("PL", r"\d\d-\d{3}"),
        ("CA", r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d"),
        ("GB", rf"(?:{_BRITISH})\d\d? \d[ABD-HJLNP-UW-Z]{{2}}"),
    )
    for country in countries.split()
}  # fmt: skip
_LABEL = re.compile(r"^(?:〒|(?:PLZ|ZIP(?:\s*CODE)?|POSTAL CODE|POSTCODE|CODE POSTAL|C\.?P\.?|CAP|CEP)\b\s*[:.]?)\s*")
_CANADA = re.compile(r"([A-Z][0-9OIL][A-Z])[\s.-]*([0-9OIL][A-Z][0-9OIL])")
_SIGNS = re.compile(r"[A-Z0-9][A-Z0-9 .-]{1,11}")
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d\u30fc]")
#: Poland's own form: where another country stands beside it, that is wrong and not the code.
_POLISH = re.compile(r"[0-9]{2}-[0-9]{3}")
_PLUS_FOUR = re.compile(r"([0-9]{5})[\s-]*([0-9]{4})")
_FEWEST_SIGNS = 3
#: Countries where a code in one piece is as good as one with the separator.
_IN_ONE_PIECE = frozenset({"IR"})
#: Countries whose letters belong in front, though their addresses are also written without.
_WITH_LETTERS = frozenset({"AZ"})


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, country: str) -> str:
    """Return the form of a postal code in `country`; empty when the text is surely none, or nothing is known of it."""
    if country in _PROPER and _PROPER[country].fullmatch(text):
        return text
    if country not in _countries():
        return ""
    tidy = " ".join(text.split()).upper()
    if not tidy.isascii():
        tidy = _DASHES.sub("-", unicodedata.normalize("NFKC", tidy)).upper()
    tidy = _LABEL.sub("", tidy).strip(" .,;")
    if not _SIGNS.fullmatch(tidy) or (country != "PL" and _POLISH.fullmatch(tidy)):
        return ""
    if country == "US" and (found := _PLUS_FOUR.fullmatch(tidy)):
        tidy = f"{found.group(1)}-{found.group(2)}"
    if country == "CA" and (found := _CANADA.fullmatch(tidy)):
        tidy = _with_digits(*found.groups())
    if country in _WITH_LETTERS and tidy.startswith(country):
        bare = _normalized(tidy.removeprefix(country).strip(" -"), country)
        return f"{country}{bare}" if bare else ""
    return _normalized(tidy, country) or _normalized(_without_prefix(tidy, country), country)


def is_known(country: str) -> bool:
    """Return whether the form of the country's postal codes is known."""
    return country in _countries()


@functools.cache
def _countries() -> frozenset[str]:
    import postalcheck

    return frozenset(postalcheck.supported_countries())


def _normalized(text: str, country: str) -> str:
    """Return the text in the country's layout; empty when it is no code of it."""
    import postalcheck

    if len(text) < _FEWEST_SIGNS:
        return ""
    for form in (text, re.sub(r"[\s.-]", "", text)):
        try:
            found = str(postalcheck.normalize(country, form))
        except postalcheck.InvalidPostalCodeError:
            continue
        return text if country in _IN_ONE_PIECE and text.isdigit() else found
    return ""


def _without_prefix(text: str, country: str) -> str:
    """Return a code without its country's letters in front; empty when it has none."""
    prefixes = "|".join(filter(None, (_OLD_PREFIXES.get(country), country)))
    bare = re.sub(rf"^(?:{prefixes})[\s.-]*(?=[0-9])", "", text)
    return "" if bare == text else bare


def _with_digits(first: str, second: str) -> str:
    """Return a Canadian code with digits where letters that look like them were typed."""
    signs = [*first, " ", *second]
    for place in (1, 4, 6):
        signs[place] = {"O": "0", "I": "1", "L": "1"}.get(signs[place], signs[place])
    return "".join(signs)


def with_lost_zero(text: str, country: str) -> str:
    """Return a code with the one zero back that a spreadsheet may have taken; empty when that is not what happened.

    A short code may also be another country's, so this is never sure. Two zeros less could be any mistake.
    """
    digits = text.strip()
    length = _ZEROS.get(country, 0)
    is_short = digits.isascii() and digits.isdigit() and len(digits) == length - 1
    return proper_form(f"0{digits}", country) if is_short else ""


def is_in_zero_state(state: str) -> bool:
    """Return whether codes of the American state (its code) begin with a zero."""
    return state in {"CT", "MA", "ME", "NH", "NJ", "PR", "RI", "VI", "VT"}


@functools.lru_cache(maxsize=8192)
def state_of(code: str, country: str) -> str:
    """Return the code of the one state that postal codes beginning like this one are in; empty when it is not sure."""
    beginnings = _states().get(country)
    if not beginnings:
        return ""
    return next((beginnings[code[:length]] for length in (3, 2, 1) if code[:length] in beginnings), "").strip("-")


@functools.cache
def _states() -> Mapping[str, Mapping[str, str]]:
    """Return codes of states by what postal codes begin with, by country."""
    found: dict[str, dict[str, str]] = {}
    for key, beginnings in word_table("postal_states").items():
        country, _, state = key.partition(" ")
        found.setdefault(country, {}).update(dict.fromkeys(beginnings, state))
    return MappingProxyType(found)


def tells_states(country: str) -> bool:
    """Return whether postal codes of the country tell the state of any."""
    return country in _states()
