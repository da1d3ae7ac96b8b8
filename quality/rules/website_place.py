"""The website is a site of one's own: pages at social networks have fields of their own."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest, together
from quality.subjects import socials
from syncd.model import Severity

_PROFILE = "a page at a social network in place of a website"


def check(case: Case) -> Verdict:
    """Move a page into the empty field of its network. Only LinkedIn is surely never meant as the website."""
    value = case.value
    if not isinstance(value, str) or "." not in value:
        return FINE
    network = socials.network_of(value)
    form = socials.page_form(value, network) if network else ""
    if not form or not case.is_fetched(network):
        return FINE
    held = case.text(network)
    say = propose if network == "linkedin" else suggest
    if not held:
        return together([say(form, _PROFILE, field=network), say(None, _PROFILE)])
    return say(None, _PROFILE) if socials.page_form(held, network) == form else FINE


_ADA = "https://www.linkedin.com/in/ada"

RULE = Rule(
    check,
    fields={"person": ("website",), "company": ("website",)},
    phase=Phase.PLACE,
    severity=Severity.INFO,
    depends_on=("linkedin", "twitter", "facebook"),
    examples=(
        Example(
            "linkedin.com/in/ada",
            together([propose(_ADA, _PROFILE, field="linkedin"), propose(None, _PROFILE)]),
            {"linkedin": None},
        ),
        Example("https://linkedin.com/in/ada/", propose(None, _PROFILE), {"linkedin": _ADA}),
        Example(
            "https://facebook.com/acme1",
            together(
                [
                    suggest("https://www.facebook.com/acme1", _PROFILE, field="facebook"),
                    suggest(None, _PROFILE),
                ]
            ),
            {"facebook": None},
        ),
        Example("https://linkedin.com/in/ada", FINE, {"linkedin": "https://www.linkedin.com/in/bob"}),
        Example("https://linkedin.com/in/ada", FINE),  # there is no field to move it to
        Example("https://acme.com", FINE, {"linkedin": None}),
        Example("https://пример.рф", FINE, {"linkedin": None}),
        Example("", FINE, {"linkedin": None}),
        Example(None, FINE, {"linkedin": None}),
    ),
)
