"""E-mail addresses are not one slip away from a large provider's, nor written with another script's look-alikes."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, suggest
from quality.subjects import mail
from quality.subjects.oddities import is_odd_address
from syncd.model import Mode

_PROVIDER = "the domain is one slip away from a large provider's"
_DOT = "the domain is a large provider's without its dot"
_TWINS = "letters of another script stand for Latin ones they look like"
_TOP = "the top-level domain does not exist and looks mistyped"


def check(case: Case) -> Verdict:
    """Suggest the domain that was probably meant. Never sure: a person, or a mail to both, decides."""
    value = case.value
    if not isinstance(value, str):
        return FINE
    domain = mail.domain_of(value)
    local = value.rpartition("@")[0]
    if not mail.has_valid_syntax(value):
        meant = mail.with_missing_dot(domain)
        return suggest(f"{local}@{meant}", _DOT) if meant else FINE
    if plain := mail.with_latin_letters(value):
        return suggest(plain, _TWINS)
    if provider := mail.misspelt_provider(domain):
        return suggest(f"{local}@{provider}", _PROVIDER)
    if meant := mail.mistyped_top(domain):
        return suggest(f"{local}@{meant}", _TOP)
    return FINE


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    mode=Mode.SUGGEST,
    depends_on=(),
    clue=is_odd_address,
    examples=(
        Example("ada@gmial.com", suggest("ada@gmail.com", _PROVIDER)),
        Example("ada@gmail.con", suggest("ada@gmail.com", _PROVIDER)),
        Example("ada@hotmial.com", suggest("ada@hotmail.com", _PROVIDER)),
        Example("ada@yaho.com", suggest("ada@yahoo.com", _PROVIDER)),
        Example("ada@acme.cmo", suggest("ada@acme.com", _TOP)),
        Example("ada@gmailcom", suggest("ada@gmail.com", _DOT)),
        Example("ada@gm\u0430il.com", suggest("ada@gmail.com", _TWINS)),
        Example("\u0430da@acme.com", suggest("ada@acme.com", _TWINS)),
        Example("сасао@acme.com", FINE),  # a word of that script throughout
        Example("ada@gmail.com", FINE),
        Example("ada@mail.com", FINE),
        Example("ada@ymail.com", FINE),
        Example("ada@gmx.de", FINE),
        Example("ada@acme.co", FINE),
        Example("jörg@müller.de", FINE),
        Example("ada", FINE),
        Example(None, FINE),
    ),
)
