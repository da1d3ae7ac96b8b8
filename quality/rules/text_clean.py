"""Text is free of mojibake, HTML, spreadsheet leftovers, invisible characters, stray blanks, loose commas, emoji."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose
from quality.subjects import artefacts, texts
from syncd.model import Value

_DAMAGED = "holds damaged, invisible or superfluous characters"
_BLANK = "holds nothing but blanks or invisible characters"
_LOST = "characters were lost and stand as replacement signs"

#: Fields with more than one line.
_LINES = frozenset({"description", "street", "body", "opt_in"})
#: Fields of whole sentences: quotation marks and dashes at their ends may mean something.
_PROSE = frozenset({"description", "body", "next_step", "lost_reason", "subject"})
_ROUNDS = 4
#: Flags say which country; `country_form` reads them.
_FLAGS = frozenset({"country"})


class TextOptions(Options):
    """Where symbols are wanted."""

    #: Fields that may hold emoji and ornaments.
    keep_emoji_in: tuple[str, ...] = ("description", "body", "subject")


def _may_be_damaged(value: Value) -> bool:
    return isinstance(value, str) and not texts.is_plain(value)


def check(case: Case) -> Verdict:
    """Propose the text without the damage; flag what cannot be restored."""
    value = case.value
    if not isinstance(value, str) or texts.is_plain(value):
        return FINE
    tidy = _tidied(value, case.field, keeps_emoji=case.field in _FLAGS or case.field in case.options.keep_emoji_in)
    if not tidy and value:
        return propose(None, _BLANK)
    if tidy != value:
        return propose(tidy, _DAMAGED)
    return flag(_LOST) if "\ufffd" in value else FINE


def _tidied(value: str, field: str, *, keeps_emoji: bool) -> str:
    """Return the text without damage; the same text where taking one thing away brings out another without end."""
    has_lines = field in _LINES
    before = value
    for _ in range(_ROUNDS):
        clean = texts.cleaned(before, has_lines=has_lines, keeps_emoji=keeps_emoji)
        after = artefacts.removed(clean, has_lines=has_lines, is_prose=field in _PROSE)
        if after == before:
            return after
        before = after
    return value


RULE = Rule(
    check,
    fields={
        "person": (
            "salutation", "first_name", "middle_name", "last_name", "suffix", "job_title", "company_name", "industry",
            "street", "city", "state", "postal_code", "country", "lead_source",
        ),
        "company": ("name", "industry", "description", "street", "city", "state", "postal_code", "country"),
        "deal": ("name", "next_step", "lost_reason", "lead_source"),
        "ticket": ("name", "description"),
        "activity": ("subject", "body", "type", "outcome"),
    },
    phase=Phase.TEXT,
    options=TextOptions,
    depends_on=(),
    clue=_may_be_damaged,
    examples=(
        Example(" Ada  Lovelace ", propose("Ada Lovelace", _DAMAGED)),
        Example("MÃ¼ller", propose("Müller", _DAMAGED)),
        Example("JosÃ©", propose("José", _DAMAGED)),
        Example("Ð\x98Ð²Ð°Ð½", propose("Иван", _DAMAGED)),
        Example("CAFÉ‘S", FINE, field="company_name"),  # no letter of phonetics, though the bytes are the same
        Example("NÉ°5", FINE, field="company_name"),
        Example("Ü¶", FINE),
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
        Example("<b>Acme</b>", propose("Acme", _DAMAGED), field="company_name"),
        Example("&lt;p&gt;Acme&lt;/p&gt;", propose("Acme", _DAMAGED), field="company_name"),
        Example("One<br>Two<script>x()</script>", propose("One\nTwo", _DAMAGED), kind="company", field="description"),
        Example("I <3 CRM", FINE, field="job_title"),
        Example('="01067"', propose("01067", _DAMAGED), field="postal_code"),
        Example("'01067", propose("01067", _DAMAGED), field="postal_code"),
        Example("'t Hooft", FINE, field="last_name"),
        Example("Main St 1_x000D_", propose("Main St 1", _DAMAGED), field="street"),
        Example('"Acme GmbH"', propose("Acme GmbH", _DAMAGED), field="company_name"),
        Example("Toys “R” Us", FINE, field="company_name"),
        Example("Berlin,", propose("Berlin", _DAMAGED), field="city"),
        Example("- Berlin", propose("Berlin", _DAMAGED), field="city"),
        Example("Sales Manager / ", propose("Sales Manager", _DAMAGED), field="job_title"),
        Example("Acme Inc.", FINE, field="company_name"),
        Example("Yahoo!", FINE, field="company_name"),
        Example("He said so -", FINE, kind="company", field="description"),
        Example("-", FINE, field="city"),  # `placeholder_empty` sees to it
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
)  # fmt: skip
