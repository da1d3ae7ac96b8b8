"""A company's domain and website are filled from each other, or from the addresses of its people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from quality.fields import is_empty
from quality.keys import company_web_domain
from quality.rule import FINE, Case, Example, Phase, Rule, Surroundings, Verdict, propose, suggest, together
from syncd.model import Ref, Severity, Value

_FROM_WEBSITE = "no domain, and the website is on one"
_FROM_DOMAIN = "no website, and the domain is known"
_FROM_PEOPLE = "no domain, and the addresses of its people all end in one"

#: People who have to agree.
_LEAST = 2


def check(case: Case) -> Verdict:
    """Propose the domain a website is on. A site at the domain and a domain of the people are only probable."""
    return together(list(_verdicts(case)))


def _verdicts(case: Case) -> Iterator[Verdict]:
    lacks = [name for name in ("domain", "website") if case.is_fetched(name) and is_empty(case.get(name))]
    if not lacks:
        return
    site, domain = company_web_domain(case.get("website")), company_web_domain(case.get("domain"))
    if "domain" in lacks and site:
        yield propose(site, _FROM_WEBSITE, field="domain")
    elif "website" in lacks and domain:
        yield suggest(f"https://{domain}", _FROM_DOMAIN, field="website")
    elif len(lacks) == sum(map(case.is_fetched, ("domain", "website"))) and (agreed := _agreed(case)):
        after = agreed if "domain" in lacks else f"https://{agreed}"
        yield suggest(after, _FROM_PEOPLE, field=lacks[0])


def _agreed(case: Case) -> str:
    """Return the one domain of all the company's people, unless it is another company's; empty when there is none."""
    found = case.surroundings.people_domains.get(case.record.ref.id, ())
    if len(found) < _LEAST or len(set(found)) > 1:
        return ""
    return "" if case.surroundings.companies_by_domain.get(found[0]) else found[0]


_NOW = datetime(2025, 1, 1, tzinfo=UTC)


def _example(verdict: Verdict, *people: str, taken: str = "", **values: Value) -> Example:
    owners = {taken: (Ref("crm", "companies", "9"),)} if taken else {}
    return Example(None, verdict, values, surroundings=Surroundings(_NOW, owners, people_domains={"1": people}))


_ACME = suggest("acme.com", _FROM_PEOPLE, field="domain")

RULE = Rule(
    check,
    fields={"company": ()},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    examples=(
        _example(propose("acme.com", _FROM_WEBSITE, field="domain"), domain=None, website="https://www.acme.com/en"),
        _example(propose("acme.co.uk", _FROM_WEBSITE, field="domain"), domain="", website="https://shop.acme.co.uk"),
        _example(propose("xn--mller-kva.de", _FROM_WEBSITE, field="domain"), domain=None, website="https://müller.de"),
        _example(FINE, domain=None, website="https://linkedin.com/company/acme"),
        _example(suggest("https://acme.com", _FROM_DOMAIN, field="website"), domain="acme.com", website=None),
        _example(_ACME, "acme.com", "acme.com", domain=None, website=None),
        _example(
            suggest("https://acme.com", _FROM_PEOPLE, field="website"), "acme.com", "acme.com", website=None
        ),  # a CRM without a field for domains
        _example(FINE, "acme.com", domain=None, website=None),  # one person is nobody's word
        _example(FINE, "acme.com", "acme.org", domain=None, website=None),
        _example(FINE, "acme.com", "acme.com", taken="acme.com", domain=None, website=None),
        _example(FINE, "acme.com", "acme.com", domain="acme.org", website="https://acme.org"),
        _example(FINE, "acme.com", "acme.com"),  # neither was fetched
    ),
)
