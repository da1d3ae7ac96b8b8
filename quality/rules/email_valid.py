"""E-mail fields hold one address that mail could be sent to."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects import mail, webs
from quality.subjects.oddities import is_odd_address
from syncd.model import Severity

_NONE = "not an e-mail address"
_SEVERAL = "holds several addresses"
_TOP = "the address ends in a top-level domain that does not exist"


def check(case: Case) -> Verdict:
    """Flag what is no valid address, by its form alone: nothing is looked up."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    if not mail.has_valid_syntax(value):
        return flag(_SEVERAL if mail.holds_several(value) else _NONE)
    return FINE if webs.has_known_suffix(mail.domain_of(value)) else flag(_TOP)


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.VALIDATE,
    severity=Severity.ERROR,
    depends_on=(),
    clue=is_odd_address,
    examples=(
        Example("ada@example.com", FINE),
        Example("ada@uk.acme.co.uk", FINE),
        Example("jörg@müller.de", FINE),
        Example("用户@例子.公司", FINE),
        Example("ada", flag(_NONE)),
        Example("ada@", flag(_NONE)),
        Example("@example.com", flag(_NONE)),
        Example("ada@example", flag(_NONE)),
        Example("ada@localhost", flag(_NONE)),
        Example("ada@example.c", flag(_NONE)),
        Example("ada lovelace@example.com", flag(_NONE)),
        Example("a" * 65 + "@example.com", flag(_NONE)),
        Example("ada@example.com; bob@example.com", flag(_SEVERAL)),
        Example("ada@gmail.con", flag(_TOP)),
        Example("n/a", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
