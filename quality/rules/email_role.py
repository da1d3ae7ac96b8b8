"""The e-mail address of a person is not that of a function (`info@`, `sales@`)."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects import mail
from syncd.model import Value

_ROLE = "the address belongs to a function, not to a person"


def check(case: Case) -> Verdict:
    """Flag an address whose whole local part is a function's name."""
    return flag(_ROLE) if _is_role(case.value) else FINE


def _is_role(value: Value) -> bool:
    return isinstance(value, str) and "@" in value and mail.is_role(value)


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    flag="role_email",
    depends_on=(),
    clue=_is_role,
    examples=(
        Example("info@acme.com", flag(_ROLE)),
        Example("customer.service@acme.com", flag(_ROLE)),
        Example("vertrieb@acme.de", flag(_ROLE)),
        Example("sales+crm@acme.com", flag(_ROLE)),
        Example("infocus@acme.com", FINE),
        Example("sales.martin@acme.com", FINE),
        Example("ada.info@acme.com", FINE),
        Example("ada@info.com", FINE),
        Example("иван@почта.рф", FINE),
        Example("info", FINE),
        Example(None, FINE),
    ),
)
