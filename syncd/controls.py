"""Characters that drive a terminal, forge a line or hide text, and how they are spelled out instead."""

from __future__ import annotations

import re

#: C0, DEL, C1, line separators, bidirectional overrides and invisible marks.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROL_BUT_NEWLINE = re.compile(_CONTROL.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape_controls(text: str, *, keep_newlines: bool = False) -> str:
    """Return `text` in which every such character is spelled out."""
    return (_CONTROL_BUT_NEWLINE if keep_newlines else _CONTROL).sub(_spelled_out, text)


def _spelled_out(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
