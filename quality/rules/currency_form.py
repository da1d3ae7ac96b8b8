"""Currencies are codes of ISO 4217: `EUR`."""

from __future__ import annotations

from quality.fields import FieldName, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose
from quality.subjects.amounts import currency

_NAME = "a sign or name in place of the currency's code"
_NONE = "no currency known, or several are called so"


class CurrencyOptions(Options):
    """Which fields hold currencies."""

    fields: tuple[FieldName, ...] = ("currency",)

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - also an admin's own
        """Return the fields of the kind that hold currencies."""
        return tuple(name for name in self.fields if is_of_kind(name, kind))


def check(case: Case) -> Verdict:
    """Propose the code of the one currency that is called so."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    code = currency(value)
    if not code:
        return flag(_NONE)
    return FINE if code == value else propose(code, _NAME)


RULE = Rule(
    check,
    fields={"deal": ("currency",)},
    phase=Phase.FORM,
    options=CurrencyOptions,
    depends_on=(),
    examples=(
        Example("EUR", FINE),
        Example("usd", propose("USD", _NAME)),
        Example("€", propose("EUR", _NAME)),
        Example("Euro", propose("EUR", _NAME)),
        Example("US$", propose("USD", _NAME)),
        Example("Schweizer Franken", propose("CHF", _NAME)),
        Example("人民币", propose("CNY", _NAME)),
        Example("$", flag(_NONE)),
        Example("Dollar", flag(_NONE)),
        Example("¥", flag(_NONE)),
        Example("kr", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
