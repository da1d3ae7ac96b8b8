"""Patterns that an admin writes. They are matched in linear time, whatever the pattern and the text."""

from __future__ import annotations

import functools
from collections.abc import Callable

import re2  # type: ignore[import-untyped]  # it ships no types

#: Longer patterns are refused, and longer texts are cut before they are looked at.
LONGEST_PATTERN = 1_000
LONGEST_TEXT = 4_096


class PatternError(ValueError):
    """The pattern cannot be used; the text says why."""


@functools.cache
def whole_match(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a whole text is of a pattern; PatternError when the pattern cannot be used.

    The engine knows no backtracking, so there are no look-arounds and no back-references either.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(f"a pattern has at most {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        match = re2.compile(pattern, options).fullmatch
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(f"not a pattern that can be used: {said}") from None
    return lambda text: len(text) <= LONGEST_TEXT and match(text) is not None
