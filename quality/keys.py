"""What a record is found by when another one is judged."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from quality.fields import is_empty
from quality.subjects import companies, eastern_forms, mail, webs
from syncd.model import Record, Value

#: The kinds of key. A company's own web domains, and the key of its name.
DOMAIN = "domain"
NAME = "name"
#: A company without any web domain, by its own id.
NO_DOMAIN = "no_domain"
#: A person's corporate mail domain; the key of the company's name written on an unlinked person.
EMAIL_DOMAIN = "email_domain"
COMPANY_NAME = "company_name"
#: A person with a corporate address, by the id of the company they are linked to.
WORKS_AT = "works_at"
#: A deal or ticket without a company, by the ids of its people.
PERSON = "person"
#: What is linked to a company and lacks a value it could have from there: `lacks_<field>`, by the company's id.
LACKS = "lacks_"

#: Fields whose values a linked company may give, and the company's field they are in.
GIVEN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "person": {
            "company_name": "name",
            **{
                name: name
                for name in (
                    "industry",
                    "website",
                    "phone",
                    "street",
                    "city",
                    "state",
                    "postal_code",
                    "country",
                    "owner",
                )
            },
        },
        "deal": {"owner": "owner"},
        "ticket": {"owner": "owner"},
    }
)

Keys = frozenset[tuple[str, str]]


def lookup_keys(record: Record, lacking: Collection[str] = ()) -> Keys:
    """Return the index keys of a record; `lacking` are fields that rules may fill from a linked company.

    Keys are the same for a value before and after it is put right. The `email_domain` of a person is the `domain` of
    their company, and the `company_name` on an unlinked person the `name` of the company.
    """
    if record.kind == "company":
        return frozenset(_of_company(record))
    if record.kind == "person":
        return frozenset((*_of_person(record), *_lacking(record, lacking)))
    if record.kind in {"deal", "ticket"}:
        return frozenset((*_of_work(record), *_lacking(record, lacking)))
    return frozenset()


def company_web_domain(value: object) -> str:
    """Return the registrable domain a company may be found by; empty for free-mail and social domains."""
    host = webs.host_of(value) if isinstance(value, str) else ""
    if not host or mail.is_free(host) or mail.is_disposable(host) or webs.is_social(host):
        return ""
    return webs.registrable(host)


def company_domains(values: Mapping[str, Value]) -> frozenset[str]:
    """Return the registrable domains a company may be found by: its own, those it keeps beside it, its web site's."""
    others = values.get("other_domains")
    told = (values.get("domain"), values.get("website"), *(others.split(";") if isinstance(others, str) else ()))
    return frozenset(company_web_domain(one.strip() if isinstance(one, str) else one) for one in told) - {""}


@functools.lru_cache(maxsize=16_384)
def company_name_key(text: str) -> str:
    """Return what is left of a company's name without case, marks, signs and legal forms; empty when too little is."""
    plain = unicodedata.normalize("NFKD", eastern_forms.without_forms(text).casefold())
    spaced = "".join(
        sign if sign.isalnum() else "" if unicodedata.combining(sign) or sign in "'’." else " " for sign in plain
    )
    words = spaced.replace("ß", "ss").split()
    while len(words) > 1 and companies.is_legal_form(words[-1]):
        words.pop()
    key = " ".join(words)
    return key if sum(map(str.isalpha, key)) > 1 else ""


def _of_company(record: Record) -> Iterator[tuple[str, str]]:
    values = record.values
    domains = company_domains(values)
    for domain in domains:
        yield DOMAIN, domain
    if not domains and any(name in values and is_empty(values[name]) for name in ("domain", "website")):
        yield NO_DOMAIN, record.ref.id
    if key := _name_key(values.get("name")):
        yield NAME, key


def _of_person(record: Record) -> Iterator[tuple[str, str]]:
    email = record.values.get("email")
    domain = mail.company_domain(email) if isinstance(email, str) else ""
    if domain:
        yield EMAIL_DOMAIN, domain
    linked = record.links.get("company")
    if linked and domain:
        yield WORKS_AT, linked[0]
    if linked == () and (key := _name_key(record.values.get("company_name"))):
        yield COMPANY_NAME, key


def _of_work(record: Record) -> Iterator[tuple[str, str]]:
    if record.links.get("company") == ():
        for person in record.links.get("person", ()):
            yield PERSON, person


def _lacking(record: Record, lacking: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what the record lacks and may have from the company it is linked to first."""
    linked = record.links.get("company")
    for name in lacking if linked else ():
        if name in record.values and is_empty(record.values[name]):
            yield LACKS + name, linked[0]  # type: ignore[index]  # not empty, as was just asked


def _name_key(value: Value) -> str:
    return company_name_key(value) if isinstance(value, str) else ""
