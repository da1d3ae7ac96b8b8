"""What is known of damaged text: mojibake, entities, invisible marks, stray blanks, emoji."""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from typing import Any

#: One named or numbered HTML entity, with its semicolon: `AT&T` and `R&D` have none.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r" ?(?:\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]) ?")
_MANY_LINE_ENDS = re.compile(r"\n{3,}")

_JOINERS = "\u200c\u200d"
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f")
_FORMAT_MARKS = frozenset(
    "\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    "\u206a\u206b\u206c\u206d\u206e\u206f\ufff9\ufffa\ufffb"
)
#: Symbols that belong to the text: degrees, trade marks, numero, the currency and copyright signs of names.
_WANTED_SYMBOLS = frozenset("°©®™℠№℗℃℉¦\ufffd")
#: Letters and digits in fancy dress, which carry nothing but their looks.
_FANCY = re.compile("[\U0001d400-\U0001d7ff\u24b6-\u24e9\ufb00-\ufb06\U0001f130-\U0001f149\U0001f150-\U0001f169]")
_WIDE = re.compile("[\uff01-\uff5e]")
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\u31ff\u3400-\u9fff\uac00-\ud7af\uff66-\uffdc\U00020000-\U0003ffff]")
_ROUNDS = 4
#: Letters of phonetics, of which some languages of Africa and the Caucasus use a few; and of Syriac, Thaana and NKo,
#: which come in words.
_PHONETIC = re.compile(
    "[\u0250-\u0252\u0255\u0258\u025a\u025c-\u0262\u0264-\u0267\u026a-\u0271\u0273-\u0274\u0276-\u0282\u0284-\u0287"
    "\u028c-\u0291\u0293-\u02ba\u02bd\u02c0-\u02c5\u02c8-\u02d7\u02de-\u02ff]"
    "|(?<![\u0700-\u07ff])[\u0700-\u074f\u0780-\u07ff]{1,2}(?![\u0700-\u07ff])"
)
_LONE_MARK = re.compile("(?:^|[\\s\x21-\x40])[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f]")
_TWO_ALPHABETS = re.compile("[A-Za-z\u00c0-\u024f][\u0370-\u07ff]|[\u0370-\u07ff][A-Za-z\u00c0-\u024f]")


#: Words of plain letters and lone accented ones, a sign or two between them: what damage makes of a letter is never a
#: lone sign, but for what a blank may follow (`Ã `).
_SIGN = "(?:[A-Za-z0-9]|[Ä-ÖØ-ßáä-öø-ıĹ-ňŌ-ž](?![^\\x00-\\x7f]))"
_PLAIN = re.compile(rf"{_SIGN}+(?:(?:[.'-]|\.?,? (?:& )?){_SIGN}+)*\.?")
#: The same of ASCII: found out in a third of the time.
_PLAIN_ASCII = re.compile(r"[A-Za-z0-9]+(?:(?:[.'-]|\.?,? (?:& )?)[A-Za-z0-9]+)*\.?")


def is_plain(text: str) -> bool:
    """Return whether a text surely has no damage: most have none, and to say so takes longer otherwise."""
    return (_PLAIN_ASCII if text.isascii() else _PLAIN).fullmatch(text) is not None


@functools.lru_cache(maxsize=8192)
def cleaned(text: str, *, has_lines: bool = False, keeps_emoji: bool = False) -> str:
    """Return `text` without damage; the same text when there is none or when no stable form is found."""
    if text.isascii() and text.isprintable() and "&" not in text and "  " not in text:
        return text.strip()
    before = text
    for _ in range(_ROUNDS):
        after = _cleaned_once(before, has_lines=has_lines, keeps_emoji=keeps_emoji)
        if after == before:
            return after
        before = after
    return text


def _cleaned_once(text: str, *, has_lines: bool, keeps_emoji: bool) -> str:
    tidy = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    tidy = _repaired(tidy) if not tidy.isascii() else tidy
    tidy = _plain_letters(tidy)
    tidy = _LINE_ENDS.sub("\n" if has_lines else " ", tidy)
    tidy = "".join(_visible(tidy, keeps_emoji=keeps_emoji))
    tidy = _BLANKS.sub(" ", tidy)
    if has_lines:
        tidy = _MANY_LINE_ENDS.sub("\n\n", _LINE_ENDS.sub("\n", tidy))
    return unicodedata.normalize("NFC", tidy.strip())


def is_settled(text: str, *, has_lines: bool = False) -> bool:
    """Return whether a text is without damage, nor looks as if: a capital may do so before a sign (`ü¶`, `Ü¶`)."""
    return cleaned(text, has_lines=has_lines) == text


def _repaired(text: str) -> str:
    """Return `text` decoded as it should have been, when it was decoded wrongly."""
    import ftfy

    repaired = str(ftfy.fix_text(text, _repair_config()))
    return repaired if repaired == text or _is_likely(repaired) else text


def _is_likely(repaired: str) -> bool:
    """Return whether somebody may have written this: no word of two alphabets, no lone mark, no letter nobody uses.

    A capital with an accent before a sign (`CAFÉ‘S`, `NÉ°5`) is the same bytes as a letter of phonetics, and no damage.
    """
    return not (_PHONETIC.search(repaired) or _LONE_MARK.search(repaired) or _TWO_ALPHABETS.search(repaired))


@functools.cache
def _repair_config() -> Any:
    import ftfy

    return ftfy.TextFixerConfig(
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        replace_lossy_sequences=False,
        normalization=None,
    )


def _plain_letters(text: str) -> str:
    if text.isascii():
        return text
    tidy = _FANCY.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    if _WIDE.search(tidy) and not _EAST_ASIAN.search(tidy):
        tidy = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), tidy)
    return tidy


def _visible(text: str, *, keeps_emoji: bool) -> list[str]:
    """Return the signs of `text` that are meant to be seen."""
    if text.isascii():
        return [sign for sign in text if sign.isprintable() or sign in "\n\t"]
    is_right_to_left = any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text)
    kept = []
    for place, sign in enumerate(text):
        if sign in _DIRECTION_MARKS:
            if is_right_to_left and 0 < place < len(text) - 1:
                kept.append(sign)
        elif sign in _JOINERS:
            if _joins(text, place, keeps_emoji=keeps_emoji):
                kept.append(sign)
        elif not _is_noise(sign, keeps_emoji=keeps_emoji):
            kept.append(sign)
    return kept


def _joins(text: str, place: int, *, keeps_emoji: bool) -> bool:
    """Return whether the joiner at `place` stands inside a Persian, Arabic or Indic word (or a kept emoji)."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if not before or not after:
        return False
    if keeps_emoji and unicodedata.category(after) in {"So", "Sk"}:
        return True
    return "\u0600" <= before <= "\u0dff" and "\u0600" <= after <= "\u0dff"


def _is_noise(sign: str, *, keeps_emoji: bool) -> bool:
    if sign in "\n\t":
        return False
    if sign in _FORMAT_MARKS or "\U000e0000" <= sign <= "\U000e007f":
        return True
    category = unicodedata.category(sign)
    if category in {"Cc", "Cs"}:
        return True
    if category == "Co":
        return not keeps_emoji
    return not keeps_emoji and is_emoji(sign, category)


def is_emoji(sign: str, category: str) -> bool:
    """Return whether a sign is a picture or ornament rather than text."""
    if sign in "\ufe0e\ufe0f\u20e3":
        return True
    if category == "Sk":
        return "\U0001f3fb" <= sign <= "\U0001f3ff"
    if category in {"So", "Sm"} and sign >= "\u2190":
        return sign not in _WANTED_SYMBOLS and not "\u3000" <= sign <= "\u33ff" and category == "So"
    return category == "Cn" and "\U0001f000" <= sign <= "\U0001faff"
