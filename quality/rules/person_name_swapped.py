"""Given name and surname are not taken for each other: mail would greet a person by the surname."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, suggest, together
from quality.subjects import name_evidence
from quality.subjects.name_evidence import Order
from syncd.model import Value

_SWAPPED = "given name and surname look swapped"
_FIRST, _LAST = "first_name", "last_name"


def _is_surname(first: Value) -> bool:
    return isinstance(first, str) and name_evidence.is_only_surname(first.rstrip(","))


def _is_given_name(last: Value) -> bool:
    return isinstance(last, str) and name_evidence.is_only_given_name(last)


def check(case: Case) -> Verdict:
    """Suggest to swap two names when both lists of names, or a list and the address, say so; never more than that."""
    values = case.record.values
    first, last = values.get(_FIRST), values.get(_LAST)
    if not isinstance(first, str) or not isinstance(last, str):
        return FINE
    has_comma = first.endswith(",")
    first = first.rstrip(",")
    is_surname = name_evidence.is_only_surname(first)
    is_given = name_evidence.is_only_given_name(last)
    if not is_surname and not is_given:
        return FINE
    if name_evidence.is_only_given_name(first) or name_evidence.is_only_surname(last):
        return FINE
    email = case.text("email")
    order = name_evidence.order_in(email, first, last) if email else Order.UNKNOWN
    if order is Order.GIVEN_FIRST or not (has_comma or order is Order.SURNAME_FIRST or (is_surname and is_given)):
        return FINE
    return together((suggest(last, _SWAPPED, field=_FIRST), suggest(first, _SWAPPED, field=_LAST)))


def _swapped(first: str, last: str) -> Verdict:
    return together((suggest(first, _SWAPPED, field=_FIRST), suggest(last, _SWAPPED, field=_LAST)))


def _names(first: str | None, last: str | None, email: str | None = None) -> dict[str, str | None]:
    return {_FIRST: first, _LAST: last, "email": email}


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.DERIVE,
    depends_on=(_FIRST, _LAST, "email"),
    clues={"person": {_FIRST: _is_surname, _LAST: _is_given_name}},
    examples=(
        Example(None, _swapped("Mary", "Smith"), _names("Smith", "Mary")),
        Example(None, _swapped("Mary", "Smith"), _names("Smith", "Mary", "mary@acme.com")),
        Example(None, _swapped("Mary", "Lovelace"), _names("Lovelace", "Mary", "mary.lovelace@acme.com")),
        Example(None, _swapped("James", "Smith"), _names("Smith", "James", "jsmith@acme.com")),
        Example(None, _swapped("James", "Smith"), _names("Smith,", "James")),
        Example(None, FINE, _names("Lovelace", "Mary")),  # who knows
        Example(None, FINE, _names("Smith", "Mary", "smith.mary@acme.com")),
        Example(None, FINE, _names("Smith", "Jones")),
        Example(None, FINE, _names("Mary", "John")),
        Example(None, FINE, _names("Mary", "Smith", "smith.mary@acme.com")),
        Example(None, FINE, _names("James", "Martin")),
        Example(None, FINE, _names("민준", "김")),
        Example(None, FINE, _names("Иван", "Петров")),
        Example(None, FINE, _names(None, "Mary")),
        Example(None, FINE),
    ),
)
