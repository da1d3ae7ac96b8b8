"""Which missing links a careful person could find again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from connectors.sandbox.population.life import readable_email
from connectors.sandbox.population.mailboxes import mail_words
from connectors.sandbox.population.people import Company, Person
from connectors.sandbox.population.wounds import UNLINKED


def close_links(people: Iterable[Person], companies: Iterable[Company]) -> None:
    """Take the link from everybody who lost theirs, and say whether their mailbox leads back to it."""
    owners = domain_owners(companies)
    for person in people:
        close_link(person, owners)


def close_link(person: Person, owners: Mapping[str, Sequence[str]]) -> None:
    """Do so for one person."""
    for place, defect in enumerate(person.defects):
        if defect.kind == UNLINKED:
            person.company = None
            person.defects[place] = replace(defect, is_fixable=leads_home(person, owners))


def leads_home(person: Person, owners: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether the mailbox in the record belongs to exactly one company, their own."""
    domain = readable_email(person).partition("@")[2]
    return domain not in mail_words().free and list(owners.get(domain, ())) == [person.true_company]


def domain_owners(companies: Iterable[Company]) -> dict[str, list[str]]:
    """Return the keys of the companies whose record shows a domain, in its own field or as a website, by domain."""
    owners: dict[str, list[str]] = defaultdict(list)
    for company in companies:
        for domain in _shown(company):
            owners[domain].append(company.key)
    return owners


def _shown(company: Company) -> list[str]:
    lost = {defect.field for defect in company.defects if not defect.is_fixable}
    fields = [name for name in ("domain", "website") if name in company.truth and name not in lost]
    hosts = (company.truth[name].removeprefix("https://").removeprefix("www.").partition("/")[0] for name in fields)
    return list(dict.fromkeys(hosts))
