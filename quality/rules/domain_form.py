"""Company domains are bare host names: lower case, no scheme, no `www.`, no path."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose
from quality.subjects import webs

_FORM = "more than a bare host name, or not in lower case"
_NONE = "not a web domain"
_SHARED = "the domain of a social network or page builder, not its own"


def check(case: Case) -> Verdict:
    """Propose the bare host; flag what is none."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    host = webs.host_of(value)
    if not host:
        return flag(_NONE)
    bare = webs.without_www(host)
    if bare != value:
        return propose(bare, _FORM)
    return flag(_SHARED) if webs.is_social(bare) and not _is_own(case.text("name"), bare) else FINE


def _is_own(name: str, host: str) -> bool:
    """Return whether the company is the network itself."""
    return name.split(" ", maxsplit=1)[0].casefold() == webs.registrable(host).partition(".")[0]


RULE = Rule(
    check,
    fields={"company": ("domain",)},
    phase=Phase.FORM,
    depends_on=("name",),
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
        Example("facebook.com", flag(_SHARED), {"name": "Acme GmbH"}),
        Example("facebook.com", FINE, {"name": "Facebook Inc."}),
        Example("info@acme.com", flag(_NONE)),
        Example("acme", flag(_NONE)),
        Example("acme com", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
