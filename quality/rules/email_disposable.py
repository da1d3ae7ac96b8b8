"""The e-mail address of a person is not one that is thrown away after use."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects import mail
from quality.subjects.oddities import is_odd_address

_DISPOSABLE = "the address is of a provider of throw-away addresses"


def check(case: Case) -> Verdict:
    """Flag an address of a provider of addresses that live for minutes."""
    value = case.value
    if not isinstance(value, str) or not mail.has_valid_syntax(value):
        return FINE
    return flag(_DISPOSABLE) if mail.is_disposable(mail.domain_of(value)) else FINE


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    flag="disposable_email",
    depends_on=(),
    clue=is_odd_address,
    examples=(
        Example("ada@mailinator.com", flag(_DISPOSABLE)),
        Example("ada@x.yopmail.com", flag(_DISPOSABLE)),
        Example("ada@guerrillamail.com", flag(_DISPOSABLE)),
        Example("ada@acme.com", FINE),
        Example("ada@gmail.com", FINE),
        Example("иван@почта.рф", FINE),
        Example(None, FINE),
    ),
)
