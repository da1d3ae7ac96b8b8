"""What is known of a phone number beyond its digits: what kind of line it is, how a person likes to read it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from enum import Enum
from typing import Any


class Line(Enum):
    """What kind of line a number surely is."""

    MOBILE = "mobile"
    FIXED = "fixed"
    #: Anything else, and countries whose numbers do not tell.
    UNKNOWN = "unknown"


class Display(Enum):
    """How a valid number is written."""

    E164 = "e164"
    INTERNATIONAL = "international"
    #: As it is dialled in its own country; numbers of other countries stay international.
    NATIONAL = "national"


@functools.lru_cache(maxsize=8192)
def line_of(form: str) -> Line:
    """Return what kind of line a number in normal form surely is."""
    import phonenumbers

    kind = phonenumbers.number_type(_parsed(form))
    kinds = phonenumbers.PhoneNumberType
    return {kinds.MOBILE: Line.MOBILE, kinds.FIXED_LINE: Line.FIXED}.get(kind, Line.UNKNOWN)


def is_premium(form: str) -> bool:
    """Return whether the caller of a number in normal form pays for more than the call."""
    for length in (1, 2, 3):
        test = _premium_test(form[1 : 1 + length])
        if test is not None:
            return test(form.partition(" ")[0][1 + length :]) is not None
    return False


@functools.cache
def _premium_test(code: str) -> Callable[[str], Any] | None:
    """Return the test for premium numbers of a calling code, by its main country; None: there is no such code."""
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code.isdigit() else None
    if not regions:
        return None
    region = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None)
    premium = region.premium_rate if region is not None else None
    pattern = premium.national_number_pattern if premium is not None else None
    return re.compile(f"(?:{pattern})$" if pattern and pattern != "NA" else "(?!)").match


@functools.lru_cache(maxsize=8192)
def displayed(form: str, display: Display, region: str) -> str:
    """Return a number in normal form as `display` has it, for a record of `region` (empty: unknown)."""
    if display is Display.E164:
        return form
    import phonenumbers

    number = _parsed(form)
    extension = form.partition(" ")[2]
    is_local = display is Display.NATIONAL and phonenumbers.region_code_for_number(number) == region
    formats = phonenumbers.PhoneNumberFormat
    text = phonenumbers.format_number(number, formats.NATIONAL if is_local else formats.INTERNATIONAL)
    return f"{text} {extension}" if extension else str(text)


def _parsed(form: str) -> Any:
    import phonenumbers

    return phonenumbers.parse(form.partition(" ")[0], None)
