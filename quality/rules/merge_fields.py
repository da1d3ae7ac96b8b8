"""What several fields hold of one fact stands in the one field meant for it."""

from __future__ import annotations

from collections.abc import Mapping

from quality.fields import FIELDS, FieldName, is_empty, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose
from quality.subjects import texts
from quality.words import line_set
from syncd.model import Value

_ELSEWHERE = "empty, and a field that is to be given up holds the value"
_OTHER = "a field that is to be given up holds another value"

_LEAST_DIGITS = 6


class MergeOptions(Options):
    """Where values are to stand, and the fields they come from, the most trusted first."""

    into: Mapping[FieldName, tuple[FieldName, ...]] = {}

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - also an admin's own
        """Return the fields of the kind that values are gathered in."""
        return tuple(name for name in self.into if is_of_kind(name, kind))

    def also_depends_on(self) -> tuple[str, ...]:
        """Return the fields that values come from."""
        return tuple(dict.fromkeys(name for names in self.into.values() for name in names))


def check(case: Case) -> Verdict:
    """Propose the first value found where the target is empty; where two differ, a person decides."""
    named = case.options.into.get(case.field, ())
    found = [value for name in named if name != case.field and not _is_nothing(value := case.get(name))]
    if not found:
        return FINE
    if _is_nothing(case.value):
        return propose(found[0], _ELSEWHERE)
    return FINE if all(_is_same(case.value, value) for value in found) else flag(_OTHER)


def _is_nothing(value: Value) -> bool:
    """Return whether a value is empty, or a later rule will find that it only stands for nothing."""
    if not isinstance(value, str):
        return is_empty(value)
    text = " ".join(texts.cleaned(value).split()).casefold()
    return not text or text in line_set("empty_words") or text.startswith("#")


def _is_same(one: Value, other: Value) -> bool:
    """Return whether two values say the same; case, blanks and signs set texts apart in writing only."""
    if isinstance(one, str) and isinstance(other, str):
        mine, theirs = sorted((_core(one), _core(other)), key=len)
        return mine == theirs or _is_same_number(mine, theirs)
    return one == other


def _is_same_number(shorter: str, longer: str) -> bool:
    """Return whether one phone number is the other without its country's or area's code."""
    national = shorter.lstrip("0")
    return shorter.isdigit() and longer.isdigit() and len(national) >= _LEAST_DIGITS and longer.endswith(national)


def _core(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


_PHONES = {"into": {"phone": ["x_phone_2", "x_telephone"]}}
_VAT = {"into": {"x_vat": ["x_old_vat"]}}

RULE = Rule(
    check,
    fields=FIELDS,
    phase=Phase.GATHER,
    options=MergeOptions,
    depends_on=(),
    examples=(
        Example(None, propose("+49 89 1234", _ELSEWHERE), {"x_phone_2": "+49 89 1234"}, "person", "phone", _PHONES),
        Example(" ", propose("1", _ELSEWHERE), {"x_phone_2": "1", "x_telephone": "2"}, "person", "phone", _PHONES),
        Example(None, propose("2", _ELSEWHERE), {"x_phone_2": "", "x_telephone": "2"}, "person", "phone", _PHONES),
        Example("n/a", propose("2", _ELSEWHERE), {"x_phone_2": "-", "x_telephone": "2"}, "person", "phone", _PHONES),
        Example("+49 (89) 1234", FINE, {"x_phone_2": "+49 89 1234"}, "person", "phone", _PHONES),
        Example("+49 89 1234", flag(_OTHER), {"x_telephone": "+49 89 9999"}, "person", "phone", _PHONES),
        Example("+49 89 1234", FINE, {"x_telephone": None}, "person", "phone", _PHONES),
        Example(None, FINE, {}, "person", "phone", _PHONES),
        Example(None, propose("ДЕ-1", _ELSEWHERE), {"x_old_vat": "ДЕ-1"}, "company", "x_vat", _VAT),
        Example("+49891234567", FINE, {"x_phone_2": "089 1234567"}, "person", "phone", _PHONES),
        Example("тел. 1234", FINE, {"x_phone_2": "Тел 1234"}, "person", "phone", _PHONES),
        Example("Ada", FINE, {"x_phone_2": "1"}, "person", "first_name", _PHONES),
    ),
)
