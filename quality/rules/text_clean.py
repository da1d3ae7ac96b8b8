"""Text is free of mojibake, HTML entities, control and invisible characters, stray blanks and emoji."""

from __future__ import annotations

from quality import texts
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose

_DAMAGED = "holds damaged, invisible or superfluous characters"
_BLANK = "holds nothing but blanks or invisible characters"
_LOST = "characters were lost and stand as replacement signs"

#: Fields with more than one line.
_LINES = frozenset({"description", "street"})
#: Flags say which country; `country_form` reads them.
_FLAGS = frozenset({"country"})


class TextOptions(Options):
    """Where symbols are wanted."""

    #: Fields that may hold emoji and ornaments.
    keep_emoji_in: tuple[str, ...] = ("description",)


def check(case: Case) -> Verdict:
    """Propose the text without the damage; flag what cannot be restored."""
    value = case.value
    if not isinstance(value, str):
        return FINE
    tidy = texts.cleaned(
        value,
        has_lines=case.field in _LINES,
        keeps_emoji=case.field in _FLAGS or case.field in case.options.keep_emoji_in,
    )
    if not tidy and value:
        return propose(None, _BLANK)
    if tidy != value:
        return propose(tidy, _DAMAGED)
    return flag(_LOST) if "\ufffd" in value else FINE


RULE = Rule(
    check,
    fields={
        "person": (
            "first_name",
            "last_name",
            "job_title",
            "company_name",
            "street",
            "city",
            "state",
            "postal_code",
            "country",
        ),
        "company": ("name", "description", "street", "city", "state", "postal_code", "country"),
        "deal": ("name",),
    },
    phase=Phase.TEXT,
    options=TextOptions,
    depends_on=(),
    examples=(
        Example(" Ada  Lovelace ", propose("Ada Lovelace", _DAMAGED)),
        Example("MÃ¼ller", propose("Müller", _DAMAGED)),
        Example("JosÃ©", propose("José", _DAMAGED)),
        Example("Ð\x98Ð²Ð°Ð½", propose("Иван", _DAMAGED)),
        Example("Smith &amp; Sons", propose("Smith & Sons", _DAMAGED)),
        Example("Smith &amp;amp; Sons", propose("Smith & Sons", _DAMAGED)),
        Example("AT&T", FINE),
        Example("Marks&notary", FINE),  # no semicolon, no entity
        Example("Ada\u200b", propose("Ada", _DAMAGED)),
        Example("Ada\u00a0Lovelace", propose("Ada Lovelace", _DAMAGED)),
        Example("Ada\tLovelace", propose("Ada Lovelace", _DAMAGED)),
        Example("Ada 🚀", propose("Ada", _DAMAGED)),
        Example("𝓐𝓭𝓪", propose("Ada", _DAMAGED)),
        Example("１２３ Ｍａｉｎ", propose("123 Main", _DAMAGED)),
        Example("🇫🇷", FINE, field="country"),
        Example("Ada 🚀", FINE, kind="company", field="description"),
        Example("Line one\nLine two", FINE, field="street"),
        Example("Line one\nLine two", propose("Line one Line two", _DAMAGED), field="city"),
        Example(" \u200b ", propose(None, _BLANK)),
        Example("M\ufffdller", flag(_LOST)),
        Example("Müller", FINE),
        Example("3º Esq.", FINE, field="street"),
        Example("Acme® №1 ™", FINE, kind="company", field="name"),
        Example("می‌خواهم", FINE),  # a joiner inside a Persian word
        Example("株式会社ＡＢＣ", FINE, kind="company", field="name"),
        Example("김민준", FINE),
        Example("Hawaiʻi", FINE, field="state"),
        Example("", FINE),
        Example(None, FINE),
    ),
)
