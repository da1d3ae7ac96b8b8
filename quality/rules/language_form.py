"""Languages are ISO 639-1 codes, with a region where one is given: `de`, `pt-BR`."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose
from quality.subjects import zones
from syncd.model import Severity

_NAME = "a language's name or another code in place of its ISO code"
_UNKNOWN = "no language known"


def check(case: Case) -> Verdict:
    """Propose the code of the language that is surely meant."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    code = zones.language(value)
    if not code:
        return flag(_UNKNOWN)
    return FINE if code == value else propose(code, _NAME)


RULE = Rule(
    check,
    fields={"person": ("language",)},
    phase=Phase.FORM,
    severity=Severity.INFO,
    depends_on=(),
    examples=(
        Example("de", FINE),
        Example("pt-BR", FINE),
        Example("en_US", FINE),
        Example("zh-Hant-TW", FINE),
        Example("EN", propose("en", _NAME)),
        Example("German", propose("de", _NAME)),
        Example("Deutsch", propose("de", _NAME)),
        Example("französisch", propose("fr", _NAME)),
        Example("日本語", propose("ja", _NAME)),
        Example("ger", propose("de", _NAME)),
        Example("deu", propose("de", _NAME)),
        Example("Klingon?", flag(_UNKNOWN)),
        Example("German, English", flag(_UNKNOWN)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
