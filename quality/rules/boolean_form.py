"""Truth values in text fields are `true` and `false`, or the two words chosen for them."""

from __future__ import annotations

from pydantic import Field

from quality.fields import FieldName, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose
from quality.subjects.amounts import truth

_FORM = "another word for yes or no"
_NONE = "neither yes nor no"


class BooleanOptions(Options):
    """Which text fields hold truth values, and the words for them."""

    fields: tuple[FieldName, ...] = ()
    yes: str = Field(default="true", min_length=1, max_length=40)
    no: str = Field(default="false", min_length=1, max_length=40)

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - an admin's own
        """Return the fields of the kind that hold truth values."""
        return tuple(name for name in self.fields if is_of_kind(name, kind))


def check(case: Case) -> Verdict:
    """Propose the chosen word; flag what is neither yes nor no."""
    value = case.value
    if not isinstance(value, str) or not value.strip() or value in {case.options.yes, case.options.no}:
        return FINE
    found = truth(value)
    if found is None:
        return flag(_NONE)
    return propose(case.options.yes if found else case.options.no, _FORM)


_WORDS = {"yes": "Yes", "no": "No"}

RULE = Rule(
    check,
    fields=dict.fromkeys(("person", "company", "deal"), ("x_flag",)),
    phase=Phase.FORM,
    options=BooleanOptions,
    depends_on=(),
    examples=(
        Example("true", FINE),
        Example("false", FINE),
        Example("TRUE", propose("true", _FORM)),
        Example("yes", propose("true", _FORM)),
        Example("Nein", propose("false", _FORM)),
        Example("是", propose("true", _FORM)),
        Example("нет", propose("false", _FORM)),
        Example("1", propose("Yes", _FORM), options=_WORDS),
        Example("No", FINE, options=_WORDS),
        Example("maybe", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
