"""The e-mail address of a person is a company's, not a free provider's."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects import mail
from quality.subjects.oddities import is_of_free_provider
from syncd.model import Severity

_FREE = "the address is a free provider's"


def check(case: Case) -> Verdict:
    """Flag an address of a domain where anybody can have one. No data fix cures it: it does not make a record dirty."""
    value = case.value
    if not isinstance(value, str) or not mail.has_valid_syntax(value):
        return FINE
    return flag(_FREE) if mail.is_free(mail.domain_of(value)) else FINE


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    severity=Severity.INFO,
    flag="free_email",
    depends_on=(),
    clue=is_of_free_provider,
    examples=(
        Example("ada@gmail.com", flag(_FREE)),
        Example("ada@gmx.de", flag(_FREE)),
        Example("ada@yandex.ru", flag(_FREE)),
        Example("ada@daum.net", flag(_FREE)),
        Example("ada@hotmail.co.uk", flag(_FREE)),
        Example("ada@acme.com", FINE),
        Example("ada@gmail.acme.com", FINE),
        Example("иван@почта.рф", FINE),
        Example("gmail.com", FINE),
        Example("@gmail.com", FINE),
        Example(None, FINE),
    ),
)
