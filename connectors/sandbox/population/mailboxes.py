"""E-mail addresses: true ones, each used once in the whole base."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from connectors.sandbox.population.countries import DATA, Country
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.names import Name, plain


@dataclass(frozen=True, slots=True)
class MailWords:
    """What is known about mailboxes, read from `data/mail.toml`."""

    free: frozenset[str]
    free_everywhere: tuple[str, ...]
    disposable: tuple[str, ...]
    role: dict[str, tuple[str, ...]]
    roles: frozenset[str]
    corporate: tuple[str, ...]
    private: tuple[str, ...]
    slips: dict[str, tuple[str, ...]]


@cache
def mail_words() -> MailWords:
    """Return the lists behind the addresses."""
    raw = tomllib.loads((DATA / "mail.toml").read_text("utf-8"))
    role = {name.partition("_")[2]: tuple(text.split()) for name, text in raw.items() if name.startswith("role")}
    providers = [path.read_text("utf-8") for path in sorted((DATA / "countries").glob("*.toml"))]
    free = {name for text in providers for name in tomllib.loads(text)["free"].split()}
    return MailWords(
        free=frozenset(free) | frozenset(raw["free_everywhere"].split()),
        free_everywhere=tuple(raw["free_everywhere"].split()),
        disposable=tuple(raw["disposable"].split()),
        role=role,
        roles=frozenset(word for words in role.values() for word in words),
        corporate=tuple(raw["corporate"].split()),
        private=tuple(raw["private"].split()),
        slips={domain: tuple(text.split()) for domain, text in raw["slips"].items()},
    )


@dataclass(slots=True)
class PostOffice:
    """Hands out addresses and never the same one twice."""

    taken: set[str] = field(default_factory=set)

    @classmethod
    def beside(cls, addresses: Iterable[str]) -> PostOffice:
        """Return one that knows addresses which somebody has."""
        return cls({_mailbox(address) for address in addresses})

    def corporate(self, dice: Dice, name: Name, country: str, domain: str, style: str) -> str:
        """Return a mailbox at a company's own domain, spelled as this company does."""
        return self.claim(_spelled(dice, style, name, country), domain)

    def private(self, dice: Dice, name: Name, country: Country) -> str:
        """Return a mailbox at a free provider."""
        words = mail_words()
        domain = dice.pick(country.free if dice.chance(0.85) else words.free_everywhere)
        return self.claim(_spelled(dice, dice.pick(words.private), name, country.code), domain)

    def disposable(self, dice: Dice, name: Name, country: Country) -> str:
        """Return a mailbox that is thrown away after use."""
        words = mail_words()
        local = _spelled(dice, dice.pick(words.private), name, country.code)
        return self.claim(local if dice.chance(0.5) else f"x{dice.digits(6)}", dice.pick(words.disposable))

    def role(self, dice: Dice, language: str, domain: str) -> str:
        """Return a free role mailbox of a company, or nothing when all are in use."""
        words = mail_words().role
        boxes = words.get(language, ()) + words[""]
        for _ in range(4):
            address = f"{dice.pick(boxes)}@{domain}"
            if self.take(address):
                return address
        return ""

    def claim(self, local: str, domain: str) -> str:
        """Return `local@domain`, with the first number behind it that makes it new."""
        address = f"{local}@{domain}"
        number = 2
        while not self.take(address):
            address = f"{local}{number}@{domain}"
            number += 1
        return address

    def take(self, address: str) -> bool:
        """Mark an address as used; False when somebody has it."""
        key = _mailbox(address)
        if key in self.taken:
            return False
        self.taken.add(key)
        return True


def _mailbox(address: str) -> str:
    """Return which mailbox an address is of: to Google a dot is nothing."""
    local, at, domain = address.strip().lower().partition("@")
    return f"{local.replace('.', '') if domain == 'gmail.com' else local}{at}{domain}"


def _spelled(dice: Dice, style: str, name: Name, country: str) -> str:
    first = plain(name.first.roman.replace(" ", "-"), country) or "mail"
    last = plain(name.last.roman.replace(" ", ""), country) or "contact"
    return style.format(
        first=first,
        last=last,
        f=first[0],
        l=last[0],
        year=str(dice.randint(62, 99)),
        small=str(dice.randint(1, 99)) if dice.chance(0.3) else "",
    )
