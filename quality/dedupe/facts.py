"""What a record says, in the form in which records are compared. Read once, kept beside the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quality.dedupe import addresses, births, company_names, mailboxes, numbers, person_names
from quality.dedupe.addresses import Address
from quality.dedupe.company_names import CompanyName
from quality.dedupe.declared.facts import DeclaredFacts
from quality.dedupe.mailboxes import Mailbox
from quality.dedupe.person_names import PersonName
from quality.dedupe.text import plain
from quality.keys import company_web_domain
from quality.subjects import webs
from syncd.model import Value

#: Grows whenever the facts of an unchanged record change: facts kept by an older version are read again.
VERSION = 2


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of a person."""

    name: PersonName = field(default_factory=PersonName)
    mailboxes: tuple[Mailbox, ...] = ()
    phones: frozenset[str] = frozenset()
    mobile: frozenset[str] = frozenset()
    address: Address = field(default_factory=Address)
    born: tuple[str, ...] = ()
    company: CompanyName = field(default_factory=CompanyName)
    #: Web domains of the employer, from the address and the web site.
    domains: frozenset[str] = frozenset()
    title: str = ""
    linkedin: str = ""
    #: A number one person has: social security, passport.
    identifier: str = ""

    @property
    def user(self) -> str:
        """Return by what people who share a mailbox or phone are told apart: their initials, in whatever order."""
        given, last = self.name.given, self.name.last
        return "".join(sorted(given[0][0] + last[0][0])) if given and last else ""


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known of a company."""

    name: CompanyName = field(default_factory=CompanyName)
    domains: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    mailboxes: tuple[Mailbox, ...] = ()
    address: Address = field(default_factory=Address)
    tax: str = ""
    linkedin: str = ""

    @property
    def user(self) -> str:
        """Return by what companies that share a phone, domain or door are told apart: the start of their name."""
        return self.name.core[0][:4] if self.name.core else ""


Facts = PersonFacts | CompanyFacts | DeclaredFacts


def read_person(values: Mapping[str, Value]) -> PersonFacts:
    """Return the facts of a person from canonical fields; `full_name` and `identifier` are read where given."""
    phone, mobile = (frozenset(numbers.read_phones(_text(values, name))) for name in ("phone", "mobile"))
    boxes = mailboxes.read_mailboxes(_text(values, "email"))
    own = {box.domain for box in boxes if not box.is_free}
    web = company_web_domain(_text(values, "website"))
    first = " ".join(filter(None, (_text(values, "first_name"), _text(values, "middle_name"))))
    name = person_names.read_name(
        first, _text(values, "last_name"), _text(values, "full_name"), _text(values, "suffix")
    )
    return PersonFacts(
        name=_completed(name, boxes) if boxes else name,
        mailboxes=boxes,
        phones=phone | mobile,
        mobile=mobile,
        address=_address(values),
        born=births.read_birth(_text(values, "birth_date")),
        company=company_names.read_company_name(_text(values, "company_name")),
        domains=frozenset((own | {web}) - {""}),
        title=plain(_text(values, "job_title")),
        linkedin=_linkedin(_text(values, "linkedin")),
        identifier=numbers.read_identifier(_text(values, "identifier")),
    )


def _completed(name: PersonName, boxes: tuple[Mailbox, ...]) -> PersonName:
    """Return a name that lacks a part, with the part that one of the mailboxes spells out."""
    for box in boxes:
        if not box.is_role:
            name = person_names.completed(name, box.local)
    return name


def read_company(values: Mapping[str, Value]) -> CompanyFacts:
    """Return the facts of a company from canonical fields; `email` and `tax_id` are read where given."""
    boxes = mailboxes.read_mailboxes(_text(values, "email"))
    name = _text(values, "name")
    webs_of = {company_web_domain(_text(values, field_name)) for field_name in ("domain", "website")}
    webs_of |= {box.domain for box in boxes if not box.is_free}
    if "." in name and " " not in name.strip():
        webs_of.add(company_web_domain(name))
    return CompanyFacts(
        name=company_names.read_company_name(name),
        domains=frozenset(webs_of - {""}),
        phones=frozenset(numbers.read_phones(_text(values, "phone"))),
        mailboxes=boxes,
        address=_address(values),
        tax=numbers.read_identifier(_text(values, "tax_id")),
        linkedin=_linkedin(_text(values, "linkedin")),
    )


def _address(values: Mapping[str, Value]) -> Address:
    parts = (_text(values, name) for name in ("street", "city", "postal_code", "country"))
    return addresses.read_address(*parts)


def _linkedin(text: str) -> str:
    """Return the page's own name in a LinkedIn address."""
    path = text.lower().partition("?")[0].rstrip("/")
    page = path.rpartition("/")[2]
    return page if page and not webs.is_host(page) else ""


def _text(values: Mapping[str, Value], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)
