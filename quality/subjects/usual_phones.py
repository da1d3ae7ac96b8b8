"""Phone numbers as most are written: understood without asking the library, which takes a hundred times as long.

What is said here is what the library would say; of whatever is unusual nothing is said.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

#: Digits with blanks, dots, hyphens and brackets: nothing that parts numbers, begins an extension or needs a look.
_USUAL = re.compile(r"\+?\(?[0-9][0-9 ().-]*[0-9]")
_SEPARATORS = str.maketrans("", "", "+ ().-")
#: Mexican numbers carry prefixes of former days.
_UNUSUAL_REGIONS = frozenset({"", "MX"})


def usual_form(text: str, region: str) -> str:
    """Return the likely normal form of a number of a usual shape, read in `region`; empty when there is none."""
    text = text.strip(" ")
    if not _USUAL.fullmatch(text):
        return ""
    digits = text.translate(_SEPARATORS)
    if text[0] == "+":
        return f"+{digits}" if region != "MX" and not digits.startswith(("52", "0")) else ""
    return "" if region in _UNUSUAL_REGIONS else _national_form(digits, region)


def _national_form(digits: str, region: str) -> str:
    here = _dialling(region)
    if here is None or digits.startswith(("00", here.code)) or here.goes_abroad(digits):
        return ""
    prefix = here.prefix(digits)
    if prefix is None:
        return f"+{here.code}{digits}"
    national = digits[prefix.end() :]
    return f"+{here.code}{national}" if prefix.lastindex is None and here.is_possible(national) else ""


class _Dialling:
    """How numbers of a region are dialled within it."""

    def __init__(self, code: str, abroad: str, prefix: str, possible: str) -> None:
        self.code = code
        self.goes_abroad = re.compile(abroad).match
        self.prefix = re.compile(prefix).match
        self.is_possible = re.compile(possible).fullmatch


@functools.cache
def _dialling(region: str) -> _Dialling | None:
    import phonenumbers

    known = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if known is None or known.national_prefix_transform_rule or known.general_desc is None:
        return None
    return _Dialling(
        str(known.country_code),
        known.international_prefix or "(?!)",
        known.national_prefix_for_parsing or "(?!)",
        known.general_desc.national_number_pattern or "(?!)",
    )


def is_surely_valid(text: str) -> bool:
    """Return whether `+` and digits are a number of which the library surely says that it is valid."""
    fast = _fast_patterns()
    for length in (1, 2, 3):
        pattern = fast.get(text[1 : 1 + length])
        if pattern is not None:
            return pattern(text[1 + length :]) is not None
    return False


def is_usual(text: str) -> bool:
    """Return whether a text is a number in normal form that is surely valid, of a kind that callers pay nothing for."""
    digits = text[1:]
    if text[:1] != "+" or not digits.isascii() or not digits.isdigit():
        return False
    fast = _fast_patterns()
    for length in (1, 2, 3):
        pattern = fast.get(digits[:length])
        if pattern is not None:
            national = digits[length:]
            return pattern(national) is not None and premium_test(digits[:length])(national) is None
    return False


@functools.cache
def premium_test(code: str) -> Callable[[str], Any]:
    """Return the test for national numbers that cost extra, of a calling code, by its main country."""
    import phonenumbers

    known = _metadata(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)][0])
    premium = known.premium_rate if known is not None else None
    pattern = premium.national_number_pattern if premium is not None else None
    return re.compile(f"(?:{pattern})$" if pattern and pattern != "NA" else "(?!)").match


@functools.cache
def _fast_patterns() -> dict[str, Callable[[str], Any]]:
    """Return, by calling code, a test that is true only for national numbers the library surely holds valid.

    The library asks several patterns for each number, through a cache that overflows on a base with many countries.
    """
    import phonenumbers

    return {
        str(code): test
        for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        if (test := _fast_pattern(regions)) is not None
    }


def _fast_pattern(regions: tuple[str, ...]) -> Callable[[str], Any] | None:
    """Return the test for a calling code: its regions are asked in order, as the library does."""
    main = _metadata(regions[0])
    if main is None:
        return None
    parts, not_before = [], ""
    for region in filter(None, map(_metadata, regions)):
        numbers = f"(?=(?:{region.general_desc.national_number_pattern})$)(?:{_numbers(region)})$"
        if region.leading_digits:
            parts.append(f"{not_before}(?={region.leading_digits}){numbers}")
            not_before += f"(?!{region.leading_digits})"
        else:
            parts.append(f"{not_before}{numbers}")
    return re.compile(f"{_not_prefixed(main)}(?:{'|'.join(parts)})").match


def _metadata(region: str) -> Any:
    from phonenumbers import PhoneMetadata

    known = PhoneMetadata.metadata_for_region(region, None)
    return known if known is not None and known.general_desc is not None else None


def _numbers(region: Any) -> str:
    kinds = (
        region.fixed_line, region.mobile, region.toll_free, region.premium_rate, region.shared_cost,
        region.personal_number, region.voip, region.pager, region.uan, region.voicemail,
    )  # fmt: skip
    return "|".join(
        f"(?:{kind.national_number_pattern})"
        for kind in kinds
        if kind is not None and kind.national_number_pattern and kind.national_number_pattern != "NA"
    )


def _not_prefixed(main: Any) -> str:
    """Return what holds of a number that begins with no prefix, or with what would leave no number behind it."""
    prefix, number = main.national_prefix_for_parsing, main.general_desc.national_number_pattern
    if not prefix:
        return ""
    if main.national_prefix_transform_rule:
        return f"(?!{prefix})"
    return f"(?:(?!{prefix})|(?=(?:{number})$)(?!(?:{prefix})(?:{number})$))"
