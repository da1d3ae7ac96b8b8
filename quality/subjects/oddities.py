"""Values that could be odd, each looked at once for all rules of its subject: of most nothing is to be said."""

from __future__ import annotations

import functools

from quality.subjects import junk, mail, webs
from quality.subjects.usual_phones import is_usual
from syncd.model import Value


def is_odd_address(value: Value) -> bool:
    """Return whether anything but the provider could be said of an e-mail address."""
    if not isinstance(value, str):
        return False
    return not mail.is_plain(value) or _is_odd_domain(value.partition("@")[2])


def is_of_free_provider(value: Value) -> bool:
    """Return whether an address could be one that anybody can have."""
    return isinstance(value, str) and (not mail.is_plain(value) or mail.is_free(value.partition("@")[2]))


@functools.lru_cache(maxsize=32768)
def _is_odd_domain(domain: str) -> bool:
    return (
        not mail.has_valid_syntax(f"a@{domain}")
        or not webs.has_known_suffix(domain)
        or mail.is_disposable(domain)
        or bool(mail.misspelt_provider(domain) or mail.mistyped_top(domain))
    )


def is_odd_number(value: Value) -> bool:
    """Return whether a phone number is anything but one usual number in normal form."""
    if not isinstance(value, str) or not value:
        return False
    return not is_usual(value) or junk.is_fake_phone(value)
