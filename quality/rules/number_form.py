"""Numbers in text fields are digits, with a point before the decimals: `1234.5`."""

from __future__ import annotations

from quality.fields import FieldName, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose, suggest
from quality.subjects.amounts import DecimalSign, is_spreadsheet_number, read_amount

_FORM = "a number in another form"
_GROUP = "three digits behind one sign: thousands, or decimals"
_LOST = "in a spreadsheet's notation: digits may be lost"
_NONE = "no number"


class NumberOptions(Options):
    """Which text fields hold numbers, and how they were typed."""

    fields: tuple[FieldName, ...] = ()
    #: What stands before the decimals: `point`, `comma` or `unknown`.
    decimal_sign: DecimalSign = DecimalSign.UNKNOWN

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - an admin's own
        """Return the fields of the kind that hold numbers."""
        return tuple(name for name in self.fields if is_of_kind(name, kind))


def check(case: Case) -> Verdict:
    """Propose the number that is surely meant, suggest one that is likely, flag what is none."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    if is_spreadsheet_number(value):
        return flag(_LOST)
    amount = read_amount(value, case.options.decimal_sign)
    if not amount.form:
        return flag(_NONE)
    if amount.form == value:
        return FINE
    return propose(amount.form, _FORM) if amount.is_sure else suggest(amount.form, _GROUP)


_COMMA = {"decimal_sign": "comma"}

RULE = Rule(
    check,
    fields=dict.fromkeys(("person", "company", "deal"), ("x_number",)),
    phase=Phase.FORM,
    options=NumberOptions,
    depends_on=(),
    examples=(
        Example("1234.5", FINE),
        Example("1234", FINE),
        Example("1.234", FINE),
        Example("-3", FINE),
        Example("1,234.50", propose("1234.5", _FORM)),
        Example("1.234,50", propose("1234.5", _FORM)),
        Example("1 234 567", propose("1234567", _FORM)),
        Example("1,234,567", propose("1234567", _FORM)),
        Example("1,5", propose("1.5", _FORM)),
        Example("1,234", suggest("1234", _GROUP)),
        Example("1,234", propose("1.234", _FORM), options=_COMMA),
        Example("1.234", suggest("1234", _GROUP), options=_COMMA),
        Example("1234.5", FINE, options=_COMMA),
        Example("$1.2M", propose("1200000", _FORM)),
        Example("€ 5 Mio.", propose("5000000", _FORM)),
        Example("(500)", propose("-500", _FORM)),
        Example("٣٤", propose("34", _FORM)),
        Example("1.2E+11", flag(_LOST)),
        Example("10-50", flag(_NONE)),
        Example("viele", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
