"""Of several companies a person is linked to, one is the primary one."""

from __future__ import annotations

from quality.fields import FieldName, is_empty
from quality.rule import FINE, Case, Example, Linked, Options, Phase, Rule, Verdict, flag
from syncd.model import Value

_NONE = "linked to several companies, and none of them is the primary one"
_OTHER = "the primary company is not among those linked"

_SEVERAL = 2


class PrimaryOptions(Options):
    """Where the CRM says which company it is."""

    #: Not fetched where a CRM knows no such thing: nothing is judged then.
    field: FieldName = "x_primary_company"


def check(case: Case) -> Verdict:
    """Flag a person of several companies of which none counts, or one that is not linked. One alone needs no rank."""
    linked = case.record.links.get("company", ())
    if len(linked) < _SEVERAL or not case.is_fetched(case.options.field):
        return FINE
    primary = case.get(case.options.field)
    if is_empty(primary):
        return flag(_NONE)
    return FINE if str(primary) in linked else flag(_OTHER)


def _example(verdict: Verdict, primary: Value, *linked: str) -> Example:
    return Example(None, verdict, {"x_primary_company": primary}, links={"company": linked})


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.RELATE,
    speaks_of=("company", Linked.SEVERAL),
    options=PrimaryOptions,
    examples=(
        _example(FINE, "7", "7", "9"),
        _example(FINE, "8", "7", "8"),
        _example(flag(_NONE), None, "7", "8"),
        _example(FINE, None, "7"),
        _example(flag(_NONE), "", "7", "8"),
        _example(flag(_OTHER), "9", "7", "8"),
        _example(FINE, None),
        _example(FINE, "9"),
        Example(None, FINE, {}, links={"company": ("7", "8")}),  # a CRM that tells no primary company
    ),
)
