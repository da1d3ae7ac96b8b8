"""Whether a value is sound: nothing about its form says that it cannot be right. Who chooses between values asks here.

The rules say what is wrong, and may know more of the record; what is said of a form they say alike. A value that is not
sound never wins over one that is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from quality.subjects import junk, mail, phones, webs
from quality.subjects.oddities import is_odd_number
from syncd.model import Value


def is_sound(field: str, value: Value) -> bool:
    """Return whether a value of a field may be right, as far as its form tells; of most fields a form tells nothing."""
    check = _CHECKS.get(field)
    return check is None or not isinstance(value, str) or check(value.strip())


@functools.lru_cache(maxsize=8192)
def _is_sound_address(text: str) -> bool:
    """Return whether mail could be sent there, and the domain is no slip away from one that more people have."""
    domain = mail.domain_of(text)
    return (
        mail.has_valid_syntax(text)
        and webs.has_known_suffix(domain)
        and not (mail.with_latin_letters(text) or mail.misspelt_provider(domain) or mail.mistyped_top(domain))
    )


def _is_sound_number(text: str) -> bool:
    """Return whether a number could be dialled; of one without its country's code that is not known."""
    if not is_odd_number(text):
        return True
    return not junk.is_fake_phone(text) and (not text.startswith("+") or phones.is_normal(text))


def _is_sound_host(text: str) -> bool:
    host = webs.host_of(text)
    return bool(host) and webs.has_known_suffix(host)


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "email": _is_sound_address,
    **dict.fromkeys(("phone", "mobile", "fax"), _is_sound_number),
    **dict.fromkeys(("domain", "website"), _is_sound_host),
}
