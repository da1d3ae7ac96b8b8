"""E-mail addresses are in lower case and stand alone: no blanks, names, brackets or `mailto:` around them."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects import mail
from quality.subjects.oddities import is_odd_address

_BOUNCED = "not in lower case, or something stands around it, and mail to it bounces"
_SAME = "the same address more than once"
_FIRST = "several addresses: the first one is probably the one in use"
_FORM = "not in lower case, or something stands around the address"


def check(case: Case) -> Verdict:
    """Propose the one address that is surely meant; leave everything else to `email_valid`."""
    value = case.value
    if not isinstance(value, str):
        return FINE
    address = mail.repaired(value)
    if address == value:
        return FINE
    if not address:
        return _judged_several(mail.all_of(value)) if value.count("@") > 1 else FINE
    # A CRM keeps what it knows of bounces with the address: a new spelling would have it mailed again.
    return suggest(address, _BOUNCED) if case.get("has_bounced") is True else propose(address, _FORM)


def _judged_several(addresses: tuple[str, ...]) -> Verdict:
    if len(addresses) == 1:
        return propose(addresses[0], _SAME)
    return suggest(addresses[0], _FIRST) if addresses else FINE


RULE = Rule(
    check,
    fields={"person": ("email",)},
    phase=Phase.FORM,
    depends_on=("has_bounced",),
    clue=is_odd_address,
    examples=(
        Example(" Ada@Example.COM", propose("ada@example.com", _FORM)),
        Example("Ada@example.com", suggest("ada@example.com", _BOUNCED), {"has_bounced": True}),
        Example("mailto:ada@example.com", propose("ada@example.com", _FORM)),
        Example("Ada Lovelace <ada@example.com>", propose("ada@example.com", _FORM)),
        Example("<ada@example.com>", propose("ada@example.com", _FORM)),
        Example("ada@example.com.", propose("ada@example.com", _FORM)),
        Example("ada@example.com,", propose("ada@example.com", _FORM)),
        Example("ada @example.com", propose("ada@example.com", _FORM)),
        Example("ada@example. com", propose("ada@example.com", _FORM)),
        Example("ada@@example.com", propose("ada@example.com", _FORM)),
        Example("ada@example..com", propose("ada@example.com", _FORM)),
        Example("ada@example,com", propose("ada@example.com", _FORM)),
        Example("ada(at)example(dot)com", propose("ada@example.com", _FORM)),
        Example("ada\u200b@example.com", propose("ada@example.com", _FORM)),
        Example("ada＠example.com", propose("ada@example.com", _FORM)),
        Example("ada@example.com", FINE),
        Example("ada+crm@example.com", FINE),
        Example("o'neil@example.com", FINE),
        Example("jörg@müller.de", FINE),
        Example("ada@gmial.com", FINE),
        Example("ada lovelace@example.com", FINE),  # which blank is too many, nobody knows
        Example("ada@example.com; bob@example.com", suggest("ada@example.com", _FIRST)),
        Example("ada@example.com, ADA@example.com", propose("ada@example.com", _SAME)),
        Example("ada@example.com / bob@", FINE),
        Example("ada@example.com (work)", propose("ada@example.com", _FORM)),
        Example("ada at example dot com", propose("ada@example.com", _FORM)),
        Example("ada&#64;example.com", propose("ada@example.com", _FORM)),
        Example("mailto:ada%40example.com", propose("ada@example.com", _FORM)),
        Example("ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ", propose("ada@example.com", _FORM)),
        Example("ada@acme\u2011labs.com", propose("ada@acme-labs.com", _FORM)),
        Example("meet us at noon", FINE),
        Example("ada", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
