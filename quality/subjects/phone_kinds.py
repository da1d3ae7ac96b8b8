"""What is known of a phone number beyond its digits: what kind of line it is, how a person likes to read it."""

from __future__ import annotations

import functools
from enum import Enum
from typing import Any

from quality.subjects.usual_phones import premium_test


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
    import phonenumbers

    digits = form.partition(" ")[0][1:]
    for length in (1, 2, 3):
        code = digits[:length]
        if code.isdigit() and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return premium_test(code)(digits[length:]) is not None
    return False


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
