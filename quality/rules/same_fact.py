"""No field only repeats another one."""

from __future__ import annotations

import string
from collections.abc import Mapping

from quality.fields import FieldName, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from syncd.model import Severity

_SAME = "holds what another field holds already"

_PLAIN = frozenset(string.ascii_letters + string.digits)
#: Values too short to be the same by anything but chance.
_SHORTEST = 4


class SameOptions(Options):
    """Fields, and those they must not repeat."""

    pairs: Mapping[FieldName, tuple[FieldName, ...]] = {
        "fax": ("phone", "mobile"),
        "job_title": ("company_name",),
        "description": ("name",),
        "street": ("city",),
    }

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - also an admin's own
        """Return the fields of the kind that are compared."""
        return tuple(
            name
            for name, others in self.pairs.items()
            if is_of_kind(name, kind) and any(is_of_kind(other, kind) for other in others)
        )

    def also_depends_on(self) -> tuple[str, ...]:
        """Return the fields compared with."""
        return tuple(dict.fromkeys(name for names in self.pairs.values() for name in names))


_OWN = {"pairs": {"x_billing_mail": ["email"]}}


def check(case: Case) -> Verdict:
    """Flag the repetition. Which of the two fields is meant, a person knows."""
    value = case.value
    if not value or not isinstance(value, str):
        return FINE
    values = case.record.values
    for name in case.options.pairs.get(case.field, ()):
        other = values.get(name)
        if other and isinstance(other, str) and not _begin_differently(value, other) and _is_same(value, other):
            return flag(_SAME)
    return FINE


def _begin_differently(one: str, other: str) -> bool:
    """Return whether two texts surely differ: most do from their first letter."""
    first, second = one[0], other[0]
    return first in _PLAIN and second in _PLAIN and first.lower() != second.lower()


def _is_same(one: str, other: str) -> bool:
    core = _core(one)
    return len(core) >= _SHORTEST and core == _core(other)


def _core(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


RULE = Rule(
    check,
    fields={
        "person": ("fax", "job_title", "street"),
        "company": ("fax", "description", "street"),
        "ticket": ("description",),
    },
    phase=Phase.VALIDATE,
    severity=Severity.INFO,
    options=SameOptions,
    depends_on=(),
    examples=(
        Example("+49891234567", flag(_SAME), {"phone": "+49891234567"}, "person", "fax"),
        Example("+49 (89) 1234567", flag(_SAME), {"mobile": "+49891234567"}, "person", "fax"),
        Example("+49891234568", FINE, {"phone": "+49891234567"}, "person", "fax"),
        Example("Acme GmbH", flag(_SAME), {"company_name": "ACME GmbH"}, "person", "job_title"),
        Example("Москва", flag(_SAME), {"city": "москва"}, "company", "street"),
        Example("Acme", FINE, {"name": "Acme Corporation"}, "company", "description"),
        Example("CEO", FINE, {"company_name": "CEO"}, "person", "job_title"),  # a magazine of that name
        Example("Ada@acme.com", flag(_SAME), {"email": "ada@acme.com"}, "person", "x_billing_mail", _OWN),
        Example(None, FINE, {"phone": None}, "person", "fax"),
    ),
)
