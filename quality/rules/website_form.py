"""Websites are whole addresses: a scheme, the host in lower case, no tracking parameters, no lonely slash."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose
from quality.subjects import webs

_FORM = "without scheme, not in lower case, or with tracking parameters"
_NONE = "not a web address"


def check(case: Case) -> Verdict:
    """Propose the normal form of a web address; flag what is none."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    form = webs.website_form(value)
    if not form:
        return flag(_NONE)
    return FINE if form == value else propose(form, _FORM)


RULE = Rule(
    check,
    fields={"person": ("website",), "company": ("website",)},
    phase=Phase.FORM,
    depends_on=(),
    examples=(
        Example("https://acme.com", FINE),
        Example("http://www.acme.com/en/", FINE),
        Example("https://acme.com/Path?id=7", FINE),
        Example("acme.com", propose("https://acme.com", _FORM)),
        Example("www.acme.com/", propose("https://www.acme.com", _FORM)),
        Example("HTTP://WWW.Acme.com", propose("http://www.acme.com", _FORM)),
        Example("https://acme.com/?utm_source=x&id=7", propose("https://acme.com/?id=7", _FORM)),
        Example("https://acme.com/?gclid=abc", propose("https://acme.com", _FORM)),
        Example("http//acme.com", propose("http://acme.com", _FORM)),
        Example("https://acme.com:443/", propose("https://acme.com", _FORM)),
        Example("https://müller.de", FINE),
        Example("https://пример.рф/о-нас", FINE),
        Example("ada@acme.com", flag(_NONE)),
        Example("none", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
