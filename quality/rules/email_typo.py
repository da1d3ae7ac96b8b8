"""E-mail domains are not misspelt names of large providers."""

from __future__ import annotations

from quality import mail
from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, suggest
from syncd.model import Mode

_PROVIDER = "the domain is one slip away from a large provider's"
_TOP = "the top-level domain does not exist and looks mistyped"


def check(case: Case) -> Verdict:
    """Suggest the domain that was probably meant. Never sure: a person, or a mail to both, decides."""
    value = case.value
    if not isinstance(value, str) or not mail.has_valid_syntax(value):
        return FINE
    domain = mail.domain_of(value)
    local = value.rpartition("@")[0]
    if provider := mail.misspelt_provider(domain):
        return suggest(f"{local}@{provider}", _PROVIDER)
    if meant := mail.mistyped_top(domain):
        return suggest(f"{local}@{meant}", _TOP)
    return FINE


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    mode=Mode.SUGGEST,
    depends_on=(),
    examples=(
        Example("ada@gmial.com", suggest("ada@gmail.com", _PROVIDER)),
        Example("ada@gmail.con", suggest("ada@gmail.com", _PROVIDER)),
        Example("ada@hotmial.com", suggest("ada@hotmail.com", _PROVIDER)),
        Example("ada@yaho.com", suggest("ada@yahoo.com", _PROVIDER)),
        Example("ada@acme.cmo", suggest("ada@acme.com", _TOP)),
        Example("ada@gmail.com", FINE),
        Example("ada@mail.com", FINE),
        Example("ada@ymail.com", FINE),
        Example("ada@gmx.de", FINE),
        Example("ada@acme.co", FINE),
        Example("jörg@müller.de", FINE),
        Example("ada", FINE),
        Example(None, FINE),
    ),
)
