"""What is known of postal codes: the form of each country's, and what is done to them on the way."""

from __future__ import annotations

import functools
import re

#: Countries whose codes are digits only.
_DIGITS = {
    "DE": 5, "FR": 5, "ES": 5, "IT": 5, "FI": 5, "EE": 5, "HR": 5, "TR": 5, "MX": 5, "UA": 5, "MY": 5, "TH": 5, "KR": 5,
    "AT": 4, "CH": 4, "BE": 4, "DK": 4, "NO": 4, "AU": 4, "HU": 4, "BG": 4, "SI": 4, "NZ": 4, "ZA": 4,
    "CN": 6, "IN": 6, "RU": 6, "SG": 6, "RO": 6,
}  # fmt: skip
#: Countries with codes that begin with a zero, which spreadsheets take away.
_ZEROS = frozenset({"DE", "FR", "ES", "IT", "FI", "HR", "TR", "MX", "UA", "US", "NO", "AU", "NZ", "ZA", "RO", "SG"})
#: Prefixes of the time before two-letter codes, and those.
_PREFIXES = {
    "DE": "D|DE",
    "AT": "A|AT",
    "FR": "F|FR",
    "IT": "I|IT",
    "ES": "E|ES",
    "BE": "B|BE",
    "FI": "FI|FIN",
    "NO": "N|NO",
}
_CANADA = re.compile(r"([A-Z][0-9OI][A-Z])[\s-]*([0-9OI][A-Z][0-9OI])")
_CANADIAN = re.compile(r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9]")
_BRITAIN = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})")
_NETHERLANDS = re.compile(r"(?:NL[\s-]*)?([1-9][0-9]{3})\s*([A-Z]{2})")
_UNITED_STATES = re.compile(r"([0-9]{5})(?:[\s-]*([0-9]{4}))?")


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, country: str) -> str:
    """Return the form of a postal code in `country`; empty when the text is surely none, or nothing is known of it."""
    tidy = " ".join(text.split()).upper()
    if not tidy.isascii():
        return ""
    if country == "US":
        return _american(tidy)
    if country == "CA":
        return _canadian(tidy)
    if country in {"GB", "JE", "GG", "IM"}:
        found = _BRITAIN.fullmatch(tidy)
        return f"{found.group(1)} {found.group(2)}" if found else ""
    if country == "NL":
        found = _NETHERLANDS.fullmatch(tidy)
        return f"{found.group(1)} {found.group(2)}" if found else ""
    return _digits(tidy, country) if country in _DIGITS else ""


def _american(tidy: str) -> str:
    found = _UNITED_STATES.fullmatch(tidy)
    if not found:
        return ""
    return f"{found.group(1)}-{found.group(2)}" if found.group(2) else found.group(1)


def _canadian(tidy: str) -> str:
    found = _CANADA.fullmatch(tidy)
    if not found:
        return ""
    signs = [*found.group(1), " ", *found.group(2)]
    for place in (1, 4, 6):
        signs[place] = signs[place].replace("O", "0").replace("I", "1")
    form = "".join(signs)
    return form if _CANADIAN.fullmatch(form) else ""


def _digits(tidy: str, country: str) -> str:
    bare = re.sub(rf"^(?:{_PREFIXES.get(country, country)})[\s-]*(?=[0-9])", "", tidy)
    return bare if bare.isdigit() and len(bare) == _DIGITS[country] else ""


def with_lost_zero(text: str, country: str) -> str:
    """Return a code with the one zero back that a spreadsheet may have taken; empty when that is not what happened.

    A short code may also be another country's, so this is never sure. Two zeros less could be any mistake.
    """
    digits = text.strip()
    length = 5 if country == "US" else _DIGITS.get(country, 0)
    is_short = digits.isascii() and digits.isdigit() and len(digits) == length - 1
    return f"0{digits}" if is_short and country in _ZEROS else ""


def is_in_zero_state(state: str) -> bool:
    """Return whether codes of the American state (its code) begin with a zero."""
    return state in {"CT", "MA", "ME", "NH", "NJ", "PR", "RI", "VI", "VT"}
