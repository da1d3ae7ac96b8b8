"""What moves between the fields of a person's name, step by step, until every part stands in its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quality.subjects import mail, name_parts, places
from quality.words import folded

_ODD = re.compile(r"[\s@\d,]")
_PHONE = re.compile(r"\+?[\d\s()./-]{7,25}")
#: Forms of companies that are no names of persons.
_COMPANY_FORMS = frozenset(
    {"gmbh", "mbh", "gbr", "ltd", "limited", "llc", "llp", "inc", "corp", "corporation", "plc", "pty", "sarl", "srl"}
)
_MOST_STEPS = 6

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """The fields that hold something else afterwards, and whether that is beyond doubt."""

    after: Texts
    is_sure: bool
    holds_contact: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """Some fields with what they should hold."""

    after: Texts
    is_sure: bool


def may_hold_more(first: object, last: object) -> bool:
    """Return whether two names could hold more than a given name and a surname: a quick test for most."""
    if is_odd(first) or is_odd(last):
        return True
    return isinstance(first, str) and bool(first) and isinstance(last, str) and _form_of(last) in _COMPANY_FORMS


def is_odd(name: object) -> bool:
    """Return whether a text has signs that names of one word have not."""
    return isinstance(name, str) and _ODD.search(name) is not None


def is_odd_surname(name: object) -> bool:
    """Return whether a text is odd as a surname: of several words, or a company's."""
    return isinstance(name, str) and (is_odd(name) or _form_of(name) in _COMPANY_FORMS)


def sorted_out(texts: Texts, country: str) -> Moved:
    """Return what surely moves; else what probably does. `texts` are the fetched fields, empty ones as empty texts."""
    before = dict(texts)
    now = dict(texts)
    code = places.country_code(country) if country else ""
    probable: _Step | None = None
    for _ in range(_MOST_STEPS):
        steps = [step for find in _FINDERS if (step := find(now, code))]
        sure = next((step for step in steps if step.is_sure), None)
        probable = next(iter(steps), None)
        if sure is None:
            break
        now.update(sure.after)
    moved = {name: after for name, after in now.items() if after != before[name]}
    if moved or probable is None:
        return Moved(moved, is_sure=True, holds_contact=not moved and _holds_contact(now))
    return Moved({name: after for name, after in probable.after.items() if after != before[name]}, is_sure=False)


def _holds_contact(texts: Texts) -> bool:
    return any(_address(texts.get(name, "")) or _number(texts.get(name, "")) for name in ("first_name", "last_name"))


def _contact(texts: Texts, _country: str) -> _Step | None:
    """An address or a number in place of a name goes into its field, or away when that one has it."""
    for name in ("first_name", "last_name"):
        value = texts.get(name, "")
        for field, found in (("email", _address(value)), ("phone", _number(value))):
            if not found or field not in texts:
                continue
            if not texts[field]:
                return _Step({name: "", field: found}, is_sure=True)
            if _is_same_contact(field, texts[field], found):
                return _Step({name: ""}, is_sure=True)
    return None


def _address(text: str) -> str:
    if "@" not in text:
        return ""
    address = mail.repaired(text)
    return address if address and mail.has_valid_syntax(address) and " " not in text.strip() else ""


def _number(text: str) -> str:
    digits = sum(sign.isdigit() for sign in text)
    return text.strip() if 7 <= digits <= 15 and _PHONE.fullmatch(text.strip()) else ""


def _is_same_contact(field: str, held: str, found: str) -> bool:
    if field == "email":
        return mail.repaired(held) == found
    one, other = ("".join(sign for sign in text if sign.isdigit()) for text in (held, found))
    return len(one) >= 7 and len(other) >= 7 and one[-7:] == other[-7:]


def _honorific(texts: Texts, _country: str) -> _Step | None:
    """A form of address before the given name goes into its field."""
    name = "first_name" if texts.get("first_name") else "last_name"
    split = name_parts.honorific_before(texts.get(name, ""))
    if (
        not split
        or "salutation" not in texts
        or (texts["salutation"] and not _is_same(texts["salutation"], split.first))
    ):
        return None
    salutation = texts["salutation"] or split.first
    return _Step({"salutation": salutation, name: split.second}, split.is_sure)


def _suffix(texts: Texts, _country: str) -> _Step | None:
    """A suffix behind the surname goes into its field."""
    split = name_parts.suffix_behind(texts.get("last_name", ""))
    if not split or "suffix" not in texts or (texts["suffix"] and not _is_same(texts["suffix"], split.second)):
        return None
    return _Step({"last_name": split.first, "suffix": texts["suffix"] or split.second}, split.is_sure)


def _middle(texts: Texts, country: str) -> _Step | None:
    """Initials behind the given name, or before the surname, go into the field of the middle name."""
    first, last = texts.get("first_name", ""), texts.get("last_name", "")
    if not first or not last or texts.get("middle_name") != "":
        return None
    if split := name_parts.initials_behind(first, last, country):
        return _Step({"first_name": split.first, "middle_name": split.second}, split.is_sure)
    if split := name_parts.initials_before(last, first, country):
        return _Step({"last_name": split.second, "middle_name": split.first}, split.is_sure)
    return None


def _whole_name(texts: Texts, country: str) -> _Step | None:
    """Given name and surname in one of two fields go into one each."""
    if "first_name" not in texts or "last_name" not in texts:
        return None
    first, last = texts["first_name"], texts["last_name"]
    if first and last and folded(first) != folded(last):
        repeated = name_parts.without_repetition(first, last)
        return (
            _Step({"first_name": repeated.first, "last_name": repeated.second}, repeated.is_sure) if repeated else None
        )
    whole = first or last
    if name_parts.honorific_before(whole) or _form_of(whole) in _COMPANY_FORMS:
        return None
    split = name_parts.whole_name(whole, texts.get("email", ""), country)
    return _Step({"first_name": split.first, "last_name": split.second}, split.is_sure) if split else None


def _company(texts: Texts, _country: str) -> _Step | None:
    """A company in place of a person goes into its field: a person has to look at it."""
    first, last = texts.get("first_name", ""), texts.get("last_name", "")
    name = f"{first} {last}".strip()
    if "company_name" not in texts or _form_of(name) not in _COMPANY_FORMS or len(name.split()) < 2:
        return None
    if texts["company_name"] and not _is_same(texts["company_name"], name):
        return None
    after = {field: "" for field in ("first_name", "last_name") if field in texts}
    return _Step({**after, "company_name": texts["company_name"] or name}, is_sure=False)


def _form_of(name: str) -> str:
    return name.rpartition(" ")[2].strip(".,").casefold()


def _is_same(one: str, other: str) -> bool:
    return folded(one.replace(".", "")) == folded(other.replace(".", ""))


_FINDERS: tuple[Callable[[Texts, str], _Step | None], ...] = (
    _contact,
    _honorific,
    _suffix,
    _whole_name,
    _company,
    _middle,
)
