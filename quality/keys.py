"""What a record is found by when another one is judged."""

from __future__ import annotations

from quality import mail, webs
from syncd.model import Record

#: The kinds of key.
DOMAIN = "domain"
EMAIL_DOMAIN = "email_domain"


def lookup_keys(record: Record) -> frozenset[tuple[str, str]]:
    """Return the index keys of a record: a company's own web domains, a person's corporate e-mail domain.

    Keys are the same for a value before and after it is put right. The `email_domain` of a person is the `domain` of
    their company.
    """
    if record.kind == "company":
        domains = {company_web_domain(record.values.get(name)) for name in ("domain", "website")}
        return frozenset((DOMAIN, domain) for domain in domains if domain)
    if record.kind == "person":
        email = record.values.get("email")
        domain = mail.company_domain(email) if isinstance(email, str) else ""
        return frozenset({(EMAIL_DOMAIN, domain)} if domain else ())
    return frozenset()


def company_web_domain(value: object) -> str:
    """Return the registrable domain a company may be found by; empty for free-mail and social domains."""
    host = webs.host_of(value) if isinstance(value, str) else ""
    if not host or mail.is_free(host) or mail.is_disposable(host) or webs.is_social(host):
        return ""
    return webs.registrable(host)
