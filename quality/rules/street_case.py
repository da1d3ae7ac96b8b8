"""Streets are written with capitals and small letters."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose
from quality.subjects import casing, places, streets, texts

_CASE = "all capitals or all small letters"


def check(case: Case) -> Verdict:
    """Propose the proper form of a street of one case whose words are all known; leave every other as it is."""
    value = case.value
    if not isinstance(value, str) or not casing.is_of_one_case(value):
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    form = streets.proper_form(value, country)
    return FINE if form == value or not texts.is_settled(form, has_lines=True) else propose(form, _CASE)


def _example(before: str, after: str, country: str | None = None) -> Example:
    return Example(before, propose(after, _CASE) if after != before else FINE, {"country": country})


RULE = Rule(
    check,
    fields={"person": ("street",), "company": ("street",)},
    phase=Phase.FORM,
    depends_on=("country",),
    examples=(
        _example("123 MAIN STREET", "123 Main Street"),
        _example("1600 PENNSYLVANIA AVE NW", "1600 Pennsylvania Ave NW", "US"),
        _example("350 5TH AVE\nSUITE 4B", "350 5th Ave\nSuite 4B", "US"),
        _example("12 martin luther king jr blvd", "12 martin luther king jr blvd", "US"),
        _example("1 mcarthur blvd.", "1 McArthur Blvd.", "US"),
        _example("17 O'NEILL STREET", "17 O'Neill Street", "IE"),
        _example("4 KING'S CRESCENT", "4 King's Crescent", "GB"),
        _example("STRATFORD-UPON-AVON ROAD 3", "Stratford-upon-Avon Road 3", "GB"),
        _example("P.O. BOX 12", "P.O. Box 12", "US"),
        _example("PO BOX 12", "PO Box 12", "AU"),
        _example("99 BMX ROAD", "99 BMX ROAD", "GB"),  # an abbreviation
        _example("12 DEKALB AVE", "12 DEKALB AVE", "US"),  # DeKalb, or a family's own way
        _example("NASA PARKWAY 2101", "NASA PARKWAY 2101", "US"),
        _example("ATTN: JOHN SMITH", "ATTN: JOHN SMITH", "US"),
        _example("HAUPTSTRASSE 5", "Hauptstraße 5", "DE"),
        _example("HAUPTSTRASSE 5", "Hauptstrasse 5", "CH"),
        _example("GROSSE ALLEE 5", "GROSSE ALLEE 5", "DE"),  # Große or Grosse
        _example("am alten markt 1a", "Am Alten Markt 1a", "DE"),
        _example("KARL-MARX-ALLEE 12", "Karl-Marx-Allee 12", "DE"),
        _example("PRINSENGRACHT 263", "Prinsengracht 263", "NL"),
        _example("12, RUE DE L'ABBÉ GRÉGOIRE", "12, rue de l'Abbé Grégoire", "FR"),
        _example("12 RUE LA FAYETTE", "12 RUE LA FAYETTE", "FR"),  # La Fayette, but rue de la Paix
        _example("rue de la paix", "Rue de la Paix", "FR"),
        _example("CALLE DE ALCALÁ 50", "Calle de Alcalá 50", "ES"),
        _example("VIA DELL'INDIPENDENZA 8", "Via dell'Indipendenza 8", "IT"),
        _example("ULICA DŁUGA 5", "ULICA DŁUGA 5", "PL"),  # no language we know
        _example("MAIN 5", "MAIN 5"),
        _example("123 Main Street", "123 Main Street", "US"),
        _example("ул. Ленина 5", "ул. Ленина 5", "RU"),
        _example("東京都千代田区1-1", "東京都千代田区1-1", "JP"),
        _example("", ""),
        Example(None, FINE),
    ),
)
