"""Legal forms of companies as they are written in each country, at the end of a name of one case."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from quality.words import word_set, word_table

#: Forms written in capitals by some and in small letters by others, wherever they are known.
_TWO_WAYS = frozenset(
    {"srl", "spa", "snc", "sas", "srls", "plc", "spzoo", "spk", "spj", "ss", "sapa", "scarl", "sc", "sp"}
)  # fmt: skip
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Tail:
    """The legal form at the end of a name: how many words it has, how it is written, and whether that is sure."""

    words_count: int
    written: str
    is_sure: bool


def tail_of(words: Sequence[str], country: str) -> Tail | None:
    """Return the legal form that the last of `words` are, as the country writes it; a name is more than its form."""
    own = _forms_of(country)
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        key = _without_case(" ".join(words[-count:]))
        written = own.get(key)
        if written:
            return Tail(count, written, is_sure=True)
        anywhere = _forms_anywhere().get(key, ())
        if anywhere and (count > 1 or "." in key):
            is_sure = len(anywhere) == 1 and not own and _letters(key) not in _TWO_WAYS
            usual = plain_form(words[-1]) if count == 1 else ""
            return Tail(count, usual or anywhere[0], is_sure and usual in {"", anywhere[0]})
    return None


def is_written_in_two_ways(word: str) -> bool:
    """Return whether a form is written in capitals by some and in small letters by others."""
    return _letters(word) in _TWO_WAYS


def _without_case(text: str) -> str:
    return text.replace("İ", "i").casefold()


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


@functools.cache
def _forms_of(country: str) -> Mapping[str, str]:
    """Return the forms of a country by their spelling without case."""
    forms = word_table("legal_forms_by_country").get(country, ())
    return MappingProxyType({_without_case(form): form for form in reversed(forms)})


@functools.cache
def _forms_anywhere() -> Mapping[str, tuple[str, ...]]:
    """Return the spellings of all countries' forms by their spelling without case."""
    found: dict[str, list[str]] = {}
    for forms in word_table("legal_forms_by_country").values():
        for form in forms:
            spellings = found.setdefault(_without_case(form), [])
            if form not in spellings:
                spellings.append(form)
    return MappingProxyType({key: tuple(spellings) for key, spellings in found.items()})


def plain_form(word: str) -> str:
    """Return the legal form a word is, as it is written, with the dots it came with; empty when it is none."""
    key = word.casefold().strip(",()")
    plain = _plain_forms().get(key.replace(".", ""))
    if not plain:
        return ""
    core = word.strip(",()")
    dots = core.count(".")
    dotted = _dotted_forms().get(key.replace(".", ""), "")
    if dots and dotted.count(".") == dots:
        return word.replace(core, dotted)
    if dots == 0 or (dots == 1 and core.endswith(".")):
        return word.replace(core, plain + "." * dots)
    return word.replace(core, core.upper())


def is_legal_form(word: str) -> bool:
    """Return whether a word is the short form of a kind of company, in whatever case: GmbH, LLC, OOO, ООО."""
    return _bare(word) in _plain_forms()


@functools.cache
def _plain_forms() -> Mapping[str, str]:
    """Return legal forms as they are written without dots, by what is left of them without dots and case."""
    forms = sorted(word_set("legal_forms"), key=lambda form: -form.count("."))
    return MappingProxyType({_bare(form): form.replace(".", "") for form in forms})


@functools.cache
def _dotted_forms() -> Mapping[str, str]:
    return MappingProxyType({_bare(form): form for form in sorted(word_set("legal_forms")) if "." in form})


def _bare(form: str) -> str:
    return form.replace(".", "").casefold()
