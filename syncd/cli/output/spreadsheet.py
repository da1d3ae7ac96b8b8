"""Cells that come back from a spreadsheet as they went out: it runs formulas, and takes much for numbers and dates."""

from __future__ import annotations

import re

#: What a formula can begin with, the full-width forms included; a tab or return may stand before them.
_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MONTHS = "jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez"
#: What a spreadsheet changes when it opens the file: leading zeros and long numbers are lost, the rest becomes a date,
#: a time, another number (which depends on its language) or a truth value.
_TAKEN_FOR_OTHERS = re.compile(
    rf"""
      0\d+ | \d{{12,}}
    | \d+ (?: [.,:/\-\s] \d+ )+ [.,]?
    | \d+ (?: [.,] \d+ )? e [+\-]? \d+
    | true | false | wahr | falsch | vrai | faux | verdadero | falso
    | \d{{1,2}} [\s.\-/]* (?:{_MONTHS}) [a-zä]* (?: [\s.\-/]* \d{{2,4}} )?
    | (?:{_MONTHS}) [a-zä]* [\s.\-/]* \d{{1,4}}
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def harmless(cell: object) -> str:
    """Return a cell as a text that no spreadsheet runs or changes: an apostrophe in front says that it is one."""
    text = str(cell)
    return f"'{text}" if text.startswith(_SIGNS) or _TAKEN_FOR_OTHERS.fullmatch(text.strip()) else text


def meant(cell: str) -> str:
    """Return what a person means by a cell: one that was copied from ours still has our apostrophe."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def one_line_end(cell: str) -> str:
    """Return a cell with one kind of line end: spreadsheets write their own within cells, too."""
    return cell.replace("\r\n", "\n").replace("\r", "\n")
