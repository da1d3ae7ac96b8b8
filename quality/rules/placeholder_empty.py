"""Fields are empty rather than filled with a word for nothing (`n/a`, `none`, `-`)."""

from __future__ import annotations

import functools

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose
from quality.words import line_set
from syncd.model import Value

_NOTHING = "holds a word for nothing"

#: Where such a word can be a name: `Null` is a surname, `X` an initial; a town in Piedmont is called None.
_NAMES = frozenset({"first_name", "middle_name", "last_name", "name"})
_POSSIBLE_NAMES = frozenset({"none", "null", "nil", "nan", "blank", "empty", "x", "xx", "xxx"})
#: What spreadsheets show in place of a value.
_ERRORS = frozenset(
    {"#n/a", "#ref!", "#name?", "#value!", "#div/0!", "#null!", "#num!", "#error!", "#spill!", "#calc!"}
)
_LONGEST = 20
#: Behind this one no sign is a space or has a small form of its own; nine tenths of all signs are.
_LAST_CASED = 0x1E943
_TOWNS = frozenset({"None", "NONE"})


def _word_for_nothing(value: Value) -> str:
    """Return the word for nothing a value is, in small letters; empty when it is none."""
    if not isinstance(value, str) or len(value) > _LONGEST or not value or value[0] not in _beginnings():
        return ""
    word = " ".join(value.split()).casefold()
    return word if word in line_set("empty_words") or word in _ERRORS else ""


@functools.cache
def _beginnings() -> frozenset[str]:
    """Return the signs a value for nothing may begin with: most values do not."""
    wanted = frozenset(word[0] for word in (*line_set("empty_words"), *_ERRORS))
    signs = map(chr, range(_LAST_CASED + 1))
    return wanted | {sign for sign in signs if sign.isspace() or sign.casefold()[0] in wanted}


def _may_be_nothing(value: Value) -> bool:
    return bool(_word_for_nothing(value))


def check(case: Case) -> Verdict:
    """Propose to empty a field whose whole value says that there is none."""
    value = case.value
    word = _word_for_nothing(value)
    if not word or not isinstance(value, str):
        return FINE
    if word in _ERRORS:
        return propose(None, _NOTHING)
    if case.field in _NAMES and word in _POSSIBLE_NAMES:
        return FINE
    if case.field == "city" and value in _TOWNS and case.text("country").casefold() in {"it", "italy", "italia"}:
        return FINE
    return propose(None, _NOTHING)


RULE = Rule(
    check,
    fields={
        "person": (
            "first_name", "middle_name", "last_name", "email", "phone", "mobile", "fax", "job_title", "company_name",
            "website", "linkedin", "twitter", "facebook", "street", "city", "state", "postal_code", "country",
            "time_zone", "language", "lead_source", "birth_date",
        ),
        "company": (
            "name", "domain", "website", "linkedin", "twitter", "facebook", "phone", "fax", "street", "city", "state",
            "postal_code", "country", "time_zone", "description",
        ),
    },
    phase=Phase.EMPTY,
    depends_on=("country",),
    clue=_may_be_nothing,
    examples=(
        Example("n/a", propose(None, _NOTHING), field="phone"),
        Example("N/A", propose(None, _NOTHING), field="city"),
        Example("none", propose(None, _NOTHING), field="website"),
        Example("-", propose(None, _NOTHING), field="last_name"),
        Example("Unknown", propose(None, _NOTHING), field="last_name"),
        Example(" ? ", propose(None, _NOTHING), field="street"),
        Example("なし", propose(None, _NOTHING), field="company_name"),
        Example("#REF!", propose(None, _NOTHING), field="last_name"),
        Example("#N/A", propose(None, _NOTHING), field="linkedin"),
        Example("Null", FINE, field="last_name"),
        Example("X", FINE, field="first_name"),
        Example("None", FINE, {"country": "IT"}, field="city"),
        Example("NA", FINE, field="country"),
        Example("Na", FINE, field="last_name"),
        Example("No", FINE, field="country"),
        Example("Unknown Pleasures", FINE, field="company_name"),
        Example("нет", FINE, field="last_name"),
        Example("", FINE, field="phone"),
        Example(None, FINE, field="phone"),
    ),
)  # fmt: skip
