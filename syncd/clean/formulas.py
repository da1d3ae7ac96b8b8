"""Cells that a spreadsheet would run instead of show.

A cell that begins with one of the signs gets an apostrophe in front, which a spreadsheet takes for "this is text".
Left alone are plain numbers and phone numbers (`+49 30 1234-56`, `-12.5`): digits and separators run nothing, and an
apostrophe would make them wrong for every other program.
"""

from __future__ import annotations

import re

#: Signs a formula can begin with, their full-width forms included; a tab or return may stand before them.
SIGNS = frozenset("=+-@\t\r＝＋－＠")
_HARMLESS = re.compile(r"[+\-][\d\s().,/\-]*(?:\s?(?:ext\.?|x|#)\s?\d{1,8})?", re.IGNORECASE | re.ASCII)


def neutralise(cell: str) -> str:
    """Return `cell`, with an apostrophe in front if a spreadsheet would take it for a formula."""
    if cell[:1] not in SIGNS or _HARMLESS.fullmatch(cell):
        return cell
    return f"'{cell}"
