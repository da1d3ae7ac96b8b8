"""Characters that drive a terminal, forge a line or hide text, and how they are spelled out instead."""

from __future__ import annotations

import re

#: Line separators, bidirectional marks and overrides, what takes no room, tags, halves of a pair: as inside of `[]`.
#: Joiners stay: words of some languages are not written right without them.
HIDDEN = (
    "\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff"
)
#: C0, DEL, C1, and what hides.
_CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f{HIDDEN}]")
_CONTROL_BUT_NEWLINE = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f{HIDDEN}]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape_controls(text: str, *, keep_newlines: bool = False) -> str:
    """Return `text` in which every such character is spelled out."""
    return (_CONTROL_BUT_NEWLINE if keep_newlines else _CONTROL).sub(_spelled_out, text)


def _spelled_out(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
