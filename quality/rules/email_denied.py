"""The e-mail address of a person is not of a domain the settings deny."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from quality.subjects import mail, webs

_DENIED = "the address is of a denied domain"


class DeniedOptions(Options):
    """Which domains are denied."""

    #: Domains in lower case, as `competitor.com`; those below one are denied with it.
    domains: tuple[str, ...] = ()

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - all kinds alike
        """Return the rule's fields; none where nothing is denied."""
        return fields if self.domains else ()


def check(case: Case) -> Verdict:
    """Flag an address whose domain, or the one it belongs to, is on the list."""
    value = case.value
    if not isinstance(value, str) or "@" not in value:
        return FINE
    domain = mail.domain_of(value)
    denied = case.options.domains
    return flag(_DENIED) if domain in denied or webs.registrable(domain) in denied else FINE


_ACME = {"domains": ["acme.com", "müller.de"]}

RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    options=DeniedOptions,
    flag="denied_domain",
    depends_on=(),
    examples=(
        Example("ada@acme.com", flag(_DENIED), options=_ACME),
        Example("ada@mail.acme.com", flag(_DENIED), options=_ACME),
        Example("Ada@ACME.com", flag(_DENIED), options=_ACME),
        Example("jörg@müller.de", flag(_DENIED), options=_ACME),
        Example("ada@acme.co", FINE, options=_ACME),
        Example("ada@notacme.com", FINE, options=_ACME),
        Example("acme.com", FINE, options=_ACME),
        Example("ada@acme.com", FINE),
        Example(None, FINE, options=_ACME),
    ),
)
