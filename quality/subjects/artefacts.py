"""What is known of what other programs leave in a text: HTML, formulas and marks of spreadsheets, loose separators."""

from __future__ import annotations

import functools
import re

#: Whether a second look is needed at all.
_SUSPECT = re.compile(r"<|^[\s,;=\"'*•·▪‣-]|[\s,;\"|/&+–—-]$|_x000", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|body|center|code|div|em|font|footer|h[1-6]|head|header|hr|html|i|img|label|li|"
    r"link|meta|ol|p|pre|s|section|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|title|tr|tt|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
#: How a spreadsheet is kept from reading text as a number: `="0123"`, `'0123`.
_FORMULA = re.compile(r'="([^"]*)"')
_APOSTROPHE = re.compile(r"^'(?=[0-9=+@-])")
_CARRIAGE_RETURN = re.compile(r"_x000[dD]_\n?")
_QUOTED = re.compile(r'"+([^"]+)"+')
_LEADING = re.compile(r"^(?:[\s,;]+|[-*•·▪‣]+\s+)+")
_TRAILING = re.compile(r"(?:[\s,;]+|\s[-|/&+–—]+)+$")


@functools.lru_cache(maxsize=8192)
def removed(text: str, *, has_lines: bool, is_prose: bool) -> str:
    """Return `text` without leftovers; loose separators at its ends stay in prose, and so do quotation marks."""
    if not _SUSPECT.search(text):
        return text
    tidy = _CARRIAGE_RETURN.sub("\n" if has_lines else " ", text)
    if "<" in tidy:
        tidy = _BREAK.sub("\n" if has_lines else " ", _HIDDEN.sub("", tidy))
        tidy = _TAG.sub("", tidy)
    if formula := _FORMULA.fullmatch(tidy.strip()):
        tidy = formula.group(1)
    if is_prose:
        return tidy
    tidy = _APOSTROPHE.sub("", tidy)
    if quoted := _QUOTED.fullmatch(tidy.strip()):
        tidy = quoted.group(1)
    bare = _TRAILING.sub("", _LEADING.sub("", tidy))
    return bare if any(sign.isalnum() for sign in bare) else tidy
