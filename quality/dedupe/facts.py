"""What a record says, in the form in which records are compared. Read once, kept beside the record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from quality.dedupe import addresses, births, company_names, mailboxes, numbers, person_names
from quality.dedupe.addresses import Address
from quality.dedupe.company_names import CompanyName
from quality.dedupe.declared.facts import DeclaredFacts
from quality.dedupe.known import Known, read_known
from quality.dedupe.mailboxes import Mailbox
from quality.dedupe.person_names import PersonName
from quality.dedupe.text import plain
from quality.keys import company_domains, company_web_domain
from quality.subjects import webs
from syncd.model import Value

#: Grows whenever the facts of an unchanged record change: facts kept by an older version are read again.
VERSION = 4


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
    #: What it goes by, and which records of linked accounts it names.
    known: Known = field(default_factory=Known)

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
    #: What it goes by, and which records of linked accounts it names.
    known: Known = field(default_factory=Known)

    @property
    def user(self) -> str:
        """Return by what companies that share a phone, domain or door are told apart: the start of their name."""
        return self.name.core[0][:4] if self.name.core else ""


Facts = PersonFacts | CompanyFacts | DeclaredFacts


def identity_of(facts: Facts) -> bytes:
    """Return by what a person or company goes, hashed: the same as long as it says the same of itself."""
    if isinstance(facts, DeclaredFacts):
        return b""
    boxes = sorted(box.address for box in facts.mailboxes)
    said = repr((facts.name, boxes, sorted(facts.phones)))
    return hashlib.blake2b(said.encode(errors="surrogatepass"), digest_size=16).digest()


def read_person(values: Mapping[str, Value]) -> PersonFacts:
    """Return the facts of a person from canonical fields; `full_name` and `identifier` are read where given."""
    told = _Texts(values)
    mobile = frozenset(numbers.read_phones(told["mobile"]))
    boxes = mailboxes.read_mailboxes(told["email"])
    domains = {box.domain for box in boxes if not box.is_free}
    if web := company_web_domain(told["website"]):
        domains.add(web)
    first = " ".join(filter(None, (told["first_name"], told["middle_name"])))
    name = person_names.read_name(first, told["last_name"], told["full_name"], told["suffix"])
    return PersonFacts(
        name=_completed(name, boxes) if boxes else name,
        mailboxes=boxes,
        phones=mobile.union(numbers.read_phones(told["phone"])),
        mobile=mobile,
        address=_address(told),
        born=births.read_birth(told["birth_date"]),
        company=company_names.read_company_name(told["company_name"]),
        domains=frozenset(domains),
        title=plain(told["job_title"]),
        linkedin=_linkedin(told["linkedin"]),
        identifier=numbers.read_identifier(told["identifier"]),
        known=read_known(values),
    )


def _completed(name: PersonName, boxes: tuple[Mailbox, ...]) -> PersonName:
    """Return a name that lacks a part, with the part that one of the mailboxes spells out."""
    for box in boxes:
        if not box.is_role:
            name = person_names.completed(name, box.local)
    return name


def read_company(values: Mapping[str, Value]) -> CompanyFacts:
    """Return the facts of a company from canonical fields; `email` and `tax_id` are read where given."""
    told = _Texts(values)
    boxes = mailboxes.read_mailboxes(told["email"])
    name = told["name"]
    webs_of = {*company_domains(values), *(box.domain for box in boxes if not box.is_free)}
    if "." in name and " " not in name.strip():
        webs_of.add(company_web_domain(name))
    return CompanyFacts(
        name=company_names.read_company_name(name),
        domains=frozenset(webs_of - {""}),
        phones=frozenset(numbers.read_phones(told["phone"])),
        mailboxes=boxes,
        address=_address(told),
        tax=numbers.read_identifier(told["tax_id"]),
        linkedin=_linkedin(told["linkedin"]),
        known=read_known(values),
    )


def _address(told: Mapping[str, str]) -> Address:
    return addresses.read_address(told["street"], told["city"], told["postal_code"], told["country"])


def _linkedin(text: str) -> str:
    """Return the page's own name in a LinkedIn address."""
    path = text.lower().partition("?")[0].rstrip("/")
    page = path.rpartition("/")[2]
    return page if page and not webs.is_host(page) else ""


class _Texts(dict[str, str]):
    """The fields of a record as texts; what it does not say is empty."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__(
            {
                name: value if isinstance(value, str) else str(value)
                for name, value in values.items()
                if value is not None
            }
        )

    def __missing__(self, name: str) -> str:
        return ""
