"""Cities are written with capitals and small letters."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose
from quality.subjects import cities, places, texts

_CASE = "all capitals or all small letters"


def check(case: Case) -> Verdict:
    """Propose the proper form of a city that is of one case throughout; leave every other as it is."""
    value = case.value
    if not isinstance(value, str):
        return FINE
    country = places.country_code(case.text("country"))
    form = cities.proper_form(value, country)
    return FINE if form == value or not texts.is_settled(form) else propose(form, _CASE)


RULE = Rule(
    check,
    fields={"person": ("city",), "company": ("city",)},
    phase=Phase.FORM,
    depends_on=("country",),
    examples=(
        Example("BERLIN", propose("Berlin", _CASE)),
        Example("san francisco", propose("San Francisco", _CASE)),
        Example("FRANKFURT AM MAIN", propose("Frankfurt am Main", _CASE)),
        Example("AIX-EN-PROVENCE", propose("Aix-en-Provence", _CASE)),
        Example("stoke-on-trent", propose("Stoke-on-Trent", _CASE)),
        Example("RIO DE JANEIRO", propose("Rio de Janeiro", _CASE)),
        Example("'S-HERTOGENBOSCH", propose("'s-Hertogenbosch", _CASE)),
        Example("L'AQUILA", propose("L'Aquila", _CASE)),
        Example("NÜRNBERG", propose("Nürnberg", _CASE)),
        Example("İZMİR", propose("İzmir", _CASE), {"country": "TR"}),
        Example("istanbul", propose("İstanbul", _CASE), {"country": "Turkey"}),
        Example("ISTANBUL", FINE, {"country": "TR"}),  # without its dot: nobody can tell
        Example("IĞDIR", FINE),
        Example("izmir", propose("Izmir", _CASE)),
        Example("iaşi", FINE),
        Example("IAŞI", propose("Iaşi", _CASE), {"country": "RO"}),
        Example("aydın", propose("Aydın", _CASE)),
        Example("NYC", FINE),
        Example("LA", FINE),
        Example("Los Angeles", FINE),
        Example("den Haag", FINE),
        Example("東京", FINE),
        Example("МОСКВА", propose("Москва", _CASE)),
        Example("РОСТОВ-НА-ДОНУ", propose("Ростов-на-Дону", _CASE)),
        Example("ΑΘΉΝΑ", propose("Αθήνα", _CASE)),
        Example("ΑΘΗΝΑ", FINE),  # without its accent
        Example("bERLIN", propose("Berlin", _CASE)),
        Example("IJMUIDEN", propose("IJmuiden", _CASE)),
        Example("BIEL/BIENNE", propose("Biel/Bienne", _CASE)),
        Example("SANT'ELIA", propose("Sant'Elia", _CASE)),
        Example("GIESSEN", FINE, {"country": "DE"}),  # a sharp s perhaps
        Example("NOVO MESTO", FINE, {"country": "SI"}),
        Example("10115 BERLIN", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
