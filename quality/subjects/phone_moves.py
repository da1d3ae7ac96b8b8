"""Where the numbers of a record belong: several in one field, a fax machine's in a field for phones."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from quality.subjects.phone_kinds import Line, line_of
from quality.subjects.phones import Phone, Reading, read_phone


@dataclass(frozen=True, slots=True)
class Moves:
    """What the phone fields of a record should hold, by field; none: they stay as they are."""

    after: Mapping[str, str | None] = field(default_factory=dict)
    #: Whether every number goes to the field of its kind. Of two of a kind the second may be anybody's.
    is_sure: bool = True


_NONE = Moves()


@functools.lru_cache(maxsize=4096)
def moves(values: tuple[tuple[str, str], ...], region: str) -> Moves:
    """Return where numbers go when one field holds several, or a field for phones a fax machine's.

    `values` are the fields that were fetched, with their texts. Nothing is moved unless every number can be read and
    finds an empty field of its kind, or is already held by another field: no number is ever lost.
    """
    read = {name: read_phone(text, region) for name, text in values if text}
    full = [name for name, phone in read.items() if _is_misplaced(name, phone)]
    if len(full) != 1:
        return _NONE
    source = full[0]
    held = {phone.form for name, phone in read.items() if name != source and phone.form}
    empty = {name for name, text in values if not text}
    numbers = read[source].several or (read[source],)
    left = [phone for phone in numbers if phone.form not in held]
    if not left:
        return Moves({source: None if any(phone.is_fax for phone in numbers) else numbers[0].form})
    return _placed(source, left, empty)


def _is_misplaced(name: str, phone: Phone) -> bool:
    if phone.reading is Reading.SEVERAL:
        return bool(phone.several)
    return phone.reading is Reading.NUMBER and phone.is_fax and name != "fax"


def _placed(source: str, numbers: list[Phone], empty: set[str]) -> Moves:
    """Return the field of each number: the first one stays, unless it is the only one of another field's kind."""
    other_line = {"phone": Line.MOBILE, "mobile": Line.FIXED}.get(source)
    after: dict[str, str | None] = {}
    for phone in sorted(numbers, key=lambda phone: line_of(phone.form) is other_line):
        name = _field_for(phone, source, empty - set(after), is_taken=source in after)
        if not name:
            return _NONE
        after[name] = phone.form
    after.setdefault(source, None)
    lines = [line_of(phone.form) for phone in numbers if not phone.is_fax]
    return Moves(after, is_sure=len(lines) < 2 or sorted(line.value for line in lines) == ["fixed", "mobile"])


def _field_for(phone: Phone, source: str, empty: set[str], *, is_taken: bool) -> str:
    """Return the field a number goes to; empty when there is none for it."""
    if phone.is_fax and source != "fax":
        return "fax" if "fax" in empty else ""
    if not is_taken:
        return source
    if source == "phone" and "mobile" in empty and line_of(phone.form) is not Line.FIXED:
        return "mobile"
    return "phone" if source == "mobile" and "phone" in empty else ""
