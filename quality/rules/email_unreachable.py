"""Mail can be sent to the domain of a person's e-mail address."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.rule import FINE, MAIL_DOMAINS, Case, Example, Phase, Rule, Surroundings, Verdict, flag
from quality.subjects import mail

_DEAD = "the address is of a domain that takes no mail"

_FOUND = Surroundings(
    datetime(2026, 3, 1, tzinfo=UTC), dead_domains=frozenset({"closed-works.com", "xn--80ankqjm6d.xn--p1ai"})
)


def check(case: Case) -> Verdict:
    """Flag an address of a domain that was looked up and takes no mail; of those below it nothing is known."""
    dead, value = case.surroundings.dead_domains, case.value
    if not dead or not isinstance(value, str):
        return FINE
    domain = mail.company_domain(value)
    return flag(_DEAD) if domain in dead and mail.domain_of(value).count(".") == domain.count(".") else FINE


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    flag="dead_domain",
    is_on=False,
    asks=(MAIL_DOMAINS,),
    examples=(
        Example("ada@closed-works.com", flag(_DEAD), surroundings=_FOUND),
        Example("Ada@Closed-Works.com", flag(_DEAD), surroundings=_FOUND),
        Example("иван@закрыто.рф", flag(_DEAD), surroundings=_FOUND),
        Example("ada@mail.closed-works.com", FINE, surroundings=_FOUND),
        Example("ada@works.com", FINE, surroundings=_FOUND),
        Example("ada@gmail.com", FINE, surroundings=_FOUND),
        Example("closed-works.com", FINE, surroundings=_FOUND),
        Example(None, FINE, surroundings=_FOUND),
        Example("ada@closed-works.com", FINE),
    ),
)
