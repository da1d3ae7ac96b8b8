"""Names carry no remark that the record is old, a duplicate or not to be used."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects import name_marks

_MARKED = "the name says that the record is not to be used"


def check(case: Case) -> Verdict:
    """Flag the remark: whether to archive, to merge or to take it away, a person knows."""
    value = case.value
    if not isinstance(value, str) or len(value) < 4:
        return FINE
    return flag(_MARKED) if name_marks.is_marked_out_of_use(value) else FINE


RULE = Rule(
    check,
    fields={"company": ("name",), "person": ("first_name", "last_name"), "deal": ("name",)},
    phase=Phase.VALIDATE,
    flag="out_of_use",
    depends_on=(),
    examples=(
        Example("Acme GmbH - DUPLICATE", flag(_MARKED)),
        Example("Acme (old)", flag(_MARKED)),
        Example("Acme [inactive]", flag(_MARKED)),
        Example("Acme -- do not use", flag(_MARKED)),
        Example("DO NOT USE Acme", flag(_MARKED)),
        Example("Acme GmbH (nicht verwenden)", flag(_MARKED)),
        Example("Ромашка (дубль)", flag(_MARKED)),
        Example("zz_Acme", flag(_MARKED)),
        Example("Lovelace (duplicate)", flag(_MARKED), kind="person", field="last_name"),
        Example("Old Navy", FINE),
        Example("Olde Closed Shop", FINE),
        Example("Altmann (Alt-Moabit)", FINE),
        Example("ZZ Top", FINE),
        Example("Robert (Bob)", FINE, kind="person", field="first_name"),
        Example("Alt", FINE, kind="person", field="last_name"),
        Example("Dupe", FINE, kind="person", field="last_name"),
        Example("", FINE),
        Example(None, FINE),
    ),
)
