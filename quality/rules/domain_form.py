"""Company domains are bare host names: lower case, no scheme, no `www.`, no path."""

from __future__ import annotations

from quality import webs
from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose

_FORM = "more than a bare host name, or not in lower case"
_NONE = "not a web domain"


def check(case: Case) -> Verdict:
    """Propose the bare host; flag what is none."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    host = webs.host_of(value)
    if not host:
        return flag(_NONE)
    bare = webs.without_www(host)
    return FINE if bare == value else propose(bare, _FORM)


RULE = Rule(
    check,
    fields={"company": ("domain",)},
    phase=Phase.FORM,
    depends_on=(),
    examples=(
        Example("acme.com", FINE),
        Example("shop.acme.co.uk", FINE),
        Example("ACME.com", propose("acme.com", _FORM)),
        Example("www.acme.com", propose("acme.com", _FORM)),
        Example("https://www.acme.com/", propose("acme.com", _FORM)),
        Example("http:/acme.com/en?x=1", propose("acme.com", _FORM)),
        Example(" acme.com. ", propose("acme.com", _FORM)),
        Example("acme.com:8080", propose("acme.com", _FORM)),
        Example("www.de", FINE),  # nothing would be left of it
        Example("müller.de", FINE),
        Example("пример.рф", FINE),
        Example("info@acme.com", flag(_NONE)),
        Example("acme", flag(_NONE)),
        Example("acme com", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
