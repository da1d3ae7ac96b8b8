"""Pages at social networks are whole addresses without tracking; a name at X, once Twitter, stands without its `@`."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose
from quality.subjects import socials
from syncd.model import Severity

_FORM = "not in the normal form of a page at this network"
_OTHER = "not a page at this network"


def check(case: Case) -> Verdict:
    """Propose the normal form of the page or name; flag what is none. Pages of the network itself are left alone."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    form = socials.page_form(value, case.field)
    if form:
        return FINE if form == value else propose(form, _FORM)
    return FINE if socials.network_of(value) == case.field else flag(_OTHER)


_ADA = "https://www.linkedin.com/in/ada-lovelace"

RULE = Rule(
    check,
    fields=dict.fromkeys(("person", "company"), ("linkedin", "twitter", "facebook")),
    phase=Phase.FORM,
    severity=Severity.INFO,
    depends_on=(),
    examples=(
        Example(_ADA, FINE, field="linkedin"),
        Example("linkedin.com/in/ada-lovelace/", propose(_ADA, _FORM), field="linkedin"),
        Example("http://uk.linkedin.com/in/ada-lovelace?trk=x", propose(_ADA, _FORM), field="linkedin"),
        Example("https://www.linkedin.com/in/ada-lovelace/de", propose(_ADA, _FORM), field="linkedin"),
        Example("/in/ada-lovelace", propose(_ADA, _FORM), field="linkedin"),
        Example(
            "linkedin.com/company/acme/about/",
            propose("https://www.linkedin.com/company/acme", _FORM),
            kind="company",
            field="linkedin",
        ),
        Example("https://www.linkedin.com/sales/lead/ABC", FINE, field="linkedin"),  # only the network knows whose
        Example("ada-lovelace", flag(_OTHER), field="linkedin"),  # a person's or a company's?
        Example("https://acme.com", flag(_OTHER), field="linkedin"),
        Example("いいえ", flag(_OTHER), field="linkedin"),
        Example("adalovelace", FINE, field="twitter"),
        Example("@adalovelace", propose("adalovelace", _FORM), field="twitter"),
        Example("https://twitter.com/adalovelace?lang=en", propose("adalovelace", _FORM), field="twitter"),
        Example("x.com/adalovelace", propose("adalovelace", _FORM), field="twitter"),
        Example("Ada Lovelace", flag(_OTHER), field="twitter"),
        Example("fb.com/acme.labs", propose("https://www.facebook.com/acme.labs", _FORM), field="facebook"),
        Example(
            "https://m.facebook.com/profile.php?id=100012345&ref=x",
            propose("https://www.facebook.com/profile.php?id=100012345", _FORM),
            field="facebook",
        ),
        Example("https://twitter.com/acme", flag(_OTHER), field="facebook"),
        Example("", FINE, field="facebook"),
        Example(None, FINE, field="linkedin"),
    ),
)
