"""Company names stand there once, without the party that takes the mail and without a protocol."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects import name_marks, webs
from quality.words import is_stand_in
from syncd.model import Value

_TWICE = "the same name twice"
_CARE_OF = "holds who takes the mail (c/o) besides the name"
_LOOSE = str.maketrans("", "", ",;-")
_WEB = "a web address in place of a name"


def _may_be_unclean(value: Value) -> bool:
    """Return whether a name has a word twice, or signs of a web address or of a second party."""
    if not isinstance(value, str):
        return False
    text = value.casefold()
    words = text.translate(_LOOSE).split()
    return len(set(words)) < len(words) or "/" in text or "℅" in text or "www." in text or "hd." in text


def check(case: Case) -> Verdict:
    """Propose what is surely a slip of the finger; ask about the rest."""
    value = case.value
    if not isinstance(value, str) or is_stand_in(value) or not _may_be_unclean(value):
        return FINE
    if " " in value:
        once, is_sure = name_marks.without_repetition(value)
        if once != value:
            return propose(once, _TWICE) if is_sure else suggest(once, _TWICE)
    if "/" in value or "℅" in value or "." in value:
        return _judged_signs(value)
    return FINE


def _judged_signs(value: str) -> Verdict:
    if name_marks.is_web_address(value):
        host = webs.registrable(webs.host_of(value))
        return suggest(host, _WEB) if host and host != value else FINE
    party = name_marks.without_second_party(value)
    return FINE if party == value else suggest(party, _CARE_OF)


RULE = Rule(
    check,
    fields={"company": ("name",), "person": ("company_name",)},
    phase=Phase.PLACE,
    depends_on=(),
    clue=_may_be_unclean,
    examples=(
        Example("Acme GmbH Acme GmbH", propose("Acme GmbH", _TWICE)),
        Example("ACME INC ACME INC", propose("ACME INC", _TWICE)),
        Example("Acme GmbH GmbH", propose("Acme GmbH", _TWICE)),
        Example("Acme Acme", suggest("Acme", _TWICE)),
        Example("Acme GmbH c/o Müller AG", suggest("Acme GmbH", _CARE_OF)),
        Example("c/o Acme GmbH", suggest("Acme GmbH", _CARE_OF)),
        Example("https://www.acme.com/en", suggest("acme.com", _WEB)),
        Example("www.acme.de", suggest("acme.de", _WEB)),
        Example("booking.com", FINE),
        Example("New York New York Hotel", FINE),
        Example("A/S Norske Shell", FINE),
        Example("Go Go", FINE),  # too short to tell
        Example("Toys R Us", FINE),
        Example("株式会社 日立製作所", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
