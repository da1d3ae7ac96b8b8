"""E-mail addresses as mailboxes: one spelling for one mailbox, and whose it is by its kind."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from quality.subjects import junk, mail, webs

_GOOGLE = frozenset({"gmail.com", "googlemail.com"})
#: A household's: `familie.meier`, `anna.und.jan`, `peter-and-mary`.
_HOUSEHOLD = re.compile(
    r"(?:^|[._-])(?:familie|family|famille|familia|famiglia|fam|haushalt|eltern|household)(?:[._-]|\d*$)"
    r"|[a-z]{2,}[._-](?:und|and|et|y|e|i|og|och|en|u|n)[._-][a-z]{2,}"
)
_PARTS = re.compile(r"[;,\s|]+")
_WITHOUT_SIGNS = str.maketrans("", "", "._-")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox, however its address is spelt."""

    address: str
    local: str
    domain: str
    #: A function's (`info@`) or a household's (`anna.und.jan@`), and so nobody's own.
    is_role: bool
    #: At a domain where anybody can have an address.
    is_free: bool


@functools.lru_cache(maxsize=32_768)
def read_mailboxes(text: str) -> tuple[Mailbox, ...]:
    """Return the mailboxes a field holds, each once; none for what cannot be anybody's."""
    found = {box.address: box for piece in _PARTS.split(text) if "@" in piece and (box := _mailbox(piece))}
    return tuple(found.values())


def _mailbox(text: str) -> Mailbox | None:
    address = text.lower() if mail.is_plain(text.lower()) else mail.repaired(text)
    if not address or junk.address_weight(address) > 1:
        return None
    domain = mail.domain_of(address)
    domain = mail.misspelt_provider(domain) or mail.mistyped_top(domain) or domain
    local = mail.local_of(address)
    if domain in _GOOGLE:
        domain, local = "gmail.com", local.replace(".", "")
    if junk.is_placeholder(local) or not local:
        return None
    is_free = mail.is_free(domain)
    registered = domain if is_free else webs.registrable(domain) or domain
    return Mailbox(
        f"{local}@{domain}", local, registered, mail.is_role(address) or bool(_HOUSEHOLD.search(local)), is_free
    )


@functools.lru_cache(maxsize=65_536)
def bare(local: str) -> str:
    """Return what stands before the at sign without dots, dashes and digits at its end."""
    return local.translate(_WITHOUT_SIGNS).rstrip("0123456789") or local
